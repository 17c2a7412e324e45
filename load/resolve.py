"""
`load resolve`: a create that nobody can settle by asking, settled by a person who has looked.

Not a write to Nutshell, and no way around the gates: what is said to be absent is made again by the
approved plan, which looks for it once more before.
"""

from __future__ import annotations

import click
import orjson

from apis.nutshell_settle import carried, carries
from common.cli import Frame
from common.errors import GateRefused, NotFound, UsageError
from load.apply.shapes import image
from load.audit.entries import Outcome
from load.audit.questions import Audit, Write
from load.destination import Destination
from load.plan.approve import check_signer
from load.session import Session, session, with_nutshell


@click.command()
@click.argument("write", type=int)
@click.option("--there", type=int, metavar="ID", help="It took effect: the id in Nutshell.")
@click.option("--absent", is_flag=True, help="It did not: nothing of it is in Nutshell.")
@click.option("--by", required=True, metavar="NAME", help="Who has looked.")
@click.pass_obj
def command(frame: Frame, write: int, there: int | None, absent: bool, by: str) -> None:
    r"""
    Say what became of a create whose answer was lost, where asking does not tell.

    WRITE is its number: `load status` lists what is in doubt. The audit keeps who said so.

    \b
    Examples:
      load resolve 4711 --there 3089 --by "Ida Bell"
      load resolve 4711 --absent --by "Ida Bell"
    """
    if (there is None) != absent:
        raise UsageError("Say either `--there ID` or `--absent`.")
    if not frame.paths.audit.is_file():
        raise GateRefused("There is no audit: nothing was loaded from this data folder.")
    check_signer(by, frame.settings.nutshell().url)
    with session(frame, "resolve", by=by) as opened:
        doubted = _in_doubt(opened.audit, write)
        if there is None:
            outcome = _absent(doubted, by)
        elif doubted.step == "file":
            outcome = _uploaded(opened.audit, doubted, there)
        else:
            outcome = with_nutshell(opened, lambda d: _found(opened, d, doubted, there))
        opened.journal.settle_now(outcome)
    what = "is absent" if there is None else f"is {doubted.kind} {there}"
    frame.console.say(f"Write {write}, {doubted.key}: {what}, says {by}. `load apply` goes on.")


def _in_doubt(audit: Audit, write_id: int) -> Write:
    """Give a create that is in doubt; changes are settled by looking at their record."""
    write = next((write for write in audit.open_writes() if write.write_id == write_id), None)
    if write is None:
        raise GateRefused(f"Write {write_id} is not in doubt. `load status` lists those that are.")
    if write.operation != "create" or write.step not in ("record", "file"):
        raise GateRefused(
            f"Write {write_id} changes {write.key}, which is in Nutshell: the next `load apply` or"
            " `load rollback` looks at it, and settles it by that."
        )
    return write


def _absent(write: Write, by: str) -> Outcome:
    return Outcome(
        write.write_id,
        "failed",
        cause_class="in_doubt_absent",
        state="absent",
        cause=f"write {write.write_id} is not in Nutshell, says {by}"[:200],
    )


def _uploaded(audit: Audit, write: Write, file_id: int) -> Outcome:
    """Note an upload; there is no call that shows a file by its id."""
    desired = audit.value("select desired from open_writes where write_id = ?", write.write_id)
    return Outcome(
        write.write_id,
        "done",
        nutshell_id=file_id,
        after=orjson.dumps({"id": file_id, "link": None}).decode(),
        state="created",
        desired=desired,
        desired_hash=write.desired_hash,
    )


async def _found(opened: Session, destination: Destination, write: Write, number: int) -> Outcome:
    """Give the record that a person has found; refuse one that is another's, or is not there."""
    try:
        shown = await destination.get(write.kind, number)
    except NotFound:
        raise GateRefused(f"Nutshell has no {write.kind} {number}, or it is deleted.") from None
    other = opened.audit.value(
        "select source_object || ':' || source_id from records where kind = ? and nutshell_id = ?"
        " and state in ('created', 'matched')",
        write.kind,
        number,
    )
    marked = carried(destination.nutshell, write.kind, shown)
    is_ours = carries(destination.nutshell, write.kind, shown, write.key)
    if other is not None or (marked is not None and not is_ours):
        raise GateRefused(f"{write.kind} {number} is {other or marked}, and not {write.key}.")
    rev = shown.get("rev")
    return Outcome(
        write.write_id,
        "done",
        nutshell_id=number,
        rev_after=None if rev is None else str(rev),
        after=orjson.dumps(image(shown)).decode(),
        state="created",
        html_url=shown.get("htmlUrl"),
    )
