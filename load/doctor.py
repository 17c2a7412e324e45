"""
`load doctor`: the surroundings, checked before the night. It changes nothing and writes no record.

Not the data: what stands in the way of a plan is `preflight_blockers`.
"""

from __future__ import annotations

import platform
import shutil
import stat
from collections.abc import Callable, Iterator
from importlib.metadata import version

from click.exceptions import Exit

from apis.nutshell import NEEDED_TO_WRITE
from common.cli import Frame
from common.errors import MigrationError
from load.audit.migrations import VERSION, version_of
from load.audit.questions import Audit
from load.destination import Destination
from load.session import asking

FREE = 5 * 1024**3  # bytes: raw, warehouse, its spill and review of a large practice
NEAR = 120.0  # seconds between our clock and theirs that are nothing to report

Row = tuple[str, str, str]  # what was checked, `ok` or `fix`, what was found and what to do


def doctor_command(frame: Frame) -> None:
    """Print each check; raise Exit(1) where one needs a fix, Exit(3) where a system is away."""
    checks: tuple[Callable[[Frame], Iterator[Row]], ...] = (
        _machine, _folders, _audit, _visual_practice, _nutshell,
    )  # fmt: skip
    rows: list[Row] = []
    away = False
    for check in checks:
        try:
            rows += check(frame)
        except MigrationError as error:
            away = away or error.exit_code == 3
            rows.append((check.__name__.strip("_").replace("_", " "), "fix", str(error)))
    frame.console.table("Before the night", ("what", "is", "found"), rows)
    if away:
        raise Exit(3)
    if any(row[1] == "fix" for row in rows):
        raise Exit(1)
    frame.console.say("Nothing to fix.")


def _machine(frame: Frame) -> Iterator[Row]:
    packages = ("duckdb", "dbt-core", "dbt-duckdb", "pyarrow", "httpx")
    found = ", ".join(f"{name} {version(name)}" for name in packages)
    yield "versions", "ok", f"Python {platform.python_version()}, {found}"
    root = frame.paths.root if frame.paths.root.exists() else frame.paths.root.absolute().parent
    free = shutil.disk_usage(root).free
    told = f"{free / 1024**3:,.1f} GiB free for {frame.paths.root}"
    yield (
        "disk",
        "ok" if free >= FREE else "fix",
        told if free >= FREE else f"{told}: make room, {FREE / 1024**3:.0f} GiB are a start",
    )


def _folders(frame: Frame) -> Iterator[Row]:
    root = frame.paths.root
    if not root.is_dir():
        yield "data folder", "fix", f"{root} is not there: `make install` or any extract makes it"
        return
    mode = stat.S_IMODE(root.stat().st_mode)
    yield "data folder", "ok" if not mode & 0o077 else "fix", f"{root}, mode {mode:04o}"
    unfinished = [run for source in ("visual_practice", "nutshell", "rates")
                  for run in frame.paths.partial_runs(source)]  # fmt: skip
    if unfinished:
        yield "extraction", "fix", "one was stopped: run the same extract command again"
    seeds = frame.settings.seeds_dir
    there = any(seeds.rglob("*.csv"))
    yield "seeds", "ok" if there else "fix", str(seeds) if there else f"{seeds} holds no seeds"


def _audit(frame: Frame) -> Iterator[Row]:
    if not frame.paths.audit.is_file():
        yield "audit", "ok", "none yet: nothing was loaded from this folder"
        return
    audit = Audit(frame.paths.audit, read_only=True)
    try:
        found = version_of(audit.connection)
        sound = audit.value("pragma quick_check")
    finally:
        audit.close()
    yield (
        "audit",
        "ok" if sound == "ok" else "fix",
        f"version {found} of {VERSION}" if sound == "ok" else "damaged: put back your copy of it",
    )
    yield "backup", "ok", f"copy {frame.paths.audit} somewhere safe before and after the night"


def _visual_practice(frame: Frame) -> Iterator[Row]:
    if not frame.settings.get("VISUAL_PRACTICE_URL"):
        yield "Visual Practice", "ok", "not set: an export folder needs none (--from FOLDER)"
        return
    access = frame.settings.visual_practice()
    yield "Visual Practice", "ok", f"{access.url} and a token are set; extract asks it itself"


def _nutshell(frame: Frame) -> Iterator[Row]:
    async def ask(destination: Destination) -> float:
        await destination.nutshell.check_methods(NEEDED_TO_WRITE)
        return destination.clock_offset()

    apart = asking(frame, ask)
    yield "Nutshell", "ok", f"{frame.settings.nutshell().url} answers, with all methods needed"
    near = abs(apart) <= NEAR
    told = f"theirs is {apart:+,.0f} s from ours: every comparison of times reckons with it"
    yield "clocks", "ok", "agree" if near else told
