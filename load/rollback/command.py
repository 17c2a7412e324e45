"""What `rollback` and its preview do, as one function over a frame."""

from __future__ import annotations

from common.cli import Frame
from common.console import Console
from common.errors import GateRefused, RecordsFailed, UsageError
from common.paths import new_run_id
from load.apply.settle import settle_open
from load.apply.writer import Writer
from load.audit.questions import Audit
from load.destination import Destination
from load.rollback.selection import Selection
from load.rollback.walk import Rollback
from load.session import Session, asking, session, with_nutshell


def rollback_command(
    frame: Frame, selection: Selection, *, with_linked: bool, preview: bool
) -> None:
    """Take back what was written, or say what that would do; exit code 1 where something errs."""
    if not frame.paths.audit.is_file():
        raise GateRefused("There is no audit: nothing was loaded from this data folder.")
    if selection.extras and with_linked:
        raise UsageError(
            "--extras takes copies that the audit does not know: nothing of ours links"
            " to them, so leave --with-linked out."
        )
    selection = _checked(frame, selection, with_linked=with_linked)
    if preview:
        done = _preview(frame, selection)
    else:
        with session(frame, "rollback") as opened:
            done = with_nutshell(opened, lambda d: _execute(opened, d, selection))
    _print(frame.console, done, selection, preview=preview)
    if not preview and selection.is_all:
        _name_definitions(frame)
    if errored := done.notes.tally.counts["errored"]:
        raise RecordsFailed(
            f"{errored} record(s) could not be taken back."
            " Run the same command again; `load status` shows what is left."
        )


def _checked(frame: Frame, selection: Selection, *, with_linked: bool) -> Selection:
    """Refuse a name that the audit does not know; widen the selection where that is asked for."""
    audit = Audit(frame.paths.audit, read_only=True)
    try:
        for option, column, name in (
            ("--run", "run_id", selection.run),
            ("--object", "source_object", selection.source_object),
        ):
            known = f"select 1 from intents where {column} = ? limit 1"  # noqa: S608
            if name is not None and not audit.value(known, name):
                raise GateRefused(f"{option} {name}: the audit knows no such. `load status` lists.")
        return selection.with_linked(audit) if with_linked else selection
    finally:
        audit.close()


async def _execute(opened: Session, destination: Destination, selection: Selection) -> Rollback:
    await destination.learn_types()
    writer = Writer(opened.journal, destination, run_id=opened.run_id, plan_digest="")
    await settle_open(writer)
    done = Rollback(opened.audit, destination, journal=opened.journal, run_id=opened.run_id)
    total = await done.look(selection)
    await opened.note_size(total)
    with opened.frame.console.progress("Taking back", total) as task:
        await done.run(selection, task.advance, opened.frame.console.say)
    return done


def _preview(frame: Frame, selection: Selection) -> Rollback:
    audit = Audit(frame.paths.audit, read_only=True)

    async def look(destination: Destination) -> Rollback:
        await destination.learn_types()
        done = Rollback(audit, destination, journal=None, run_id=new_run_id())
        with frame.console.progress("Looking", await done.look(selection)) as task:
            await done.run(selection, task.advance, frame.console.say)
        return done

    try:
        return asking(frame, look)
    finally:
        audit.close()


def _print(console: Console, done: Rollback, selection: Selection, *, preview: bool) -> None:
    if not done.notes.per_object:
        console.say(
            "No copy of ours stands in Nutshell that the audit does not know."
            if selection.extras
            else "Nothing is left to take back."
        )
        return
    console.table(
        "What a rollback would do" if preview else "What was taken back",
        ("object", "outcome", "records"),
        [(name, word, count) for (name, word), count in sorted(done.notes.per_object.items())],
    )
    for word in ("kept", "errored"):
        for name in done.notes.tally.named.get(word, ()):
            console.say(f"{word}: {name}")
        if unnamed := done.notes.unnamed[word]:
            console.say(f"{word}: {unnamed} more; the audit's table `reversals` has all of them")
    if stay := done.notes.extras_kept:
        console.say(
            f"{stay} extra(s) stay: carry over what was added to them to the copy that the audit"
            " knows, and delete them in Nutshell."
        )
    if done.kept_by_ours and not (selection.is_all or selection.extras):
        console.say(
            f"{done.kept_by_ours} of them only since records of ours that were not chosen link to"
            " them: --with-linked takes those back as well."
        )
    if done.with_later:
        console.say(
            f"{done.with_later} of them with what later runs wrote to them: a record goes back to"
            " what it was before its run, and the next plan writes the rest once more."
        )
    if preview:
        console.say("Nothing was changed. Without --preview, the same is done.")


def _name_definitions(frame: Frame) -> None:
    # others may use them by now: the administrator decides
    audit = Audit(frame.paths.audit, read_only=True)
    made = audit.value("select count(*) from definitions")
    audit.close()
    if made:
        frame.console.say(
            f"{made} custom fields, tags and sources that were made stay in Nutshell. The"
            f" administrator's list: {frame.paths.audit_parquet / 'definitions.parquet'}"
        )
