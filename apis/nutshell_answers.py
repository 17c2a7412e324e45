"""
What Nutshell's answers mean: its errors as ours, its envelopes opened. It calls nothing.

Messages of the other side may quote a record, so they are redacted before anyone sees them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import orjson

from apis.http_errors import System
from common.errors import (
    AnswerMalformed,
    ApiError,
    CredentialsRefused,
    MethodMissing,
    NotFound,
    RateLimited,
    Rejected,
    ServerFailed,
    StaleRevision,
)

SYSTEM = System("Nutshell", "NUTSHELL_URL", "NUTSHELL_USERNAME and NUTSHELL_API_KEY")
_WORD = re.compile(r"\w{2,}")
_QUOTED = re.compile(r"(\"[^\"]*\"|'[^']*'|“[^”]*”|`[^`]*`)")
#: JSON-RPC's own codes: no such method; a request or parameters that are refused; a failed server
_NO_METHOD, _REFUSED, _FAILED = {-32601}, {-32600, -32602}, {-32603}
_INVALID = re.compile(r"\binvalid (\w+): (\d+)")
_GONE = re.compile(r"\bnot found\b|\bhas been deleted\b|\bno longer exists\b")


def rpc_error(error: Any, name: str, sent: Any = None, status: int = 200) -> ApiError:
    """Return the exception that an error in the body means; its HTTP status only fills a gap."""
    told = error if isinstance(error, dict) else {"message": str(error)}
    code = told.get("code")
    code = code if isinstance(code, int) else 0
    words = " ".join(str(told.get("message") or "no reason given").split())
    said = words.casefold()
    message = f"{SYSTEM} refuses {name}: {redacted(words, sent)}"
    if code in _NO_METHOD or said.startswith("method not found"):
        return MethodMissing(f"{message} Is {SYSTEM.address} right?", status=404)
    if {code, status} & {401, 403}:
        return CredentialsRefused(f"{message} Check {SYSTEM.credentials}.", status=code or status)
    means: type[ApiError] = Rejected
    if code == 404 or (code not in _REFUSED and _GONE.search(said)) or _is_gone(said, sent):
        means = NotFound
    elif {code, status} & {409, 412} or "rev key" in said:
        means = StaleRevision
    elif code == 429:
        means = RateLimited
    elif code >= 500 or code in _FAILED:
        means = ServerFailed
    return means(message, status=code)


def _is_gone(said: str, sent: Any) -> bool:
    """Tell whether the record that is refused is the one asked for, and none that it names."""
    found = _INVALID.search(said)
    asked = sent.get(f"{found[1]}Id") if found and isinstance(sent, Mapping) else None
    return found is not None and str(asked) == found[2]


def judge_rpc(response: httpx.Response, name: str, sent: Any = None) -> None:
    """
    Raise the error that a JSON-RPC body tells of, whatever the HTTP status is.

    Overload and its pause are told by the HTTP status alone; a refusal that is no JSON comes from
    something on the way: what became of the call is not known.
    """
    if response.status_code in (408, 429) or 300 <= response.status_code < 400:
        return
    try:
        answer = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        answer = None
    error = answer.get("error") if isinstance(answer, dict) else None
    if isinstance(error, dict) and isinstance(error.get("code"), int):
        meant = rpc_error(error, name, sent, response.status_code)
        # a failed server's pause stands in a header
        if response.status_code < 500 or not isinstance(meant, ServerFailed):
            raise meant
    if 400 <= response.status_code < 500 and response.status_code not in (401, 403):
        raise AnswerMalformed(
            f"{SYSTEM} answered {name} with HTTP {response.status_code} and no reason in JSON."
            f" Check {SYSTEM.address}.",
            status=response.status_code,
        )


def redacted(text: str, sent: Any = None) -> str:
    """
    Return the other side's words without what may be a record's content; ≤ 200 characters.

    Not a word of `sent`, the values of the call that was refused, is repeated.
    """
    ours = {word.casefold() for value in _leaves(sent) for word in _WORD.findall(value)}
    names = set(_keys(sent))  # a field is named by its definition, that is no content
    parts = [
        part if _QUOTED.fullmatch(part) and part[1:-1] in names else _without_contents(part, ours)
        for part in _QUOTED.split(text)
    ]
    return " ".join("".join(parts).split())[:200]


def _without_contents(text: str, ours: set[str]) -> str:
    if _QUOTED.fullmatch(text):
        return "…"
    text = re.sub(r"\S+@\S+", "…", text)
    text = re.sub(r"\+?\d[\d\s().-]{4,}\d", "…", text)
    return _WORD.sub(lambda m: "…" if m[0].casefold() in ours else m[0], text)


def _keys(sent: Any) -> Iterator[str]:
    if isinstance(sent, Mapping):
        for key, value in sent.items():
            yield str(key)
            yield from _keys(value)
    elif isinstance(sent, list | tuple):
        for value in sent:
            yield from _keys(value)


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
