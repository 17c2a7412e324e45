"""
The audit's rows: what an intent and an outcome say, and the statements that write them.

Not when they are written: `load.audit.journal` gathers them into commits.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from load.audit.chain import link


class AlreadyThere(Exception):
    """A create was meant for a record that Nutshell holds, or may hold."""


def now() -> str:
    """Give the time in UTC, as the audit writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True)
class Intent:
    """What a call is about to do; durable before the call is made."""

    run_id: str
    operation_key: str | None
    kind: str
    source_object: str
    source_id: str
    step: str
    operation: str
    method: str
    plan_digest: str | None = None
    nutshell_id: int | None = None
    payload: str | None = None
    payload_hash: str | None = None
    desired: str | None = None
    desired_hash: str | None = None
    before: str | None = None
    rev_before: str | None = None
    reverses: int | None = None
    claims: bool = True  # a create claims its record; the note that none is made does not


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What came of a write; durable before its record's next step.

    `state` and what follows are written to the record: None leaves them as they are,
    and the state `absent` takes back the claim that a refused create had made.
    """

    write_id: int
    status: str
    nutshell_id: int | None = None
    after: str | None = None
    rev_after: str | None = None
    cause_class: str | None = None
    cause: str | None = None
    state: str | None = None
    html_url: str | None = None
    desired: str | None = None  # what is ours of the record now, whole
    adds: str | None = None  # what is ours besides, by a step of its own (value, outcome)
    desired_hash: str | None = None


def void(_: object) -> None:
    """Drop a cursor."""


def insert(connection: sqlite3.Connection, table: str, **row: Any) -> int:
    """Insert one row and give its number; table and columns are this package's own words."""
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    written = connection.execute(
        f"insert into {table} ({columns}) values ({marks})",  # noqa: S608
        tuple(row.values()),
    )
    return written.lastrowid or 0


def end_run(connection: sqlite3.Connection, run_id: str, status: str) -> None:
    """Note how a run ended, sealed, and show it with the run."""
    moment = now()
    ending = insert(connection, "endings", run_id=run_id, status=status, ended_at=moment)
    link(connection, "endings", ending)
    connection.execute(
        "update runs set status = ?, finished_at = ? where run_id = ?", (status, moment, run_id)
    )


def insert_intent(connection: sqlite3.Connection, write_id: int, intent: Intent) -> None:
    moment = now()
    if intent.claims and intent.operation == "create" and intent.step in ("record", "file"):
        claimed = connection.execute(
            """
            insert into records (
                kind, source_object, source_id, state, desired, desired_hash,
                run_id, plan_digest, updated_at
            ) values (?, ?, ?, 'intended', ?, ?, ?, ?, ?)
            on conflict (kind, source_object, source_id) do update set
                state = 'intended', nutshell_id = null, html_url = null, rev = null,
                desired = excluded.desired, desired_hash = excluded.desired_hash,
                run_id = excluded.run_id, plan_digest = excluded.plan_digest,
                updated_at = excluded.updated_at
            where records.state = 'deleted'
            """,
            (
                intent.kind,
                intent.source_object,
                intent.source_id,
                intent.desired,
                intent.desired_hash,
                intent.run_id,
                intent.plan_digest,
                moment,
            ),
        )
        if claimed.rowcount != 1:
            raise AlreadyThere
    connection.execute(
        """
        insert into intents (
            write_id, run_id, plan_digest, operation_key, kind, source_object, source_id, step,
            operation, method, nutshell_id, payload, payload_hash, desired_hash, before,
            rev_before, intended_at, reverses
        ) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            write_id,
            intent.run_id,
            intent.plan_digest,
            intent.operation_key,
            intent.kind,
            intent.source_object,
            intent.source_id,
            intent.step,
            intent.operation,
            intent.method,
            intent.nutshell_id,
            intent.payload,
            intent.payload_hash,
            intent.desired_hash,
            intent.before,
            intent.rev_before,
            moment,
            intent.reverses,
        ),
    )
    link(connection, "intents", write_id)
    connection.execute(
        "insert into open_writes (write_id, desired) values (?, ?)", (write_id, intent.desired)
    )


def insert_outcome(connection: sqlite3.Connection, outcome: Outcome) -> None:
    """Append an outcome and bring its record up to date (runs in the writer's transaction)."""
    moment = now()
    written = connection.execute(
        """
        insert into outcomes (
            write_id, status, nutshell_id, after, rev_after, cause_class, cause, settled_at
        ) values (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            outcome.write_id,
            outcome.status,
            outcome.nutshell_id,
            outcome.after,
            outcome.rev_after,
            outcome.cause_class,
            outcome.cause,
            moment,
        ),
    )
    link(connection, "outcomes", written.lastrowid)
    if outcome.status != "in_doubt":
        connection.execute("delete from open_writes where write_id = ?", (outcome.write_id,))
    record = """
        (kind, source_object, source_id) = (
            select kind, source_object, source_id from intents where write_id = ?
        )
    """
    if outcome.state == "absent":
        connection.execute(
            f"delete from records where state in ('intended', 'in_doubt') and {record}",  # noqa: S608
            (outcome.write_id,),
        )
    elif outcome.state is not None:
        connection.execute(
            f"""
            update records set
                state = ?, updated_at = ?,
                nutshell_id = coalesce(?, nutshell_id), html_url = coalesce(?, html_url),
                rev = coalesce(?, rev), desired = coalesce(?, desired),
                desired_hash = coalesce(?, desired_hash)
            where {record}
            """,  # noqa: S608
            (
                outcome.state,
                moment,
                outcome.nutshell_id,
                outcome.html_url,
                outcome.rev_after,
                outcome.desired,
                outcome.desired_hash,
                outcome.write_id,
            ),
        )
    if outcome.adds is not None:
        # of a record whose state was forgotten (rolled back in part), a part alone says nothing
        connection.execute(
            f"update records set desired = json_patch(desired, ?), updated_at = ? where {record}",  # noqa: S608
            (outcome.adds, moment, outcome.write_id),
        )


class Place(Protocol):
    """What tells a source record from all others; operations and writes have it."""

    @property
    def kind(self) -> str: ...
    @property
    def source_object(self) -> str: ...
    @property
    def source_id(self) -> str: ...


def register_match(
    connection: sqlite3.Connection,
    *,
    kind: str,
    source_object: str,
    source_id: str,
    nutshell_id: int,
    run_id: str,
    plan_digest: str | None,
    desired: str | None,
    desired_hash: str | None,
) -> None:
    """Note a record that Nutshell held before us; one that is noted already stays as it is."""
    moment = now()
    noted = connection.execute(
        """
        insert into records (
            kind, source_object, source_id, nutshell_id, state, desired, desired_hash,
            run_id, plan_digest, updated_at
        ) values (?, ?, ?, ?, 'matched', ?, ?, ?, ?, ?)
        on conflict (kind, source_object, source_id) do update set
            state = 'matched', nutshell_id = excluded.nutshell_id, html_url = null, rev = null,
            desired = excluded.desired, desired_hash = excluded.desired_hash,
            run_id = excluded.run_id, plan_digest = excluded.plan_digest,
            updated_at = excluded.updated_at
        where records.state = 'deleted'
        """,
        (
            kind,
            source_object,
            source_id,
            nutshell_id,
            desired,
            desired_hash,
            run_id,
            plan_digest,
            moment,
        ),
    )
    if noted.rowcount == 1:
        _seal_match(connection, (kind, source_object, source_id), nutshell_id, run_id, moment)


def follow_merge(
    connection: sqlite3.Connection, record: Place, nutshell_id: int, run_id: str
) -> None:
    """
    Let a record be the one in Nutshell that somebody merged it into.

    Noted as matched: that one was not made for it, so a rollback restores it and deletes nothing.
    """
    place, moment = (record.kind, record.source_object, record.source_id), now()
    connection.execute(
        """
        update records set
            state = 'matched', nutshell_id = ?, html_url = null, rev = null, run_id = ?,
            updated_at = ?
        where kind = ? and source_object = ? and source_id = ?
        """,
        (nutshell_id, run_id, moment, *place),
    )
    _seal_match(connection, place, nutshell_id, run_id, moment)


def _seal_match(
    connection: sqlite3.Connection,
    place: tuple[str, str, str],
    nutshell_id: int,
    run_id: str,
    moment: str,
) -> None:
    """Note, as a link of the chain, that a record in Nutshell stands for one of the source."""
    match = dict(zip(("kind", "source_object", "source_id"), place, strict=True))
    match_id = insert(
        connection, "matches", **match, nutshell_id=nutshell_id, run_id=run_id, noted_at=moment
    )
    link(connection, "matches", match_id)
