"""
One planned operation carried out: intent durable, call, outcome durable. Nothing twice.

Not the walk over the plan (`load.apply.walk`), and no decision about what should be written.
"""

from __future__ import annotations

from typing import Any

import orjson

from common.errors import ApiError, NotFound
from load.apply.changes import Change
from load.apply.creates import create, put_file
from load.apply.resolve import Unresolved, links, needed, resolve
from load.apply.writer import Writer
from load.audit.entries import Outcome, insert_outcome, void
from load.audit.journal import Journal
from load.audit.questions import Write
from load.destination import Destination
from load.plan.frozen import Operation

#: Causes that say nothing about the record: the same command, run again, tries once more.
PASSING = frozenset({"unreachable", "credentials", "throttled", "stale", "in_doubt_absent"})


class Executor(Writer):
    """Carries out operations of one plan in one run."""

    def __init__(
        self,
        journal: Journal,
        destination: Destination,
        *,
        run_id: str,
        plan_digest: str,
        again: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(journal, destination, run_id=run_id, plan_digest=plan_digest)
        self.again = again  # causes to try once more; `*` is all of them
        self._vain: dict[str, str] | None = None  # what was refused before, read when needed

    async def record(self, steps: list[Operation]) -> None:
        """Carry out a record's steps in their order; a step that fails ends the record."""
        for operation in steps:
            try:
                if not await self._step(operation):
                    return
            except Unresolved as missing:
                await self._blocked(operation, f"{operation.operation_key} {missing}")
                return

    async def _step(self, operation: Operation) -> bool:
        if operation.operation == "skip":
            return await self._known(operation)
        if operation.operation == "block":
            self.tally.note("blocked", f"{operation.operation_key} ({operation.reason})")
            return False
        last = self.audit.newest_write(self.plan_digest, operation.operation_key)
        if (told := self._told(operation, last)) is not None:
            return told
        payload = orjson.loads(operation.payload or "{}")
        for key in {*links(payload)}:
            await self._learn_address(key)
        for key in operation.depends_on or ():
            needed(self.audit, key)
        payload = resolve(payload, self.audit)
        if operation.step == "file":
            return await put_file(self, operation, payload)
        if operation.step == "record" and operation.operation == "create":
            return await create(self, operation, payload)
        return await Change(self, operation, payload).run()

    def _refused(self, operation: Operation) -> bool:
        """Say whether the very same call was refused under an earlier plan: asking is vain."""
        if self.again & {"rejected", "*"}:
            return False
        if self._vain is None:
            self._vain = self.audit.refused()
        return self._vain.get(operation.operation_key) == operation.payload_hash

    def _told(self, operation: Operation, last: Write | None) -> bool | None:
        """Say how an operation stands that was met before; None: it is to be done."""
        if last is None:
            if not self._refused(operation):
                return None
            self.tally.note("failed before", operation.operation_key)
            return False
        if last.status == "done":
            self.tally.note("already done")
            return True
        if last.status in ("intended", "in_doubt"):
            self.tally.note("in doubt", operation.operation_key)
            return False
        if last.status in ("failed", "conflict") and not self._again(last):
            self.tally.note("failed before", operation.operation_key)
            return last.status == "conflict"  # what a human set stops no other step
        return None

    def _again(self, last: Write) -> bool:
        cause = last.cause_class or ""
        return cause in PASSING or cause in self.again or "*" in self.again

    async def _known(self, operation: Operation) -> bool:
        """Note what Nutshell has already; merged and excluded records have no id."""
        if operation.nutshell_id is not None and operation.step == "record":
            await self.note_match(
                operation,
                operation.nutshell_id,
                plan_digest=self.plan_digest,
                desired=operation.desired,
                desired_hash=operation.desired_hash,
            )
        self.tally.note("skipped")
        return True

    async def _learn_address(self, key: str) -> None:
        """Ask for the address of a record that was matched, once."""
        record = needed(self.audit, key)
        if record.html_url or record.nutshell_id is None:
            return
        try:
            shown = await self.destination.get(record.kind, record.nutshell_id)
        except NotFound:
            raise Unresolved(key, "no longer in Nutshell") from None
        except ApiError as error:
            raise self.stop(error) from error
        statement = "update records set html_url = ? where source_object = ? and source_id = ?"
        values = (shown.get("htmlUrl"), record.source_object, record.source_id)
        await self.journal.note(lambda link: void(link.execute(statement, values)))

    async def _blocked(self, operation: Operation, cause: str) -> None:
        """Note a record that can not be written for want of another, once for each cause."""
        self.tally.note("blocked", cause)
        last = self.audit.newest_write(self.plan_digest, operation.operation_key)
        if last is not None and last.status == "blocked" and last.cause == cause:
            return
        intent = self.intent(operation, "none", {}, claims=False)
        write_id, write_intent = self.journal.prepare(intent)

        def work(link: Any) -> None:
            write_intent(link)
            insert_outcome(
                link, Outcome(write_id, "blocked", cause_class="dependency", cause=cause)
            )

        await self.journal.note(work)
