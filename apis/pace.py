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
REACTION = 0.15  # seconds in which 429s still answer calls made before the cut
STILL_TOO_FAST = 1.5  # seconds after a cut in which another 429 means that it was too small
CALLS_PER_PROBE = 150  # between two 429s of our own making, so that they stay below 1 %
PAUSES_PER_PROBE = 10  # likewise: what a 429 costs in waiting
SHRUNK, HARDLY_BETTER = 0.5, 0.8  # a cap that fell so far, and a latency that did not follow
BOLDNESS = 0.05  # how fast a probe grows, per second and second
BLIND = 0.5  # calls too many that a probe may make before the first answer to one of them
LONGEST_PAUSE = 900.0  # seconds that are waited when asked; who asks for more is come back to
SHORT = 0.5  # seconds that anybody who was told to end may still wait
GLANCE = 5.0  # seconds: who waits looks up this often whether the other side has shut meanwhile


class Shut(Exception):
    """The other side wants no calls for longer than anybody waits; `seconds` from now."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"shut for {seconds:.0f} s")
        self.seconds = seconds


class Ended(Exception):
    """The command was told to end: nobody waits for a turn any more."""


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
        longest_pause: float = LONGEST_PAUSE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Start at `rate` calls/s; climbing fast until the first 429, careful after it."""
        self.rate, self.min_rate, self.max_rate = rate, min_rate, max_rate
        self.limit = float(concurrency)
        self.min_concurrency, self.max_concurrency = min_concurrency, max_concurrency
        self.longest_pause = longest_pause
        self.throttled_calls = self.calls = 0
        self._clock, self._sleep = clock, sleep
        self._running, self._crowded = 0, False
        self._turnstile = asyncio.Lock()
        self._ended = asyncio.Event()
        self._waiters: deque[asyncio.Future[None]] = deque()
        self._next_call = self._closed_until = 0.0
        self._shut_until = float("-inf")
        self._ceiling: float | None = None  # the rate that drew the last 429
        self._last_cut, self._since_cut = float("-inf"), 0
        self._cuts = 0  # in a row
        self._drew, self._cost = 0, 1.0  # 429s since the last cut, and per cut; a moving average
        self._pause = 0.0  # what a 429 costs, seconds; a moving average
        self._started = clock()
        self._through: deque[float] = deque()  # when answers came, within WINDOW
        self._base_latency: float | None = None
        self._latency: float | None = None
        self._last_shrink = float("-inf")
        self._before_slow: tuple[float, float] | None = None  # cap and latency as slowness began

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one call's place: below the concurrency cap, at its turn in the pace; or Shut."""
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
        self._crowded = self._running >= int(self.limit)
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
        # one at a time: turns given out ahead would keep the old rate for all who hold one
        async with self._turnstile:
            while True:
                if self.has_ended:
                    raise Ended
                now = self._clock()
                if now < self._shut_until:
                    raise Shut(self._shut_until - now)
                # turns left unused are lost but for a moment's worth: no burst after a pause
                turn = max(self._next_call, self._closed_until, now - 0.05)
                if turn <= now:
                    self._next_call = turn + 1.0 / self.rate
                    return
                await self.rest(min(turn - now, GLANCE), self._sleep)

    @property
    def has_ended(self) -> bool:
        """Whether `end` was called."""
        return self._ended.is_set()

    def end(self) -> None:
        """Wake whoever waits, to leave without a call; calls that are under way come to an end."""
        self._ended.set()

    async def rest(self, seconds: float, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Sleep, but for no longer than until `end` is called."""
        if seconds < SHORT:  # most waits are: two tasks for each would cost more than they last
            await sleep(seconds)
            return
        sleeping = asyncio.ensure_future(sleep(seconds))
        ending = asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait((sleeping, ending), return_when=asyncio.FIRST_COMPLETED)
        finally:
            ending.cancel()
            sleeping.cancel()

    def answered(self, latency: float) -> None:
        """Learn from an answer that was no 429; `latency` in seconds."""
        now = self._clock()
        self._through.append(now)
        self._forget(now)
        if self._rate_is_what_limits():
            self._raise_rate()
        self._learn_latency(latency, now)

    def throttled(self, retry_after: float | None = None) -> None:
        """
        Learn from a 429: cut once for all calls under way, and wait as long as asked.

        Who is asked to wait beyond `longest_pause` is told so (Shut) instead of being held.
        """
        now = self._clock()
        self.throttled_calls += 1
        if retry_after is not None and retry_after > self.longest_pause:
            self._shut_until = max(self._shut_until, now + retry_after)
            return
        if retry_after:
            self._closed_until = max(self._closed_until, now + retry_after)
        since = now - self._last_cut
        if since < max(REACTION, 2 * (self._latency or 0.0)):
            self._drew += 1  # they teach nothing, but they are what that probe cost
            return
        self._cost, self._drew = 0.8 * self._cost + 0.2 * self._drew, 1
        self._forget(now)
        if self._ceiling is None:  # the first climb overshoots: fall to what got through
            got_through = len(self._through) / min(WINDOW, max(now - self._started, 0.5))
            self._ceiling = min(self.rate, max(got_through, self.rate / 4))
        elif since < STILL_TOO_FAST:  # the cut was not enough: the limit has fallen
            self._cuts += 1
            self._ceiling = self.rate * max(0.75, 1.0 - 0.07 * (self._cuts - 1))
        else:  # between what went well and what did not
            self._cuts = 0
            self._ceiling = min(self.rate, (self._ceiling + self.rate) / 2)
        self._last_cut, self._since_cut = now, 0
        # who waits as long as asked need not make room as well
        self.rate = max(self.min_rate, self._ceiling * (0.97 if retry_after else 0.92))
        pause = retry_after or min(1.0, 2.0 / self.rate)
        self._pause = 0.8 * self._pause + 0.2 * pause
        self._closed_until = max(self._closed_until, now + pause)

    def _rate_is_what_limits(self) -> bool:
        # idle callers must not earn a rate that was never tried
        return len(self._through) / WINDOW >= 0.7 * self.rate or self._next_call > self._clock()

    def _raise_rate(self) -> None:
        now = self._clock()
        self._since_cut += 1
        if self._ceiling is None:
            step = 3.0  # per answer: the first climb is quick, and ends at the first 429
        elif self.rate < 0.97 * self._ceiling:
            step = 0.06 * self._ceiling / self.rate  # 6 % of the ceiling a second
        elif (
            self._since_cut < CALLS_PER_PROBE * max(1.0, self._cost)
            or now - self._last_cut < PAUSES_PER_PROBE * self._pause
        ):
            step = 0.002 * self._ceiling / self.rate  # a probe costs a 429 and its pause
        else:
            # the limit may be a higher one now: the longer it goes well, the bolder, but for what
            # is already on its way when the first 429 comes back: slow answers, small steps
            late = now - self._last_cut - PAUSES_PER_PROBE * self._pause
            blind = BLIND / (self.rate * max(self._latency or 0.0, 0.01) ** 2)
            step = min(BOLDNESS * late, 1.0, blind)
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
        if not slow:
            self._before_slow = None
        if slow and now - self._last_shrink > max(0.5, self._latency):
            self._last_shrink = now
            cap, worst = self._before_slow or (self.limit, self._latency)
            self._before_slow = cap, max(worst, self._latency)
            if self.limit <= SHRUNK * cap and self._latency >= HARDLY_BETTER * worst:
                # fewer calls at once did not help, so it is not our doing: this is its pace now
                self._base_latency, self.limit, self._before_slow = self._latency, cap, None
                self._last_shrink = float("-inf")
                self._wake()
            elif self.limit > self.min_concurrency:
                self.limit = max(self.min_concurrency, self.limit * 0.9)
            elif self._latency > 10.0 * self._base_latency + 0.5:
                self.rate = max(self.min_rate, self.rate * 0.9)
        elif not slow and self._crowded:  # told on leaving: whoever is next has not entered yet
            # one more for each answer until the server first grows slow, then one for each round
            step = 1.0 if self._last_shrink == float("-inf") else 1.0 / self.limit
            self.limit = min(self.max_concurrency, self.limit + step)
            self._wake()

    def _forget(self, now: float) -> None:
        while self._through and now - self._through[0] > WINDOW:
            self._through.popleft()


_paces: dict[str, Pace] = {}


def pace_for(host: str, calls_at_once: int = 16) -> Pace:
    """Return this process's one pace for a host; it starts with so many calls at once."""
    return _paces.setdefault(host, Pace(concurrency=calls_at_once))


def end_waiting() -> None:
    """Let nobody in this process wait any longer: what has not been called is not called."""
    for pace in _paces.values():
        pace.end()


def forget_paces() -> None:
    """Drop what was learnt: a pace belongs to the event loop that it was made in."""
    _paces.clear()
