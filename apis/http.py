"""
The one HTTP policy: credentials, pace, timeouts, retries, redaction. It knows no system's words.

A read is repeated after any transient error. A write is repeated only if the error proves that it
had no effect (no connection, 429); otherwise it ends in EffectUnknown.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from apis.clock import Clock
from apis.http_errors import (
    System,
    come_back,
    connection_error,
    raise_for_status,
    surely_without_effect,
)
from apis.pace import LONGEST_PAUSE, Ended, Pace, Shut, pace_for
from common.errors import EffectUnknown, RateLimited, Transient, Unreachable
from common.settings import checked_address

T = TypeVar("T")
Log = Callable[..., None]
#: Begins a body anew, piece by piece, for each attempt to send it.
Body = Callable[[], AsyncIterator[bytes]]


def no_log(event: str, **ids: str | int | float | bool | None) -> None:
    """Log nothing."""


@dataclass(frozen=True)
class Patience:
    """How long and how often a call is tried; seconds."""

    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    attempts: int = 10
    attempts_at_first: int = 6  # before anything answered: then an address is wrong, mostly
    first_wait: float = 0.25
    longest_wait: float = 60.0
    throttled_for: float = LONGEST_PAUSE  # 429s are no failures: they are waited out this long


@dataclass
class Http:
    """One system's address and credentials, and every call to it."""

    base_url: str
    system: System
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    auth: tuple[str, str] | None = field(default=None, repr=False)
    patience: Patience = Patience()
    pace: Pace | None = None
    calls_at_once: int = 16  # to begin with; answers teach the rest
    log: Log = no_log
    #: why a call was refused, redacted; from the answer's body and the call's
    explain: Callable[[bytes, bytes], str] = lambda *_: ""
    #: the header by which the other side's support finds a call again; logged with each failure
    request_id_header: str = ""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    transport: httpx.AsyncBaseTransport | None = None

    def __post_init__(self) -> None:
        """Check the address; nothing is connected yet."""
        self.base_url = checked_address(self.base_url, self.system.name)
        self.pace = self.pace or pace_for(urlsplit(self.base_url).netloc, self.calls_at_once)
        self.clock = Clock()
        self.has_answered = False
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
        content: Body | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        writes: bool = False,
        label: str = "",
        judge: Callable[[httpx.Response], None] = lambda _: None,
    ) -> T:
        """
        Make one call and return what `parse` makes of its answer.

        `parse` raises ApiError for what it refuses; `judge` may raise one before the HTTP status
        is looked at (an envelope with errors of its own). `label` (ids only) names the call in
        messages.
        Raises Transient once patience ends, EffectUnknown for a write with a lost answer, Terminal.
        """
        assert self.pace is not None  # noqa: S101 - set in __post_init__
        name = label or f"{method} {path}"
        attempt, began = 0, time.monotonic()
        while True:
            try:
                return await self._once(
                    method, path, parse, params=params, content=content, headers=headers,
                    name=name, judge=judge,
                )  # fmt: skip
            except Transient as error:
                if writes and not surely_without_effect(error):
                    raise EffectUnknown(
                        f"{name}: {error} Whether it took effect is unknown.", status=error.status
                    ) from error
                attempt += not isinstance(error, RateLimited)
                asked = (error.retry_after or 0.0) if isinstance(error, RateLimited) else 0.0
                # asked before the wait: after it nobody would be helped
                late = time.monotonic() - began + asked > self.patience.throttled_for
                if late and asked:
                    raise come_back(self.system, asked) from None
                if attempt >= self._attempts() or late or self.pace.has_ended:
                    raise
                wait = self._wait(attempt, error)
                self.log(
                    "retry",
                    call=name,
                    system=self.system.name,
                    attempt=attempt,
                    attempts=self._attempts(),
                    error=type(error).__name__,
                    wait=round(max(wait, asked), 2),
                )
                await self.pace.rest(wait, self.sleep)

    def _attempts(self) -> int:
        most = self.patience.attempts
        return most if self.has_answered else min(most, self.patience.attempts_at_first)

    def _wait(self, attempt: int, error: Transient) -> float:
        if isinstance(error, RateLimited):
            return 0.0  # the pace is closed for as long as was asked
        if error.retry_after is not None:
            return min(error.retry_after, 10 * self.patience.longest_wait)
        backoff = self.patience.first_wait * 2.0 ** max(attempt - 1, 0)
        return min(backoff, self.patience.longest_wait) * random.uniform(0.5, 1.0)  # noqa: S311

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        assert self.pace is not None  # noqa: S101 - set in __post_init__
        try:
            async with self.pace.slot():
                yield
        except Shut as closed:
            raise come_back(self.system, closed.seconds) from None
        except Ended:
            raise Unreachable(
                f"{self.system} was not called any more: we were told to end."
            ) from None

    async def _once(
        self,
        method: str,
        path: str,
        parse: Callable[[httpx.Response], T],
        *,
        params: Mapping[str, Any] | None,
        content: Body | bytes | None,
        headers: Mapping[str, str] | None,
        name: str,
        judge: Callable[[httpx.Response], None],
    ) -> T:
        assert self.pace is not None  # noqa: S101 - set in __post_init__
        body = content() if callable(content) else content
        request = self.client.build_request(
            method, path, params=params, content=body, headers=self._headers(headers)
        )
        async with self._slot():
            began = time.monotonic()
            try:
                response = await self.client.send(request)
            except Exception as error:
                raise connection_error(error, self.system) from error
        self.has_answered = True
        latency = time.monotonic() - began
        self.clock.heard(response.headers.get("Date"), latency)
        try:
            judge(response)
            raise_for_status(response, self.system, name, self.explain)
            result = parse(response)
        except RateLimited as error:
            self.pace.throttled(error.retry_after)
            self._log_failure(response, name)
            raise
        except Exception:
            self.pace.answered(latency)
            self._log_failure(response, name)
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
        async with self._slot():
            began = time.monotonic()
            try:
                response = await self.client.send(request, stream=True)
            except Exception as error:
                raise connection_error(error, self.system) from error
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
                raise connection_error(error, self.system) from error
            finally:
                await response.aclose()

    def _log_failure(self, response: httpx.Response, name: str) -> None:
        # the other side's word, so only what an id is made of
        found = response.headers.get(self.request_id_header, "") if self.request_id_header else ""
        if given := re.sub(r"[^\w.:-]", "", found)[:64]:
            self.log("refused", call=name, status=response.status_code, request_id=given)

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
