"""
`load status`: what was loaded and how fast it goes, read beside the process that loads.

It writes nothing and holds no lock.
"""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime, timedelta

from common.cli import Frame
from common.errors import GateRefused
from common.lock import is_at_work
from load.audit.chain import broken_links, length
from load.audit.migrations import VERSION, version_of
from load.audit.questions import Audit
from load.plan.digests import short
from load.plan.frozen import all_plans
from load.report import duration
from load.retry.causes import Causes

WINDOW = 30.0  # seconds over which the rate is taken
PAUSE = 2.0


def show_status(frame: Frame, *, watch: bool) -> None:
    """Print plans, runs and records; with `watch`, one line every moment until the load ends."""
    console = frame.console
    if not frame.paths.audit.is_file():
        console.say("Nothing was loaded yet. `load plan` comes first.")
        return
    audit = Audit(frame.paths.audit, read_only=True)
    try:
        _print_state(frame, audit)
        running = _print_running(frame, audit)
        while watch and running:
            time.sleep(PAUSE)
            running = _print_running(frame, audit)
    finally:
        audit.close()


def check_audit(frame: Frame) -> None:
    """Walk the audit's chain; raise GateRefused, naming each row, where it does not hold."""
    if not frame.paths.audit.is_file():
        raise GateRefused("There is no audit: nothing was loaded from this data folder.")
    audit = Audit(frame.paths.audit, read_only=True)
    try:
        if version_of(audit.connection) != VERSION:
            raise GateRefused(
                "The audit is of another version. The next command that writes brings it up to"
                " date, and seals it as it is then."
            )
        broken = list(broken_links(audit.connection))
        for line in broken:
            frame.console.say(line)
        if broken:
            raise GateRefused(f"{len(broken)} place(s) of the audit were changed by hand.")
        frame.console.say(f"The audit's chain holds: {length(audit.connection):,} links.")
    finally:
        audit.close()


def _print_state(frame: Frame, audit: Audit) -> None:
    console = frame.console
    console.table(
        "Plans",
        ("plan", "frozen at", "records", "blocked", "in sample", "open gates", "approved by"),
        [
            (
                short(plan.digest),
                plan.frozen_at[:19],
                plan.records,
                sum(c["records"] for c in plan.counts if c["bucket"] == "blocked"),
                plan.sample_records,
                len(plan.gates),
                _signers(audit, plan.digest),
            )
            for plan in all_plans(frame.paths)
        ],
    )
    console.table(
        "Runs",
        ("run", "command", "plan", "status", "done", "failed", "blocked", "in doubt", "conflict"),
        [
            (
                row["run_id"],
                row["command"],
                short(row["plan_digest"] or ""),
                row["status"],
                row["done"],
                row["failed"],
                row["blocked"],
                row["in_doubt"],
                row["conflict"],
            )
            for row in audit.rows(
                """
                select
                    runs.run_id, runs.command, runs.plan_digest, runs.status,
                    count(*) filter (where writes.status in ('done', 'reverted')) as done,
                    count(*) filter (where writes.status = 'failed') as failed,
                    count(*) filter (where writes.status = 'blocked') as blocked,
                    count(*) filter (where writes.status in ('in_doubt', 'intended')) as in_doubt,
                    count(*) filter (where writes.status = 'conflict') as conflict
                from (select * from runs order by started_at desc limit 12) as runs
                left join writes using (run_id)
                group by runs.run_id
                order by runs.started_at
                """
            )
        ],
    )
    console.table(
        "Records in Nutshell",
        ("object", "state", "records"),
        [
            tuple(row)
            for row in audit.rows(
                "select source_object, state, count(*) from records group by 1, 2 order by 1, 2"
            )
        ],
    )
    console.table(
        "In doubt, and asking did not tell: look for each in Nutshell",
        ("write", "record", "what", "since", "then"),
        [
            (
                write.write_id,
                write.key,
                f"{write.method} {write.step}",
                write.intended_at[:19],
                f"load resolve {write.write_id} --there ID | --absent --by NAME",
            )
            for write in audit.open_writes()
            if write.cause_class == "unclear"
        ],
    )
    if table := Causes(audit, frame.settings.seeds_dir).table():
        console.table("What waits", ("cause", "writes", "for example", "mend"), table)


def _signers(audit: Audit, digest: str) -> str:
    rows = audit.rows(
        "select kind, approved_by, unattended from approvals where plan_digest = ?", digest
    )
    signed = ", ".join(
        f"{row['approved_by']} ({row['kind']}{', unattended' if row['unattended'] else ''})"
        for row in rows
    )
    applied = "select count(*) from runs where plan_digest = ? and command like 'apply%'"
    return signed or ("a standing approval" if audit.value(applied, digest) else "")


def _print_running(frame: Frame, audit: Audit) -> bool:
    """Print the run at work with its rate and time to go; say whether there is one."""
    run = audit.connection.execute(
        "select * from runs where status = 'running' order by started_at desc limit 1"
    ).fetchone()
    if run is None:
        return False
    if not is_at_work(frame.paths):
        frame.console.say(
            f"`load {run['command']}` was killed: the same command, run again, goes on from there."
        )
        return False
    frame.console.say(f"`load {run['command']}` at work{_progress(audit, run)}")
    return True


def _progress(audit: Audit, run: sqlite3.Row) -> str:
    """Say how far a run is, how fast it goes and how long it takes yet; when it began, if that."""
    items = audit.value("select items from sizes where run_id = ?", run["run_id"])
    if items is None:  # nothing that can be counted, or not begun yet
        return f" since {run['started_at'][11:19]}Z"
    taken_back = run["command"] == "rollback"
    count, what = (_TAKEN_BACK, "records") if taken_back else (_SETTLED, "writes")
    since = (datetime.now(UTC) - timedelta(seconds=WINDOW)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    done = int(audit.value(count, run["run_id"], ""))
    recent = int(audit.value(count, run["run_id"], max(since, run["started_at"])))
    begun = datetime.fromisoformat(run["started_at"].replace("Z", "+00:00"))
    rate = recent / min(WINDOW, max((datetime.now(UTC) - begun).total_seconds(), 0.1))
    # a write that waits for another record takes no time: it is not done, and not to go either
    blocked = 0 if taken_back else int(audit.value(_BLOCKED, run["run_id"]))
    eta = f", about {duration(max(items - done - blocked, 0) / rate)} to go" if rate else ""
    return f": {done:,} of {items:,} {what} done, {rate:,.1f}/s{eta}"


_SETTLED = """
select count(distinct write_id) from outcomes join intents using (write_id)
where run_id = ? and settled_at > ? and status not in ('in_doubt', 'blocked')
"""
_BLOCKED = """
select count(distinct write_id) from outcomes join intents using (write_id)
where run_id = ? and status = 'blocked'
"""
_TAKEN_BACK = """
select count(*) from (
    select distinct source_object, source_id from reversals where run_id = ? and settled_at > ?
)
"""
