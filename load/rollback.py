"""
`load rollback`: the walk over what was written, newest kinds first; a preview takes the same way.

Not the judgement on one record, which is `load.reversal`.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import orjson

from common.errors import ApiError, EffectUnknown, NotFound, StaleRevision
from load.audit import Audit, Write
from load.destination import Destination
from load.entries import Intent, Outcome, insert, insert_outcome, now, void
from load.events import Events
from load.executor import Stop, Tally, cause_of
from load.journal import Journal
from load.reversal import Verdict, judge

#: Those who link come before those who are linked to.
KINDS = ("file", "activity", "lead", "contact", "account")
#: Where a record shows its links, and to what.
LINKED = {"contacts": "contact", "accounts": "account", "leads": "lead"}
AT_ONCE = 48
ATTEMPTS = 4
MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class Selection:
    """What to take back; None is everything."""

    run: str | None = None
    source_object: str | None = None
    record: str | None = None

    def records(self, audit: Audit, kind: str) -> Iterator[tuple[str, str]]:
        """Stream the records of a kind that still hold something of ours, newest first."""
        where = [
            "kind = ?",
            "status = 'done'",
            "operation in ('create', 'update')",
            "source_object <> 'probes'",
        ]
        values: list[Any] = [kind]
        if self.run is not None:
            where.append("run_id = ?")
            values.append(self.run)
        if self.source_object is not None:
            where.append("source_object = ?")
            values.append(self.source_object)
        if self.record is not None:
            where.append("? in (source_id, source_object || ':' || source_id)")
            values.append(self.record)
        for row in audit.rows(
            "select source_object, source_id, max(write_id) as newest from writes where "  # noqa: S608
            + " and ".join(where)
            + " group by source_object, source_id order by newest desc",
            *values,
        ):
            yield row["source_object"], row["source_id"]

    def count(self, audit: Audit) -> int:
        """Count them."""
        return sum(1 for kind in KINDS for _ in self.records(audit, kind))

    def writes(self, audit: Audit, source_object: str, source_id: str) -> list[Write]:
        """
        Give what to take back of a record, oldest first.

        A record that the run created goes with everything that later runs wrote to it.
        """
        done = list(
            audit.writes(
                "source_object = ? and source_id = ? and status = 'done'"
                " and operation in ('create', 'update')",
                source_object,
                source_id,
            )
        )
        chosen = [write for write in done if self.run in (None, write.run_id)]
        return done if any(write.operation == "create" for write in chosen) else chosen


class Rollback:
    """Takes records back in one run, or says what that would do."""

    def __init__(
        self, audit: Audit, destination: Destination, *, journal: Journal | None, run_id: str
    ) -> None:
        self.audit = audit
        self.destination = destination
        self.journal = journal  # None: a preview
        self.run_id = run_id
        self.tally = Tally()
        self.per_object: dict[tuple[str, str], int] = defaultdict(int)
        self.events = Events(destination.nutshell)
        #: what a preview would have deleted: it links to nothing any more
        self._gone: set[tuple[str, int]] = set()
        #: what a preview would have unlinked by restoring one side: (that side, the other)
        self._unlinked: set[tuple[tuple[str, int], tuple[str, int]]] = set()

    async def run(self, selection: Selection, advance: Any) -> None:
        """Walk: kinds one after the other, the records of a kind at once."""
        for kind in KINDS:
            gate = asyncio.Semaphore(AT_ONCE)
            async with asyncio.TaskGroup() as group:
                for place in list(selection.records(self.audit, kind)):
                    await gate.acquire()
                    writes = selection.writes(self.audit, *place)
                    task = group.create_task(self._one(kind, writes))
                    task.add_done_callback(partial(_ended, gate, advance))
            if kind == "file":
                self._drop_hosted()

    async def _one(self, kind: str, writes: list[Write]) -> None:
        newest = writes[-1]
        if any(write.payload is None for write in writes):
            # what we wrote is forgotten, so whether a human has edited it can not be told
            await self._note(newest, "kept", None, "purged: its before-image is gone")
            self.tally.note("kept")
            self.per_object[newest.source_object, "kept"] += 1
            return
        try:
            if kind == "file":
                await self._file(writes)
                return
            for _ in range(ATTEMPTS):
                try:
                    current = await self.destination.get(kind, newest.nutshell_id or 0)
                except NotFound:
                    await self._reversed(writes, "was gone already", gone=True)
                    return
                me = (kind, newest.nutshell_id or 0)
                verdict = judge(writes, self._as_seen(current, me))
                self._foresee(current, verdict, me)
                if await self._carry_out(kind, writes, current, verdict):
                    return
            await self._errored(newest, "changed again and again meanwhile")
        except Stop:
            raise
        except ApiError as error:
            if error.exit_code in (2, 3):
                raise Stop(error) from error
            await self._errored(newest, f"{cause_of(error)}: {error}"[:200])

    def _as_seen(self, current: dict[str, Any], me: tuple[str, int]) -> dict[str, Any]:
        """Let a preview see records without what it would have deleted or unlinked before."""
        if not self._gone and not self._unlinked:
            return current
        seen = dict(current)
        for key, kind in LINKED.items():
            if isinstance(seen.get(key), list):
                seen[key] = [
                    link
                    for link in seen[key]
                    if (kind, link.get("id")) not in self._gone
                    and ((kind, link.get("id")), me) not in self._unlinked
                ]
        if "activitiesCount" in seen:
            seen["activitiesCount"] = {}
        return seen

    def _foresee(self, current: dict[str, Any], verdict: Verdict, me: tuple[str, int]) -> None:
        """Remember in a preview which links the restored fields of a record would end."""
        if self.journal is not None:
            return
        for key, kind in LINKED.items():
            if key in verdict.restore:
                stay = {x.get("id") for x in verdict.restore[key] or () if isinstance(x, dict)}
                for link in current.get(key) or ():
                    if isinstance(link, dict) and link.get("id") not in stay:
                        self._unlinked.add((me, (kind, int(link["id"]))))

    async def _carry_out(
        self, kind: str, writes: list[Write], current: dict[str, Any], verdict: Verdict
    ) -> bool:
        """Do what was judged; False: somebody was faster, look again."""
        newest = writes[-1]
        if verdict.acts and self.journal is not None:
            intent = Intent(
                self.run_id,
                newest.operation_key,
                kind,
                newest.source_object,
                newest.source_id,
                "record",
                "delete" if verdict.delete else "restore",
                self.destination.method("delete" if verdict.delete else "edit", kind),
                nutshell_id=newest.nutshell_id,
                payload=orjson.dumps(verdict.restore).decode(),
                reverses=newest.write_id,
                rev_before=str(current.get("rev")),
            )
            write_id = await self.journal.intend(intent)
            try:
                await self._call(kind, newest.nutshell_id or 0, current, verdict)
            except (StaleRevision, EffectUnknown, NotFound) as error:
                await self._settle(write_id, "failed", "in_doubt_absent", type(error).__name__)
                return False
            except ApiError as error:
                await self._settle(write_id, "failed", cause_of(error), str(error)[:200])
                raise
            await self._settle(write_id, "done")
        await self._keep(kind, newest, verdict)
        if verdict.acts or not verdict.kept:
            await self._reversed(writes, None, gone=verdict.delete, partly=bool(verdict.kept))
        return True

    async def _call(
        self, kind: str, nutshell_id: int, current: dict[str, Any], verdict: Verdict
    ) -> None:
        rev = str(current.get("rev"))
        if verdict.delete:
            await self.destination.delete(kind, nutshell_id, rev)
            return
        if verdict.restore:
            await self.destination.edit(kind, nutshell_id, rev, verdict.restore)
        if verdict.restores_value:
            await self.destination.restore_value(nutshell_id, verdict.value)
        if verdict.status is not None:
            await self.destination.restore_status(nutshell_id, verdict.status)

    async def _file(self, writes: list[Write]) -> None:
        """Give a hosted copy up; uploads stay."""
        after = orjson.loads(writes[-1].after or "{}")
        if not after.get("hosted_name"):
            await self._note(writes[-1], "kept", None, "Nutshell has no call that deletes a file")
            return
        await self._reversed(writes, None, gone=True)

    def _drop_hosted(self) -> None:
        """
        Remove copies that no attachment leads to any more, once all that go are noted.

        Several attachments may share one copy, and a kill may have come between note and removal.
        """
        if self.journal is None:
            return
        given_up = self.audit.rows(
            """
            select distinct json_extract(after, '$.hosted_name') as name
            from writes
            where kind = 'file' and status = 'reverted' and after is not null
            except
            select json_extract(after, '$.hosted_name')
            from writes
            where kind = 'file' and status = 'done' and operation = 'create'
            """
        )
        for (name,) in given_up:
            if name:
                (self.destination.host_dir / name).unlink(missing_ok=True)

    # -- what is noted -----------------------------------------------------------------------------

    async def _settle(
        self, write_id: int, status: str, cause_class: str | None = None, cause: str | None = None
    ) -> None:
        assert self.journal is not None  # noqa: S101 - a preview makes no calls
        await self.journal.settle(Outcome(write_id, status, cause_class=cause_class, cause=cause))

    async def _reversed(
        self, writes: list[Write], reason: str | None, *, gone: bool, partly: bool = False
    ) -> None:
        newest = writes[-1]
        self.tally.note("kept" if partly else "reversed")
        self.per_object[newest.source_object, "kept" if partly else "reversed"] += 1
        if gone and self.journal is None:
            self._gone.add((newest.kind, newest.nutshell_id or 0))
        if self.journal is None:
            return

        def work(link: sqlite3.Connection) -> None:
            note_reversed(link, writes, self.run_id, gone=gone)
            if not partly:
                row = {"outcome": "reversed", "reason": reason}
                _insert_reversal(link, self.run_id, newest, row)

        await self.journal.note(work)

    async def _keep(self, kind: str, newest: Write, verdict: Verdict) -> None:
        if not verdict.kept:
            return
        since = datetime.fromisoformat(newest.intended_at.replace("Z", "+00:00")).timestamp()
        who, when = await self.events.last_change(kind, newest.nutshell_id or 0, since)
        for name, reason in verdict.kept:
            await self._note(newest, "kept", name, reason, (who, when))
        if not verdict.acts:
            self.tally.note("kept")
            self.per_object[newest.source_object, "kept"] += 1

    async def _errored(self, newest: Write, reason: str) -> None:
        self.tally.note("errored")
        self.per_object[newest.source_object, "errored"] += 1
        await self._note(newest, "errored", None, reason)

    async def _note(
        self,
        write: Write,
        outcome: str,
        name: str | None,
        reason: str,
        changed: tuple[str, str] = ("", ""),
    ) -> None:
        who, when = changed
        told = f" by {who} at {when}" if who else ""
        named = self.tally.named.setdefault(outcome, [])
        if len(named) < MOST_NAMED:
            named.append(f"{write.key}{f' {name}' if name else ''} ({reason}{told})")
        if self.journal is not None:
            row = {
                "outcome": outcome,
                "field": name,
                "reason": reason,
                "changed_by": who or None,
                "changed_at": when or None,
            }
            await self.journal.note(lambda link: _insert_reversal(link, self.run_id, write, row))


def _ended(gate: asyncio.Semaphore, advance: Any, _: asyncio.Task[None]) -> None:
    gate.release()
    advance(1)


def note_reversed(
    link: sqlite3.Connection, writes: list[Write], run_id: str, *, gone: bool
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
    newest = writes[-1]
    created = any(write.operation == "create" for write in writes)
    still = link.execute(
        "select 1 from records where source_object = ? and source_id = ? and state = 'created'",
        (newest.source_object, newest.source_id),
    ).fetchone()
    # a matched record is no longer ours; a created one that keeps an older write of ours is
    state = "deleted" if gone or created or not still else "created"
    void(
        link.execute(
            "update records set state = ?, desired = null, desired_hash = null, rev = null,"
            " run_id = ?, updated_at = ? where source_object = ? and source_id = ?",
            (state, run_id, now(), newest.source_object, newest.source_id),
        )
    )


def _insert_reversal(
    link: sqlite3.Connection, run_id: str, write: Write, row: dict[str, str | None]
) -> None:
    insert(
        link,
        "reversals",
        run_id=run_id,
        write_id=write.write_id,
        kind=write.kind,
        source_object=write.source_object,
        source_id=write.source_id,
        nutshell_id=write.nutshell_id,
        settled_at=now(),
        **row,
    )
