"""
What became of each record of a rollback: counted, named, and in the audit unless it is a preview.

Not what becomes of it: that is judged in `judgement` and done in `takeback`.
"""

from __future__ import annotations

import sqlite3
from bisect import insort
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from load.audit.entries import Outcome, insert, insert_outcome, now, void
from load.audit.journal import Journal
from load.audit.questions import Write
from load.rollback.selection import Place
from load.tally import Tally

MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays of a record, and why; who and when, where Nutshell tells."""

    field: str | None
    reason: str
    changed_by: str = ""
    changed_at: str = ""


class Notes:
    """Takes down the end of each record: reversed, kept or errored."""

    def __init__(self, journal: Journal | None, run_id: str) -> None:
        self.journal = journal  # None: a preview
        self.run_id = run_id
        #: what records that keep an older write of ours were to be, by that one
        self.earlier: Mapping[Place, str] = {}
        self.tally = Tally()
        self.extras_kept = 0
        self.unnamed: Counter[str] = Counter()
        self.per_object: Counter[tuple[str, str]] = Counter()

    async def reversed(self, writes: list[Write], reason: str = "", *, gone: bool) -> None:
        """Note a record that is as it was before us; `gone`: it is no more."""
        self._count(writes[-1], "reversed")
        kept = [Kept(None, reason)]
        await self._note(writes, "reversed", kept, let_go=not is_extra(writes[-1]), gone=gone)

    async def kept(self, writes: list[Write], kept: Sequence[Kept], *, let_go: bool) -> None:
        """Note what stays of a record, each with its reason; `let_go`: none of it is ours now."""
        self._count(writes[-1], "kept")
        for one in kept:
            told = f" by {one.changed_by} at {one.changed_at}" if one.changed_by else ""
            name = f" {one.field}" if one.field else ""
            self._name("kept", f"{_called(writes[-1])}{name} ({one.reason}{told})")
        await self._note(writes, "kept", kept, let_go=let_go)

    async def errored(self, writes: list[Write], reason: str) -> None:
        """Note a record that could not be taken back; the next run tries again."""
        self._count(writes[-1], "errored")
        self._name("errored", f"{_called(writes[-1])} ({reason})")
        await self._note(writes, "errored", [Kept(None, reason)], let_go=False)

    def _count(self, write: Write, word: str) -> None:
        self.tally.note(word)
        extra = ", extra" if is_extra(write) else ""
        self.extras_kept += bool(extra) and word == "kept"
        self.per_object[write.source_object + extra, word] += 1

    def _name(self, word: str, text: str) -> None:
        """Keep the first by name, in whatever order they end: a preview names the same ones."""
        named = self.tally.named.setdefault(word, [])
        insort(named, text)
        if len(named) > MOST_NAMED:
            named.pop()
            self.unnamed[word] += 1

    async def _note(
        self,
        writes: list[Write],
        outcome: str,
        kept: Sequence[Kept],
        *,
        let_go: bool,
        gone: bool = False,
    ) -> None:
        """Make all of it durable in one step: a kill leaves a record noted whole, or not at all."""
        if self.journal is None:
            return

        def work(link: sqlite3.Connection) -> None:
            if let_go:
                earlier = self.earlier.get((writes[-1].source_object, writes[-1].source_id))
                _let_go(link, writes, self.run_id, gone=gone, earlier=earlier)
            elif gone:
                _unmatch(link, writes[-1], self.run_id)
            for one in kept:
                _insert(link, self.run_id, writes[-1], outcome, one)

        await self.journal.note(work)


def is_extra(write: Write) -> bool:
    """Tell a copy that a create made after it was given up: no done write of ours stands for it."""
    return write.operation == "create" and write.status == "failed"


def _called(write: Write) -> str:
    extra = f", extra {write.kind} {write.nutshell_id}" if is_extra(write) else ""
    return f"{write.key}{extra}"


def _unmatch(link: sqlite3.Connection, write: Write, run_id: str) -> None:
    """Forget an extra that a plan had matched to its record."""
    void(
        link.execute(
            "update records set state = 'deleted', desired = null, desired_hash = null, rev = null,"
            " run_id = ?, updated_at = ? where kind = ? and nutshell_id = ? and state = 'matched'"
            " and source_object = ? and source_id = ?",
            (run_id, now(), write.kind, write.nutshell_id, write.source_object, write.source_id),
        )
    )


def _let_go(
    link: sqlite3.Connection,
    writes: list[Write],
    run_id: str,
    *,
    gone: bool,
    earlier: str | None,
) -> None:
    """Mark writes as taken back, and let their record be loaded again."""
    for write in writes:
        insert_outcome(
            link,
            Outcome(
                write.write_id,
                "reverted",
                nutshell_id=write.nutshell_id,
                after=write.after,
                rev_after=write.rev_after,
            ),
        )
    place = (writes[-1].source_object, writes[-1].source_id)
    left = link.execute(
        "select desired_hash from writes where source_object = ? and source_id = ?"
        " and status = 'done' and operation in ('create', 'update') order by write_id desc limit 1",
        place,
    ).fetchone()
    if gone or left is None:  # what was there before us is no longer ours
        set_to: tuple[str | None, ...] = ("deleted", None, None)
    else:  # an older write of ours stays: the record is what that one made of it
        set_to = (None, earlier, left["desired_hash"])
    void(
        link.execute(
            "update records set state = coalesce(?, state), desired = ?, desired_hash = ?,"
            " rev = null, run_id = ?, updated_at = ? where source_object = ? and source_id = ?",
            (*set_to, run_id, now(), *place),
        )
    )


def _insert(link: sqlite3.Connection, run_id: str, write: Write, outcome: str, kept: Kept) -> None:
    insert(
        link,
        "reversals",
        run_id=run_id,
        write_id=write.write_id,
        kind=write.kind,
        source_object=write.source_object,
        source_id=write.source_id,
        nutshell_id=write.nutshell_id,
        outcome=outcome,
        field=kept.field,
        reason=kept.reason or None,
        changed_by=kept.changed_by or None,
        changed_at=kept.changed_at or None,
        settled_at=now(),
    )
