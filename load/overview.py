"""
`load` alone: where this migration stands and what comes next, on one screen.

It writes nothing, holds no lock and asks no system: the data folder and the audit tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from common.cli import Frame
from common.errors import MigrationError
from common.lock import is_at_work
from common.paths import moment_of_run
from load.audit.questions import Audit
from load.plan.digests import short
from load.plan.frozen import Headline, all_plans
from load.warehouse import open_warehouse

SOURCES = {
    "visual_practice": "extract visual-practice",
    "nutshell": "extract nutshell",
    "rates": "extract rates",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the road: what was found, and the command that does it, where it is not done."""

    name: str
    found: str
    command: str = ""  # empty: done

    @property
    def is_done(self) -> bool:
        """Tell whether nothing is left to do here."""
        return not self.command


def show_overview(frame: Frame) -> None:
    """Print each step with what was found, and the first that is not done as the next one."""
    steps = list(_steps(frame))
    frame.console.table(
        f"This migration, in {frame.paths.root}",
        ("step", "done", "found"),
        [(step.name, "yes" if step.is_done else "no", step.found) for step in steps],
    )
    following = next((step for step in steps if not step.is_done), None)
    if is_at_work(frame.paths):
        frame.console.say("A command is at work here: `load status --watch` follows it.")
    elif following is not None:
        frame.console.say(f"Next: {following.command}")
    else:
        frame.console.say(
            "All is loaded and read back. Until cut-over: `load delta`. To take it back:"
            " `load rollback --preview`. The review is in review.duckdb."
        )


def _steps(frame: Frame) -> Iterator[Step]:
    """Give the steps in their order; one that needs another ends the list where that is missing."""
    newest = ""
    for source, command in SOURCES.items():
        runs = frame.paths.committed_runs(source)
        if not runs:
            yield Step(command, "nothing extracted", f"`{command}`")
            continue
        newest = max(newest, runs[-1].name)
        yield Step(command, f"{len(runs)} run(s), the newest of {_moment(runs[-1].name)}")
    built = _built(frame)
    if built is None:
        yield Step("dbt build", "no whole warehouse", "`dbt build`")
        return
    built_at, gates = built
    is_old = bool(newest) and f"{moment_of_run(newest):%Y-%m-%d %H:%M:%S}" > built_at
    yield Step(
        "dbt build",
        f"of {built_at}Z{', older than the newest extraction' if is_old else ''}",
        "`dbt build`" if is_old else "",
    )
    yield Step(
        "gates",
        f"{gates} open" if gates else "none open",
        "fix what `preflight.preflight_causes` names, then `dbt build`" if gates else "",
    )
    plans = all_plans(frame.paths)
    if not plans:
        yield Step("load plan", "no plan", "`load plan`")
        return
    plan = plans[-1]
    yield Step("load plan", f"{short(plan.digest)}: {plan.records:,} records")
    yield from _of_audit(frame, plan)


def _built(frame: Frame) -> tuple[str, int] | None:
    """Give when the warehouse was built (UTC) and its open gates; None where it is not whole."""
    try:
        with open_warehouse(frame.paths, patience=0) as warehouse:
            row = warehouse.execute(
                """
                select
                    (select strftime(built_at, '%Y-%m-%d %H:%M:%S') from plan.plan_build),
                    (
                        select count(*) from preflight.preflight_blockers
                        where scope = 'gate' and not is_accepted
                    )
                """
            ).fetchone()
    except MigrationError:  # it is being built, or was not yet
        return None
    return (str(row[0]), int(row[1])) if row and row[0] else None


def _of_audit(frame: Frame, plan: Headline) -> Iterator[Step]:
    """Give what the audit knows of a plan: signatures, the sample, the load, the read-back."""
    asked = (
        ("load approve", "approved", "plan", '`load approve --by "NAME"`'),
        ("load apply --sample", "loaded", "apply --sample", "`load apply --sample`"),
        ("load verify", "read back", "verify", "`load verify`"),
        (
            "load approve --sample-reviewed",
            "reviewed",
            "sample",
            'read the review, then `load approve --sample-reviewed --by "NAME"`',
        ),
        ("load apply", "loaded", "apply", "`load apply`"),
        ("load verify", "read back", "verify", "`load verify`"),
    )
    if not frame.paths.audit.is_file():
        yield Step(asked[0][0], "not yet", asked[0][3])
        return
    audit = Audit(frame.paths.audit, read_only=True)
    try:
        after = ""
        for name, verb, what, command in asked:
            at = _done_at(audit, plan, what, after)
            yield Step(name, f"{verb} {at[:19]}Z" if at else "not yet", "" if at else command)
            after = at or after
            if not at and what not in ("plan", "sample"):
                return
    finally:
        audit.close()


def _done_at(audit: Audit, plan: Headline, what: str, after: str) -> str:
    """Give when a step of a plan ended, as the audit has it; empty where it did not."""
    if what in ("plan", "sample"):
        # a standing approval covers later plans: then the load itself says that it was allowed
        found = audit.value(
            "select max(at) from ("
            " select approved_at as at from approvals where kind = ? and plan_digest = ?"
            " union all select started_at from runs where command = 'apply' and plan_digest = ?)",
            what,
            plan.digest,
            plan.digest,
        )
    elif what == "verify":
        found = audit.value(
            "select max(finished_at) from runs where command = ? and status = 'done'"
            " and started_at >= ?",
            what,
            after,
        )
    else:
        found = audit.value(
            "select max(finished_at) from runs where status = 'done' and plan_digest = ?"
            " and (command = ? or command = 'apply')",
            plan.digest,
            what,
        )
    return str(found or "")


def _moment(run: str) -> str:
    return f"{moment_of_run(run):%Y-%m-%d %H:%M}Z"
