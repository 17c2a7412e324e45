"""
Late extras: copies of ours that a create made after it was given up, and that the audit knows not.

Found by our marker, live. Not the judgement on one: that is `load.rollback.likeness`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from common.errors import ApiError
from load.apply.writer import Stop
from load.audit.questions import Audit, Write
from load.destination import Destination
from load.rollback.judgement import Link
from load.rollback.selection import Selection
from load.verify.latecomers import given_up, marked

GivenUp = list[tuple[int, str]]  # write, record key
Copies = dict[str, list[int]]  # record key → ids in Nutshell


@dataclass(frozen=True, slots=True)
class Extra:
    """One copy that the audit does not know, and every create of ours that may have made it."""

    write: Write  # the newest create that was given up, with the copy's id
    creates: tuple[Write, ...]
    doubt: str = ""  # why nobody can tell whose it is
    touched: tuple[Write, ...] = ()  # what we changed and restored on it, where a plan matched it

    @property
    def me(self) -> Link:
        """Its kind, and its id in Nutshell."""
        return self.write.kind, self.write.nutshell_id or 0


class Extras:
    """Asks Nutshell for the markers of creates that were given up as absent."""

    def __init__(self, audit: Audit, destination: Destination) -> None:
        self.audit = audit
        self.destination = destination

    async def find(self, selection: Selection, only: str | None = None) -> list[Extra]:
        """List the extra copies of the chosen records; nothing is asked where none can be."""
        found: list[Extra] = []
        for kind, all_writes in given_up(self.audit, "").items():
            if only not in (None, kind):
                continue
            writes = [w for w in all_writes if self._is_chosen(selection, kind, w[1])]
            if not writes:
                continue
            try:
                carriers = await marked(self.destination, self.audit, kind, writes)
            except ApiError as error:
                raise Stop(error) from error
            known = self._known(kind, selection)
            copies: Copies = defaultdict(list)
            for nutshell_id, key in sorted(carriers.items()):
                if nutshell_id not in known:
                    copies[key].append(nutshell_id)
            for key, nutshell_id in self._unnoted(kind):
                if nutshell_id not in carriers:  # unless somebody brought it back
                    copies[key].append(nutshell_id)
            found += self._told(kind, writes, copies)
        return found

    def _is_chosen(self, selection: Selection, kind: str, key: str) -> bool:
        source_object, _, source_id = key.partition(":")
        if (source_object, source_id) in selection.linked:
            return True
        if selection.source_object not in (None, source_object):
            return False
        if selection.record not in (None, source_id, key):
            return False
        if selection.run is None:
            return True
        # any attempt on the record counts: which of them made a copy is not known
        its = self.audit.value(
            "select 1 from intents where kind = ? and source_object = ? and source_id = ?"
            " and operation = 'create' and run_id = ?",
            *(kind, source_object, source_id, selection.run),
        )
        return its is not None

    def _known(self, kind: str, selection: Selection) -> set[int]:
        """
        Give the ids that are the audit's.

        A plan may have matched a copy by its marker. A rollback of everything takes that one too,
        unless a write of ours went to it: then it is judged as what was matched.
        """
        written = """
            exists (
                select 1 from writes where writes.kind = records.kind
                and writes.source_object = records.source_object
                and writes.source_id = records.source_id
                and writes.status = 'done' and writes.operation in ('create', 'update')
            )
        """
        of_ours = f"(state = 'created' or {written})" if not selection.extras else "true"
        return {
            int(row["nutshell_id"])
            for row in self.audit.rows(
                "select nutshell_id from records where kind = ? and nutshell_id is not null"  # noqa: S608
                f" and state in ('created', 'matched') and {of_ours}",
                kind,
            )
        }

    def _unnoted(self, kind: str) -> Iterator[tuple[str, int]]:
        """Give those whose deletion took effect before a kill, and whose end was never noted."""
        for row in self.audit.rows(
            """
            select source_object || ':' || source_id as record_key, nutshell_id
            from writes as deletion
            where kind = ? and operation = 'delete' and status = 'done'
            and exists (
                select 1 from writes where writes.write_id = deletion.reverses
                and writes.status = 'failed'
            )
            and not exists (
                select 1 from reversals where reversals.write_id = deletion.reverses
                and reversals.nutshell_id = deletion.nutshell_id
                and reversals.outcome = 'reversed'
            )
            """,
            kind,
        ):
            yield row["record_key"], int(row["nutshell_id"])

    def _told(self, kind: str, writes: GivenUp, copies: Copies) -> Iterator[Extra]:
        newest = {key: write_id for write_id, key in writes}
        for key, ids in copies.items():
            if key not in newest:
                continue
            source_object, _, source_id = key.partition(":")
            place = (kind, source_object, source_id)
            of_record = "kind = ? and source_object = ? and source_id = ?"
            creates = tuple(
                self.audit.writes(
                    f"{of_record} and operation = 'create' and step = 'record'", *place
                )
            )
            (write,) = (w for w in creates if w.write_id == newest[key])
            doubt = self._doubt(place, len(ids), sum(key == k for _, k in writes))
            for nutshell_id in ids:
                touched = self.audit.writes(
                    f"{of_record} and operation in ('update', 'restore') and nutshell_id = ?"
                    " and status in ('done', 'reverted')",
                    *(*place, nutshell_id),
                )
                copy = replace(write, nutshell_id=nutshell_id)
                yield Extra(copy, creates, doubt, tuple(touched))

    def _doubt(self, place: tuple[str, str, str], copies: int, sent: int) -> str:
        """Say why no copy of a record can be called ours for certain; empty where each can."""
        of_record = "kind = ? and source_object = ? and source_id = ?"
        state = self.audit.value(f"select state from records where {of_record}", *place)  # noqa: S608
        if state in ("intended", "in_doubt"):
            return "its create is in doubt"
        gone = self.audit.value(
            f"select count(distinct nutshell_id) from reversals where {of_record}"  # noqa: S608
            " and outcome = 'reversed' and exists (select 1 from writes"
            " where writes.write_id = reversals.write_id and writes.status = 'failed')",
            *place,
        )
        # a person may have copied the record, marker and all
        return "more copies than we sent" if copies + int(gone) > sent else ""
