"""
`load purge`: removes what holds patients' data after a retention period, and ends the rollback.

Not a backup's end: copies that others made, and what Nutshell and the practice hold, stay theirs.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import click
from click.exceptions import Exit

from common.cli import Frame
from common.errors import DataDamaged, GateRefused, UsageError
from common.lock import hold
from common.paths import new_run_id
from load.audit.journal import Journal
from load.audit.publish import publish
from load.audit.questions import Audit
from load.files.hosted import Host
from load.files.hosting import host_of
from load.plan.approve import check_signer
from load.plan.digests import some
from load.purge import contents as purge_audit
from load.purge.retention import Found, Holding, find, remove

_HOURS = {"h": 1, "d": 24, "w": 168}
WINDOW = (
    "This ends the rollback window: writes older than that can no longer be taken back, and a"
    " delta has no older state to compare with. The audit keeps ids, hashes, times and names of"
    " those who signed; an approval goes on covering what it covered."
)


@click.command()
@click.option("--older-than", "age", required=True, metavar="AGE", help="30d, 12h, 8w; 0d is all.")
@click.option("--by", metavar="NAME", help="Who answers for it; needed unless --preview.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--hosted", is_flag=True, help="Also attachments in ATTACHMENT_HOST_DIR.")
@click.option("--preview", is_flag=True, help="Say what would go; change nothing.")
@click.pass_obj
def command(
    frame: Frame, *, age: str, by: str | None, yes: bool, hosted: bool, preview: bool
) -> None:
    r"""
    Remove what holds patients' data once it is older than AGE. This ends the rollback window.

    Goes: raw runs, files, frozen plans, read-backs, warehouse, review, dbt's artefacts and logs,
    and in the audit payloads, before-images, answers and the source's values in approvals. Its
    hashes, ids and times stay.

    \b
    Examples:
      load purge --older-than 30d --preview
      load purge --older-than 30d --by "R. Meyer"
      load purge --older-than 0d --hosted --by "R. Meyer" --yes
    """
    before = datetime.now(UTC) - read_age(age)
    if preview:
        found = find(frame.paths, _host(frame, hosted), before)
        contents, _ = _audit_counts(frame, before)
        print_purge(frame, found, contents, "What would be removed")
        frame.console.say(f"{WINDOW} Nothing was changed.")
        return
    signer = by or ""
    check_signer(signer, frame.settings.get("NUTSHELL_URL", "an unnamed system"))
    with hold(frame.paths, "load purge"):
        _purge(frame, before, signer, yes=yes, host=_host(frame, hosted))


def read_age(text: str) -> timedelta:
    """Read `30d`, `12h`, `8w`; raise UsageError."""
    match = re.fullmatch(r"(\d{1,6})([hdw])", text.strip().lower())
    if match is None:
        raise UsageError(f"--older-than {text}: give hours, days or weeks, such as 12h, 30d, 8w.")
    return timedelta(hours=int(match[1]) * _HOURS[match[2]])


def _purge(frame: Frame, before: datetime, by: str, *, yes: bool, host: Host | None) -> None:
    found = find(frame.paths, host, before)
    contents, unsettled = _audit_counts(frame, before)
    print_purge(frame, found, contents, "What will be removed")
    if found.holdings or contents:
        _ask(frame, yes)
    run_id = new_run_id()
    with Journal(frame.paths.audit) as journal:
        journal.start_run("purge", run_id=run_id, host=frame.settings.get("NUTSHELL_URL"), by=by)
        status = "failed"
        try:
            # said before it is done: a purge that is killed leaves its name and is run again
            removed = [*summary(found.holdings), *contents]
            journal.write(purge_audit.note(run_id, by, before, removed))
            with frame.console.progress("Removing", len(found.holdings)) as task:
                remove(frame.paths, found.holdings, host, task.advance)
            journal.write(purge_audit.forget(before))
            status = "done"
        finally:
            journal.finish_run(run_id, status)
            publish(journal.audit, frame.paths)
    try:
        purge_audit.vacuum(frame.paths.audit)
    except sqlite3.Error as error:
        raise DataDamaged(
            f"The contents are out of the audit's tables, but its file could not be rewritten"
            f" ({error}): their bytes may still stand in it. Make room, close other programs that"
            " have it open, and run the same command again."
        ) from None
    size = sum(row[2] for row in removed)
    frame.console.say(f"Removed {size / 1e6:,.1f} MB. {WINDOW}")
    _say_what_stays(frame, found, unsettled)


def _say_what_stays(frame: Frame, found: Found, unsettled: int) -> None:
    if found.leaned_on:
        frame.console.complain(
            f"Kept, since newer runs hold only changes against them: {some(found.leaned_on)}."
            " Extract once more in full and purge again, or purge with --older-than 0d."
        )
    if unsettled:
        frame.console.complain(
            f"Kept: the contents of {unsettled} write(s) in doubt. `load apply` settles them;"
            " then purge again."
        )
    if found.leaned_on or unsettled:
        raise Exit(1)


def _ask(frame: Frame, yes: bool) -> None:
    frame.console.say(WINDOW)
    if yes:
        return
    if not sys.stdin.isatty():
        raise GateRefused("Nothing was removed: add --yes to say that this is meant.")
    if not click.confirm("Remove all this for good?"):
        raise GateRefused("Nothing was removed.")


def _audit_counts(frame: Frame, before: datetime) -> tuple[list[tuple[str, int, int]], int]:
    if not frame.paths.audit.is_file():
        return [], 0
    try:
        audit = Audit(frame.paths.audit, read_only=True)
        try:
            return purge_audit.count(audit, before), purge_audit.unsettled(audit, before)
        finally:
            audit.close()
    except sqlite3.Error as error:
        raise DataDamaged(
            f"The audit can not be read ({error}). Put back its newest copy, and run again."
        ) from None


def summary(holdings: list[Holding]) -> list[tuple[str, int, int]]:
    """Count holdings by what they are: what, items, bytes."""
    counted: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for holding in holdings:
        items, size = counted[holding.what]
        counted[holding.what] = (items + 1, size + holding.size)
    return [(what, *numbers) for what, numbers in counted.items()]


def print_purge(
    frame: Frame, found: Found, contents: list[tuple[str, int, int]], title: str
) -> None:
    """Print what goes: counts, bytes and the span of time; no names of files, they may tell."""
    spans: dict[str, list[datetime]] = defaultdict(list)
    for holding in found.holdings:
        spans[holding.what].append(holding.moment)
    frame.console.table(
        title,
        ("what", "items", "bytes", "oldest", "newest"),
        [
            *(
                (what, items, size, _day(min(spans[what])), _day(max(spans[what])))
                for what, items, size in summary(found.holdings)
            ),
            *((f"audit: {what}", items, size, "", "") for what, items, size in contents),
        ],
    )
    if found.leaned_on:
        frame.console.say(f"Stays, newer runs lean on it: {some(found.leaned_on)}")


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _host(frame: Frame, hosted: bool) -> Host | None:
    return host_of(frame.settings) if hosted else None
