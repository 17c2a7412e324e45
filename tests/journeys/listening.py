"""Small HTTP servers on loopback for tests: they answer as told and remember what they heard."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
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
def listening(handler: Handler, context: ssl.SSLContext | None = None) -> Iterator[Listener]:
    """Serve every path with `handler` while the body runs."""
    listener = Listener(scheme="https" if context else "http")
    loop = asyncio.new_event_loop()
    up = threading.Event()

    async def handle(request: web.Request) -> web.StreamResponse:
        listener.heard.append(f"{request.method} {request.raw_path}")
        if told := request.headers.get("Authorization"):
            listener.credentials.append(told)
        return await handler(request)

    async def serve() -> web.AppRunner:
        app = web.Application(client_max_size=1 << 28)
        app.router.add_route("*", "/{path:.*}", handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
        await site.start()
        listener.port = runner.addresses[0][1]
        return runner

    def run() -> None:
        asyncio.set_event_loop(loop)
        runner = loop.run_until_complete(serve())
        up.set()
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert up.wait(10)
    try:
        yield listener
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


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

    with listening(handler) as listener:
        yield listener
