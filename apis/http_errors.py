"""
What an HTTP answer, or the want of one, means: the expected error of each. It makes no call.

Bodies are never quoted: they may hold records.
"""

from __future__ import annotations

import email.utils
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import httpx
import orjson

from common.errors import (
    AnswerLost,
    AnswerMalformed,
    ApiError,
    ComeBack,
    CredentialsRefused,
    InsecureAddress,
    NotFound,
    RateLimited,
    Rejected,
    ServerFailed,
    StaleRevision,
    Transient,
    Unreachable,
)
from common.json_text import BOM, JsonProblem

#: headers that tell how many calls are left
NOTHING_LEFT = ("X-RateLimit-Remaining", "RateLimit-Remaining", "X-Rate-Limit-Remaining")
A_LIMIT = re.compile(r"rate.?limit|too.?many|throttl|quota")
A_MOMENT = 1.5e9  # a Retry-After beyond it tells when, in seconds since 1970, and not how long
MOST_SECONDS = 10 * 365 * 86_400.0  # of a pause, so that its end is a date


@dataclass(frozen=True)
class System:
    """A system as messages call it, and the variables in which a reader finds what to mend."""

    name: str
    address: str = "its address"
    credentials: str = "them"

    def __str__(self) -> str:
        """Return its name."""
        return self.name


def raise_for_status(
    response: httpx.Response,
    system: System,
    name: str,
    explain: Callable[[bytes, bytes], str] = lambda *_: "",
) -> None:
    """Raise the error that an HTTP status means; bodies are never quoted, they may hold records."""
    status = response.status_code
    if status < 300 or status == 304:
        return
    if status < 400:
        raise InsecureAddress(
            f"{system} redirects {name} elsewhere; redirects are refused, credentials stay here."
        )
    wait = parse_retry_after(response.headers.get("Retry-After"))
    if status == 429 or (status == 403 and _is_a_limit(response)):
        raise RateLimited(f"{system} asks to slow down.", status=status, retry_after=wait)
    if status in (401, 403):
        raise CredentialsRefused(
            f"{system} refuses the credentials (HTTP {status}) for {name}."
            f" Check {system.credentials}.",
            status=status,
        )
    if status >= 500 or status == 408:
        raise ServerFailed(
            f"{system} failed (HTTP {status}) on {name}.", status=status, retry_after=wait
        )
    if status in (404, 410):
        raise NotFound(f"{system} has nothing at {name}.", status=status)
    if status in (409, 412):
        raise StaleRevision(f"{system}: changed meanwhile: {name}.", status=status)
    try:
        sent = response.request.content
    except httpx.RequestNotRead:  # a file, sent in pieces
        sent = b""
    reason = explain(response.content, sent)
    raise Rejected(
        f"{system} refuses {name} (HTTP {status})" + (f": {reason}" if reason else "."),
        status=status,
    )


def _is_a_limit(response: httpx.Response) -> bool:
    """Tell a 403 that means "too fast" from one that refuses the credentials: some say it so."""
    if parse_retry_after(response.headers.get("Retry-After")) is not None:
        return True
    if any(response.headers.get(name, "").strip() == "0" for name in NOTHING_LEFT):
        return True
    try:
        error = orjson.loads(response.content)["error"]
        code = str(error["code"] if isinstance(error, dict) else error).lower()
    except (orjson.JSONDecodeError, LookupError, TypeError):
        return False
    return A_LIMIT.search(code) is not None


def parse_json(
    response: httpx.Response, system: System, read: Callable[[bytes], Any] = orjson.loads
) -> Any:
    """
    Return an answer's JSON; raise AnswerMalformed for none, or half of one.

    A JsonProblem that asking again would not mend passes: its caller knows the parts of an answer.
    """
    try:
        return read(response.content.removeprefix(BOM))
    except ValueError as error:
        if isinstance(error, JsonProblem) and error.is_whole:
            raise
        raise not_json(system) from None


def not_json(system: System) -> AnswerMalformed:
    """Give the error of an answer that is no JSON, or half of one."""
    return AnswerMalformed(
        f"{system} answered with something that is no JSON. Check {system.address}."
    )


def parse_retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """
    Return the seconds that a Retry-After header (seconds, a moment or an HTTP date) asks to wait.

    None for nonsense: a negative or endless time, or what is neither number nor date.
    """
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        pass
    else:
        if not math.isfinite(seconds) or seconds < 0:
            return None
        for unit in (1.0, 1e3):  # the moment as seconds since 1970, or as milliseconds
            if A_MOMENT <= seconds / unit < 4 * A_MOMENT:
                now_seconds = (now or datetime.now(UTC)).timestamp()
                return max(0.0, seconds / unit - now_seconds)
        return seconds
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def come_back(system: System, seconds: float) -> ComeBack:
    """Give the error of a system that asks for a longer pause than a command waits."""
    seconds = min(seconds, MOST_SECONDS)
    when = datetime.now(UTC) + timedelta(seconds=seconds + 60)
    return ComeBack(
        f"{system} asks for no calls before {when:%Y-%m-%d %H:%M} UTC. What was done is noted:"
        " run the same command again then.",
        status=429,
        retry_after=seconds,
    )


def connection_error(error: Exception, system: System) -> Exception:
    """Tell a call that never left from one whose answer was lost."""
    cause = error.__cause__ or error
    unreachable = Unreachable(
        f"{system} can not be reached. Check {system.address} and the network."
    )
    if isinstance(error, ApiError | InsecureAddress):
        return error
    if isinstance(cause, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return Unreachable(
            f"{system}'s certificate is not one to trust, so nothing was sent."
            f" Check {system.address};"
            " a private authority is named by SSL_CERT_FILE."
        )
    # the transport calls every broken connection a ConnectTimeout, so its cause is asked instead
    if isinstance(cause, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return unreachable
    if not isinstance(cause, aiohttp.ClientError) and isinstance(error, httpx.ConnectError):
        return unreachable
    if isinstance(error, httpx.HTTPError | aiohttp.ClientError | OSError | TimeoutError):
        return AnswerLost(f"{system} did not answer in full.")
    return error


def surely_without_effect(error: Transient) -> bool:
    """Tell whether a call that failed like this changed nothing over there."""
    # a 5xx proves nothing: a gateway answers 503 for a server that has already written
    return isinstance(error, Unreachable | RateLimited)
