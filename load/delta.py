"""
`load delta`: one beat of the cut-over window, from the practice's changes to the read-back.

Not a scheduler (cron is), and no gate of its own: the standing approval covers a beat or stops it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from click.exceptions import Exit

from common.cli import Frame
from common.console import Console
from common.errors import GateRefused, Locked
from common.lock import INHERITED, handed_down
from load.audit.questions import Audit
from load.commands import carry_out, check_leave, plan_command
from load.plan.frozen import Headline
from load.report import clean, name_trouble
from load.session import journal_only
from load.tally import Tally
from load.verify.command import build, read_back
from load.warehouse import open_warehouse

DONE = (0, 1)  # 1: done, and some records stay behind
SAYS_WHY = (2, 3)  # in a line of its own, which stands in our log already
SAID = (
    "created",
    "updated",
    "value",
    "outcome",
    "files",
    "conflicts",
    "blocked",
    "failed",
    "failed before",
)


@click.command()
@click.option("--verbose", is_flag=True, help="Print what each step prints, not only the summary.")
@click.pass_obj
def command(frame: Frame, *, verbose: bool) -> None:
    r"""
    Carry the practice's changes since the last time into Nutshell, and read them back.

    Extracts, builds, plans, applies if the standing approval covers the plan, verifies, and says
    so in one line. Where the plan holds something new it stops with exit code 2 and names it. A
    second one at the same time says so and exits 0.

    \b
    Example:
      load delta
    In the cut-over window, by cron, every 15 minutes (the variables are in the file env):
      */15 * * * * cd PROJECT && set -a && . ./env && make --silent delta >> data/delta.log 2>&1
    """
    frame.settings.visual_practice()
    frame.settings.nutshell()
    try:
        with journal_only(frame, "delta"):
            _beat(frame, verbose=verbose)
    except Locked as locked:
        frame.console.say(f"{locked} This delta is left out; the next one carries its changes.")


def _beat(frame: Frame, *, verbose: bool) -> None:
    started = time.monotonic()
    quiet = frame if verbose else replace(frame, console=_quiet(frame))
    _extract(frame, "visual-practice", "--delta", verbose=verbose)
    _extract(frame, "nutshell", verbose=verbose)
    if not build(quiet):
        raise GateRefused("The build failed as said above: nothing was written. Mend it first.")
    plan = plan_command(quiet)
    check_leave(frame, plan, sample=False)
    tally = carry_out(quiet, plan) if _has_work(frame, plan) else Tally()
    back = read_back(quiet)
    if back and not build(quiet):
        frame.console.complain("Written and read back; the build failed as said above. Mend it.")
        raise Exit(1)
    name_trouble(frame.console, tally)
    _summary(frame, tally, back, time.monotonic() - started)
    if not clean(tally):
        raise Exit(1)


def _quiet(frame: Frame) -> Console:
    return Console(log_json=frame.settings.log_json, quiet=True)


def _extract(frame: Frame, *what: str, verbose: bool) -> None:
    """Run the command `extract` under our lock; what it prints is shown where it fails."""
    beside = Path(sys.executable).with_name("extract")
    program = [str(beside)] if beside.is_file() else [sys.executable, "-m", "extract.cli"]
    descriptor = handed_down(frame.paths)
    assert descriptor is not None  # noqa: S101 - held since the beat began
    done = subprocess.run(
        [*program, *what],
        env={**os.environ, INHERITED: str(descriptor)},
        pass_fds=[descriptor],
        stdout=None if verbose else subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode not in DONE:
        if done.returncode not in SAYS_WHY:
            frame.console.complain(f"`extract {' '.join(what)}` ended with {done.returncode}.")
        raise Exit(done.returncode if done.returncode > 0 else 130)


def _has_work(frame: Frame, plan: Headline) -> bool:
    """Say whether a walk could change anything: a beat without news leaves no run behind."""
    if any(count["bucket"] in ("created", "updated", "matched") for count in plan.counts):
        return True
    audit = Audit(frame.paths.audit, read_only=True)
    try:
        return bool(audit.value("select count(*) from open_writes"))
    finally:
        audit.close()


def _summary(frame: Frame, tally: Tally, back: int, seconds: float) -> None:
    counts = [f"{tally.counts[word]:,} {word}" for word in SAID if tally.counts[word]]
    with open_warehouse(frame.paths) as warehouse:
        (found,) = warehouse.execute(
            """
            select
                (select coalesce(sum(source_records), 0) from review.review_summary),
                (select count(*) from review.review_field_diff where is_finding),
                (select count(*) from review.review_conflicts)
            """
        ).fetchall()
    frame.console.say(
        f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} delta: {', '.join(counts) or 'nothing to write'};"
        f" {back:,} read back; of {found[0]:,} records {found[1]:,} finding(s) and {found[2]:,}"
        f" row(s) in review_conflicts; {seconds:.0f} s."
    )
