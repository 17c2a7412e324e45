"""
The frame of a load command that writes: the lock, the audit, its publication, a run of its own.

Not what is written: that is each command's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import uvloop

from apis.nutshell import NEEDED_TO_WRITE, Nutshell
from apis.nutshell_guesses import read_guesses
from apis.pace import forget_paces
from common.cli import Frame
from common.errors import GateRefused
from common.lock import hold
from common.paths import DataPaths, new_run_id
from common.settings import is_loopback
from load.apply.walk import Interrupted
from load.apply.writer import Stop
from load.audit.chain import check_chain
from load.audit.entries import insert
from load.audit.journal import Journal
from load.audit.publish import publish_changes
from load.audit.questions import Audit
from load.destination import Destination
from load.files.hosting import host_of

T = TypeVar("T")


@dataclass(frozen=True)
class Session:
    """What a writing command works with."""

    frame: Frame
    journal: Journal
    host: str
    run_id: str

    @property
    def audit(self) -> Audit:
        """The audit, to be asked."""
        return self.journal.audit

    async def note_size(self, items: int) -> None:
        """Note how much this run has to do, for whoever looks on (`load status`)."""
        row = {"run_id": self.run_id, "items": max(items, 0)}
        await self.journal.note(lambda link: insert(link, "sizes", **row))


#: The journal that this process has open: what one command does by others is done in one.
_open: dict[Path, Journal] = {}


@contextmanager
def journal_only(frame: Frame, command: str) -> Iterator[Journal]:
    """
    Hold the lock and the audit, publish what changed; for commands without a run.

    One command may run others inside: they share the lock, the journal and the publication. Raises
    GateRefused where the audit was changed by hand.
    """
    place = frame.paths.audit.resolve()
    if place in _open:
        yield _open[place]
        return
    with hold(frame.paths, f"load {command}"), Journal(frame.paths.audit) as journal:
        check_chain(journal.audit.connection)
        _open[place] = journal
        try:
            publish_changes(journal.audit, frame.paths)  # that a killed command left
            yield journal
        finally:
            del _open[place]
            publish_changes(journal.audit, frame.paths)


def publish_open(paths: DataPaths) -> None:
    """Publish what was noted so far, for a build in the midst of a command."""
    if (journal := _open.get(paths.audit.resolve())) is not None:
        publish_changes(journal.audit, paths)


@contextmanager
def session(
    frame: Frame, command: str, *, plan_digest: str | None = None, by: str | None = None
) -> Iterator[Session]:
    """Hold the lock and the audit for a run: it ends as done, failed or interrupted."""
    host = frame.settings.nutshell().url
    with journal_only(frame, command) as journal:
        _check_account(journal.audit, host)
        run_id = new_run_id()
        journal.start_run(
            command,
            run_id=run_id,
            host=host,
            by=by,
            plan_digest=plan_digest,
            unattended=is_loopback(host),
        )
        status = "failed"
        try:
            yield Session(frame, journal, host, run_id)
            status = "done"
        except (Interrupted, KeyboardInterrupt):
            status = "interrupted"
            raise KeyboardInterrupt from None
        finally:
            journal.finish_run(run_id, status)


def _check_account(audit: Audit, host: str) -> None:
    """Refuse another account than the one whose records the audit knows by their ids."""
    other = audit.value(
        "select host from runs where host <> ? and host <> ''"
        " and exists (select 1 from intents where intents.run_id = runs.run_id"
        " and intents.source_object <> 'probes') limit 1",
        host,
    )
    if other is not None:
        raise GateRefused(
            f"This data folder's audit is of {other}, and NUTSHELL_URL is {host}: what it knows by"
            " its id there is something else here. Use a data folder of its own."
        )


def with_nutshell(
    opened: Session, work: Callable[[Destination], Awaitable[T]], *, writes: bool = True
) -> T:
    """Connect, check that the endpoint has the methods that are needed, and work."""
    return asking(opened.frame, work, writes=writes)


def asking(frame: Frame, work: Callable[[Destination], Awaitable[T]], *, writes: bool = False) -> T:
    """Do the same without a run: for commands that only look."""
    settings = frame.settings
    host = host_of(settings)
    late_seconds = settings.late_seconds()

    async def run() -> T:
        guesses = read_guesses(settings.seeds_dir)
        nutshell = Nutshell.connect(settings.nutshell(), guesses, log=frame.console.log)
        async with nutshell:
            if writes:
                await nutshell.check_methods(NEEDED_TO_WRITE)
            destination = Destination(nutshell, frame.paths, host, late_seconds=late_seconds)
            return await work(destination)

    forget_paces()  # they belong to an event loop, and a delta has one for each of its walks
    try:
        return uvloop.run(run())
    except BaseExceptionGroup as group:
        raise _first(group) from None
    except Stop as stop:
        raise stop.cause from None


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Give the cause of a group of failures: what stopped one task stopped the others."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error.cause if isinstance(error, Stop) else error


def check_host(plan_host: str, host: str) -> None:
    """Refuse a plan that was made for another account."""
    if plan_host != host:
        raise GateRefused(f"The plan was made for {plan_host}, and NUTSHELL_URL is {host}.")
