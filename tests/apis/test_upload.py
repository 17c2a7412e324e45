"""A file's way up: read in pieces, sent whole, and whole again when Nutshell asks to slow down."""

import asyncio
import hashlib
import tracemalloc

from aiohttp import web

from apis.http import Http, Patience
from apis.nutshell import Nutshell
from apis.nutshell_answers import SYSTEM
from apis.pace import Pace

SIZE = 24 << 20


async def hashed(part):
    digest = hashlib.sha256()
    while piece := await part.read_chunk(1 << 16):
        digest.update(piece)
    return digest.hexdigest()


async def uploaded(path, seen):
    """Upload a file to a server that refuses the first attempt after it has read all of it."""

    async def receive(request):
        async for part in await request.multipart():
            seen.append((part.filename, await hashed(part), "Content-Length" in request.headers))
        if len(seen) == 1:
            return web.Response(status=429, headers={"Retry-After": "0"})
        return web.json_response({"id": 7, "size": SIZE})

    app = web.Application()
    app.router.add_post("/file/api/7", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    http = Http(f"http://127.0.0.1:{port}", SYSTEM, patience=Patience(), pace=Pace())
    try:
        async with Nutshell(http) as nutshell:
            return await nutshell.send_file("/file/api/7", path, "scan é.png", label="upload a")
    finally:
        await runner.cleanup()


def test_a_file_is_never_whole_in_memory_and_a_second_attempt_sends_all_of_it(tmp_path):
    """24 MB go up twice with a few pieces at a time in memory, and arrive as they are."""
    path = tmp_path / "scan"
    body = bytes(range(256)) * (SIZE // 256)
    path.write_bytes(body)
    whole = hashlib.sha256(body).hexdigest()
    del body
    seen = []
    tracemalloc.start()
    try:
        answer = asyncio.run(uploaded(path, seen))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer == {"id": 7, "size": SIZE}
    assert seen == [("scan é.png", whole, True)] * 2
    assert peak < SIZE / 3, f"{peak:,} bytes"
