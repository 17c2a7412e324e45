"""Starts the servers on one event loop and says where they are; knows neither system's rules."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.faults import Faults
from sandbox.nutshell.app import STATE, make_api_key, make_app


class NotServed(Exception):
    """A half of the sandbox that can not be started, and why."""


async def run(
    *,
    practice: Path | None,
    size: int,
    seed: int,
    state_dir: Path,
    faults: str,
    host: str,
    port_visual_practice: int,
    port_nutshell: int,
    env_file: Path | None,
    only: str | None,
) -> None:
    """Serve until SIGINT or SIGTERM."""
    runners, lines = [], []
    if only != "nutshell":
        token = make_api_key(seed + 1)
        app = _visual_practice(state_dir, practice, size, seed, token, Faults(faults, seed + 1))
        runner, url = await _start(app, host, port_visual_practice)
        runners.append(runner)
        lines += [f"VISUAL_PRACTICE_URL={url}", f"VISUAL_PRACTICE_TOKEN={token}"]
    if only != "visual-practice":
        key = make_api_key(seed)
        app = _nutshell(state_dir, practice, size, seed, key, Faults(faults, seed))
        runner, url = await _start(app, host, port_nutshell)
        runners.append(runner)
        users = app[STATE].definitions["Users"]
        user = users[app[STATE].administrator()]["emails"][0]
        lines += [f"NUTSHELL_URL={url}", f"NUTSHELL_USERNAME={user}", f"NUTSHELL_API_KEY={key}"]
    lines.append("SANDBOX_READY=1")
    if env_file is not None:
        _write_private(env_file, "\n".join(lines) + "\n")
    print("\n".join(lines), flush=True)
    await _until_stopped()
    for runner in runners:
        await runner.cleanup()


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text)


def _visual_practice(  # noqa: PLR0917  # the seam with that half
    state_dir: Path, practice: Path | None, size: int, seed: int, token: str, faults: Faults
) -> web.Application:
    from sandbox.visual_practice.app import make_app as make

    try:
        app = make(state_dir, practice, size, seed, token, faults)
    except ValueError as error:  # a folder without metadata
        raise NotServed(str(error)) from None
    faults.add_switch(app)
    return app


def _nutshell(  # noqa: PLR0917  # likewise
    state_dir: Path, practice: Path | None, size: int, seed: int, key: str, faults: Faults
) -> web.Application:
    starting: dict[str, Any] | None
    try:
        from sandbox.generator.nutshell import starting_state
    except ImportError:
        starting = None
    else:
        starting = starting_state(practice, size, seed)
    return make_app(state_dir=state_dir, starting=starting, seed=seed, api_key=key, faults=faults)


async def _start(app: web.Application, host: str, port: int) -> tuple[web.AppRunner, str]:
    # handlers that hang on purpose must not hold up the end
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, host, port, backlog=1024)
    try:
        await site.start()
    except OSError as error:
        raise NotServed(f"port {port} can not be listened on: {error.strerror}") from None
    bound = runner.addresses[0]
    shown = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
    return runner, f"http://{shown}:{bound[1]}"


async def _until_stopped() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    await stopped.wait()
