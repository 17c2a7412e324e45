"""
The audit's pen: intents and outcomes made durable in group commits by one writer thread.

Not what reads it back: questions to the audit are in `load.audit.questions`.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from common.errors import DataDamaged
from load.audit.chain import link, note_head
from load.audit.entries import (
    AlreadyThere,
    Intent,
    Outcome,
    end_run,
    insert,
    insert_intent,
    insert_outcome,
    now,
)
from load.audit.migrations import bring_up
from load.audit.publish import published
from load.audit.questions import Audit, connect

GROUP = 512  # writes in one commit at most: a commit that takes long makes everyone wait

Work = Callable[[sqlite3.Connection], object]


@dataclass(slots=True)
class _Job:
    work: Work
    done: Future[None] = field(default_factory=Future)
    awaited: bool = True

    def begin(self) -> None:
        """Begin: from here on nobody who waits can take it back, and it is written in any case."""
        self.awaited = self.done.set_running_or_notify_cancel()

    def end(self, error: Exception | None = None) -> None:
        """Tell whoever still waits."""
        if self.awaited and error is None:
            self.done.set_result(None)
        elif self.awaited:
            self.done.set_exception(error)


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
            if connection.execute("pragma quick_check(1)").fetchone()[0] != "ok":
                raise DataDamaged(_stopped(path, _WHAT["corrupt"]))
            bring_up(connection, path)
            row = connection.execute("select coalesce(max(write_id), 0) from intents").fetchone()
            connection.close()
        except sqlite3.Error as error:
            raise damaged(path, error) from None
        if new:
            path.chmod(0o600)
        self._next_write = int(row[0]) + 1
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._broken: Exception | None = None
        self._has_written = False
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
        if self._has_written and self._broken is None:
            note_head(self.audit.connection)
        self.audit.close()

    # -- the writer thread ---------------------------------------------------------------------

    def _write(self) -> None:
        """Write group by group; what goes wrong, whatever it is, fails every job from then on."""
        connection: sqlite3.Connection | None = None
        going = True
        while going:
            jobs, going = self._take()
            for job in jobs:
                job.begin()
            refused: list[_Job] = []
            if jobs and self._broken is None:
                try:
                    connection = connection or connect(self.path)
                    published(self.path).unlink(missing_ok=True)  # from now on it is older
                    refused = self._commit(connection, jobs)
                    self._has_written = True
                except sqlite3.Error as error:
                    self._broken = damaged(self.path, error)
                except Exception as error:  # an error of ours: nobody may wait for ever
                    self._broken = error
                except BaseException as error:  # what would end a thread ends no event loop
                    self._broken = RuntimeError(f"the journal was ended by {type(error).__name__}")
            for job in jobs:
                job.end(self._broken or (AlreadyThere() if job in refused else None))
        if connection is not None:
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
        return write_id, lambda connection: insert_intent(connection, write_id, intent)

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

    def settle_now(self, outcome: Outcome) -> None:
        """Do the same and wait."""
        self.write(lambda link: insert_outcome(link, outcome))

    async def note(self, work: Work) -> None:
        """Make any other row durable."""
        await asyncio.wrap_future(self.submit(work))

    def start_run(
        self,
        command: str,
        *,
        run_id: str,
        host: str,
        by: str | None = None,
        plan_digest: str | None = None,
        unattended: bool = False,
    ) -> None:
        """Open a run; runs that were left open by a death are closed as interrupted."""

        def work(connection: sqlite3.Connection) -> None:
            open_runs = connection.execute("select run_id from runs where status = 'running'")
            for (left,) in open_runs.fetchall():
                end_run(connection, left, "interrupted")
            insert(
                connection,
                "runs",
                run_id=run_id,
                command=command,
                plan_digest=plan_digest,
                started_by=by,
                started_at=now(),
                status="running",
                host=host,
                unattended=int(unattended),
            )
            link(connection, "runs", run_id)

        self.write(work)

    def finish_run(self, run_id: str, status: str) -> None:
        """Close a run."""
        self.write(lambda connection: end_run(connection, run_id, status))


_WHAT = {
    "full": "The disk is full. Make room and run the same command again",
    "closed": "It can not be written. Give the folder back to this user, and run again",
    "held": "Another program holds it. Close that program and run again",
    "disk": "The disk could not read or write it. See to the disk, and run again",
    "corrupt": (
        "It is damaged. Put back the newest copy, or run `sqlite3 audit.sqlite .recover` into"
        " a new file, and run again; nothing is written to Nutshell without it"
    ),
}
#: SQLite's primary codes (https://sqlite.org/rescode.html) → what is wrong.
_CODES = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "closed",
    sqlite3.SQLITE_CANTOPEN: "closed",
    sqlite3.SQLITE_PERM: "closed",
    sqlite3.SQLITE_AUTH: "closed",
    sqlite3.SQLITE_BUSY: "held",
    sqlite3.SQLITE_LOCKED: "held",
    sqlite3.SQLITE_PROTOCOL: "held",
    sqlite3.SQLITE_IOERR: "disk",
    sqlite3.SQLITE_CORRUPT: "corrupt",
    sqlite3.SQLITE_NOTADB: "corrupt",
}


def damaged(path: Path, error: sqlite3.Error) -> DataDamaged:
    """Say what is wrong with the file, told by SQLite's code, and the way out."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in _CODES:
        return DataDamaged(_stopped(path, _WHAT[_CODES[code & 0xFF]]))
    # a statement of ours that does not fit: the file is well, and its copy would not help
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    return DataDamaged(
        _stopped(path, f"An error of ours ({name}): the file is as it was. Tell whoever mends us")
    )


def _stopped(path: Path, what: str) -> str:
    return f"The audit {path.name} stopped taking notes. {what}."
