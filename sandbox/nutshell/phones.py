"""A phone number as Nutshell reads and shows it; numbers that it refuses are refused."""

from __future__ import annotations

import re
from typing import Any

from sandbox.nutshell.definitions import LIMITS
from sandbox.nutshell.exceptions import Refused

Json = Any

_EXTENSION = re.compile(r"\s*(?:;ext=|\bext\.?|\bx)\s*(\d{1,7})\s*$", re.IGNORECASE)
_PHONE_NOISE = re.compile(r"[\s().\-/·]+")
_CALLING_CODES = frozenset(
    str(code)
    for code in (
        1, 7, 20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47,
        48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62, 63, 64, 65,
        66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
    )
)  # fmt: skip
_PHONE_KEYS = frozenset(
    {"countryCode", "number", "extension", "numberFormatted", "E164", "countryCodeAndNumber"}
)


def phone(value: Json, field: str = "phone") -> dict[str, Json]:
    """Return a phone as the recordings have it; no digits in it means "Invalid phone number"."""
    extension: str | None = None
    code: str | None = None
    if isinstance(value, dict):
        if set(value) - _PHONE_KEYS or not isinstance(value.get("number"), str):
            raise Refused("Invalid phone number")
        extension = value.get("extension") or None
        code = str(value["countryCode"]) if value.get("countryCode") else None
        value = value["number"]
    if not isinstance(value, str) or len(value) > LIMITS["text"]:
        raise Refused("Invalid phone number")
    if match := _EXTENSION.search(value):
        extension = match[1]
        value = value[: match.start()]
    digits = _PHONE_NOISE.sub("", value)
    international = digits.startswith("+")
    digits = digits.removeprefix("+")
    if not digits.isascii() or not digits.isdigit() or not 3 <= len(digits) <= 15:
        raise Refused("Invalid phone number")
    if international:
        code = next((digits[:n] for n in (1, 2) if digits[:n] in _CALLING_CODES), digits[:3])
        digits = digits[len(code) :]
    elif code is None and len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    return _rendered_phone(code or "1", digits, extension)


def _rendered_phone(code: str, digits: str, extension: str | None) -> dict[str, Json]:
    national = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if len(digits) == 10 else digits
    whole = code != "1" or len(digits) == 10
    return {
        "countryCode": code,
        "number": digits,
        "extension": extension,
        "numberFormatted": national if code == "1" else f"+{code} {digits}",
        "E164": f"+{code}{digits}" if whole else None,
        "countryCodeAndNumber": f"+{code} {national}",
    }
