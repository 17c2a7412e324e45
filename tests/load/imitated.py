"""The imitated Nutshell in a process of its own, and what a test asks of it."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.waiting import STEP, wait_until


@dataclass
class Sandbox:
    """The imitated Nutshell, and its control paths."""

    environment: dict[str, str]

    @property
    def url(self) -> str:
        return self.environment["NUTSHELL_URL"]

    def control(self, path: str, body: Any = None) -> Any:
        data = (
            None if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
        )
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}/_sandbox/{path}",
            data=data,
            method="GET" if body is None else "POST",
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=STEP) as answer:  # noqa: S310
            return json.load(answer)

    def call(self, path: str, body: Any) -> Any:
        """Ask the account itself, as its user."""
        account = f"{self.environment['NUTSHELL_USERNAME']}:{self.environment['NUTSHELL_API_KEY']}"
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}{path}",
            data=json.dumps(body).encode(),
            headers={
                "Authorization": "Basic " + base64.b64encode(account.encode()).decode(),
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=STEP) as answer:  # noqa: S310
            return json.load(answer)

    def rpc(self, method: str, **params: Any) -> Any:
        told = self.call("/api/v1/json", {"id": "1", "method": method, "params": params})
        assert "error" not in told, told
        return told["result"]

    def find(self, entity: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        page = 1
        while more := self.rpc(f"find{entity}", limit=100, page=page, stubResponses=False):
            found += more
            page += 1
        return found

    def writes(self) -> int:
        """Count the calls that write."""
        stats = self.control("stats")
        return sum(
            calls
            for name, calls in stats.items()
            if name.startswith(("new", "edit", "delete", "PATCH", "POST /rest"))
        )

    def faults(self, profile: Any) -> None:
        self.control("faults", profile if isinstance(profile, str) else json.dumps(profile))

    def all_come(self) -> int:
        """Let late commits happen now; return how many had been under way."""
        return int(self.control("late", {})["came"])

    def wait_for_held(self, process: subprocess.Popen[str]) -> None:
        """Wait until a call of the process is held (`hold_after`): there it stays, at work."""
        wait_until(lambda: self.control("stats").get("held"), process)

    def reset(self) -> None:
        self.faults("none")
        self.control("reset", {})


def serve(folder: Path, *options: str) -> tuple[Sandbox, subprocess.Popen[str]]:
    """Start one and wait until it listens."""
    env_file = folder / "env"
    command = [sys.executable, "-m", "sandbox.cli", "serve", "--size", "50", *options]
    process = subprocess.Popen(
        [*command, "--state", str(folder / "state"), "--env-file", str(env_file)],
        env={**os.environ, "DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    environment = {}
    for line in process.stdout:
        name, _, value = line.strip().partition("=")
        environment[name] = value
        if name == "SANDBOX_READY":
            break
    assert "SANDBOX_READY" in environment, "the sandbox did not start"
    return Sandbox(environment), process
