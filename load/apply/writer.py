"""
What the writes of one run share: an intent's words, how a failure is noted, and what ends a walk.

No write of its own, and no choice among them: `creates`, `changes` and `executor` beside it.
"""

from __future__ import annotations

from typing import Any

import orjson

from common.errors import (
    AnswerMalformed,
    ApiError,
    CredentialsRefused,
    MethodMissing,
    NotFound,
    Transient,
    Unreachable,
)
from load.audit.entries import Intent, Outcome, register_match
from load.audit.journal import Journal
from load.audit.questions import Write
from load.destination import Destination
from load.plan.frozen import Operation
from load.tally import Tally


class Stop(Exception):
    """Nothing more can be written now; `cause` is the error that ends the command."""

    def __init__(self, cause: ApiError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Writer:
    """One run's hand: its journal, the destination, and the count of what came of it."""

    def __init__(
        self, journal: Journal, destination: Destination, *, run_id: str, plan_digest: str
    ) -> None:
        self.journal = journal
        self.audit = journal.audit
        self.destination = destination
        self.run_id = run_id
        self.plan_digest = plan_digest
        self.tally = Tally()
        self._given_up: dict[str, int] | None = None  # settled as absent, read when needed

    @staticmethod
    def stop(error: ApiError) -> Stop:
        """Give what ends a walk: for errors that say nothing about the record at hand."""
        return Stop(error)

    def given_up(self, operation_key: str) -> int | None:
        """Give the create of an earlier run that was settled as absent, if there is one."""
        if self._given_up is None:
            self._given_up = self.audit.given_up(self.run_id)
        return self._given_up.get(operation_key)

    def intent(self, operation: Operation, method: str, payload: Any, **more: Any) -> Intent:
        """Fill in what every intent of this run says."""
        return Intent(
            run_id=self.run_id,
            plan_digest=self.plan_digest,
            operation_key=operation.operation_key,
            kind=operation.kind,
            source_object=operation.source_object,
            source_id=operation.source_id,
            step=operation.step,
            operation=operation.operation,
            method=method,
            payload=orjson.dumps(payload).decode(),
            payload_hash=operation.payload_hash,
            desired=operation.desired,
            desired_hash=operation.desired_hash,
            **more,
        )

    def there(self, operation: Operation) -> bool:
        """Say whether what a second create would make is there; else it is in doubt."""
        record = self.audit.record(operation.source_object, operation.source_id)
        if record is not None and record.state in ("created", "matched"):
            self.tally.note("already done")
            return True
        self.tally.note("in doubt", operation.operation_key)
        return False

    async def note_match(
        self,
        of: Operation | Write,
        nutshell_id: int,
        *,
        plan_digest: str | None,
        desired: str | None = None,
        desired_hash: str | None = None,
    ) -> str:
        """Note a record that Nutshell held before us, where none stands; give its state."""
        record = self.audit.record(of.source_object, of.source_id)
        if record is not None and record.exists:
            return record.state
        await self.journal.note(
            lambda link: register_match(
                link,
                kind=of.kind,
                source_object=of.source_object,
                source_id=of.source_id,
                nutshell_id=nutshell_id,
                run_id=self.run_id,
                plan_digest=plan_digest,
                desired=desired,
                desired_hash=desired_hash,
            )
        )
        return "matched"

    async def failed(
        self, operation: Operation, write_id: int, error: ApiError, state: str | None = None
    ) -> None:
        """Quarantine the record with its cause; what says nothing about the record stops all."""
        cause_class = cause_of(error)
        await self.journal.settle(
            Outcome(
                write_id,
                "failed",
                cause_class=cause_class,
                state=state,
                cause=f"{operation.operation_key}: {error}"[:200],
            )
        )
        if isinstance(error, CredentialsRefused | MethodMissing | Transient):
            raise self.stop(error)
        self.tally.note("failed", operation.operation_key)
        self.tally.causes[cause_class] += 1


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
