"""What real servers answer that no documentation says: each ends well, or with the right word."""

import asyncio
import gzip
import hashlib
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from aiohttp import web
from click.testing import CliRunner

from apis.visual_practice import Page
from common.console import Console, Task
from common.landing import Landing
from common.paths import DataPaths
from extract.cli import extract as extract_command
from extract.policies import Policies
from extract.runs import Run
from extract.visual_practice import land_api
from tests.extract.conftest import Extract
from tests.journeys.conftest import free_port
from tests.journeys.listening import listening
from tests.waiting import wait_until

BODY = b"pages of a scan " * 999
STAMPS = {"created_at": "2024-05-01T08:00:00Z", "modified_at": "2024-05-01T08:00:00Z"}
DEALS = [{"id": f"d{n:03}", "name": f"Deal {n}", **STAMPS} for n in range(430)]
OBJECTS = ("users", "organizations", "people", "leads", "deals", "activities", "attachments")


class Practice:
    """A practice whose answers are unusual in one way."""

    def __init__(self, way="", rows=DEALS, files=(), **metadata):
        self.way, self.rows, self.files = way, rows, files
        self.metadata = {"objects": [{"name": name, "fields": []} for name in OBJECTS]} | metadata
        self.is_first = True
        self.calls = 0

    async def answer(self, request):
        self.calls += 1
        assert self.calls < 500, "no end"
        name = request.path.rpartition("/")[2]
        if name == "metadata":
            return web.json_response(self.metadata)
        if name == "content":
            return await self.content(request)
        rows = {"deals": self.rows, "attachments": self.files}.get(name, [])
        if "modified_since" in request.query:
            rows = []
        page, size = int(request.query["page"]), int(request.query["per_page"])
        last = max(1, -(-len(rows) // size))
        if page == 2 and self.is_first and self.way in ("moment", "milliseconds", "word", "left"):
            self.is_first = False
            return self.slow_down()
        if page > last:
            if self.way == "last_again":
                page = last
            elif self.way == "round":
                page = (page - 1) % last + 1
            elif self.way in ("404", "422"):
                return web.json_response({"error": {"code": "page"}}, status=int(self.way))
        part = rows[(page - 1) * size : page * size]
        if self.way == "204" and not part:
            return web.Response(status=204)
        return web.json_response({"data": part, "total": len(rows)})

    def slow_down(self):
        at = time.time() + 1
        if self.way == "moment":
            return web.json_response({}, status=429, headers={"Retry-After": f"{at:.0f}"})
        if self.way == "milliseconds":
            return web.json_response({}, status=503, headers={"Retry-After": f"{at * 1e3:.0f}"})
        if self.way == "left":
            return web.Response(status=403, headers={"X-RateLimit-Remaining": "0"})
        return web.json_response({"error": {"code": "throttled"}}, status=403)

    async def content(self, request):
        headers = {"Content-Encoding": self.way}
        if self.way in ("gzip", "br"):
            return web.Response(body=gzip.compress(BODY), headers=headers)
        response = web.StreamResponse(headers={"Content-Length": str(len(BODY))})
        await response.prepare(request)
        await response.write(BODY[:700])
        request.transport.close()
        return response


@pytest.fixture
def extract(tmp_path, monkeypatch):
    """Run the command against a practice; return what it said and what landed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("VISUAL_PRACTICE_TOKEN", "token")

    def run(practice, *arguments):
        with listening(practice.answer) as api:
            monkeypatch.setenv("VISUAL_PRACTICE_URL", api.url())
            return CliRunner().invoke(extract_command, ["visual-practice", *arguments])

    return run


def landed(table, what):
    pattern = f"{os.environ['DATA_DIR']}/raw/visual_practice/2*/{table}/*.parquet"
    return duckdb.execute(f"select {what} from read_parquet(?)", [pattern]).fetchall()  # noqa: S608


WAYS = ("last_again", "round", "404", "422", "204", "moment", "milliseconds", "word", "left")


@pytest.mark.parametrize("way", WAYS)
def test_a_listing_ends_and_lacks_nothing(extract, way):
    """Pages beyond the end, and pauses asked for in odd words."""
    result = extract(Practice(way))
    assert result.exit_code == 0, (result.output, result.exception)
    assert landed("deals", "count(*), count(distinct id)") == [(430, 430)]


FILE = {"id": "f1", "file_name": "x.txt", "parent_type": "deals", "parent_id": "d001", **STAMPS}


def test_bytes_that_come_packed_are_unpacked(extract):
    """Though they were asked for as they are."""
    assert extract(Practice("gzip", files=[FILE])).exit_code == 0
    ((status, sha256),) = landed("files", "status, sha256")
    assert (status, sha256) == ("ok", hashlib.sha256(BODY).hexdigest())


def test_bytes_that_nobody_can_unpack_are_not_kept_as_if_they_were_the_file(extract):
    """That file is not fetched, by name; the rest lands."""
    assert extract(Practice("br", files=[FILE])).exit_code == 0
    assert landed("files", "status, detail") == [("not_fetched", "sent as br")]
    assert landed("deals", "count(*)") == [(430,)]


def test_a_download_that_always_breaks_at_the_same_place_ends(extract, monkeypatch):
    """Some bytes each time, and never one more: that file is named, the rest lands."""
    monkeypatch.setattr("extract.fetching.BROKEN_WAIT", 0.0)
    practice = Practice("", rows=[], files=[FILE])
    assert extract(practice).exit_code == 0
    ((status, detail),) = landed("files", "status, detail")
    assert status == "not_fetched" and "broke off 8 times" in detail


#: what the metadata say → what the next delta asks for (a minute earlier, for what is seen late)
TIMES = [
    ("2026-07-01T12:00:00", "Europe/Berlin", "2026-07-01T10:00:00Z"),
    ("2026-07-01T12:00:00", None, "2026-07-01T12:00:00Z"),
    ("2026-10-25 02:30:00", "Europe/Berlin", "2026-10-25T00:30:00Z"),  # the clock shows it twice
    ("2026-07-01T12:00:00", "Mars/Olympus", "2026-06-30T22:00:00Z"),
    ("2026-07-01T12:00:00+02:00", "America/Chicago", "2026-07-01T12:00:00+02:00"),
]


@pytest.mark.parametrize(("time", "zone", "watermark"), TIMES)
def test_a_time_without_a_zone_is_the_practices_own(extract, time, zone, watermark):
    """Berlin lost two hours of changes when its clock was read as UTC."""
    result = extract(Practice(rows=DEALS[:3], server_time=time, server_time_zone=zone))
    assert result.exit_code == 0, result.output
    assert {*landed("runs", "watermark")} == {(watermark,)}


def test_a_practice_that_tells_no_time_is_read_by_its_answers_clock(extract):
    """The `Date` header of the metadata is as good."""
    assert extract(Practice(rows=DEALS[:3])).exit_code == 0
    ((watermark,),) = {*landed("runs", "watermark")}
    assert watermark.endswith("Z")
    assert extract(Practice(rows=[]), "--delta").exit_code == 0


def test_a_delta_after_an_export_without_a_time_is_refused(extract, tmp_path):
    """Nobody knows since when it would have to list."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "metadata.json").write_text('{"objects": [{"name": "people"}]}')
    (folder / "people.jsonl").write_text('{"id": "p1"}')
    assert CliRunner().invoke(extract_command, ["visual-practice", "--from", str(folder)])
    result = extract(Practice(rows=DEALS[:3]), "--delta")
    assert "server_time" in str(result.exception)
    assert extract(Practice(rows=DEALS[:3])).exit_code == 0
    assert extract(Practice(rows=[]), "--delta").exit_code == 0


class Rounds:
    """An API whose calls are answered in rounds: all that were made meanwhile, together."""

    def __init__(self, rows):
        self.rows, self.rounds, self.waiting = rows, 0, []

    async def page(self, path, number, size, *, since=None, before=None):
        turn = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        await turn
        rows = [] if since else self.rows
        return Page(number, rows[(number - 1) * size : number * size], len(rows))

    async def answer(self, work):
        """Carry out the work; count how many waits stood one after the other."""
        task = asyncio.ensure_future(work)
        while not task.done():
            for _ in range(50):  # whoever can go on goes on
                await asyncio.sleep(0)
            turns, self.waiting = self.waiting, []
            self.rounds += bool(turns)
            for turn in turns:
                turn.set_result(None)
        await task


@pytest.mark.parametrize(("rows", "rounds"), [(DEALS, 3), (DEALS[:7], 2)])
def test_what_can_wait_at_once_waits_at_once(tmp_path, rows, rounds):
    """The first page; the others with what lies beyond them; the catch-up with the total."""
    landing = Landing.start(DataPaths(tmp_path), "visual_practice", {})
    policies = Policies(dict.fromkeys(OBJECTS, "exclude") | {"deals": "migrate"}, 1)
    run = Run(landing, {"objects": [{"name": "deals", "fields": []}]}, policies, "api")
    api = Rounds(rows)
    asyncio.run(
        api.answer(
            land_api(run, api, "2026-01-01T00:00:00Z", {}, Task(Console(), "pages", None, None))
        )
    )
    assert run.counts["deals"].ids == len(rows)
    assert api.rounds == rounds


SERVER = Path(__file__).parents[2].parent / "shared" / "cases" / "answers_of_servers" / "server.py"
#: way → exit code, people, quarantined; as the case's page says
ENDS = {
    "clamp": (0, 450, 0),
    "epoch": (0, 450, 0),
    "limit403": (0, 450, 0),
    "nan": (1, 449, 1),
    "twice": (1, 449, 1),
    "bom": (0, 450, 0),
    "empty204": (0, 450, 0),
    "gzip": (0, 0, 0),
}


@pytest.mark.skipif(not SERVER.is_file(), reason="the cases stand beside the project, not in it")
@pytest.mark.parametrize("way", ENDS)
def test_the_case_ends_as_its_page_says(tmp_path, way):
    """The server of the case itself, by the command itself."""
    port = free_port()
    server = subprocess.Popen([sys.executable, SERVER, way, str(port)])
    url = f"http://127.0.0.1:{port}"
    env = {"VISUAL_PRACTICE_URL": url, "VISUAL_PRACTICE_TOKEN": "x"}
    extract = Extract(tmp_path, env)
    try:
        wait_until(lambda: is_open(int(port)), server)
        code, _, err = extract("visual-practice")
    finally:
        server.kill()
        server.wait()
    if way == "gzip":
        hello = hashlib.sha256(b"hello world").hexdigest()
        assert extract.rows("files", "status, sha256") == [("ok", hello)]
        assert code == 0, err
        return
    aside = len(extract.rows("quarantine")) if ENDS[way][2] else 0
    assert (code, len(extract.rows("people")), aside) == ENDS[way], err


def is_open(port):
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
