"""
Creates, of records and files: a second attempt could double them, so who is in doubt asks.

Updates, values and outcomes are `load.apply.changes`; what both share is `load.apply.writer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from common.errors import ApiError, EffectUnknown
from load.apply.shapes import image
from load.apply.writer import Writer
from load.audit.entries import AlreadyThere, Outcome
from load.destination import Unclear
from load.plan.frozen import Operation

ATTEMPTS = 4


async def create(writer: Writer, operation: Operation, payload: dict[str, Any]) -> bool:
    """Create a record; False where it failed, or nobody can tell yet whether it is there."""
    journal, destination = writer.journal, writer.destination
    method = destination.method("create", operation.kind)
    for _ in range(ATTEMPTS):
        try:
            write_id = await journal.intend(writer.intent(operation, method, payload))
        except AlreadyThere:
            return writer.there(operation)
        if await _came_after_all(writer, write_id, operation, payload):
            return True
        try:
            answer = await destination.create(operation.kind, payload, operation.record_key)
        except EffectUnknown:
            await journal.settle(Outcome(write_id, "in_doubt", state="in_doubt"))
            settled = await settle_create(
                writer, write_id, operation.kind, operation.record_key, payload
            )
            if settled is None:
                continue  # it surely did not happen: once more, with an intent of its own
            if not settled:
                writer.tally.note("in doubt", operation.operation_key)
            return settled
        except ApiError as error:
            await writer.failed(operation, write_id, error, state="absent")
            return False
        await _created(writer, write_id, answer)
        return True
    writer.tally.note("failed", operation.operation_key)
    return False


async def put_file(writer: Writer, operation: Operation, payload: dict[str, Any]) -> bool:
    """Host or upload an attachment's bytes; False where it failed, or nobody can tell."""
    method = f"{payload.get('route')} file"
    try:
        write_id = await writer.journal.intend(writer.intent(operation, method, payload))
    except AlreadyThere:
        return writer.there(operation)
    try:
        where = await writer.destination.put_file(payload, operation.record_key)
    except EffectUnknown:
        await writer.journal.settle(Outcome(write_id, "in_doubt", state="in_doubt"))
        writer.tally.note("in doubt", operation.operation_key)
        return False
    except ApiError as error:
        await writer.failed(operation, write_id, error, state="absent")
        return False
    await writer.journal.settle(
        Outcome(
            write_id,
            "done",
            nutshell_id=where.get("id"),
            state="created",
            after=orjson.dumps(where).decode(),
            html_url=where.get("link"),
            desired=operation.desired,
            desired_hash=operation.desired_hash,
        )
    )
    writer.tally.note("files")
    return True


async def _came_after_all(
    writer: Writer, write_id: int, operation: Operation, payload: dict[str, Any]
) -> bool:
    """
    Look once more for a create that an earlier run gave up as absent, before it is made again.

    It may have come since, however late: the time between two runs is nobody's setting.
    """
    given_up = writer.given_up(operation.operation_key)
    if given_up is None:
        return False
    try:
        found = await writer.destination.find_created(
            operation.kind,
            payload,
            operation.record_key,
            *writer.audit.moment_of(given_up),
            looks=1,
        )
    except Unclear:
        return False  # two looks told that it was absent; this one adds nothing
    except ApiError as error:
        await writer.failed(operation, write_id, error, state="absent")
        return False
    if found is None:
        return False
    writer.tally.note("settled: present")
    await _created(writer, write_id, found)
    return True


async def settle_create(
    writer: Writer, write_id: int, kind: str, key: str, payload: Mapping[str, Any]
) -> bool | None:
    """
    Settle a create whose answer was lost, by asking: True it is there, None it surely is not.

    False: not told apart; it stays in doubt, and what depends on it is blocked.
    """
    journal = writer.journal
    try:
        intended_at, above = writer.audit.moment_of(write_id)
        found = await writer.destination.find_created(kind, payload, key, intended_at, above)
    except Unclear as unclear:
        cause = f"write {write_id}: {unclear}"
        await journal.settle(
            Outcome(write_id, "in_doubt", state="in_doubt", cause_class="unclear", cause=cause)
        )
        return False
    except ApiError as error:
        raise writer.stop(error) from error
    if found is None:
        writer.tally.note("settled: absent")
        await journal.settle(
            Outcome(
                write_id,
                "failed",
                cause_class="in_doubt_absent",
                state="absent",
                cause=f"write {write_id} surely did not take effect",
            )
        )
        return None
    writer.tally.note("settled: present")
    await _created(writer, write_id, found)
    return True


async def _created(writer: Writer, write_id: int, answer: Mapping[str, Any]) -> None:
    rev = answer.get("rev")
    await writer.journal.settle(
        Outcome(
            write_id,
            "done",
            nutshell_id=int(answer["id"]),
            rev_after=None if rev is None else str(rev),
            after=orjson.dumps(image(answer)).decode(),
            state="created",
            html_url=answer.get("htmlUrl"),
        )
    )
    writer.tally.note("created")
