"""What survives a restart: every record as JSON in one SQLite file, written in groups."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import orjson

_TABLES = """
create table if not exists records
    (entity text, id integer, body blob, primary key (entity, id)) without rowid;
create table if not exists events (id integer primary key, body blob);
create table if not exists meta (name text primary key, body blob);
"""


class Store:
    """One SQLite file (WAL). `put` queues, `durable` returns once what was queued is committed."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = path
        self._connection = sqlite3.connect(path, isolation_level=None)
        path.chmod(0o600)
        self._connection.execute("pragma journal_mode = wal")
        # NORMAL survives the death of the process, which is all that a test bed has to survive
        self._connection.execute("pragma synchronous = normal")
        self._connection.execute("pragma wal_autocheckpoint = 4000")
        self._connection.executescript(_TABLES)
        self._records: dict[tuple[str, int], dict[str, Any]] = {}
        self._events: list[tuple[int, bytes]] = []
        self._pending: asyncio.Future[None] | None = None

    def put(self, entity: str, record: dict[str, Any]) -> None:
        """Queue a record; its last state within a group is what gets written."""
        self._records[entity, record["id"]] = record

    def put_event(self, event: dict[str, Any]) -> None:
        """Queue a row of the change feed."""
        self._events.append((event["id"], orjson.dumps(event)))

    def put_meta(self, name: str, value: Any) -> None:
        """Write a setting at once."""
        self._connection.execute(
            "insert or replace into meta values (?, ?)", (name, orjson.dumps(value))
        )

    def meta(self, name: str) -> Any:
        """Return a setting, None where it was never written."""
        row = self._connection.execute("select body from meta where name = ?", (name,)).fetchone()
        return orjson.loads(row[0]) if row else None

    def records(self) -> list[tuple[str, dict[str, Any]]]:
        """Return everything stored, oldest id first."""
        rows = self._connection.execute("select entity, body from records order by entity, id")
        return [(entity, orjson.loads(body)) for entity, body in rows]

    def events(self) -> list[dict[str, Any]]:
        """Return the change feed, oldest first."""
        rows = self._connection.execute("select body from events order by id")
        return [orjson.loads(body) for (body,) in rows]

    async def durable(self) -> None:
        """Wait until what is queued is committed; calls of one loop turn share a commit."""
        if not self._records and not self._events and self._pending is None:
            return
        if self._pending is None:
            loop = asyncio.get_running_loop()
            self._pending = loop.create_future()
            loop.call_soon(self._commit_group)
        await asyncio.shield(self._pending)

    def _commit_group(self) -> None:
        pending, self._pending = self._pending, None
        try:
            self.flush()
        except sqlite3.Error as error:
            if pending is not None and not pending.done():
                pending.set_exception(error)
            return
        if pending is not None and not pending.done():
            pending.set_result(None)

    def flush(self) -> None:
        """Commit what is queued, now."""
        records, self._records = self._records, {}
        events, self._events = self._events, []
        if not records and not events:
            return
        rows = [(entity, number, orjson.dumps(row)) for (entity, number), row in records.items()]
        self._connection.execute("begin")
        self._connection.executemany("insert or replace into records values (?, ?, ?)", rows)
        self._connection.executemany("insert or replace into events values (?, ?)", events)
        self._connection.execute("commit")

    def clear(self) -> None:
        """Forget everything."""
        self._records.clear()
        self._events.clear()
        for table in ("records", "events", "meta"):
            self._connection.execute(f"delete from {table}")  # noqa: S608  # three fixed names

    def close(self) -> None:
        """Commit and close."""
        self.flush()
        self._connection.close()
