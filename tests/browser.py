"""A page in Chromium, asked over its DevTools: its contents, its complaints, what it fetched."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.waiting import STEP, wait_until

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="chromium is not installed (.ci/run installs it where it can)"
)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-sync", "--disable-background-networking", "--disable-component-update",
    "--remote-debugging-port=0",
)  # fmt: skip


def look(page: Path, questions: list[str]) -> tuple[list[Any], list[str], list[str]]:
    """Open a page and evaluate each question; give answers, complaints, and addresses fetched."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            said = Path(profile) / "DevToolsActivePort"
            wait_until(lambda: said.is_file() and "\n" in said.read_text(), browser)
            port = int(said.read_text().split()[0])
            return asyncio.run(
                asyncio.wait_for(_ask(port, page.absolute().as_uri(), questions), STEP)
            )
        finally:
            browser.terminate()
            browser.wait()


async def _ask(
    port: int, page: str, questions: list[str]
) -> tuple[list[Any], list[str], list[str]]:
    complaints: list[str] = []
    fetched: list[str] = []
    async with aiohttp.ClientSession() as client:
        async with client.get(f"http://127.0.0.1:{port}/json") as answer:
            (tab,) = [each for each in await answer.json() if each["type"] == "page"]
        async with client.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0) as socket:
            number = 0

            async def call(method: str, **parameters: Any) -> Any:
                nonlocal number
                number += 1
                await socket.send_json({"id": number, "method": method, "params": parameters})
                while True:
                    told = json.loads((await socket.receive()).data)
                    if told.get("id") == number:
                        return told.get("result", {}).get("result", {}).get("value")
                    told_of = told.get("params", {})
                    if told["method"] == "Network.requestWillBeSent":
                        fetched.append(told_of["request"]["url"])
                    elif told["method"] in ("Log.entryAdded", "Runtime.exceptionThrown",
                                            "Runtime.consoleAPICalled"):  # fmt: skip
                        complaints.append(json.dumps(told_of))
                    elif told["method"] == "Page.javascriptDialogOpening":
                        complaints.append("a dialog opened")

            for part in ("Page", "Network", "Runtime", "Log"):
                await call(f"{part}.enable")
            await call("Page.navigate", url=page)
            await call("Runtime.evaluate", expression=READY, awaitPromise=True)
            answers = [await call("Runtime.evaluate", expression=each) for each in questions]
    return answers, complaints, fetched


#: Resolves when the page's own script has come to its end.
READY = """
new Promise((ready) => {
    const look = () =>
        document.documentElement?.dataset.ready ? ready(true) : setTimeout(look, 20);
    look();
})
"""
