"""A download that breaks goes on where it broke: bytes that came are not asked for again."""

import asyncio
import hashlib
import random
import re
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
from aiohttp import web

from tests.extract.conftest import ROOT, Extract
from tests.journeys.listening import listening
from tests.waiting import wait_until

BODY = random.Random(1).randbytes(3 << 20)
PIECE = 1 << 18
RECORD = {"id": "a1", "modified_at": "2024-01-02T03:04:05Z", "size_bytes": len(BODY)}
RECORD |= {"sha256": hashlib.sha256(BODY).hexdigest()}


class Storage:
    """A practice with one file, which it serves only so far at a time."""

    def __init__(self, most, then):
        self.most, self.then = most, then
        self.statuses, self.starts, self.served = [], [], 0
        self.arrived, self.errors = int, 0

    async def answer(self, request):
        if request.path.endswith("/metadata"):
            return web.json_response({"objects": [{"name": "attachments", "fields": []}]})
        if not request.path.endswith("/content"):
            rows = [RECORD] if request.path.endswith("/attachments") else []
            return web.json_response({"data": rows, "total": len(rows)})
        told = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", "bytes=0-"))
        if self.errors:
            self.errors -= 1
            return web.json_response({"error": {"code": "internal", "message": "no"}})
        start = int(told[1])
        self.starts.append(start)
        self.statuses.append(206 if start else 200)
        response = web.StreamResponse(status=self.statuses[-1], headers={"ETag": '"v1"'})
        response.content_length = len(BODY) - start
        await response.prepare(request)
        end = min(start + self.most, len(BODY))
        for at in range(start, end, PIECE):
            piece = BODY[at : min(at + PIECE, end)]
            await response.write(piece)
            self.served += len(piece)
        if end < len(BODY):
            await self.then(self, request)
        return response


@contextmanager
def served(folder, storage):
    with listening(storage.answer) as api:
        env = {"VISUAL_PRACTICE_URL": api.url(), "VISUAL_PRACTICE_TOKEN": "token"}
        extract = Extract(folder, env)
        storage.arrived = lambda: received(extract)
        yield extract


def whole(extract):
    """Tell whether the one file is there, byte by byte."""
    ((status, sha256),) = extract.rows("files", "status, sha256")
    path = extract.data / "files" / sha256[:2] / sha256
    return status == "ok" and path.read_bytes() == BODY


async def cut(storage, request):
    """Close the connection once what was sent has arrived, or nobody waits for it any more."""
    while storage.arrived() < storage.served and request.transport is not None:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    if request.transport is not None:
        request.transport.close()


async def hang(*_):
    await asyncio.Event().wait()


def test_a_cut_download_goes_on_by_range(tmp_path):
    """Three parts, each from where the last one ended; no byte is sent twice."""
    storage = Storage(1 << 20, cut)
    with served(tmp_path, storage) as extract:
        code, out, err = extract("visual-practice")
    assert code == 0, out + err
    assert whole(extract)
    assert storage.statuses == [200, 206, 206]
    assert storage.starts == [0, 1 << 20, 2 << 20]
    assert storage.served == len(BODY)


def test_an_error_in_a_200_is_not_the_file(tmp_path):
    """It passes as every fault does: what is asked for again is the file."""
    storage = Storage(len(BODY), cut)
    storage.errors = 3
    with served(tmp_path, storage) as extract:
        code, out, err = extract("visual-practice")
    assert code == 0, out + err
    assert storage.errors == 0 and whole(extract)


@pytest.mark.parametrize("is_told", [True, False])
def test_a_file_beyond_the_policy_is_named_and_not_fetched(tmp_path, monkeypatch, is_told):
    """Whether the record says its size or only the download does; none of it is kept."""
    policies = tmp_path / "seeds" / "policies"
    policies.mkdir(parents=True)
    (policies / "settings.csv").write_text("name,value\nfile_fetch_max_bytes,1048576\n")
    record = {key: value for key, value in RECORD.items() if is_told or key != "size_bytes"}
    monkeypatch.setattr("tests.extract.test_fetching.RECORD", record)
    storage = Storage(PIECE, cut)
    with served(tmp_path, storage) as extract:
        extract.env["SEEDS_DIR"] = str(tmp_path / "seeds")
        code, out, err = extract("visual-practice")
    assert (code, err) == (0, ""), out
    assert extract.rows("files", "attachment_id, status") == [("a1", "too_large")]
    assert len(storage.starts) == (not is_told)
    assert not [path for path in (extract.data / "files").rglob("*") if path.is_file()]


def test_a_download_that_was_killed_goes_on_by_range(tmp_path):
    """kill -9 mid-file: the next process asks for the rest only."""
    storage = Storage(1 << 20, hang)
    with served(tmp_path, storage) as extract:
        process = extract.start("visual-practice")
        wait_until(lambda: received(extract) >= 1 << 19, process)
        process.send_signal(signal.SIGKILL)
        process.wait()
        had = received(extract)
        assert had >= 1 << 19
        storage.most = len(BODY)
        code, out, err = extract("visual-practice")
    assert code == 0, out + err
    assert whole(extract)
    assert (storage.statuses, storage.starts) == ([200, 206], [0, had])


def received(extract):
    """Return how many bytes of an unfinished file are on the disk."""
    return sum(path.stat().st_size for path in extract.data.glob("files/.partial/*"))


def test_a_server_that_hangs_leaves_nothing_behind():
    """What asyncio says of tasks without an end would stand below pytest's last line."""
    done = subprocess.run([sys.executable, "-c", LEFT], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


LEFT = """
import asyncio, socket, time
from tests.journeys.listening import listening
async def hang(_):
    begun.send(b"!")
    await asyncio.Event().wait()
begun, seen = socket.socketpair()
with listening(hang) as api:
    client = socket.create_connection(("127.0.0.1", api.port))
    client.sendall(b"GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
    assert seen.recv(1)
    client.close()
    time.sleep(0.1)  # it knows that nobody waits for the answer any more
"""
