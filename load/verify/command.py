"""
`load verify`: what was written is read back as a landed run, then built, tested and published.

Not a comparison: the diff between what was meant and what is there is SQL's.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from click.exceptions import Exit

from apis.nutshell import WORDS
from apis.nutshell_landing import land_readback
from common.cli import Frame
from common.errors import GateRefused
from common.paths import PROJECT_ROOT
from load.audit.questions import Audit
from load.destination import Destination
from load.review.command import write_page
from load.session import Session, publish_open, session, with_nutshell
from load.verify.headlines import print_headlines
from load.verify.latecomers import given_up, latecomers
from load.warehouse import open_warehouse


def verify_command(frame: Frame) -> None:
    """Read back, build, print; exit code 1 where the build fails (its own words are shown)."""
    if not frame.paths.audit.is_file():
        raise GateRefused(
            "There is no audit: nothing was loaded from this data folder, so nothing can be read"
            " back. `load apply --sample` comes first."
        )
    total = read_back(frame)
    frame.console.say(f"{total:,} records read back.")
    frame.console.say("dbt build …")
    if not build(frame):
        frame.console.complain(
            "The records are read back; the build failed as said above. Mend it and run"
            " `dbt build`; review.duckdb is still the one before."
        )
        raise Exit(1)
    show_review(frame)
    page = write_page(frame)
    frame.console.say(f"To look at rather than query: {page}.")


def read_back(frame: Frame) -> int:
    """Land, as a run of its own, what was written since the last time; return how many records."""
    with session(frame, "verify") as opened:
        since = _last_time(opened.audit, opened.run_id)
        ids = {word.rest: list(_written(opened.audit, kind, since)) for kind, word in WORDS.items()}
        if given_up(opened.audit, since):
            late = with_nutshell(opened, lambda d: latecomers(d, opened.audit, since), writes=False)
            for table, found in late.items():
                ids[table] = sorted({*ids[table], *found})
        total = sum(len(found) for found in ids.values())
        if total:
            with frame.console.progress("Reading back", total) as task:
                with_nutshell(opened, lambda d: _read_back(opened, d, ids, task.advance))
    return total


async def _read_back(
    opened: Session, destination: Destination, ids: dict[str, list[int]], advance: object
) -> Path:
    assert callable(advance)  # noqa: S101 - the console's
    return await land_readback(destination.nutshell, opened.frame.paths, ids, advance)


def _last_time(audit: Audit, run_id: str) -> str:
    """Give when the newest verification that came to its end began; empty where none did."""
    since = audit.value(
        "select max(started_at) from runs"
        " where command = 'verify' and status = 'done' and run_id <> ?",
        run_id,
    )
    return str(since or "")


def _written(audit: Audit, kind: str, since: str) -> Iterator[int]:
    """List the records that were written since a moment."""
    for row in audit.rows(
        "select distinct nutshell_id from writes where kind = ? and settled_at >= ?"
        " and nutshell_id is not null and status in ('done', 'reverted', 'conflict')"
        " and source_object <> 'probes'",
        kind,
        since,
    ):
        yield int(row["nutshell_id"])


def build(frame: Frame) -> bool:
    """Run `dbt build` with this environment and say whether it was well; it says the rest."""
    publish_open(frame.paths)  # SQL reads what was written
    beside = Path(sys.executable).with_name("dbt")
    dbt = str(beside) if beside.is_file() else "dbt"
    environment = {
        **os.environ,
        "DATA_DIR": str(frame.settings.data_dir),
        "SEEDS_DIR": str(frame.settings.seeds_dir),
    }
    # unit tests say nothing about this night's data; dbt's own variable may leave out more
    environment.setdefault("DBT_EXCLUDE_RESOURCE_TYPES", "unit_test")
    try:
        process = subprocess.Popen([dbt, "--quiet", "build"], cwd=PROJECT_ROOT, env=environment)
    except OSError:
        raise GateRefused("dbt can not be started. `make install` installs it.") from None
    with process, frame.console.waiting("dbt build") as still:
        while True:
            try:
                return process.wait(timeout=1.0) == 0
            except subprocess.TimeoutExpired:
                still()


def show_review(frame: Frame) -> None:
    """Print the review's headline tables."""
    with open_warehouse(frame.paths) as warehouse:
        print_headlines(frame.console, warehouse)
    frame.console.say(f"Reviewers open {frame.paths.review}; review.review_summary comes first.")
