"""
A verdict carried out: intent durable, calls, outcome durable; and hosted copies given up.

Not the judgement (`judgement`), and not what is noted about the record (`notes`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from common.errors import ApiError, EffectUnknown, NotFound, StaleRevision
from load.apply.looks import looked_twice
from load.apply.writer import cause_of
from load.audit.entries import Intent, Outcome
from load.audit.journal import Journal
from load.audit.questions import Audit, Write
from load.destination import Destination
from load.rollback.judgement import Verdict


class TakeBack:
    """Makes the calls of one rollback."""

    def __init__(self, journal: Journal, destination: Destination, run_id: str) -> None:
        self.journal = journal
        self.destination = destination
        self.run_id = run_id

    async def carry_out(self, newest: Write, current: Mapping[str, Any], verdict: Verdict) -> bool:
        """Do what was judged; False: somebody was faster or the answer was lost, look again."""
        step = "delete" if verdict.delete else "restore"
        intent = Intent(
            self.run_id,
            newest.operation_key,
            newest.kind,
            newest.source_object,
            newest.source_id,
            "record",
            step,
            self.destination.method("delete" if verdict.delete else "edit", newest.kind),
            nutshell_id=newest.nutshell_id,
            payload=orjson.dumps(verdict.sent).decode(),
            reverses=newest.write_id,
            rev_before=str(current.get("rev")),
        )
        write_id = await self.journal.intend(intent)
        try:
            await self._call(newest.kind, newest.nutshell_id or 0, current, verdict)
        except EffectUnknown as error:
            if not await self._came_true(newest, verdict):
                await self._settle(write_id, "failed", "in_doubt_absent", type(error).__name__)
                return False
        except (StaleRevision, NotFound) as error:
            cause = "stale" if isinstance(error, StaleRevision) else cause_of(error)
            await self._settle(write_id, "failed", cause, type(error).__name__)
            return False
        except ApiError as error:
            await self._settle(write_id, "failed", cause_of(error), str(error)[:200])
            raise
        await self._settle(write_id, "done")
        return True

    async def _came_true(self, newest: Write, verdict: Verdict) -> bool:
        async def look() -> Mapping[str, Any] | None:
            try:
                return await self.destination.get(newest.kind, newest.nutshell_id or 0)
            except NotFound:
                return None

        is_so, _ = await looked_twice(look, verdict.is_shown, self.destination.late_seconds)
        return is_so

    async def _call(
        self, kind: str, nutshell_id: int, current: Mapping[str, Any], verdict: Verdict
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

    async def _settle(
        self, write_id: int, status: str, cause_class: str | None = None, cause: str | None = None
    ) -> None:
        await self.journal.settle(Outcome(write_id, status, cause_class=cause_class, cause=cause))

    def drop_hosted(self, audit: Audit) -> None:
        """
        Remove copies that no attachment leads to any more, once all that go are noted.

        Several attachments may share one copy, and a kill may have come between note and removal.
        """
        given_up = audit.rows(
            """
            select distinct json_extract(after, '$.hosted_name') as name
            from writes
            where kind = 'file' and status = 'reverted' and after is not null
            except
            select json_extract(after, '$.hosted_name')
            from writes
            where kind = 'file' and status = 'done' and operation in ('create', 'update')
            """
        )
        for (name,) in given_up:
            if name:
                self.destination.host.remove(name)
