"""What the benchmarks share: the machine, the sandbox, peak memory, tables. It times nothing."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]


def machine() -> str:
    """Say what this runs on: a number without its machine is none."""
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, "
        f"Python {platform.python_version()}, load average at the start {load:.1f}"
    )


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *notes: str) -> None:
    """Print a small table, and below it what it was measured on."""
    console = Console(width=110, soft_wrap=False)
    table = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, str) else number(cell) for cell in row))
    console.print(table)
    for note in (machine(), *notes):
        console.print(note, highlight=False)
    console.print()


def number(value: float) -> str:
    """Format a number in three figures or so."""
    if isinstance(value, int) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}"


def peak_mb() -> float:
    """Return this process's peak resident memory in MB (rusage would count its parent's too)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


@dataclass(frozen=True)
class Sandbox:
    """A sandbox in a process of its own."""

    env: dict[str, str]

    def control(self, url_name: str, path: str, body: Any = None) -> Any:
        """Ask a control path of one of the two servers."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self.env[url_name]}/_sandbox/{path}",
            data=data,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=600) as answer:  # noqa: S310
            return json.load(answer)


@contextmanager
def sandbox(folder: Path, *, size: int, only: str) -> Iterator[Sandbox]:
    """Serve one half of the sandbox (`visual-practice` or `nutshell`) until the block ends."""
    command = [sys.executable, "-m", "sandbox.cli", "serve", "--only", only]
    command += ["--size", str(size), "--state", str(folder / "state")]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment({}), stdout=subprocess.PIPE, text=True
    )
    try:
        env: dict[str, str] = {}
        assert process.stdout is not None
        for line in process.stdout:
            name, _, value = line.strip().partition("=")
            env[name] = value
            if name == "SANDBOX_READY":
                break
        if "SANDBOX_READY" not in env:
            raise SystemExit("the sandbox did not start")
        yield Sandbox(env)
    finally:
        process.terminate()
        process.wait(20)


def environment(more: dict[str, str]) -> dict[str, str]:
    """Return an environment for a child: this one, this project first, `more` on top."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}
