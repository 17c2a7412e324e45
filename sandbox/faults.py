"""Makes a server misbehave on purpose, for both halves; how badly is in the profile."""

from __future__ import annotations

import asyncio
import gzip
import random
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, formatdate
from typing import Any

import orjson
from aiohttp import web

from sandbox.fault_profiles import BadProfile, Profile, read_profile

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: Of these at most one strikes a request.
ONE_OF = (
    "error_before", "reset_before", "error_body", "lost_drop", "lost_timeout", "lost_500",
    "malformed", "truncated", "late_commit", "lying_total", "cut_file",
)  # fmt: skip
_READING = re.compile(rb'"method"\s*:\s*"(?:find|get|search)')
_GETTING = re.compile(rb'"method"\s*:\s*"get(?:Contact|Account|Lead|Activity)"')
_FINDING = re.compile(rb'"method"\s*:\s*"find')
_WHOLE = re.compile(rb'"stubResponses"\s*:\s*false')
_FILE_PATH = re.compile(r"/content$|/files/|/file/api/")
_DIGITS = re.compile(r"/[^/]*\d[^/]*")


class Faults:
    """
    The middleware of one server, its counters and its control paths.

    `disturb` is set by the application: it changes some record as a human at work would.
    `request["cut_midway"]` tells a handler that streams to stop in the middle; answers that are
    whole in memory are cut here.
    """

    def __init__(self, profile: str | dict[str, Any] = "none", seed: int = 0) -> None:
        self.profile: Profile = read_profile(profile)
        self.stats: Counter[str] = Counter()
        self.disturb: Callable[[random.Random], Any] | None = None
        self._rng = random.Random(seed)  # noqa: S311  # repeatable, not secret
        self._tasks: set[asyncio.Task[Any]] = set()
        self._released, self._hurried = asyncio.Event(), asyncio.Event()
        self._restart()

    def _restart(self) -> None:
        self._tokens, self._refilled = self.profile.burst, time.monotonic()
        self._read_tokens, self._read_refilled = self.profile.read_burst, self._refilled
        self._started = self._refilled
        self._calls = self._struck = 0

    def set(self, profile: str | dict[str, Any]) -> None:
        """Behave otherwise from now on; what is held goes on."""
        self.profile = read_profile(profile)
        self._released.set()
        self._released = asyncio.Event()
        self._restart()

    def forget(self) -> None:
        """Drop late commits that are still under way, and the counters: a new first day."""
        for task in self._tasks:
            task.cancel()
        self.stats.clear()
        self._restart()

    # ── control paths ───────────────────────────────────────────────────────────────────────────

    def add_routes(self, app: web.Application) -> None:
        """Register POST /_sandbox/faults, POST /_sandbox/late and GET /_sandbox/stats."""
        self.add_switch(app)
        app.router.add_get("/_sandbox/stats", self._show)
        app.router.add_post("/_sandbox/late", self._hurry)

    def add_switch(self, app: web.Application) -> None:
        """Register POST /_sandbox/faults alone, for a server with counters of its own."""
        app.router.add_post("/_sandbox/faults", self._change)

    async def _change(self, request: web.Request) -> web.Response:
        body = (await request.read()).decode()
        try:
            named = orjson.loads(body) if body.startswith(("{", '"')) else body
            self.set(named)
        except (BadProfile, orjson.JSONDecodeError, TypeError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response({"faults": body})

    async def _hurry(self, _request: web.Request) -> web.Response:
        """Let every late commit that is under way happen now; answer when all have."""
        waiting = list(self._tasks)
        self._hurried.set()
        self._hurried = asyncio.Event()
        await asyncio.gather(*waiting, return_exceptions=True)
        return web.json_response({"came": len(waiting)})

    async def _show(self, _request: web.Request) -> web.Response:
        return web.json_response(dict(sorted(self.stats.items())))

    # ── the middleware ──────────────────────────────────────────────────────────────────────────

    @property
    def middleware(self) -> Any:
        """Return the aiohttp middleware; it stands before every other one."""

        @web.middleware
        async def misbehave(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path.startswith("/_sandbox/"):
                return await handler(request)
            response = await self._respond(request, handler)
            if self.profile.clock_seconds and not response.prepared:
                told = time.time() + self.profile.clock_seconds
                response.headers["Date"] = formatdate(told, usegmt=True)
            self._count(request, response.status)
            return response

        return misbehave

    def _count(self, request: web.Request, status: int) -> None:
        if request.path != "/api/v1/json":
            self.stats[f"{request.method} {_DIGITS.sub('/*', request.path)}"] += 1
        self.stats[f"http {status}"] += 1

    async def _respond(  # noqa: PLR0911  # a line a way out
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        profile = self.profile
        if profile is _NO_FAULTS:
            return await handler(request)
        if (refusal := self._over_limit() or self._expired()) is not None:
            return refusal
        dear = profile.read_rate and await _is_dear(request)
        if dear and (refusal := self._over_read_limit()) is not None:
            return refusal
        await self._wait()
        if profile.only_writes and not await _writes(request):
            return await handler(request)
        if profile.hold_after and not await self._hold(request):
            return _drop(request)
        if self.disturb and self._rng.random() < profile.disturb:
            self.stats["fault disturb"] += 1
            result = self.disturb(self._rng)
            if asyncio.iscoroutine(result):
                await result
        fault = self._roll(request)
        if fault is None:
            return await handler(request)
        self.stats[f"fault {fault}"] += 1
        return await self._strike(fault, request, handler)

    def _roll(self, request: web.Request) -> str | None:
        roll = self._rng.random()
        for name in ONE_OF:
            if name == "cut_file" and not _FILE_PATH.search(request.path):
                continue
            if name == "lying_total" and (
                request.method != "GET" or _FILE_PATH.search(request.path)
            ):
                continue
            roll -= getattr(self.profile, name)
            if roll < 0:
                return name
        return None

    async def _strike(
        self, fault: str, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        if fault == "error_before":
            return _server_error(self._rng.choice((500, 502, 503)))
        if fault == "error_body":
            error = {"code": 500, "message": "Internal Server Error", "data": None}
            return web.json_response({"result": None, "id": None, "error": error, "jsonrpc": "2.0"})
        if fault == "reset_before":
            return _drop(request)
        if fault == "late_commit":
            # the body is read now: the connection is gone when it is needed
            await request.read()
            self._keep(self._late(request, handler))
            await asyncio.sleep(self.profile.hang_seconds)
            return _drop(request)
        if fault == "cut_file":
            request["cut_midway"] = True
        response = await handler(request)
        return await self._spoil(fault, request, response)

    async def _spoil(  # noqa: PLR0911  # a line a fault
        self, fault: str, request: web.Request, response: web.StreamResponse
    ) -> web.StreamResponse:
        """Do what happens to the answer of a call that had its effect."""
        if fault == "lost_drop":
            return _drop(request)
        if fault == "lost_timeout":
            await asyncio.sleep(self.profile.hang_seconds)
            return _drop(request)
        if fault == "lost_500":
            return _server_error(500)
        if not isinstance(response, web.Response) or not isinstance(response.body, bytes):
            return response
        is_json = response.content_type == "application/json"
        if fault == "lying_total":
            return _lie(response, self._rng) if is_json else response
        if fault == "malformed" and is_json:
            response.body = response.body[: len(response.body) * 2 // 3] + b'"}]<html>'
            return response
        if fault == "truncated" or (fault == "cut_file" and not is_json):
            return await _truncate(request, response)
        return response

    async def _late(self, request: web.Request, handler: Handler) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hurried.wait(), self.profile.late_seconds)
        await handler(request)

    def _keep(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hold(self, request: web.Request) -> bool:
        """Wait if it is this call's turn to; say whether its caller is still there."""
        self._struck += 1
        if self._struck > self.profile.hold_after:
            self.stats["held"] += 1
            try:
                await self._released.wait()
            finally:
                self.stats["held"] -= 1
        return request.transport is not None and not request.transport.is_closing()

    # ── limits, credentials, slowness ───────────────────────────────────────────────────────────

    def _over_limit(self) -> web.Response | None:
        profile = self.profile
        if not profile.rate:
            return None
        now = time.monotonic()
        turn = int((now - self._started) / profile.rate_period) % len(profile.rate_factors)
        rate = profile.rate * profile.rate_factors[turn]
        self._tokens = min(profile.burst, self._tokens + (now - self._refilled) * rate)
        self._refilled = now
        if self._tokens >= 1:
            self._tokens -= 1
            self.stats["allowed by the limit"] += 1
            return None
        return self._too_many((1 - self._tokens) / rate)

    def _over_read_limit(self) -> web.Response | None:
        profile, now = self.profile, time.monotonic()
        gained = (now - self._read_refilled) * profile.read_rate
        self._read_tokens = min(profile.read_burst, self._read_tokens + gained)
        self._read_refilled = now
        if self._read_tokens >= 1:
            self._read_tokens -= 1
            return None
        self.stats["fault dear read"] += 1
        return self._too_many((1 - self._read_tokens) / profile.read_rate)

    def _too_many(self, wait: float) -> web.Response:
        style = self.profile.retry_after
        if style == "mixed":
            style = self._rng.choice(("none", "seconds", "date"))
        headers = {}
        if style == "seconds":
            headers["Retry-After"] = str(max(1, round(wait)))
        elif style == "date":
            at = datetime.now(UTC) + timedelta(seconds=max(1.0, wait))
            headers["Retry-After"] = format_datetime(at, usegmt=True)
        elif style != "none":
            headers["Retry-After"] = style
        error = {"code": "too_many_requests", "message": "Too many requests"}
        return web.json_response({"error": error}, status=429, headers=headers)

    def _expired(self) -> web.Response | None:
        profile = self.profile
        if not profile.expire_after:
            return None
        self._calls += 1
        over = self._calls - profile.expire_after
        if over <= 0 or (profile.expire_for and over > profile.expire_for):
            return None
        error = {"code": "unauthorized", "message": "The credentials have expired"}
        return web.json_response({"error": error}, status=401)

    async def _wait(self) -> None:
        seconds = self.profile.latency
        if self.profile.tail and self._rng.random() < self.profile.tail:
            self.stats["fault tail"] += 1
            tail = self.profile.tail_seconds * self._rng.paretovariate(1.2)
            seconds += min(tail, self.profile.tail_most)
        if seconds:
            await asyncio.sleep(seconds)


_NO_FAULTS = read_profile("none")


async def _writes(request: web.Request) -> bool:
    if request.method == "GET":
        return False
    if request.path != "/api/v1/json":
        return True
    return _READING.search(await request.read()) is None


async def _is_dear(request: web.Request) -> bool:
    """Say whether a call reads whole records: one by one, or a listing that is not of stubs."""
    if request.path != "/api/v1/json" or request.method == "GET":
        return False
    body = await request.read()
    return bool(_GETTING.search(body) or (_FINDING.search(body) and _WHOLE.search(body)))


def _server_error(status: int) -> web.Response:
    headers = {"Retry-After": "1"} if status == 503 else {}
    error = {"code": status, "message": "Internal Server Error"}
    return web.json_response({"error": error}, status=status, headers=headers)


def _drop(request: web.Request) -> web.Response:
    """Close the connection without an answer; the returned one goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


async def _truncate(request: web.Request, response: web.Response) -> web.StreamResponse:
    """Announce the whole length, send half, close."""
    body = bytes(response.body)  # type: ignore[arg-type]
    stream = web.StreamResponse(status=response.status, headers=response.headers)
    stream.content_length = len(body)
    await stream.prepare(request)
    await stream.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return stream


def _lie(response: web.Response, rng: random.Random) -> web.Response:
    raw = bytes(response.body)  # type: ignore[arg-type]
    if response.headers.get("Content-Encoding") == "gzip":
        raw = gzip.decompress(raw)
        del response.headers["Content-Encoding"]
    body = orjson.loads(raw)
    if isinstance(body, dict) and isinstance(body.get("total"), int):
        body["total"] = max(0, body["total"] + rng.choice((-7, -1, 1, 5)))
        raw = orjson.dumps(body)
    response.body = raw
    return response
