"""
One planned operation carried out: intent durable, call, outcome durable. Nothing twice.

Not the walk over the plan (`load.apply`), and no decision about what should be written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from common.errors import (
    AnswerMalformed,
    ApiError,
    CredentialsRefused,
    EffectUnknown,
    NotFound,
    StaleRevision,
    Transient,
    Unreachable,
)
from load.audit import Write
from load.destination import Destination, Unclear
from load.journal import (
    AlreadyThere,
    Intent,
    Journal,
    Outcome,
    insert,
    insert_outcome,
    now,
    register_match,
)
from load.plans import Operation
from load.resolve import Unresolved, links, needed, resolve
from load.shapes import each_field, field_of, field_values, holds, image, put, same, without

ATTEMPTS = 4
#: Causes that say nothing about the record: the same command, run again, tries once more.
PASSING = frozenset({"unreachable", "credentials", "throttled", "stale", "in_doubt_absent"})


class Stop(Exception):
    """Nothing more can be written now; `cause` is the error that ends the command."""

    def __init__(self, cause: ApiError) -> None:
        super().__init__(str(cause))
        self.cause = cause


@dataclass
class Tally:
    """What became of records and writes; ids and counts only."""

    counts: Counter[str] = field(default_factory=Counter)
    named: dict[str, list[str]] = field(default_factory=dict)
    causes: Counter[str] = field(default_factory=Counter)

    def note(self, word: str, name: str | None = None, *, keep: int = 20) -> None:
        """Count, and remember the first few names."""
        self.counts[word] += 1
        if name is not None and len(named := self.named.setdefault(word, [])) < keep:
            named.append(name)


class Executor:
    """Carries out operations of one plan in one run."""

    def __init__(
        self, journal: Journal, destination: Destination, *, run_id: str, plan_digest: str,
        again: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.journal = journal
        self.audit = journal.audit
        self.destination = destination
        self.run_id = run_id
        self.plan_digest = plan_digest
        self.again = again  # causes to try once more; `*` is all of them
        self.tally = Tally()

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
        if last is not None and last.status == "done":
            self.tally.note("already done")
            return True
        if last is not None and last.status in ("intended", "in_doubt"):
            self.tally.note("in doubt", operation.operation_key)
            return False
        if last is not None and last.status in ("failed", "conflict") and not self._again(last):
            self.tally.note("failed before", operation.operation_key)
            return False
        payload = orjson.loads(operation.payload or "{}")
        for key in {*links(payload)}:
            await self._learn_address(key)
        for key in operation.depends_on or ():
            needed(self.audit, key)
        payload = resolve(payload, self.audit)
        if operation.step == "file":
            return await self._file(operation, payload)
        if operation.step == "record" and operation.operation == "create":
            return await self._create(operation, payload)
        return await self._change(operation, payload)

    def _again(self, last: Write) -> bool:
        cause = last.cause_class or ""
        return cause in PASSING or cause in self.again or "*" in self.again

    async def _known(self, operation: Operation) -> bool:
        """Note what Nutshell has already; merged and excluded records have no id."""
        if operation.nutshell_id is not None and operation.step == "record":
            known = self.audit.record(operation.source_object, operation.source_id)
            if known is None or known.state == "deleted":
                await self.journal.note(
                    lambda link: register_match(
                        link, kind=operation.kind, source_object=operation.source_object,
                        source_id=operation.source_id, nutshell_id=operation.nutshell_id or 0,
                        run_id=self.run_id, plan_digest=self.plan_digest,
                        desired=operation.desired, desired_hash=operation.desired_hash,
                    )  # fmt: skip
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
            raise Stop(error) from error
        statement = "update records set html_url = ? where source_object = ? and source_id = ?"
        values = (shown.get("htmlUrl"), record.source_object, record.source_id)
        await self.journal.note(lambda link: link.execute(statement, values) and None)

    # -- create ----------------------------------------------------------------------------------

    def intent(self, operation: Operation, method: str, payload: Any, **more: Any) -> Intent:
        """Fill in what every intent of this run says."""
        return Intent(
            run_id=self.run_id, plan_digest=self.plan_digest,
            operation_key=operation.operation_key, kind=operation.kind,
            source_object=operation.source_object, source_id=operation.source_id,
            step=operation.step, operation=operation.operation, method=method,
            payload=orjson.dumps(payload).decode(), payload_hash=operation.payload_hash,
            desired=operation.desired, desired_hash=operation.desired_hash, **more,
        )  # fmt: skip

    async def _create(self, operation: Operation, payload: dict[str, Any]) -> bool:
        method = self.destination.method("create", operation.kind)
        for _ in range(ATTEMPTS):
            try:
                write_id = await self.journal.intend(self.intent(operation, method, payload))
            except AlreadyThere:
                return self._there(operation)
            try:
                answer = await self.destination.create(
                    operation.kind, payload, operation.record_key
                )
            except EffectUnknown:
                await self.journal.settle(Outcome(write_id, "in_doubt", state="in_doubt"))
                settled = await self.settle_create(
                    write_id, operation.kind, operation.record_key, payload
                )
                if settled is None:
                    continue  # it surely did not happen: once more, with an intent of its own
                if not settled:
                    self.tally.note("in doubt", operation.operation_key)
                return settled
            except ApiError as error:
                await self._failed(operation, write_id, error, state="absent")
                return False
            await self._created(write_id, answer, operation)
            return True
        self.tally.note("failed", operation.operation_key)
        return False

    def _there(self, operation: Operation) -> bool:
        record = self.audit.record(operation.source_object, operation.source_id)
        if record is not None and record.exists:
            self.tally.note("already done")
            return True
        self.tally.note("in doubt", operation.operation_key)
        return False

    async def _created(
        self, write_id: int, answer: Mapping[str, Any], operation: Operation | None = None
    ) -> None:
        await self.journal.settle(
            Outcome(
                write_id, "done", nutshell_id=int(answer["id"]), rev_after=_text(answer.get("rev")),
                after=orjson.dumps(image(answer)).decode(), state="created",
                html_url=answer.get("htmlUrl"),
            )  # fmt: skip
        )
        self.tally.note("created")

    async def settle_create(
        self, write_id: int, kind: str, key: str, payload: Mapping[str, Any],
        intended_at: str | None = None,
    ) -> bool | None:  # fmt: skip
        """
        Settle a create whose answer was lost, by asking: True it is there, None it surely is not.

        False: not told apart; it stays in doubt, and what depends on it is blocked.
        """
        try:
            found = await self.destination.find_created(
                kind, payload, key, intended_at or now()
            )
        except Unclear as unclear:
            cause = f"write {write_id}: {unclear}"
            await self.journal.settle(
                Outcome(write_id, "in_doubt", state="in_doubt", cause_class="unclear", cause=cause)
            )
            return False
        except ApiError as error:
            raise Stop(error) from error
        if found is None:
            self.tally.note("settled: absent")
            await self.journal.settle(
                Outcome(write_id, "failed", cause_class="in_doubt_absent", state="absent",
                        cause=f"write {write_id} surely did not take effect")
            )  # fmt: skip
            return None
        self.tally.note("settled: present")
        await self._created(write_id, found)
        return True

    # -- update, value, outcome: setting what is already set changes nothing, so these repeat ------

    async def _change(self, operation: Operation, payload: dict[str, Any]) -> bool:
        nutshell_id = operation.nutshell_id
        if nutshell_id is None or operation.step != "record":
            nutshell_id = needed(self.audit, operation.record_key).nutshell_id
        assert nutshell_id is not None  # noqa: S101 - `needed` gives records that exist
        method = self.destination.method(operation.step, operation.kind)
        fresh = operation.step != "record" and self._made_here(operation)
        for _ in range(ATTEMPTS):
            current: Mapping[str, Any] = {}
            wanted = payload
            rev: str | None = None
            if not fresh:
                try:
                    current = await self.destination.get(operation.kind, nutshell_id)
                except NotFound as error:
                    await self._refused_unread(operation, method, nutshell_id, error)
                    return False
                except ApiError as error:
                    raise Stop(error) from error
                rev = _text(current.get("rev"))
                wanted = await self._without_conflicts(operation, payload, current, nutshell_id)
            if payload and not wanted:
                await self._all_in_conflict(operation, method, payload, nutshell_id)
                return False
            before = self._before(operation, wanted, current)
            write_id = await self.journal.intend(
                self.intent(operation, method, wanted, nutshell_id=nutshell_id, rev_before=rev,
                            before=None if fresh else orjson.dumps(before).decode())
            )  # fmt: skip
            try:
                answer = await self._set(operation, nutshell_id, rev, wanted)
            except (EffectUnknown, StaleRevision) as error:
                # whatever happened, the next round sees it: what holds is not written again
                cause = "stale" if isinstance(error, StaleRevision) else "in_doubt_absent"
                if await self._holds(operation, nutshell_id, wanted):
                    answer = await self.destination.get(operation.kind, nutshell_id)
                else:
                    await self.journal.settle(
                        Outcome(write_id, "failed", cause_class=cause,
                                cause=f"{operation.operation_key}: {type(error).__name__}")
                    )  # fmt: skip
                    fresh = False
                    continue
            except ApiError as error:
                await self._failed(operation, write_id, error)
                return False
            await self._changed(operation, write_id, nutshell_id, wanted, answer, payload)
            return True
        self.tally.note("failed", operation.operation_key)
        return False

    def _made_here(self, operation: Operation) -> bool:
        """Say whether this plan created the record: there is nothing to keep of before, then."""
        first = self.audit.newest_write(self.plan_digest, f"{operation.record_key}/record")
        return first is not None and first.operation == "create" and first.status == "done"

    async def _set(
        self, operation: Operation, nutshell_id: int, rev: str | None, wanted: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        if operation.step == "value":
            return await self.destination.set_value(nutshell_id, wanted)
        if operation.step == "outcome":
            return await self.destination.set_outcome(nutshell_id, wanted)
        return await self.destination.edit(operation.kind, nutshell_id, rev or "", wanted)

    async def _holds(
        self, operation: Operation, nutshell_id: int, wanted: Mapping[str, Any]
    ) -> bool:
        try:
            shown = await self.destination.get(operation.kind, nutshell_id)
        except NotFound:
            return False
        except ApiError as error:
            raise Stop(error) from error
        return shows(operation.step, wanted, shown)

    def _before(
        self, operation: Operation, wanted: Mapping[str, Any], current: Mapping[str, Any]
    ) -> dict[str, Any]:
        if operation.step == "record":
            return field_values(current, wanted)
        return {key: image(current).get(key) for key in ("value", "status", "outcome")}

    async def _without_conflicts(
        self, operation: Operation, payload: dict[str, Any], current: Mapping[str, Any], found: int
    ) -> dict[str, Any]:
        """Leave out fields that a human changed since the plan saw them; a row tells of each."""
        if operation.seen is None or operation.step != "record":
            return payload
        seen = orjson.loads(operation.seen)
        conflicts: list[tuple[str, Any, Any, Any]] = []
        for name, then in each_field(seen):
            here = field_of(current, name)
            planned = field_of(payload, name)
            if name not in dict(each_field(payload)) or same(then, here) or holds(planned, here):
                continue
            conflicts.append((name, then, here, planned))
        if not conflicts:
            return payload

        def work(link: Any) -> None:
            for name, then, here, planned in conflicts:
                insert(
                    link, "conflicts", run_id=self.run_id, operation_key=operation.operation_key,
                    kind=operation.kind, source_object=operation.source_object,
                    source_id=operation.source_id, nutshell_id=found, field=name,
                    seen=_json(then), now=_json(here), planned=_json(planned), found_at=now(),
                )  # fmt: skip

        await self.journal.note(work)
        for name, *_ in conflicts:
            self.tally.note("conflicts", f"{operation.record_key} {name}")
        return without(payload, {name for name, *_ in conflicts})

    async def _changed(
        self, operation: Operation, write_id: int, nutshell_id: int, wanted: Mapping[str, Any],
        answer: Mapping[str, Any], payload: Mapping[str, Any],
    ) -> None:  # fmt: skip
        known = self.audit.record(operation.source_object, operation.source_id)
        if known is None:  # matched, and now filled: the record is noted with its first write
            await self.journal.note(
                lambda link: register_match(
                    link, kind=operation.kind, source_object=operation.source_object,
                    source_id=operation.source_id, nutshell_id=nutshell_id, run_id=self.run_id,
                    plan_digest=self.plan_digest, desired=None, desired_hash=None,
                )  # fmt: skip
            )
        whole = operation.step == "record"
        after = field_values(answer, wanted) if whole else dict(wanted)
        desired = self._ours(operation, wanted, payload, known.desired if known else None)
        await self.journal.settle(
            Outcome(
                write_id, "done", nutshell_id=nutshell_id,
                rev_after=_text(answer.get("rev")) if whole else None,
                after=orjson.dumps(after).decode(),
                state=(known.state if known and known.exists else "matched") if whole else None,
                html_url=answer.get("htmlUrl") if whole else None,
                desired=desired if whole else None,
                desired_hash=operation.desired_hash if whole else None,
            )  # fmt: skip
        )
        self.tally.note("updated" if whole else operation.step)

    def _ours(
        self, operation: Operation, wanted: Mapping[str, Any], payload: Mapping[str, Any],
        before: str | None,
    ) -> str | None:  # fmt: skip
        """Give the state that is ours now: of fields in conflict the old one, since we kept off."""
        if operation.desired is None or len(list(each_field(wanted))) == len(
            list(each_field(payload))
        ):
            return operation.desired
        ours = orjson.loads(operation.desired)
        old = orjson.loads(before) if before else {}
        for name in dict(each_field(payload)).keys() - dict(each_field(wanted)).keys():
            put(ours, name, field_of(old, name))
        return orjson.dumps(ours).decode()

    # -- files ------------------------------------------------------------------------------------

    async def _file(self, operation: Operation, payload: dict[str, Any]) -> bool:
        method = f"{payload.get('route')} file"
        try:
            write_id = await self.journal.intend(self.intent(operation, method, payload))
        except AlreadyThere:
            return self._there(operation)
        try:
            where = await self.destination.put_file(payload, operation.record_key)
        except EffectUnknown:
            await self.journal.settle(Outcome(write_id, "in_doubt", state="in_doubt"))
            self.tally.note("in doubt", operation.operation_key)
            return False
        except ApiError as error:
            await self._failed(operation, write_id, error, state="absent")
            return False
        await self.journal.settle(
            Outcome(write_id, "done", nutshell_id=where.get("id"), state="created",
                    after=orjson.dumps(where).decode(), html_url=where.get("link"))
        )  # fmt: skip
        self.tally.note("files")
        return True

    # -- what went wrong ---------------------------------------------------------------------------

    async def _failed(
        self, operation: Operation, write_id: int, error: ApiError, state: str | None = None
    ) -> None:
        """Quarantine the record with its cause; what says nothing about the record stops all."""
        cause_class = cause_of(error)
        await self.journal.settle(
            Outcome(write_id, "failed", cause_class=cause_class, state=state,
                    cause=f"{operation.operation_key}: {error}"[:200])
        )  # fmt: skip
        if isinstance(error, CredentialsRefused | Transient):
            raise Stop(error)
        self.tally.note("failed", operation.operation_key)
        self.tally.causes[cause_class] += 1

    async def _refused_unread(
        self, operation: Operation, method: str, nutshell_id: int, error: ApiError
    ) -> None:
        write_id = await self.journal.intend(
            self.intent(operation, method, {}, nutshell_id=nutshell_id)
        )
        await self._failed(operation, write_id, error)

    async def _all_in_conflict(
        self, operation: Operation, method: str, payload: Any, nutshell_id: int
    ) -> None:
        write_id = await self.journal.intend(
            self.intent(operation, method, payload, nutshell_id=nutshell_id)
        )
        await self.journal.settle(
            Outcome(write_id, "conflict", nutshell_id=nutshell_id, cause_class="conflict",
                    cause=f"{operation.operation_key}: changed in Nutshell since the plan saw it")
        )  # fmt: skip

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


def shows(step: str, wanted: Mapping[str, Any], shown: Mapping[str, Any]) -> bool:
    """Say whether a record, as it is shown, has what a step wanted."""
    if step == "value":
        return holds({"amount": wanted.get("amount")}, _amount(shown.get("value")))
    if step == "outcome":
        return holds(wanted.get("status"), shown.get("status"))
    return all(holds(value, field_of(shown, name)) for name, value in each_field(wanted))


def _amount(value: Any) -> Any:
    return value.get("amount") if isinstance(value, Mapping) else value


def cause_of(error: ApiError) -> str:
    """Give an error's class in the audit's words."""
    if isinstance(error, Unreachable):
        return "unreachable"
    if isinstance(error, CredentialsRefused):
        return "credentials"
    if isinstance(error, NotFound):
        return "not_found"
    if isinstance(error, AnswerMalformed):
        return "malformed"
    if isinstance(error, Transient):
        return "throttled"
    return "rejected"


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
