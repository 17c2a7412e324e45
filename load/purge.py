"""
`load purge`: what holds patients' data is taken away; the audit's ids and hashes stay.

It ends the rollback window: before-images are among what goes.
"""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from common.cli import Frame
from common.errors import GateRefused, UsageError
from load.audit import Audit
from load.entries import void
from load.session import journal_only

DAYS = 30


@click.command()
@click.option("--older-than", "days", default=DAYS, show_default=True, help="Days since any write.")
@click.option("--by", metavar="NAME", help="Who answers for it; without it nothing is done.")
@click.pass_obj
def command(frame: Frame, days: int, by: str | None) -> None:
    r"""
    Take away what holds patients' data: raw, files, plans, warehouse, review, before-images.

    The audit keeps ids and hashes. A rollback is not possible afterwards.

    \b
    Examples:
      load purge
      load purge --older-than 90 --by "R. Meyer"
    """
    if days < 0:
        raise UsageError("--older-than counts days: give 0 or more.")
    folders = [path for path in _holders(frame) if path.exists()]
    frame.console.table("What would go", ("where", "files"), [(str(p), _files(p)) for p in folders])
    frame.console.say("Before-images, payloads and answers in the audit go, too; hashes stay.")
    if not by:
        frame.console.say("Nothing was done. `load purge --by NAME` does it; rollback ends then.")
        return
    with journal_only(frame, "purge") as journal:
        _check_age(journal.audit, days)
        journal.write(_forget)
        for path in folders:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    with sqlite3.connect(frame.paths.audit, isolation_level=None) as link:
        void(link.execute("vacuum"))  # deleted text stays in a file's free pages otherwise
        void(link.execute("pragma wal_checkpoint(truncate)"))
    frame.console.say(f"Purged by {by}. What was loaded can not be rolled back any more.")


def _holders(frame: Frame) -> list[Path]:
    """Name everything below the data folder that holds records; hosted files are linked to."""
    paths = frame.paths
    spill = paths.root / ".spill"
    return [paths.raw, paths.files, paths.plans, paths.warehouse, paths.review, spill]


def _files(path: Path) -> int:
    return sum(1 for p in path.rglob("*") if p.is_file()) if path.is_dir() else 1


def _check_age(audit: Audit, days: int) -> None:
    changed = audit.changed_at()
    if audit.open_writes():
        raise GateRefused("Writes are in doubt. Run `load apply` to settle them first.")
    limit = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if changed is not None and changed > limit:
        raise GateRefused(
            f"The audit last changed on {changed[:10]}, less than {days} days ago."
            " Wait, or say --older-than."
        )


def _forget(link: sqlite3.Connection) -> None:
    for statement in (
        "update intents set payload = null, before = null",
        "update outcomes set after = null",
        "update records set desired = null",
        "update conflicts set seen = null, now = null, planned = null",
    ):
        void(link.execute(statement))
