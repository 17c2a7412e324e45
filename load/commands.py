"""
What `plan`, `approve`, `apply` and `retry` do, each as one function over a frame.

Not the command line (`load.cli`), and none of the parts that they put together.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from click import echo
from click.exceptions import Exit

from common.cli import Frame
from common.console import Console
from load.apply.executor import Executor
from load.apply.settle import settle_open
from load.apply.walk import Walk, records_at_once
from load.audit.questions import Audit
from load.destination import Destination
from load.fields.schema_check import check_live_schema
from load.plan.approve import approve, check_age, check_approved, check_mapping
from load.plan.digests import short
from load.plan.freeze import freeze, note_plan
from load.plan.frozen import (
    Headline,
    count_writes,
    find_plan,
    plan_file,
    planned_values,
    stream_records,
)
from load.plan.integrity import check_plan
from load.probe import guessed
from load.report import as_json, as_markdown, clean, print_plan, print_tally
from load.session import Session, check_host, journal_only, session, with_nutshell
from load.tally import Tally


@dataclass(frozen=True)
class Part:
    """How much of a plan a walk carries out."""

    sample: bool = False
    records: Set[str] | None = None  # no others than these
    again: frozenset[str] = frozenset()  # causes of failures to try once more; `*` is all of them

    @property
    def command(self) -> str:
        """What the audit calls such a run."""
        if self.records is not None:
            return "retry"
        return "apply --sample" if self.sample else "apply"

    def size(self, plan: Headline) -> int:
        """Count its records."""
        if self.records is not None:
            return len(self.records)
        return plan.sample_records if self.sample else plan.records


WHOLE = Part()


def plan_command(frame: Frame, form: str = "text") -> Headline:
    """Freeze the warehouse's plan and print it: as text, markdown or json."""
    host = frame.settings.nutshell().url
    with journal_only(frame, "plan") as journal:
        plan = freeze(
            frame.paths,
            audit=journal.audit,
            seeds=frame.settings.seeds_dir,
            host=host,
            # in a document there is no place for how far it is
            console=frame.console if form == "text" else Console(quiet=True),
        )
        journal.write(note_plan(plan))
        rate = observed_rate(journal.audit)
        if form == "text":
            print_plan(frame.console, plan, rate)
        else:
            values = planned_values(plan_file(frame.paths, plan.digest))
            document = as_markdown if form == "markdown" else as_json
            echo(document(plan, rate, values))
    if form == "text" and (facts := guessed(frame.settings.seeds_dir)):
        frame.console.say(
            f"Guessed of Nutshell, and confirmed by nobody: {', '.join(facts)}."
            " `load probe --by NAME` asks the account."
        )
    return plan


def approve_command(
    frame: Frame, *, by: str, sample: bool, digest: str | None, max_age: int | None = None
) -> None:
    """Sign the newest plan, or the one named."""
    host = frame.settings.nutshell().url
    plan = find_plan(frame.paths, digest)
    check_age(plan, max_age)
    check_mapping(plan, frame.settings.seeds_dir)
    with journal_only(frame, "approve") as journal:
        check_plan(frame.paths, journal.audit, plan)
        approve(journal, plan, by=by, host=host, sample=sample)
    what = "The sample of plan" if sample else "Plan"
    frame.console.say(f"{what} {short(plan.digest)} is approved by {by} for {host}.")


def apply_command(frame: Frame, *, sample: bool, digest: str | None) -> None:
    """Carry out the approved plan; ends with exit code 1 where records failed or are blocked."""
    plan = find_plan(frame.paths, digest)
    with journal_only(frame, "apply"):
        check_leave(frame, plan, sample=sample)
        tally = carry_out(frame, plan, Part(sample=sample))
    print_tally(frame.console, tally)
    if not clean(tally):
        raise Exit(1)


def check_leave(frame: Frame, plan: Headline, *, sample: bool) -> None:
    """Raise GateRefused, naming why, where a plan may not be carried out; no run is noted."""
    host = frame.settings.nutshell().url
    check_host(plan.host, host)
    check_mapping(plan, frame.settings.seeds_dir)
    with journal_only(frame, "apply") as journal:
        check_plan(frame.paths, journal.audit, plan)
        check_approved(journal.audit, plan, host=host, sample=sample)


def carry_out(frame: Frame, plan: Headline, part: Part = WHOLE) -> Tally:
    """Walk through a plan that may be carried out, as a run of its own; return what was done."""
    with session(frame, part.command, plan_digest=plan.digest) as opened:
        return with_nutshell(opened, lambda d: _walk(opened, d, plan, part))


async def _walk(opened: Session, destination: Destination, plan: Headline, part: Part) -> Tally:
    await check_live_schema(destination.nutshell, plan)
    await destination.learn_types()
    executor = Executor(
        opened.journal, destination, run_id=opened.run_id, plan_digest=plan.digest, again=part.again
    )
    await settle_open(executor)
    console = opened.frame.console
    path = plan_file(opened.frame.paths, plan.digest)
    to_do = count_writes(path, sample_only=part.sample, only=part.records)
    await opened.note_size(to_do - opened.audit.done_of(plan.digest, part.records))
    with console.progress(
        "Loading the sample" if part.sample else "Loading", part.size(plan)
    ) as task:
        walk = Walk(executor, task.advance, records_at_once(opened.frame.settings.seeds_dir))
        rows = stream_records(path, sample_only=part.sample, only=part.records)
        try:
            await walk.run(rows)
        finally:
            if walk.stopping is not None:
                print_tally(console, executor.tally)
    return executor.tally


def observed_rate(audit: Audit) -> float | None:
    """Give the writes a second of the newest load that wrote enough to tell."""
    row = audit.connection.execute(
        """
        select
            count(*) as writes,
            (julianday(max(settled_at)) - julianday(min(intended_at))) * 86400 as seconds
        from writes inner join runs using (run_id)
        where writes.status in ('done', 'reverted') and runs.command like 'apply%'
        group by run_id having count(*) >= 50
        order by max(runs.started_at) desc limit 1
        """
    ).fetchone()
    if row is None or not row["seconds"]:
        return None
    return float(row["writes"] / row["seconds"])
