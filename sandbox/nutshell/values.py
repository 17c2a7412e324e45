"""One value at a time: e-mails, names, times, money, custom fields; no record."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.nutshell.definitions import LIMITS
from sandbox.nutshell.exceptions import Refused

Json = Any
PRIMARY = "--primary"
JOINED = ", "

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|mailto:|tel:")
_SALUTATIONS = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof"})
_ADDRESS_WRITABLE = (
    "address_1",
    "address_2",
    "address_3",
    "city",
    "state",
    "postalCode",
    "country",
)
# keys that Nutshell renders and that a client which writes back what it read sends again
_ADDRESS_ECHO = frozenset({"name", "location", "locationAccuracy", "timezone"})


def text(value: Json, field: str, limit: int = LIMITS["text"]) -> str:
    """Return a string without blanks at its ends; refuse another type, a NUL, a longer one."""
    if not isinstance(value, str):
        raise Refused(f"{field} must be a string")
    if "\x00" in value:
        raise Refused(f"{field} contains a NUL character")
    trimmed = value.strip()
    if len(trimmed) > limit:
        raise Refused(f"{field} is too long: {len(trimmed)} characters, at most {limit}")
    return trimmed


def required_text(value: Json, field: str, limit: int = LIMITS["text"]) -> str:
    """Return `text`, refusing an empty one."""
    trimmed = text(value, field, limit)
    if not trimmed:
        raise Refused(f"{field} is required")
    return trimmed


def integer(value: Json, field: str) -> int:
    """Return an integer; digits in a string pass, as PHP lets them."""
    if isinstance(value, bool):
        raise Refused(f"{field} must be an integer")
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    raise Refused(f"{field} must be an integer")


def boolean(value: Json, field: str) -> bool:
    """Return a boolean, nothing that only looks like one."""
    if not isinstance(value, bool):
        raise Refused(f"{field} must be a boolean")
    return value


def time(value: Json, field: str) -> str:
    """Return an ISO 8601 time with a zone as Nutshell renders it: UTC, whole seconds, +0000."""
    if not isinstance(value, str):
        raise Refused(f"{field} must be an ISO 8601 time")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise Refused(f"{field} is not an ISO 8601 time") from None
    if moment.tzinfo is None:
        raise Refused(f"{field} has no zone")
    try:
        return render_time(moment)
    except OverflowError:
        raise Refused(f"{field} is not an ISO 8601 time") from None


def render_time(moment: datetime) -> str:
    """Return a time as the recordings have it: 2024-03-20T22:50:06+0000."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "+0000"


def decimal(value: Json, field: str) -> str:
    """Return a finite number as a plain decimal string."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Refused(f"{field} must be a number")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise Refused(f"{field} must be a number") from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise Refused(f"{field} must be a number")
    return format(number, "f")


def render_number(value: str) -> int | float:
    """Return the JSON number of a decimal string, an integer where it is one."""
    number = Decimal(value)
    return int(number) if number == number.to_integral_value() else float(number)


def money(value: Json, field: str) -> dict[str, str]:
    """Return {currency, amount}; the currency is an ISO 4217 code."""
    if not isinstance(value, dict) or set(value) - {"amount", "currency", "currency_shortname"}:
        raise Refused(f"{field} must be an object of amount and currency")
    currency = value.get("currency", value.get("currency_shortname"))
    if not isinstance(currency, str) or not re.fullmatch("[A-Z]{3}", currency):
        raise Refused(f"{field} needs an ISO 4217 currency")
    return {"currency": currency, "amount": decimal(value.get("amount"), f"{field}.amount")}


def email(value: Json, field: str = "email") -> str:
    """Return an e-mail as typed; one without a local part, an @ and a domain is refused."""
    address = required_text(value, field)
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or re.search(r"\s", address):
        raise Refused("Invalid email address")
    return address


def url(value: Json, field: str = "url") -> str:
    """Return a URL; one without a scheme gains `http://`, as recorded."""
    typed = required_text(value, field, 2_083)
    return typed if _SCHEME.match(typed) else f"http://{typed}"


def address(value: Json, field: str = "address") -> dict[str, Json]:
    """Return an address as the documented example has it, unplaced (no location)."""
    if not isinstance(value, dict):
        raise Refused(f"{field} must be an object")
    if unknown := set(value) - set(_ADDRESS_WRITABLE) - _ADDRESS_ECHO:
        raise Refused(f"{field} has unknown keys: {', '.join(sorted(unknown))}")
    parts = {
        key: text(value[key], f"{field}.{key}") if value.get(key) is not None else None
        for key in _ADDRESS_WRITABLE
    }
    if not any(parts.values()):
        raise Refused(f"{field} is empty")
    return {"name": None, "location": None, "locationAccuracy": None, **parts, "timezone": None}


def person_name(value: Json) -> dict[str, Json]:
    """Return a contact's name in parts; a string's text stays the display name."""
    if isinstance(value, str):
        display = required_text(value, "name")
        words = display.split()
        salutation = words.pop(0) if _is_salutation(words) else None
        family = words.pop() if len(words) > 1 else ""
        return _parts(salutation, " ".join(words), family, display)
    keys = ("givenName", "familyName", "salutation", "displayName")
    if not isinstance(value, dict) or set(value) - set(keys):
        raise Refused("name must be a string or an object of " + ", ".join(keys))
    given, family, salutation, display = (
        text(value[key], f"name.{key}") if value.get(key) is not None else "" for key in keys
    )
    shown = display or " ".join(part for part in (salutation, given, family) if part)
    return _parts(salutation or None, given, family, required_text(shown, "name"))


def _is_salutation(words: list[str]) -> bool:
    return len(words) > 1 and words[0].rstrip(".").lower() in _SALUTATIONS


def _parts(salutation: str | None, given: str, family: str, display: str) -> dict[str, Json]:
    return {
        "givenName": given,
        "familyName": family,
        "salutation": salutation,
        "displayName": display,
    }


def custom_value(value: Json, field: dict[str, Json], multi_in: str = "list") -> Json:
    """
    Return a custom field's value as stored; null clears it. Types as the field was made with.

    Values come back as strings: the number 0 as "0", as recorded.
    """
    name, kind = f"customFields.{field['name']}", field["type"]
    if value is None:
        return None
    if kind == "Currency" and isinstance(value, dict):
        return str(render_number(money(value, name)["amount"]))
    if kind in ("Number", "Currency"):
        return str(render_number(decimal(value, name)))
    if kind == "Date":
        try:
            return datetime.strptime(value, "%Y-%m-%d").date().isoformat()
        except (TypeError, ValueError):
            raise Refused(f"{name} is not a date (YYYY-MM-DD)") from None
    if kind == "Decision":
        return _choice(value, field, name, multi_in)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return text(value, name, LIMITS["long_text" if kind == "LongText" else "text"])


def _choice(value: Json, field: dict[str, Json], name: str, multi_in: str) -> Json:
    if field["isMultiple"]:
        if isinstance(value, list) != (multi_in == "list"):
            raise Refused(f"{name} takes a {multi_in} of its choices")
        wanted = value if isinstance(value, list) else text(value, name).split(JOINED)
    else:
        wanted = [value]
    for option in wanted:
        if option not in field["choices"]:
            raise Refused(f"{name} has no such choice")
    return list(dict.fromkeys(wanted)) if field["isMultiple"] else value
