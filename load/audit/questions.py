"""
Questions to the audit: which records Nutshell holds, which writes are done or in doubt.

Not what writes it: that is `load.audit.journal`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open the file: write-ahead log, every commit synced, statements in autocommit."""
    where = f"{path.absolute().as_uri()}?mode=ro" if read_only else str(path)
    connection = sqlite3.connect(
        where, uri=read_only, isolation_level=None, check_same_thread=False, timeout=30
    )
    connection.row_factory = sqlite3.Row
    if not read_only:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
    return connection


@dataclass(frozen=True, slots=True)
class Record:
    """One source record as the audit knows it."""

    kind: str
    source_object: str
    source_id: str
    nutshell_id: int | None
    html_url: str | None
    state: str
    desired: str | None
    desired_hash: str | None
    rev: str | None

    @property
    def key(self) -> str:
        """The record's name in the plan: `people:per_1`."""
        return f"{self.source_object}:{self.source_id}"

    @property
    def exists(self) -> bool:
        """Whether Nutshell holds it for certain."""
        return self.state in ("created", "matched") and self.nutshell_id is not None


@dataclass(frozen=True, slots=True)
class Write:
    """One write with its newest outcome."""

    write_id: int
    run_id: str
    plan_digest: str | None
    operation_key: str | None
    kind: str
    source_object: str
    source_id: str
    step: str
    operation: str
    method: str
    nutshell_id: int | None
    status: str
    payload: str | None
    before: str | None
    rev_before: str | None
    after: str | None
    rev_after: str | None
    cause_class: str | None
    cause: str | None
    intended_at: str
    settled_at: str | None
    reverses: int | None
    payload_hash: str | None
    desired_hash: str | None

    @property
    def key(self) -> str:
        """The record's name in the plan."""
        return f"{self.source_object}:{self.source_id}"


_RECORD = ", ".join(Record.__slots__)
_WRITE = ", ".join(Write.__slots__)


class Audit:
    """The audit, to be asked."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.connection = connect(path, read_only=read_only)
        self.folder = path.parent  # the data folder

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def rows(self, statement: str, *parameters: Any) -> Iterator[sqlite3.Row]:
        """Stream the answer to a statement of this package's own."""
        yield from self.connection.execute(statement, parameters)

    def value(self, statement: str, *parameters: Any) -> Any:
        """Give the one value that a statement asks for, or None."""
        row = self.connection.execute(statement, parameters).fetchone()
        return row[0] if row else None

    def record(self, source_object: str, source_id: str) -> Record | None:
        """Look a source record up."""
        row = self.connection.execute(
            f"select {_RECORD} from records where source_object = ? and source_id = ?",  # noqa: S608
            (source_object, source_id),
        ).fetchone()
        return Record(*row) if row else None

    def record_by_key(self, key: str) -> Record | None:
        """Look a record up by its name in the plan, `people:per_1`."""
        source_object, _, source_id = key.partition(":")
        return self.record(source_object, source_id)

    def newest_write(self, plan_digest: str, operation_key: str) -> Write | None:
        """Give the last thing that this plan did, or meant to do, for an operation."""
        row = self.connection.execute(
            f"select {_WRITE} from writes where plan_digest = ? and operation_key = ?"  # noqa: S608
            " order by write_id desc limit 1",
            (plan_digest, operation_key),
        ).fetchone()
        return Write(*row) if row else None

    def moment_of(self, write_id: int) -> tuple[str, int]:
        """
        Say when a write was intended, and give the newest id of its kind that was there by then.

        An answer noted before the intent came from a create before it; 0 where there is none.
        """
        kind, intended_at = self.connection.execute(
            "select kind, intended_at from intents where write_id = ?", (write_id,)
        ).fetchone()
        newest = self.value(
            """
            select outcomes.nutshell_id
            from outcomes
            inner join intents on intents.write_id = outcomes.write_id
            where outcomes.settled_at < ? and outcomes.status = 'done'
            and intents.kind = ? and intents.operation = 'create' and intents.step = 'record'
            order by outcomes.settled_at desc limit 1
            """,
            intended_at,
            kind,
        )
        return str(intended_at), int(newest or 0)

    def refused(self) -> dict[str, str]:
        """Give operation → hash of the payload that Nutshell's validation refused last."""
        return {
            row["operation_key"]: row["payload_hash"]
            for row in self.rows(
                "select operation_key, payload_hash from writes"
                " where status = 'failed' and cause_class = 'rejected' order by write_id"
            )
        }

    def done_of(self, plan_digest: str, records: Set[str] | None = None) -> int:
        """Count a plan's writes that are done, of all its records or of some."""
        return sum(
            row["writes"]
            for row in self.rows(
                "select source_object || ':' || source_id as record_key, count(*) as writes"
                " from writes where plan_digest = ? and status = 'done' group by 1",
                plan_digest,
            )
            if records is None or row["record_key"] in records
        )

    def given_up(self, run_id: str) -> dict[str, int]:
        """Give operation → the newest create that was settled as absent in a run before this."""
        return {
            row["operation_key"]: row["write_id"]
            for row in self.rows(
                "select operation_key, write_id from writes"
                " where status = 'failed' and cause_class = 'in_doubt_absent'"
                " and operation = 'create' and step = 'record' and run_id <> ? order by write_id",
                run_id,
            )
        }

    def open_writes(self) -> list[Write]:
        """List the writes whose answer is not known, oldest first."""
        return list(self.writes("write_id in (select open_writes.write_id from open_writes)"))

    def writes(self, where: str, *parameters: Any, newest_first: bool = False) -> Iterator[Write]:
        """Stream writes that fit a condition of this package's own."""
        order = "desc" if newest_first else "asc"
        for row in self.connection.execute(
            f"select {_WRITE} from writes where {where} order by write_id {order}",  # noqa: S608
            parameters,
        ):
            yield Write(*row)

    def version(self) -> int:
        """Give the newest write's number, 0 where there is none."""
        return int(self.value("select coalesce(max(write_id), 0) from intents"))

    def changed_at(self) -> str | None:
        """Say when records or writes last changed: what a warehouse must be younger than."""
        moment: str | None = self.value(
            """
            select max(moment) from (
                select max(settled_at) as moment from outcomes
                union all select max(updated_at) from records
                union all select intended_at from intents
                where write_id = (select max(write_id) from intents)
            )
            """
        )
        return moment
