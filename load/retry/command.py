"""
`load retry`: writes once more what failed or was held back for a cause, after its mend.

Not the mend: that is an edit of a CSV or of the source. What must come first is said, not done.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing

from click.exceptions import Exit

from common.cli import Frame
from common.errors import GateRefused
from load.audit.questions import Audit
from load.commands import Part, carry_out, check_leave
from load.plan.digests import changed_files, mapping_files, short, some
from load.plan.frozen import Headline, find_plan
from load.report import clean, print_tally
from load.retry.causes import Causes
from load.retry.held import held, held_before, reasons, to_write
from load.retry.mends import built
from load.session import journal_only

FROZEN = "`load plan`, `load approve --by NAME`, then this command again"
MENDED = f"`dbt build`, {FROZEN}"


def retry_command(frame: Frame, *, cause: str | None, digest: str | None) -> None:
    """
    Write the records that wait for a cause, and those that waited for them; no others.

    A write that failed is tried again from the plan that stands. What the plan itself holds back
    has no write to try: it comes from a plan that was made, and approved, after the mend.
    """
    if not frame.paths.audit.is_file():
        raise GateRefused("There is no audit: nothing failed yet.")
    with closing(Audit(frame.paths.audit, read_only=True)) as audit:
        causes = Causes(audit, frame.settings.seeds_dir)
        failed = causes.classes()
        if not failed and cause is None:
            frame.console.say("Nothing waits: no write's newest attempt has failed.")
            raise Exit(0)
        plan = find_plan(frame.paths, digest)
        if cause is None or cause in failed:
            frame.console.table(
                "Quarantined writes", ("cause", "writes", "for example", "mend"), causes.table()
            )
            again = frozenset({failed[cause] if cause else "*"})
            records = to_write(frame.paths, plan, causes.records(cause))
        else:
            again = frozenset()
            records = _mended(frame, audit, plan, cause, failed)
    if not records:
        frame.console.say(f"Plan {short(plan.digest)} writes none of them: nothing is to be tried.")
        raise Exit(0)
    # `apply --sample` may write what is in the sample: so many signatures are needed, no more
    with journal_only(frame, "retry"):
        check_leave(frame, plan, sample=all(records.values()))
        tally = carry_out(frame, plan, Part(records=records.keys(), again=again))
    print_tally(frame.console, tally)
    still = held(frame.paths, plan, cause) if cause else set()
    if still:
        frame.console.say(f"{len(still)} record(s) are held back still: run this command again.")
    if still or not clean(tally):
        raise Exit(1)


def _mended(
    frame: Frame, audit: Audit, plan: Headline, cause: str, failed: Iterable[str]
) -> dict[str, bool]:
    """Name the records that the plan writes since the mend; GateRefused says what is missing."""
    this = f"plan {short(plan.digest)}"
    edited = changed_files(plan.files, mapping_files(frame.settings.seeds_dir))
    if not edited:
        records = to_write(frame.paths, plan, held_before(frame.paths, audit, plan, cause))
        if records:
            frame.console.say(
                f"{len(records)} record(s) that waited for {cause} are in {this} now."
            )
            return records
    now = built(frame, audit, cause)
    for mend in now.mends:
        frame.console.say(mend)
    if edited:
        way = FROZEN if now.is_fresh else MENDED
        raise GateRefused(f"Edited since {this} was made: {some(edited)}. Next: {way}.")
    waiting_for_it = len(held(frame.paths, plan, cause))
    if not waiting_for_it and not now.mends:
        raise GateRefused(
            f"No write failed for {cause}, and {this} holds no record back for it."
            f" Causes: {some(sorted({*failed, *reasons(plan)})) or 'none'}."
        )
    if now.is_fresh and not now.records:
        raise GateRefused(f"The warehouse has the mend, {this} has not. Next: {FROZEN}.")
    raise GateRefused(
        f"{waiting_for_it} record(s) of {this} wait for {cause}. Mend it, then: {MENDED}."
    )
