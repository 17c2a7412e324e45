"""
The audit's pen: intents and outcomes made durable in group commits by one writer thread.

Not what reads it back: questions to the audit are in `load.audit`.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from common.errors import DataDamaged
from load.audit import Audit, connect

SCHEMA = Path(__file__).with_name("schema.sql")
GROUP = 512  # writes in one commit at most: a commit that takes long makes everyone wait

Work = Callable[[sqlite3.Connection], None]


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
    desired: str | None = None
    desired_hash: str | None = None


@dataclass(slots=True)
class _Job:
    work: Work
    done: Future[None] = field(default_factory=Future)


class Journal:
    """
    One open audit, for writing; `audit` answers questions over a connection of its own.

    One process holds it at a time (the lock sees to that). Raises `DataDamaged` where the file
    is no audit, can not be written, or the disk is full; nothing that was durable is lost then.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = not path.exists()
        try:
            connection = connect(path)
            connection.executescript(SCHEMA.read_text("utf-8"))
            if connection.execute("pragma quick_check(1)").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("quick_check")
            row = connection.execute("select coalesce(max(write_id), 0) from intents").fetchone()
            connection.close()
        except sqlite3.Error as error:
            raise _damaged(path, error) from None
        if new:
            path.chmod(0o600)
        self._next_write = int(row[0]) + 1
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._broken: DataDamaged | None = None
        self.audit = Audit(path)
        self._writer = threading.Thread(target=self._write, name="journal", daemon=True)
        self._writer.start()

    def __enter__(self) -> Journal:
        """Hold the journal for a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for what is still to be written, and close."""
        self.close()

    def close(self) -> None:
        """Write what is queued, then let go of the file."""
        self._jobs.put(None)
        self._writer.join()
        self.audit.close()

    # -- the writer thread ---------------------------------------------------------------------

    def _write(self) -> None:
        connection = connect(self.path)
        going = True
        while going:
            jobs, going = self._take()
            if not jobs:
                continue
            if self._broken is not None:
                _fail(jobs, self._broken)
                continue
            try:
                refused = self._commit(connection, jobs)
            except sqlite3.Error as error:
                self._broken = _damaged(self.path, error)
                _fail(jobs, self._broken)
                continue
            for job in jobs:
                if job in refused:
                    job.done.set_exception(AlreadyThere())
                else:
                    job.done.set_result(None)
        connection.close()

    def _take(self) -> tuple[list[_Job], bool]:
        """Wait for one job, then take along whatever else is there."""
        first = self._jobs.get()
        if first is None:
            return [], False
        jobs = [first]
        while len(jobs) < GROUP:
            try:
                another = self._jobs.get_nowait()
            except queue.Empty:
                break
            if another is None:
                return jobs, False
            jobs.append(another)
        return jobs, True

    @staticmethod
    def _commit(connection: sqlite3.Connection, jobs: Sequence[_Job]) -> list[_Job]:
        """Make all of them durable in one transaction; give back those that were refused."""
        refused: list[_Job] = []
        connection.execute("begin immediate")
        try:
            for job in jobs:
                try:
                    job.work(connection)
                except AlreadyThere:
                    refused.append(job)
            connection.execute("commit")
        except BaseException:
            if connection.in_transaction:
                connection.execute("rollback")
            raise
        return refused

    # -- what is written -----------------------------------------------------------------------

    def submit(self, work: Work) -> Future[None]:
        """Queue a piece of writing; the future is done when it is durable."""
        job = _Job(work)
        self._jobs.put(job)
        return job.done

    def write(self, work: Work) -> None:
        """Write and wait: for commands that write one thing."""
        self.submit(work).result()

    def prepare(self, intent: Intent) -> tuple[int, Work]:
        """Give a write its number, and the work that makes its intent durable."""
        write_id = self._next_write
        self._next_write += 1
        return write_id, lambda connection: _insert_intent(connection, write_id, intent)

    async def intend(self, intent: Intent) -> int:
        """
        Make an intent durable, and claim its record when it creates.

        Raises `AlreadyThere` when the record exists or may exist: then nothing is written.
        """
        write_id, work = self.prepare(intent)
        await asyncio.wrap_future(self.submit(work))
        return write_id

    async def settle(self, outcome: Outcome) -> None:
        """Make an outcome durable, with what it changes about its record."""
        await asyncio.wrap_future(self.submit(lambda link: insert_outcome(link, outcome)))

    async def note(self, work: Work) -> None:
        """Make any other row durable."""
        await asyncio.wrap_future(self.submit(work))

    def start_run(
        self, command: str, *, run_id: str, host: str, by: str | None = None,
        plan_digest: str | None = None, unattended: bool = False,
    ) -> None:  # fmt: skip
        """Open a run; runs that were left open by a death are closed as interrupted."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "update runs set status = 'interrupted', finished_at = ? where status = 'running'",
                (now(),),
            )
            insert(
                connection, "runs", run_id=run_id, command=command, plan_digest=plan_digest,
                started_by=by, started_at=now(), status="running", host=host,
                unattended=int(unattended),
            )  # fmt: skip

        self.write(work)

    def finish_run(self, run_id: str, status: str) -> None:
        """Close a run."""
        statement = "update runs set status = ?, finished_at = ? where run_id = ?"
        self.write(lambda link: void(link.execute(statement, (status, now(), run_id))))


def void(_: object) -> None:
    """Drop a cursor."""


def insert(connection: sqlite3.Connection, table: str, **row: Any) -> None:
    """Insert one row; table and columns are this package's own words."""
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    connection.execute(
        f"insert into {table} ({columns}) values ({marks})",  # noqa: S608
        tuple(row.values()),
    )


def _insert_intent(connection: sqlite3.Connection, write_id: int, intent: Intent) -> None:
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
            (intent.kind, intent.source_object, intent.source_id, intent.desired,
             intent.desired_hash, intent.run_id, intent.plan_digest, moment),
        )  # fmt: skip
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
        (write_id, intent.run_id, intent.plan_digest, intent.operation_key, intent.kind,
         intent.source_object, intent.source_id, intent.step, intent.operation, intent.method,
         intent.nutshell_id, intent.payload, intent.payload_hash, intent.desired_hash,
         intent.before, intent.rev_before, moment, intent.reverses),
    )  # fmt: skip
    connection.execute(
        "insert into open_writes (write_id, desired) values (?, ?)", (write_id, intent.desired)
    )


def insert_outcome(connection: sqlite3.Connection, outcome: Outcome) -> None:
    """Append an outcome and bring its record up to date (runs in the writer's transaction)."""
    moment = now()
    connection.execute(
        """
        insert into outcomes (
            write_id, status, nutshell_id, after, rev_after, cause_class, cause, settled_at
        ) values (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (outcome.write_id, outcome.status, outcome.nutshell_id, outcome.after, outcome.rev_after,
         outcome.cause_class, outcome.cause, moment),
    )  # fmt: skip
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
            (outcome.state, moment, outcome.nutshell_id, outcome.html_url, outcome.rev_after,
             outcome.desired, outcome.desired_hash, outcome.write_id),
        )  # fmt: skip


def register_match(
    connection: sqlite3.Connection, *, kind: str, source_object: str, source_id: str,
    nutshell_id: int, run_id: str, plan_digest: str | None, desired: str | None,
    desired_hash: str | None,
) -> None:  # fmt: skip
    """Note a record that Nutshell held before us; one that is noted already stays as it is."""
    connection.execute(
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
        (kind, source_object, source_id, nutshell_id, desired, desired_hash, run_id,
         plan_digest, now()),
    )  # fmt: skip


def _fail(jobs: Sequence[_Job], error: Exception) -> None:
    for job in jobs:
        job.done.set_exception(error)


def _damaged(path: Path, error: sqlite3.Error) -> DataDamaged:
    """Say what is wrong with the file, and the way out."""
    text = str(error).lower()
    if "full" in text:
        what = "The disk is full. Make room and run the same command again"
    elif "readonly" in text or "unable to open" in text or "read-only" in text:
        what = "It can not be written. Give the folder back to this user, and run again"
    elif "locked" in text:
        what = "Another program holds it. Close that program and run again"
    else:
        what = (
            "It is damaged. Put back the newest copy, or run `sqlite3 audit.sqlite .recover` into"
            " a new file, and run again; nothing is written to Nutshell without it"
        )
    return DataDamaged(f"The audit {path.name} stopped taking notes. {what}.")
