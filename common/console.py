"""
What a command says: progress, tables, notes, log lines. It carries ids and counts, never contents.

On a terminal progress is a bar with an ETA; elsewhere it is a plain line every few seconds.
LOG_FORMAT=json adds JSON lines on stderr for whoever collects them.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

import orjson
from rich.console import Console as RichConsole
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

PLAIN_LINE_EVERY = 10.0  # seconds
LONG_WAIT = 7.5  # seconds before a call is repeated that are told in words
NUMBERS = (int, float, Decimal)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Task:
    """One thing that takes long; `total` may be learnt later."""

    def __init__(self, console: Console, title: str, total: int | None, bar: Progress | None):
        """Start at zero."""
        self._console, self._title, self._bar = console, title, bar
        self._total, self._done = total, 0
        self._started = self._said = time.monotonic()
        self._task: TaskID | None = bar.add_task(title, total=total) if bar else None

    def advance(self, by: int = 1) -> None:
        """Count what was done."""
        self._done += by
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task, by)
        elif time.monotonic() - self._said >= PLAIN_LINE_EVERY:
            self._say()

    def expect(self, total: int | None) -> None:
        """Set how much there is in all."""
        self._total = total
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, total=total)

    def expect_more(self, by: int) -> None:
        """Learn of more to do: the total grows as listings are opened."""
        self.expect((self._total or 0) + by)

    def _say(self) -> None:
        self._said = now = time.monotonic()
        rate = self._done / max(now - self._started, 1e-9)
        of = f" of {self._total:,}" if self._total else ""
        eta = (
            f", about {max(self._total - self._done, 0) / rate:.0f} s to go"
            if self._total and rate
            else ""
        )
        self._console.say(f"{self._title}: {self._done:,}{of}, {rate:,.0f}/s{eta}")


class Console:
    """The one mouth of a command."""

    def __init__(self, *, log_json: bool = False, quiet: bool = False) -> None:
        """Speak to stdout (unless quiet), log and complain to stderr."""
        # in a file or a pipe nobody scrolls sideways, and nothing must be cut
        width = None if sys.stdout.isatty() else 160
        self.out = RichConsole(highlight=False, width=width, quiet=quiet)
        self.log_json = log_json
        self._quiet_until = float("-inf")

    def say(self, line: str) -> None:
        """Print one plain line."""
        self.out.print(line, markup=False, soft_wrap=True)
        self.log("note", text=line)

    def complain(self, line: str) -> None:
        """Print one line to stderr."""
        if self.log_json:
            self.log("error", text=line)
        else:
            print(line, file=sys.stderr)

    def log(self, event: str, **ids: str | int | float | bool | None) -> None:
        """
        Write a JSON line if LOG_FORMAT=json; ids and counts only, never contents.

        A long wait before a call is repeated is told in words otherwise: nobody who waits minutes
        shall wonder whether anything still happens. Of many calls that wait, one line every while.
        """
        if event == "retry" and not self.log_json:
            self._tell_wait(ids)
        if self.log_json:
            now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
            print(orjson.dumps({"time": now, "event": event, **ids}).decode(), file=sys.stderr)

    def _tell_wait(self, ids: Mapping[str, object]) -> None:
        wait, now = ids.get("wait"), time.monotonic()
        if not isinstance(wait, int | float) or wait < LONG_WAIT or now < self._quiet_until:
            return
        self._quiet_until = now + LONG_WAIT
        attempt = "" if not ids.get("attempt") else f" after attempt {ids['attempt']}"
        of = f" of {ids['attempts']}" if attempt and ids.get("attempts") else ""
        self.complain(
            f"{ids.get('system')}: {ids.get('call')}: {ids.get('error')}{attempt}{of};"
            f" going on in {wait:.0f} s. Ctrl-C ends it; what was done stays done."
        )

    def table(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print a table; numbers to the right, `(none)` if there are no rows."""
        rows = list(rows)
        if not rows:
            self.out.print(f"{title}: (none)", markup=False)
            return
        table = Table(title=title, title_justify="left")
        for index, column in enumerate(columns):
            numeric = all(row[index] is None or isinstance(row[index], NUMBERS) for row in rows)
            table.add_column(column, justify="right" if numeric else "left")
        for row in rows:
            table.add_row(*(_cell(value) for value in row))
        self.out.print(table)

    @contextmanager
    def progress(self, title: str, total: int | None = None) -> Iterator[Task]:
        """Show how far the body is."""
        if not self.out.is_terminal or self.log_json:
            yield Task(self, title, total, None)
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self.out, transient=True) as bar:
            yield Task(self, title, total, bar)

    @contextmanager
    def waiting(self, title: str) -> Iterator[Callable[[], None]]:
        """Show that something without a count goes on; give what is to be called meanwhile."""
        if self.out.is_terminal and not self.log_json:
            columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
            with Progress(*columns, console=self.out, transient=True) as bar:
                bar.add_task(title, total=None)
                yield lambda: None
            return
        started = said = time.monotonic()

        def still() -> None:
            nonlocal said
            if time.monotonic() - said >= PLAIN_LINE_EVERY:
                said = time.monotonic()
                self.say(f"{title}: {said - started:.0f} s")

        yield still


def _cell(value: object) -> Text:
    if value is None:
        return Text("")
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Text(f"{value:,}")
    # a name that somebody typed is neither markup nor a command to the terminal
    return Text(_CONTROL.sub("·", str(value)))
