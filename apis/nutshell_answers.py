"""
What Nutshell's answers mean: its errors as ours, its envelopes opened. It calls nothing.

Messages of the other side may quote a record, so they are redacted before anyone sees them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from apis.http_errors import System
from common.errors import (
    ApiError,
    CredentialsRefused,
    NotFound,
    RateLimited,
    Rejected,
    ServerFailed,
    StaleRevision,
)

SYSTEM = System("Nutshell", "NUTSHELL_URL", "NUTSHELL_USERNAME and NUTSHELL_API_KEY")
_WORD = re.compile(r"\w{2,}")


def rpc_error(error: Any, name: str, sent: Any = None) -> ApiError:
    """Return the exception that an application error inside an HTTP 200 means."""
    told = error if isinstance(error, dict) else {"message": str(error)}
    code = told.get("code")
    code = code if isinstance(code, int) else 0
    words = str(told.get("message") or "no reason given")
    reason = redacted(words, sent)
    message = f"{SYSTEM} refuses {name}: {reason}"
    if code in (401, 403):
        return CredentialsRefused(f"{message} Check {SYSTEM.credentials}.", status=code)
    if code == 404 or "not found" in words.lower():
        return NotFound(message, status=404)
    if code == 409 or "rev key" in words.lower():
        return StaleRevision(message, status=409)
    if code == 429:
        return RateLimited(message, status=code)
    if code >= 500:
        return ServerFailed(message, status=code)
    return Rejected(message, status=code)


def redacted(text: str, sent: Any = None) -> str:
    """
    Return the other side's words without what may be a record's content; ≤ 200 characters.

    Not a word of `sent`, the values of the call that was refused, is repeated.
    """
    text = re.sub(r"\"[^\"]*\"|'[^']*'|“[^”]*”|`[^`]*`", "…", text)
    text = re.sub(r"\S+@\S+", "…", text)
    text = re.sub(r"\+?\d[\d\s().-]{4,}\d", "…", text)
    ours = {word.casefold() for value in _leaves(sent) for word in _WORD.findall(value)}
    text = _WORD.sub(lambda m: "…" if m[0].casefold() in ours else m[0], text)
    return " ".join(text.split())[:200]


def _leaves(sent: Any) -> Iterator[str]:
    if isinstance(sent, str):
        yield sent
    elif isinstance(sent, Mapping):
        for value in sent.values():
            yield from _leaves(value)
    elif isinstance(sent, list | tuple):
        for value in sent:
            yield from _leaves(value)
    elif sent is not None and not isinstance(sent, bool):
        yield str(sent)


def entries(body: Any) -> list[dict[str, Any]]:
    """Find the list of entries in an answer whose envelope nobody has seen for certain."""
    if isinstance(body, list):
        return [entry for entry in body if isinstance(entry, dict)]
    if isinstance(body, dict):
        for value in body.values():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                return entries(value)
        values = [value for value in body.values() if isinstance(value, dict)]
        return [value for value in values if "name" in value]
    return []


def parameters_by_method(description: Any) -> dict[str, frozenset[str]]:
    """Return method → names of its parameters, from the service description (SMD)."""
    methods: dict[str, frozenset[str]] = {}
    for key in ("methods", "services"):
        found = description.get(key) if isinstance(description, dict) else None
        for name, method in found.items() if isinstance(found, dict) else ():
            parameters = (method.get("parameters") if isinstance(method, dict) else None) or ()
            methods[name] = frozenset(
                str(p.get("name") if isinstance(p, dict) else p) for p in parameters
            )
    return methods


def rest_reason(content: bytes, sent: bytes = b"") -> str:
    """Return why a REST call was refused, redacted; empty if the answer does not say."""
    try:
        told = orjson.loads(content)["errors"]
        values = orjson.loads(sent) if sent.startswith((b"{", b"[")) else None
        return redacted("; ".join(str(error.get("title")) for error in told), values)
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return ""
