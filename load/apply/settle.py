"""
Writes whose answer was never noted, settled before anything else is written, by asking.

Not a repetition of any write: what is found absent is written by whoever walks the plan next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson

from common.errors import ApiError, NotFound
from load.apply.creates import settle_create
from load.apply.looks import looked_twice
from load.apply.shapes import field_values, shows
from load.apply.writer import Stop, Writer
from load.audit.entries import Outcome
from load.audit.questions import Write

AT_ONCE = 96


async def settle_open(writer: Writer) -> int:
    """
    Settle every open write of any run; give the number of those that stay in doubt.

    There are as many as a killed load had workers. They are asked for at once, since each one
    that is absent takes two looks some seconds apart.
    """
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(write: Write) -> bool:
        async with gate:
            return await _settle(writer, write)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(write)) for write in writer.audit.open_writes()]
    return sum(not task.result() for task in tasks)


async def _settle(writer: Writer, write: Write) -> bool:
    payload = orjson.loads(write.payload or "{}")
    if write.operation == "create" and write.step == "record":
        told = await settle_create(writer, write.write_id, write.kind, write.key, payload)
        return told is None or told
    if write.step == "file":
        return await _settle_file(writer, write, payload)
    if write.operation == "create" and write.nutshell_id is None:
        return await _absent(writer, write)

    async def look() -> Mapping[str, Any] | None:
        try:
            return await writer.destination.get(write.kind, write.nutshell_id or 0)
        except NotFound:
            return None
        except ApiError as error:
            raise Stop(error) from error

    apart, types = writer.destination.late_seconds, writer.destination.types_of(write.kind)
    if write.operation == "delete":
        gone, _ = await looked_twice(look, lambda shown: shown is None, apart)
        return await (_gone if gone else _absent)(writer, write)
    taken, shown = await looked_twice(
        look, lambda shown: shown is not None and shows(write.step, payload, shown, types), apart
    )
    if not taken or shown is None:
        return await _absent(writer, write)
    return await _done(writer, write, payload, shown)


async def _settle_file(writer: Writer, write: Write, payload: Mapping[str, Any]) -> bool:
    """A copy on our own disk can be made again; an upload can not be asked for."""
    if payload.get("route") == "host":
        return await _absent(writer, write, state="absent")
    cause = f"write {write.write_id}: an upload whose answer was lost; look at the record's files"
    await writer.journal.settle(
        Outcome(write.write_id, "in_doubt", state="in_doubt", cause_class="unclear", cause=cause)
    )
    return False


async def _absent(writer: Writer, write: Write, state: str | None = None) -> bool:
    cause = f"write {write.write_id} did not take effect, or is looked at again"
    await writer.journal.settle(
        Outcome(write.write_id, "failed", cause_class="in_doubt_absent", cause=cause, state=state)
    )
    writer.tally.note("settled: absent")
    return True


async def _gone(writer: Writer, write: Write) -> bool:
    """Note that a deletion took effect; the walk of the rollback notes what that means."""
    await writer.journal.settle(Outcome(write.write_id, "done", nutshell_id=write.nutshell_id))
    writer.tally.note("settled: present")
    return True


async def _done(
    writer: Writer, write: Write, payload: Mapping[str, Any], shown: Mapping[str, Any]
) -> bool:
    whole = write.step == "record" and write.operation == "update"
    state = None
    if whole:  # perhaps a matched record's first write, or its first since a rollback let go of it
        state = await writer.note_match(
            write, write.nutshell_id or 0, plan_digest=write.plan_digest
        )
    desired = writer.audit.value(
        "select desired from open_writes where write_id = ?", write.write_id
    )
    await writer.journal.settle(
        Outcome(
            write.write_id,
            "done",
            nutshell_id=write.nutshell_id,
            rev_after=str(shown.get("rev")),
            after=orjson.dumps(
                field_values(shown, payload) if write.step == "record" else payload
            ).decode(),
            state=state,
            desired=desired if whole else None,
            adds=None if write.step == "record" else desired,
            desired_hash=write.desired_hash if whole else None,
        )
    )
    writer.tally.note("settled: present")
    return True
