"""
How fast we call: calls a second paced by what 429s teach, calls at once capped by latency.

The two are apart because they limit different things: a rate limit counts calls, and a busy server
grows slow. It retries nothing and knows no HTTP. One pace per host and process: one budget.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

WINDOW = 2.0  # seconds over which what got through is measured


class Pace:
    """A budget of calls: additive increase, multiplicative decrease, shared by all callers."""

    def __init__(
        self,
        *,
        rate: float = 50.0,
        min_rate: float = 0.2,
        max_rate: float = 20_000.0,
        concurrency: int = 16,
        max_concurrency: int = 48,
        min_concurrency: int = 4,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Start at `rate` calls/s; doubling each second until the first 429, careful after it."""
        self.rate, self.min_rate, self.max_rate = rate, min_rate, max_rate
        self.limit = float(concurrency)
        self.min_concurrency, self.max_concurrency = min_concurrency, max_concurrency
        self.throttled_calls = self.calls = 0
        self._clock, self._sleep = clock, sleep
        self._running = 0
        self._waiters: deque[asyncio.Future[None]] = deque()
        self._next_call = self._closed_until = 0.0
        self._ceiling: float | None = None  # the rate that drew the last 429
        self._last_cut = float("-inf")
        self._through: deque[float] = deque()  # when answers came, within WINDOW
        self._base_latency: float | None = None
        self._latency: float | None = None
        self._last_shrink = float("-inf")

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one call's place: below the concurrency cap, at its turn in the pace."""
        await self._enter()
        try:
            await self._turn()
            self.calls += 1
            yield
        finally:
            self._leave()

    async def _enter(self) -> None:
        while self._running >= int(self.limit):
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            try:
                await waiter
            except asyncio.CancelledError:
                self._wake()  # a place given to a cancelled caller goes to the next
                raise
        self._running += 1

    def _leave(self) -> None:
        self._running -= 1
        self._wake()

    def _wake(self) -> None:
        free = int(self.limit) - self._running
        while self._waiters and free > 0:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                free -= 1

    async def _turn(self) -> None:
        while True:
            now = self._clock()
            if self._closed_until > now:
                await self._sleep(self._closed_until - now)
                continue
            # turns left unused are lost but for a moment's worth: no burst after a pause
            turn = max(self._next_call, now - 0.05)
            self._next_call = turn + 1.0 / self.rate
            if turn > now:
                await self._sleep(turn - now)
                if self._closed_until > self._clock():
                    continue  # closed while we waited: take a new turn
            return

    def answered(self, latency: float) -> None:
        """Learn from an answer that was no 429; `latency` in seconds."""
        now = self._clock()
        self._through.append(now)
        self._forget(now)
        if self._rate_is_what_limits():
            self._raise_rate()
        self._learn_latency(latency, now)

    def throttled(self, retry_after: float | None = None) -> None:
        """Learn from a 429: cut the rate once per burst of them, and wait as long as asked."""
        now = self._clock()
        self.throttled_calls += 1
        if retry_after:
            self._closed_until = max(self._closed_until, now + retry_after)
        if now - self._last_cut < max(1.0, 2 * (self._latency or 0.0)):
            return
        self._last_cut = now
        self._forget(now)
        got_through = len(self._through) / WINDOW
        # far above what gets through (the first climb): fall to that; else a little at a time
        overshot = self._ceiling is None or self.rate > 2.0 * got_through
        self._ceiling = min(self.rate, max(got_through, self.rate / 4)) if overshot else self.rate
        self.rate = max(self.min_rate, self._ceiling * 0.92)
        if not retry_after:
            self._closed_until = max(self._closed_until, now + min(1.0, 2.0 / self.rate))

    def _rate_is_what_limits(self) -> bool:
        # idle callers must not earn a rate that was never tried
        return len(self._through) / WINDOW >= 0.7 * self.rate or self._next_call > self._clock()

    def _raise_rate(self) -> None:
        if self._ceiling is None:
            step = 1.0  # per answer, so the rate doubles each second
        elif self.rate < 0.97 * self._ceiling:
            step = 0.03 * self._ceiling / self.rate  # 3 % of the ceiling a second
        else:
            # probe beyond it: 1 % a second, bolder the longer it goes well (the limit may be a
            # higher one now), and gently where calls are few, since each probe ends in a 429
            boldness = max(1.0, ((self._clock() - self._last_cut) / 12.0) ** 2)
            step = self._ceiling * min(0.01 / self.rate, 0.0002) * boldness
            step = min(step, 0.25)
        self.rate = min(self.max_rate, self.rate + step)

    def _learn_latency(self, latency: float, now: float) -> None:
        self._base_latency = (
            latency
            if self._base_latency is None
            # the floor rises slowly, so that a server that became slower for good is accepted
            else min(latency, self._base_latency * 1.002 + 1e-6)
        )
        self._latency = latency if self._latency is None else 0.9 * self._latency + 0.1 * latency
        slow = self._latency > 3.0 * self._base_latency + 0.05
        if slow and now - self._last_shrink > max(0.5, self._latency):
            self._last_shrink = now
            if self.limit > self.min_concurrency:
                self.limit = max(self.min_concurrency, self.limit * 0.9)
            elif self._latency > 10.0 * self._base_latency + 0.5:
                self.rate = max(self.min_rate, self.rate * 0.9)
        elif not slow and self._running >= int(self.limit):
            self.limit = min(self.max_concurrency, self.limit + 1.0 / self.limit)
            self._wake()

    def _forget(self, now: float) -> None:
        while self._through and now - self._through[0] > WINDOW:
            self._through.popleft()


_paces: dict[str, Pace] = {}


def pace_for(host: str) -> Pace:
    """Return this process's one pace for a host."""
    return _paces.setdefault(host, Pace())


def forget_paces() -> None:
    """Drop what was learnt: for tests, each of which has its own event loop."""
    _paces.clear()
