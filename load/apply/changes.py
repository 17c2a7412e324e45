"""
Updates, values and outcomes: looked at first, written with the revision seen, human edits left.

Setting what is already set changes nothing, so unlike creates these may be repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from common.errors import ApiError, EffectUnknown, MergedAway, NotFound, StaleRevision
from load.apply.before import before_image
from load.apply.conflicts import conflicts, insert_conflicts
from load.apply.looks import looked_twice
from load.apply.resolve import needed
from load.apply.shapes import as_shown, each_field, field_of, field_values, put, shows, without
from load.apply.writer import Writer
from load.audit.entries import Outcome, follow_merge
from load.audit.questions import Write
from load.plan.frozen import Operation

ATTEMPTS = 4


class Change:
    """One operation that changes a record which Nutshell holds."""

    def __init__(self, writer: Writer, operation: Operation, payload: dict[str, Any]) -> None:
        self.writer = writer
        self.journal = writer.journal
        self.operation = operation
        self.payload = payload
        self.whole = operation.step == "record"
        self.types = writer.destination.types_of(operation.kind)
        self.method = writer.destination.method(
            "update" if self.whole else operation.step, operation.kind
        )
        self.nutshell_id = operation.nutshell_id or 0
        if not self.whole or not self.nutshell_id:
            self.nutshell_id = needed(writer.audit, operation.record_key).nutshell_id or 0

    async def run(self) -> bool:
        """Make the change; False where it failed. What a human has set meanwhile stays."""
        fresh = not self.whole and self._made_here()
        for _ in range(ATTEMPTS):
            current: Mapping[str, Any] = {}
            wanted = self.payload
            if not fresh:
                try:
                    current = await self._look()
                except NotFound as error:
                    write_id = await self._intend({}, None, None)
                    await self.writer.failed(self.operation, write_id, error)
                    return False
                wanted = await self._without_conflicts(current)
            if self.payload and not wanted:
                return await self._all_in_conflict()
            before = None if fresh else _json(self._before(wanted, current))
            rev = str(current.get("rev") or "")
            write_id = await self._intend(wanted, before, rev or None)
            try:
                answer = await self._set(rev, wanted)
            except (EffectUnknown, StaleRevision) as error:
                # whatever happened, a look tells: what holds is not written again
                shown = await self._taken(wanted, error)
                if shown is None:
                    await self._not_taken(write_id, error)
                    fresh = False
                    continue
                answer = shown
            except ApiError as error:
                await self.writer.failed(self.operation, write_id, error)
                return False
            await self._changed(write_id, wanted, answer)
            return True
        self.writer.tally.note("failed", self.operation.operation_key)
        return False

    def _made_here(self) -> bool:
        """Say whether this run created the record: nobody has had time to set anything, then."""
        made = self._creation()
        return made is not None and made.run_id == self.writer.run_id

    def _creation(self) -> Write | None:
        first = self.writer.audit.newest_write(
            self.writer.plan_digest, f"{self.operation.record_key}/record"
        )
        made = first is not None and first.operation == "create" and first.status == "done"
        return first if made else None

    def _seen(self) -> Mapping[str, Any]:
        """Give what a human's edits show against: of a record made by this plan, what it was."""
        if self.operation.seen:
            seen: Mapping[str, Any] = orjson.loads(self.operation.seen)
            return seen
        made = None if self.whole else self._creation()
        if made is None or made.after is None:
            return {}
        shown = orjson.loads(made.after)
        return {name: shown.get(name) for name in as_shown(self.operation.step, self.payload)}

    async def _look(self) -> Mapping[str, Any]:
        try:
            return await self.writer.destination.get(self.operation.kind, self.nutshell_id)
        except MergedAway as merged:
            await self._follow(merged.into)
            return await self._look()
        except NotFound:
            raise
        except ApiError as error:
            raise self.writer.stop(error) from error

    async def _follow(self, into: int) -> None:
        """Go on with the record that somebody merged ours into; it is never made again."""
        writer, operation = self.writer, self.operation
        await self.journal.note(lambda link: follow_merge(link, operation, into, writer.run_id))
        self.nutshell_id = into
        writer.tally.note("merged by somebody", f"{operation.record_key} into {into}")

    async def _look_again(self) -> Mapping[str, Any] | None:
        try:
            return await self._look()
        except NotFound:
            return None

    async def _taken(self, wanted: Mapping[str, Any], error: ApiError) -> Mapping[str, Any] | None:
        """Give the record where it shows what was wanted; None where it does not."""

        def fits(shown: Mapping[str, Any] | None) -> bool:
            return shown is not None and shows(self.operation.step, wanted, shown, self.types)

        if isinstance(error, StaleRevision):  # an answer: nothing is under way
            shown = await self._look_again()
            return shown if fits(shown) else None
        apart = self.writer.destination.late_seconds
        is_so, shown = await looked_twice(self._look_again, fits, apart)
        return shown if is_so else None

    async def _intend(self, payload: Any, before: str | None, rev: str | None) -> int:
        return await self.journal.intend(
            self.writer.intent(
                self.operation,
                self.method,
                payload,
                nutshell_id=self.nutshell_id,
                before=before,
                rev_before=rev,
            )
        )

    async def _set(self, rev: str, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
        destination = self.writer.destination
        if self.operation.step == "value":
            return await destination.set_value(self.nutshell_id, wanted)
        if self.operation.step == "outcome":
            return await destination.set_outcome(self.nutshell_id, wanted, rev)
        return await destination.edit(self.operation.kind, self.nutshell_id, rev, wanted)

    def _before(self, wanted: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
        audit = self.writer.audit
        return before_image(
            audit, self.operation, self.nutshell_id, wanted, current, types=self.types
        )

    async def _without_conflicts(self, current: Mapping[str, Any]) -> dict[str, Any]:
        """Leave out fields that a human changed since the plan saw them; a row tells of each."""
        operation, writer = self.operation, self.writer
        found = conflicts(operation.step, self._seen(), self.payload, current, self.types)
        if not found:
            return self.payload
        await self.journal.note(
            lambda link: insert_conflicts(
                link, found, operation, run_id=writer.run_id, nutshell_id=self.nutshell_id
            )
        )
        for conflict in found:
            writer.tally.note("conflicts", f"{operation.record_key} {conflict.field}")
        if not self.whole:
            return {}  # one call, and no part of it
        return without(self.payload, {conflict.field for conflict in found})

    async def _all_in_conflict(self) -> bool:
        """Note that nothing of a step is written; the record's other steps are no part of it."""
        write_id = await self._intend(self.payload, None, None)
        cause = f"{self.operation.operation_key}: changed in Nutshell since the plan saw it"
        await self.journal.settle(
            Outcome(
                write_id,
                "conflict",
                nutshell_id=self.nutshell_id,
                cause_class="conflict",
                cause=cause,
            )
        )
        return True

    async def _not_taken(self, write_id: int, error: ApiError) -> None:
        cause_class = "stale" if isinstance(error, StaleRevision) else "in_doubt_absent"
        cause = f"{self.operation.operation_key}: {type(error).__name__}, looked at again"
        await self.journal.settle(Outcome(write_id, "failed", cause_class=cause_class, cause=cause))

    async def _changed(
        self, write_id: int, wanted: Mapping[str, Any], answer: Mapping[str, Any]
    ) -> None:
        operation = self.operation
        known = self.writer.audit.record(operation.source_object, operation.source_id)
        # matched, and now filled: the record is noted with its first write
        state = await self.writer.note_match(
            operation, self.nutshell_id, plan_digest=self.writer.plan_digest
        )
        if not self.whole:
            await self.journal.settle(
                Outcome(
                    write_id,
                    "done",
                    nutshell_id=self.nutshell_id,
                    after=_json(wanted),
                    adds=operation.desired,
                )
            )
            self.writer.tally.note(operation.step)
            return
        await self.journal.settle(
            Outcome(
                write_id,
                "done",
                nutshell_id=self.nutshell_id,
                rev_after=str(answer.get("rev") or "") or None,
                after=_json(field_values(answer, wanted)),
                state=state,
                html_url=answer.get("htmlUrl"),
                desired=self._ours(wanted, known.desired if known else None),
                desired_hash=operation.desired_hash,
            )
        )
        self.writer.tally.note("updated")

    def _ours(self, wanted: Mapping[str, Any], old: str | None) -> str | None:
        """Give the state that is ours now: of fields in conflict the old one, since we kept off."""
        if self.operation.desired is None:
            return None
        left = dict(each_field(self.payload)).keys() - dict(each_field(wanted)).keys()
        if not left:
            return self.operation.desired
        ours = orjson.loads(self.operation.desired)
        before = orjson.loads(old) if old else {}
        for name in left:
            put(ours, name, field_of(before, name))
        return _json(ours)


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
