"""One HTTP policy: what is repeated, what never is, and what must not leak."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
from aiohttp import web

from apis.http import Http, Patience
from apis.http_errors import System, parse_json, parse_retry_after
from apis.pace import Pace
from apis.visual_practice import VisualPractice
from common.console import Console
from common.errors import (
    AnswerLost,
    AnswerMalformed,
    ComeBack,
    CredentialsRefused,
    EffectUnknown,
    InsecureAddress,
    NotFound,
    Rejected,
    ServerFailed,
    Transient,
    Unreachable,
)
from extract.resources import DIALECT
from tests.journeys.listening import listening
from tests.waiting import STEP

QUICK = Patience(first_wait=0.001, longest_wait=0.002, attempts=4)


def serve_and_call(handler, **call):
    """Serve `handler` for every path, make one call, return (outcome, calls seen)."""

    patience = replace(QUICK, read_timeout=call.pop("read_timeout", STEP))

    async def scene():
        seen = []

        async def handle(request):
            seen.append(request)
            return await handler(request, len(seen))

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        try:
            async with Http(
                url, System("Test"), auth=("u", "secret"), patience=patience, pace=Pace()
            ) as http:
                outcome = await http.call(
                    call.pop("method", "GET"), "/x", lambda r: parse_json(r, System("Test")), **call
                )
        except Exception as error:
            outcome = error
        finally:
            await runner.cleanup()
        return outcome, seen

    return asyncio.run(scene())


def answer(status=200, body=b'{"ok": 1}', **headers):
    return web.Response(status=status, body=body, headers=headers)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_read_is_repeated_after_a_failure(status):
    """5xx, then an answer: the caller only sees the answer."""

    async def handler(request, number):
        return answer(status) if number < 3 else answer()

    outcome, seen = serve_and_call(handler)
    assert (outcome, len(seen)) == ({"ok": 1}, 3)


@pytest.mark.parametrize("body", [b'{"ok": ', b"<html>", b""])
def test_broken_json_is_transient(body):
    """Cut or absent JSON is asked for again."""

    async def handler(request, number):
        return answer(body=body) if number == 1 else answer()

    outcome, seen = serve_and_call(handler)
    assert (outcome, len(seen)) == ({"ok": 1}, 2)


def test_a_dropped_connection_is_lost_not_unreachable():
    """The transport calls it a connect timeout; we know that the call had been sent."""

    async def handler(request, number):
        request.transport.abort()
        return answer()

    outcome, _ = serve_and_call(handler)
    assert isinstance(outcome, AnswerLost)


@pytest.mark.parametrize("how", ["abort", "500", "503", "timeout", "garbage"])
def test_a_write_is_never_repeated_once_it_may_have_taken_effect(how):
    """One call, and the caller is told that the effect is unknown."""

    async def handler(request, number):
        if how == "abort":
            request.transport.abort()
        if how == "timeout":
            await asyncio.Event().wait()
        if how == "garbage":
            return answer(body=b"{")
        headers = {"Retry-After": "0"} if how == "503" else {}
        return answer(int(how) if how.isdigit() else 200, **headers)

    patience = {"read_timeout": 0.2} if how == "timeout" else {}
    outcome, seen = serve_and_call(handler, method="POST", content=b"{}", writes=True, **patience)
    assert isinstance(outcome, EffectUnknown)
    assert len(seen) == 1


def test_a_write_is_repeated_after_429():
    """429 says that nothing was done."""

    async def handler(request, number):
        return answer(429, **{"Retry-After": "0.01"}) if number < 5 else answer()

    outcome, seen = serve_and_call(handler, method="POST", content=b"{}", writes=True)
    assert (outcome, len(seen)) == ({"ok": 1}, 5)


def test_nobody_there_is_unreachable():
    """No connection: exit code 3, also for a write, which surely had no effect."""

    async def scene():
        http = Http("http://127.0.0.1:1", System("Test"), patience=QUICK, pace=Pace())
        async with http:
            await http.call("POST", "/x", lambda r: r, writes=True)

    with pytest.raises(Unreachable) as raised:
        asyncio.run(scene())
    assert raised.value.exit_code == 3


def test_redirects_are_refused():
    """Credentials do not follow a redirect."""

    async def handler(request, number):
        return answer(302, Location="http://elsewhere.example/")

    outcome, seen = serve_and_call(handler)
    assert isinstance(outcome, InsecureAddress)
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("status", "error"), [(401, CredentialsRefused), (404, NotFound), (422, Rejected)]
)
def test_what_no_repetition_mends_is_not_repeated(status, error):
    """Terminal errors come at once, and quote no body."""

    async def handler(request, number):
        return answer(status, body=b'{"error": {"message": "canary"}}')

    outcome, seen = serve_and_call(handler)
    assert isinstance(outcome, error)
    assert len(seen) == 1
    assert "canary" not in str(outcome)
    assert "secret" not in str(outcome)


def test_retry_after_in_both_forms():
    """Seconds and HTTP dates; nonsense is none."""
    now = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
    assert parse_retry_after("7") == 7.0
    assert parse_retry_after("Sun, 22 Nov 2026 12:00:30 GMT", now) == 30.0
    assert parse_retry_after("soon", now) is None
    assert parse_retry_after(None) is None


@pytest.mark.parametrize(
    "nonsense",
    [
        "inf",
        "-inf",
        "nan",
        "-5",
        "9" * 400,
        "1, 2",
        "Mon, 99 Foo 2026",
        "Mon, 01 Jan 99999 00:00:00 GMT",
    ],
)
def test_a_retry_after_that_is_nonsense_is_none(nonsense):
    """Then our own pause holds, as without the header."""
    assert parse_retry_after(nonsense) is None

    async def handler(request, number):
        return answer(429, **{"Retry-After": nonsense}) if number < 2 else answer()

    outcome, seen = serve_and_call(handler, writes=True)
    assert (outcome, len(seen)) == ({"ok": 1}, 2)


@pytest.mark.parametrize("pause", ["901", "86400", "1e9", "1e300", "Fri, 22 Nov 2999 12:00:30 GMT"])
def test_a_pause_beyond_patience_ends_the_command(pause):
    """Nobody is held for a day: exit 3, when to come back is said, and nothing is called again."""

    async def handler(request, number):
        return answer(429, **{"Retry-After": pause})

    outcome, seen = serve_and_call(handler, writes=True)
    assert isinstance(outcome, ComeBack) and outcome.exit_code == 3
    assert re.search(r"no calls before \d{4}-\d\d-\d\d \d\d:\d\d UTC", str(outcome))
    assert len(seen) == 1


def test_an_error_in_a_200_is_an_error():
    """Never an empty page."""
    response = httpx.Response(200, content=b'{"error": {"code": "internal"}, "data": []}')
    with pytest.raises(AnswerMalformed):
        VisualPractice(None, DIALECT)._body(response)


def waits_of(handler_or_none):
    """Make one call that never succeeds, without waiting; return its waits and the outcome."""
    waits = []

    async def note(seconds):
        waits.append(seconds)

    async def scene(url):
        http = Http(url, System("Test"), patience=Patience(), pace=Pace(), sleep=note)
        async with http:
            await http.call("GET", "/x", lambda r: r)

    with pytest.raises(Transient) as raised:
        if handler_or_none is None:
            asyncio.run(scene("http://127.0.0.1:1"))
        else:
            with listening(handler_or_none) as api:
                asyncio.run(scene(api.url()))
    return waits, raised.value


def test_a_system_that_answered_once_is_given_some_minutes():
    """Ten attempts; an address where nothing ever answered is given up after six."""

    async def fails(_):
        return web.Response(status=503)

    waits, error = waits_of(fails)
    assert (len(waits), type(error)) == (9, ServerFailed)
    assert 60 < sum(waits) < 300
    waits, error = waits_of(None)
    assert (len(waits), type(error)) == (5, Unreachable)
    assert sum(waits) < 10


def test_a_long_wait_is_told(capsys):
    """One line for many calls that wait; none for a short one, and none of a record."""
    console = Console()
    told = {"call": "getContact 7", "system": "Nutshell", "attempt": 6, "attempts": 10}
    console.log("retry", **told, error="ServerFailed", wait=2.0)
    assert capsys.readouterr().err == ""
    for _ in range(3):
        console.log("retry", **told, error="ServerFailed", wait=16.0)
    said = capsys.readouterr().err
    assert said.startswith("Nutshell: getContact 7: ServerFailed after attempt 6 of 10;")
    assert len(said.splitlines()) == 1


def test_nobody_waits_for_a_turn_once_the_command_is_told_to_end():
    """In a pause of ten minutes, and between two attempts: no call leaves any more."""

    async def scene():
        pace = Pace()
        pace.throttled(600.0)
        async with Http("http://127.0.0.1:1", System("Test"), pace=pace) as http:
            calls = [
                asyncio.create_task(http.call("POST", "/x", lambda r: r, writes=True))
                for _ in range(20)
            ]
            await asyncio.sleep(0)
            pace.end()
            return await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), 60)

    assert {type(outcome) for outcome in asyncio.run(scene())} == {Unreachable}


@pytest.mark.parametrize(
    ("headers", "body", "is_limit"),
    [
        ({"Retry-After": "0.01"}, b"{}", True),
        ({"X-RateLimit-Remaining": "0"}, b"", True),
        ({}, b'{"error": {"code": "rate_limit_exceeded"}}', True),
        ({}, b'{"error": {"code": "forbidden"}}', False),
        ({}, b'{"error": "generate a new key"}', False),
        ({"X-RateLimit-Remaining": "12"}, b"no JSON", False),
    ],
)
def test_a_403_that_means_too_fast_is_no_refusal_of_the_credentials(headers, body, is_limit):
    """It is waited out; any other 403 ends the command with the variables to look at."""

    async def handler(request, number):
        return answer(403, body=body, **headers) if number == 1 else answer()

    outcome, seen = serve_and_call(handler)
    assert (len(seen), isinstance(outcome, CredentialsRefused)) == (1 + is_limit, not is_limit)
