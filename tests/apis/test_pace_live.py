"""The real client under a hidden, changing limit, and bounded by latency alone."""

import asyncio
import time

import httpx
import pytest

from apis.nutshell import Nutshell
from apis.pace import Pace
from common.errors import ApiError
from common.settings import NutshellAccess
from tests.extract.conftest import Sandbox

CALLERS = 64


@pytest.fixture(scope="module")
def access(tmp_path_factory):
    served = Sandbox(tmp_path_factory.mktemp("paced"), size=50)
    env = served.env
    yield NutshellAccess(env["NUTSHELL_URL"], env["NUTSHELL_USERNAME"], env["NUTSHELL_API_KEY"])
    served.process.terminate()
    served.process.wait()


def misbehave(access, faults):
    httpx.post(f"{access.url}/_sandbox/faults", json=faults).raise_for_status()


def ask(access, faults, *, warm_up, seconds):
    """Call without pause; return (answers, 429s, seconds) of the time after the warm-up."""

    async def scene():
        pace = Pace()
        async with Nutshell.connect(access, pace=pace) as nutshell:
            number = (await nutshell.find_page("findUsers", 1))[0]["id"]
            await asyncio.to_thread(misbehave, access, faults)
            began, answers = time.monotonic(), 0

            async def caller():
                nonlocal answers
                while time.monotonic() - began < warm_up + seconds:
                    try:
                        await nutshell.rpc("getUser", {"userId": number})
                    except ApiError:
                        continue
                    answers += time.monotonic() - began > warm_up

            async def count():
                await asyncio.sleep(warm_up)
                return pace.throttled_calls

            counting = asyncio.create_task(count())
            await asyncio.gather(*(caller() for _ in range(CALLERS)))
            return answers, pace.throttled_calls - await counting

    try:
        return asyncio.run(scene())
    finally:
        misbehave(access, {"profile": "none"})


def test_a_hidden_limit_that_changes_is_used(access):
    """
    After 10 s of warm-up: at least 90 % of what is allowed, while the limit rises and then falls.

    A fall is learnt from 429s alone, so that it may cost as many again as the 1 % of all answers.
    """
    faults = {"rate": 120.0, "burst": 15, "rate_factors": [1.0, 1.25, 0.75], "rate_period": 14.0,
              "retry_after": "none"}  # fmt: skip
    answers, refused = ask(access, faults, warm_up=10.0, seconds=26.0)
    allowed = 4 * 120 + 14 * 150 + 8 * 90
    print(f"{answers / allowed:.1%} of the limit, {refused} of {answers + refused} answers 429")
    assert answers >= 0.9 * allowed
    assert refused < 0.02 * (answers + refused)


def test_latency_is_what_bounds(access):
    """
    Without a limit: at least 95 % of concurrency ÷ latency, after 6 s of warm-up.

    The first answers come at once, as descriptions and definitions do; that is no yardstick.
    """
    latency = 0.3
    answers, _ = ask(access, {"latency": latency}, warm_up=6.0, seconds=6.0)
    allowed = Pace().max_concurrency / latency * 6.0
    print(f"{answers / allowed:.1%} of concurrency ÷ latency")
    assert answers >= 0.95 * allowed
