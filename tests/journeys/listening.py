"""Small HTTP servers on loopback for tests: they answer as told and remember what they heard."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue

import aiohttp
from aiohttp import web

from tests.waiting import STEP

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Closing = Callable[[web.Application], Awaitable[None]]
HOP = {"transfer-encoding", "connection", "keep-alive", "content-length", "content-encoding"}


@dataclass
class Listener:
    """A server in a thread of its own."""

    port: int = 0
    scheme: str = "http"
    heard: list[str] = field(default_factory=list)  # "GET /path?query", as it came
    credentials: list[str] = field(default_factory=list)

    def url(self, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}"


@contextmanager
def listening(
    handler: Handler, context: ssl.SSLContext | None = None, *, at_the_end: Closing | None = None
) -> Iterator[Listener]:
    """Serve every path with `handler` while the body runs."""
    listener = Listener(scheme="https" if context else "http")

    async def handle(request: web.Request) -> web.StreamResponse:
        listener.heard.append(f"{request.method} {request.raw_path}")
        if told := request.headers.get("Authorization"):
            listener.credentials.append(told)
        return await handler(request)

    app = web.Application(client_max_size=1 << 28)
    app.router.add_route("*", "/{path:.*}", handle)
    if at_the_end is not None:
        app.on_cleanup.append(at_the_end)
    with serving(app, context) as listener.port:
        yield listener


@contextmanager
def serving(app: web.Application, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve an application in a thread while the body runs; nothing of it goes on afterwards."""
    started: SimpleQueue[tuple[int, Callable[[], object]]] = SimpleQueue()

    async def serve() -> None:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        down, loop = asyncio.Event(), asyncio.get_running_loop()
        started.put((runner.addresses[0][1], lambda: loop.call_soon_threadsafe(down.set)))
        await down.wait()
        await runner.cleanup()

    # asyncio.run ends a handler that hangs and waits for its end: one that is only left behind
    # is complained of when the interpreter ends, below pytest's last line
    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    port, stop = started.get(timeout=STEP)
    try:
        yield port
    finally:
        stop()
        thread.join(STEP)
        assert not thread.is_alive()


@contextmanager
def passing_on(url: str) -> Iterator[Listener]:
    """Stand between a command and a server, and remember every address that was asked for."""
    sessions: list[aiohttp.ClientSession] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        if not sessions:
            sessions.append(aiohttp.ClientSession(auto_decompress=True))
        headers = {k: v for k, v in request.headers.items() if k.lower() not in HOP}
        try:
            async with sessions[0].request(
                request.method,
                f"{url}{request.raw_path}",
                headers=headers,
                data=await request.read(),
                allow_redirects=False,
            ) as answer:
                body = await answer.read()
                kept = {k: v for k, v in answer.headers.items() if k.lower() not in HOP}
                return web.Response(status=answer.status, headers=kept, body=body)
        except aiohttp.ClientError:
            assert request.transport is not None
            request.transport.abort()  # what broke behind us breaks in front of us
            return web.Response(status=502)

    async def close(_: web.Application) -> None:
        for session in sessions:
            await session.close()

    with listening(handler, at_the_end=close) as listener:
        yield listener
