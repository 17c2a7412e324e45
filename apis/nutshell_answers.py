"""
What Nutshell's answers mean: its errors as ours, its envelopes opened. It calls nothing.

Messages of the other side may quote a record, so they are redacted before anyone sees them.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

from common.errors import (
    ApiError,
    CredentialsRefused,
    NotFound,
    RateLimited,
    Rejected,
    ServerFailed,
    StaleRevision,
)

SYSTEM = "Nutshell"


def rpc_error(error: Any, name: str) -> ApiError:
    """Return the exception that an application error inside an HTTP 200 means."""
    told = error if isinstance(error, dict) else {"message": str(error)}
    code = told.get("code")
    code = code if isinstance(code, int) else 0
    reason = redacted(str(told.get("message") or "no reason given"))
    message = f"{SYSTEM} refuses {name}: {reason}"
    if code in (401, 403):
        return CredentialsRefused(message, status=code)
    if code == 404 or "not found" in reason.lower():
        return NotFound(message, status=404)
    if code == 409 or "rev key" in reason.lower():
        return StaleRevision(message, status=409)
    if code == 429:
        return RateLimited(message, status=code)
    if code >= 500:
        return ServerFailed(message, status=code)
    return Rejected(message, status=code)


def redacted(text: str) -> str:
    """Return the other side's words without what may be a record's content; ≤ 200 characters."""
    text = re.sub(r"\"[^\"]*\"|'[^']*'|“[^”]*”|`[^`]*`", "…", text)
    text = re.sub(r"\S+@\S+", "…", text)
    text = re.sub(r"\+?\d[\d\s().-]{4,}\d", "…", text)
    return " ".join(text.split())[:200]


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
        for name, method in (found or {}).items():
            parameters = method.get("parameters") or ()
            methods[name] = frozenset(
                str(p.get("name") if isinstance(p, dict) else p) for p in parameters
            )
    return methods


def rest_reason(content: bytes) -> str:
    """Return why a REST call was refused, redacted; empty if the answer does not say."""
    try:
        told = orjson.loads(content)["errors"]
        return redacted("; ".join(str(error.get("title")) for error in told))
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return ""
