"""
The one HTTP policy: credentials, pace, timeouts, retries, redaction. It knows no system's words.

A read is repeated after any transient error. A write is repeated only if the error proves that it
had no effect (no connection, 429); otherwise it ends in EffectUnknown.
"""

from __future__ import annotations

import asyncio
import email.utils
import random
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
import httpx
import orjson
from httpx_aiohttp import AiohttpTransport

from apis.pace import Pace, pace_for
from common.errors import (
    AnswerLost,
    AnswerMalformed,
    ApiError,
    CredentialsRefused,
    EffectUnknown,
    InsecureAddress,
    NotFound,
    RateLimited,
    Rejected,
    ServerFailed,
    StaleRevision,
    Transient,
    Unreachable,
)
from common.settings import checked_address

T = TypeVar("T")
Log = Callable[..., None]


def no_log(event: str, **ids: str | int | float | bool | None) -> None:
    """Log nothing."""


@dataclass(frozen=True)
class Patience:
    """How long and how often a call is tried; seconds."""

    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    attempts: int = 6
    first_wait: float = 0.25
    longest_wait: float = 30.0
    throttled_for: float = 900.0  # 429s are no failures: they are waited out this long


@dataclass
class Http:
    """One system's address and credentials, and every call to it."""

    base_url: str
    system: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    auth: tuple[str, str] | None = field(default=None, repr=False)
    patience: Patience = Patience()
    pace: Pace | None = None
    log: Log = no_log
    #: why a call was refused, redacted; from the answer's body and the call's
    explain: Callable[[bytes, bytes], str] = lambda *_: ""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    transport: httpx.AsyncBaseTransport | None = None

    def __post_init__(self) -> None:
        """Check the address; nothing is connected yet."""
        self.base_url = checked_address(self.base_url, self.system)
        self.pace = self.pace or pace_for(urlsplit(self.base_url).netloc)
        self.client = httpx.AsyncClient(
            base_url=self.base_url,
            headers=dict(self.headers),
            auth=self.auth,
            transport=self.transport or _transport(),
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(
                self.patience.read_timeout, connect=self.patience.connect_timeout, pool=None
            ),
        )

    async def __aenter__(self) -> Http:
        """Return itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self.client.aclose()

    async def call(
        self,
        method: str,
        path: str,
        parse: Callable[[httpx.Response], T],
        *,
        params: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        writes: bool = False,
        label: str = "",
    ) -> T:
        """
        Make one call and return what `parse` makes of its answer.

        `parse` raises ApiError for what it refuses; `label` (ids only) names the call in messages.
        Raises Transient once patience ends, EffectUnknown for a write with a lost answer, Terminal.
        """
        name = label or f"{method} {path}"
        attempt, began = 0, time.monotonic()
        while True:
            try:
                return await self._once(
                    method, path, parse, params=params, content=content, headers=headers, name=name
                )
            except Transient as error:
                if writes and not _surely_without_effect(error):
                    raise EffectUnknown(
                        f"{name}: {error} Whether it took effect is unknown.", status=error.status
                    ) from error
                attempt += not isinstance(error, RateLimited)
                late = time.monotonic() - began > self.patience.throttled_for
                if attempt >= self.patience.attempts or late:
                    raise
                wait = self._wait(attempt, error)
                self.log("retry", call=name, attempt=attempt, error=type(error).__name__, wait=wait)
                await self.sleep(wait)

    def _wait(self, attempt: int, error: Transient) -> float:
        if isinstance(error, RateLimited):
            return 0.0  # the pace is closed for as long as was asked
        if error.retry_after is not None:
            return min(error.retry_after, 10 * self.patience.longest_wait)
        backoff = self.patience.first_wait * 2.0 ** max(attempt - 1, 0)
        return min(backoff, self.patience.longest_wait) * random.uniform(0.5, 1.0)  # noqa: S311

    async def _once(
        self,
        method: str,
        path: str,
        parse: Callable[[httpx.Response], T],
        *,
        params: Mapping[str, Any] | None,
        content: bytes | None,
        headers: Mapping[str, str] | None,
        name: str,
    ) -> T:
        assert self.pace is not None  # noqa: S101 - set in __post_init__
        request = self.client.build_request(
            method, path, params=params, content=content, headers=self._headers(headers)
        )
        async with self.pace.slot():
            began = time.monotonic()
            try:
                response = await self.client.send(request)
            except Exception as error:
                raise _connection_error(error, self.system) from error
        latency = time.monotonic() - began
        try:
            raise_for_status(response, self.system, name, self.explain)
            result = parse(response)
        except RateLimited as error:
            self.pace.throttled(error.retry_after)
            raise
        except Exception:
            self.pace.answered(latency)
            raise
        self.pace.answered(latency)
        return result

    @asynccontextmanager
    async def stream(
        self, path: str, *, headers: Mapping[str, str] | None = None, label: str = ""
    ) -> AsyncIterator[httpx.Response]:
        """Open a GET whose body is read in pieces; not retried here (its reader resumes it)."""
        assert self.pace is not None  # noqa: S101 - set in __post_init__
        request = self.client.build_request("GET", path, headers=self._headers(headers))
        async with self.pace.slot():
            began = time.monotonic()
            try:
                response = await self.client.send(request, stream=True)
            except Exception as error:
                raise _connection_error(error, self.system) from error
            try:
                if response.status_code >= 400:
                    await response.aread()
                try:
                    raise_for_status(response, self.system, label or path)
                except RateLimited as error:
                    self.pace.throttled(error.retry_after)
                    raise
                self.pace.answered(time.monotonic() - began)
                yield response
            except (httpx.HTTPError, aiohttp.ClientError, TimeoutError) as error:
                raise _connection_error(error, self.system) from error
            finally:
                await response.aclose()

    def _headers(self, headers: Mapping[str, str] | None) -> dict[str, str]:
        return {"X-Request-Id": uuid.uuid4().hex, **(headers or {})}


def _transport() -> httpx.AsyncBaseTransport:
    # measured: several times as many calls a second as httpx's own, behind the same API
    def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=300),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )

    return AiohttpTransport(client=session)


def raise_for_status(
    response: httpx.Response,
    system: str,
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
    if status in (401, 403):
        raise CredentialsRefused(
            f"{system} refuses the credentials (HTTP {status}) for {name}. Check them.",
            status=status,
        )
    if status == 429:
        raise RateLimited(f"{system} asks to slow down.", status=status, retry_after=wait)
    if status >= 500 or status == 408:
        raise ServerFailed(
            f"{system} failed (HTTP {status}) on {name}.", status=status, retry_after=wait
        )
    if status in (404, 410):
        raise NotFound(f"{system} has nothing at {name}.", status=status)
    if status in (409, 412):
        raise StaleRevision(f"{system}: changed meanwhile: {name}.", status=status)
    reason = explain(response.content, response.request.content)
    raise Rejected(
        f"{system} refuses {name} (HTTP {status})" + (f": {reason}" if reason else "."),
        status=status,
    )


def parse_json(response: httpx.Response, system: str) -> Any:
    """Return an answer's JSON; raise AnswerMalformed for none, half of one, or an error in it."""
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        raise AnswerMalformed(f"{system} answered with something that is no JSON.") from None
    return body


def parse_retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Return the seconds that a Retry-After header (seconds or an HTTP date) asks to wait."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def _connection_error(error: Exception, system: str) -> Exception:
    """Tell a call that never left from one whose answer was lost."""
    cause = error.__cause__ or error
    if isinstance(error, ApiError | InsecureAddress):
        return error
    if isinstance(cause, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return Unreachable(
            f"{system}'s certificate is not one to trust, so nothing was sent. Check its address;"
            " a private authority is named by SSL_CERT_FILE."
        )
    # the transport calls every broken connection a ConnectTimeout, so its cause is asked instead
    if isinstance(cause, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Unreachable(f"{system} can not be reached. Check its address and the network.")
    if not isinstance(cause, aiohttp.ClientError) and isinstance(error, httpx.ConnectError):
        return Unreachable(f"{system} can not be reached. Check its address and the network.")
    if isinstance(error, httpx.HTTPError | aiohttp.ClientError | OSError | TimeoutError):
        return AnswerLost(f"{system} did not answer in full.")
    return error


def _surely_without_effect(error: Transient) -> bool:
    # a 5xx proves nothing: a gateway answers 503 for a server that has already written
    return isinstance(error, Unreachable | RateLimited)
