"""The pace finds a hidden limit, stays near it, and never exceeds the concurrency cap."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apis.pace import Pace, Shut


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self):
        self.now = 0.0
        self.sleepers = []

    def clock(self):
        return self.now

    async def sleep(self, seconds):
        future = asyncio.get_running_loop().create_future()
        self.sleepers.append((self.now + seconds, len(self.sleepers), future))
        await future

    async def run_until(self, end):
        while True:
            for _ in range(6):
                await asyncio.sleep(0)
            self.sleepers = [s for s in self.sleepers if not s[2].done()]
            due = min(self.sleepers, default=None, key=lambda s: s[:2])
            if due is None or due[0] > end:
                self.now = end
                return
            self.now = max(self.now, due[0])
            due[2].set_result(None)


class Bucket:
    """A hidden limit: `rate(t)` calls a second, a small burst."""

    def __init__(self, time, rate, burst):
        self.time, self.rate, self.burst = time, rate, burst
        self.tokens, self.last = burst, 0.0

    def allows(self):
        now = self.time.now
        self.tokens = min(self.burst, self.tokens + (now - self.last) * self.rate(now))
        self.last = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def drive(time, pace, bucket, *, latency, warm_up, end, callers=32):
    """Call as fast as the pace lets, and return (through, throttled) after the warm-up."""
    count = {"ok": 0, "throttled": 0}

    async def caller():
        while True:
            async with pace.slot():
                await time.sleep(latency)
                allowed = bucket.allows()
            if allowed:
                pace.answered(latency)
            else:
                pace.throttled(None)
            if time.now >= warm_up:
                count["ok" if allowed else "throttled"] += 1

    tasks = [asyncio.create_task(caller()) for _ in range(callers)]
    await time.run_until(end)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return count["ok"], count["throttled"]


@pytest.mark.parametrize(("limit", "latency"), [(10, 0.05), (60, 0.05), (300, 0.05), (60, 0.3)])
def test_a_hidden_limit_is_used_and_hardly_exceeded(limit, latency):
    """After 30 s of warm-up: at least 90 % of what is allowed, under 1 % of answers are 429."""
    time = Time()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    bucket = Bucket(time, lambda _: limit, burst=max(2, limit / 10))
    ok, throttled = asyncio.run(drive(time, pace, bucket, latency=latency, warm_up=30, end=90))
    assert ok >= 0.9 * limit * 60
    assert throttled <= 0.01 * (ok + throttled)


def test_a_limit_that_changes_is_followed():
    """When the limit is halved and then doubled, the pace is back within 40 s."""
    time = Time()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    bucket = Bucket(time, lambda t: 100 if t < 40 or t > 80 else 50, burst=10)
    ok, throttled = asyncio.run(drive(time, pace, bucket, latency=0.05, warm_up=120, end=150))
    assert ok >= 0.9 * 100 * 30
    assert throttled <= 0.02 * (ok + throttled)


@pytest.mark.parametrize("latency", [0.005, 0.05])
def test_a_limit_that_rises_and_falls_is_used(latency):
    """
    After 10 s of warm-up: at least 90 % of what is allowed, while the limit rises and then falls.

    A fall is learnt from 429s alone, so that it may cost as many again as the 1 % of all answers.
    """
    time = Time()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    bucket = Bucket(time, lambda t: 120 * (1.0, 1.25, 0.75)[int(t / 14) % 3], burst=15)
    ok, throttled = asyncio.run(
        drive(time, pace, bucket, latency=latency, warm_up=10, end=36, callers=64)
    )
    assert ok >= 0.9 * (4 * 120 + 14 * 150 + 8 * 90)
    assert throttled < 0.02 * (ok + throttled)


def test_latency_alone_bounds_without_a_limit():
    """With no limit, throughput is at least 95 % of concurrency ÷ latency."""
    time = Time()
    pace = Pace(concurrency=16, max_concurrency=16, clock=time.clock, sleep=time.sleep)
    bucket = Bucket(time, lambda _: 1e9, burst=1e9)
    ok, _ = asyncio.run(drive(time, pace, bucket, latency=0.2, warm_up=10, end=30))
    assert ok >= 0.95 * (16 / 0.2) * 20


@pytest.mark.parametrize(("latency", "callers"), [(0.25, 32), (0.3, 64)])
def test_quick_first_answers_are_no_yardstick(latency, callers):
    """A description comes at once, writes take their time: the cap is not cut for it for long."""
    time = Time()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    pace.answered(0.002)
    bucket = Bucket(time, lambda _: 1e9, 1e9)
    ok, _ = asyncio.run(
        drive(time, pace, bucket, latency=latency, warm_up=8, end=20, callers=callers)
    )
    assert ok >= 0.95 * (min(callers, pace.max_concurrency) / latency) * 12


def test_a_server_that_we_make_slow_gets_fewer_calls_at_once():
    """Latency that grows with our own calls is our doing: the cap falls and stays down."""
    pace = Pace(clock=(clock := Time()).clock, concurrency=48)
    pace.answered(0.02)
    for _ in range(400):
        clock.now += 0.05
        pace.answered(0.02 * pace.limit)
    assert pace.limit < 12


def test_retry_after_closes_the_pace_for_everyone():
    """Nobody calls before the time that the other side named."""
    time = Time()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    calls = []

    async def scene():
        pace.throttled(7.0)

        async def caller():
            async with pace.slot():
                calls.append(time.now)

        tasks = [asyncio.create_task(caller()) for _ in range(3)]
        await time.run_until(20)
        await asyncio.gather(*tasks)

    asyncio.run(scene())
    assert len(calls) == 3
    assert min(calls) >= 7.0


@given(st.lists(st.sampled_from(["ok", "slow", "429", "wait"]), max_size=300))
@settings(max_examples=50, deadline=None)
def test_rate_and_cap_stay_within_their_bounds(events):
    """Whatever comes back, the pace neither stops nor runs away."""
    now = 0.0
    pace = Pace(clock=lambda: now)
    for event in events:
        now += 0.01
        if event == "429":
            pace.throttled()
        elif event == "wait":
            pace.throttled(2.0)
        else:
            pace.answered(5.0 if event == "slow" else 0.01)
        assert pace.min_rate <= pace.rate <= pace.max_rate
        assert pace.min_concurrency <= pace.limit <= pace.max_concurrency


def test_the_cap_holds():
    """Never more calls at once than the cap."""
    pace = Pace(concurrency=5, max_concurrency=5, rate=1e6)
    running = most = 0

    async def caller():
        nonlocal running, most
        async with pace.slot():
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.001)
            running -= 1

    async def scene():
        await asyncio.gather(*(caller() for _ in range(60)))

    asyncio.run(scene())
    assert most == 5


def test_a_pause_that_nobody_waits_for_is_told_at_once():
    """Asked for a day: callers, and those who wait for a turn already, are told and not held."""
    time = Time()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    told = []

    async def caller():
        try:
            async with pace.slot():
                told.append("called")
        except Shut as shut:
            told.append(shut.seconds)

    async def scene():
        pace.throttled(600.0)
        early = asyncio.create_task(caller())
        await time.run_until(1.0)
        pace.throttled(86_400.0)
        late = asyncio.create_task(caller())
        await time.run_until(1.0 + 2 * 5.0)
        await asyncio.gather(early, late)
        await time.run_until(1.0 + 86_400.0)
        await asyncio.gather(caller(), time.run_until(time.now + 30))

    asyncio.run(scene())
    assert len(told) == 3
    assert all(86_000 < seconds <= 86_400 for seconds in told[:2])
    assert told[2] == "called"
