"""
The rows of a CSV, each with its line, and what is wrong with those that can not be trusted.

A quote that is never closed swallows rows into one cell, and a row cut short reads like a record
with empty fields. So the grammar is RFC 4180's to the letter; of a row that breaks it only the
first line is set aside, and the lines after it are read anew.
"""

from __future__ import annotations

import csv
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from common.errors import UsageError
from extract.names import folded

MOST_LINES = 10_000  # of one row: a quote that stays open longer was never closed
#: endings of columns whose values stand on one line, as the key's does
ONE_LINE = ("_id", "_at", "_date")
#: columns that, as the key, tell a row from a line of text
ALWAYS_FILLED = ("created_at", "modified_at")


@dataclass(frozen=True)
class Row:
    """One row, or a line that belongs to none (`problem`)."""

    line: int
    text: str
    cells: dict[str, str]
    problem: str | None = None


def csv_rows(path: Path, key: str) -> Iterator[Row]:
    """
    Yield the rows after the first, which names the columns; `key` is the one that tells them apart.

    Raises:
        UsageError: the first row does not name the key, or a column twice.

    """
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding=_encoding(path), errors="surrogateescape", newline="") as file:
        reader = _Reader(enumerate(file, start=1))
        columns = _columns(path, next(reader.rows(), None), key)
        yield from _checked(reader, columns, key)


def _checked(reader: _Reader, columns: list[str], key: str) -> Iterator[Row]:
    width = len(columns)
    names = [folded(name) for name in columns]
    one_line = [n for n, name in enumerate(names) if name == key or name.endswith(ONE_LINE)]
    marks = [n for n, name in enumerate(names) if name in (key, *ALWAYS_FILLED)]
    good: list[str] = []
    is_in_step = True
    for cells in reader.rows():
        (number, text), *more = reader.taken
        if cells and not more and not any(map(str.strip, cells)):
            continue  # commas only: how a spreadsheet writes an empty row
        problem = _problem(cells, reader.taken, width, one_line)
        if more and (
            problem or any(_is_a_row(line, width, marks, good or cells) for _, line in more)
        ):
            problem = problem if problem == "line_break" else "broken_quotes"
            reader.read_anew(more)
        elif not problem and not is_in_step and not _is_like(cells, good, marks):
            problem = "broken_quotes"  # the rest of a broken row's text can have a row's commas
        if problem:
            is_in_step = is_in_step and problem not in ("broken_quotes", "line_break")
            yield Row(number, _readable(text), {}, problem)
            continue
        is_in_step, good = True, cells
        yield Row(number, "", dict(zip(columns, cells, strict=True)))


class _Reader:
    """Rows as the grammar has them; `taken` are the lines of the newest."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self.taken: list[tuple[int, str]] = []
        self._lines = lines
        self._again: deque[tuple[int, str]] = deque()
        self._reader = csv.reader(self._feed(), strict=True)

    def rows(self) -> Iterator[list[str]]:
        """Yield the cells of each row; none where a quote is out of place."""
        while True:
            self.taken = []
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error:
                self._reader = csv.reader(self._feed(), strict=True)
                cells = []
            if cells or any(line.strip() for _, line in self.taken):
                yield cells

    def read_anew(self, lines: list[tuple[int, str]]) -> None:
        """Give lines back."""
        self._again.extendleft(reversed(lines))

    def _feed(self) -> Iterator[str]:
        while (
            line := self._again.popleft() if self._again else next(self._lines, None)
        ) is not None:
            self.taken.append(line)
            if len(self.taken) > MOST_LINES:
                raise csv.Error
            yield line[1]


def _problem(
    cells: list[str], lines: list[tuple[int, str]], width: int, one_line: list[int]
) -> str | None:
    if not cells or sum(line.count('"') for _, line in lines) % 2:
        return "broken_quotes"
    if len(cells) != width:
        return "missing_cells" if len(cells) < width else "surplus_cells"
    if not all(_is_utf8(line) for _, line in lines):
        return "not_utf8"
    if len(lines) > 1 and any("\n" in cells[n] or "\r" in cells[n] for n in one_line):
        return "line_break"
    return None


def _is_a_row(line: str, width: int, marks: list[int], good: list[str]) -> bool:
    """Tell a line within a cell that would be a row by itself: a text's commas seldom fit."""
    cells = next(csv.reader([line]), [])
    return len(cells) == width and _is_like(cells, good, marks)


def _is_like(cells: list[str], good: list[str], marks: list[int]) -> bool:
    """Tell a row from a text with as many commas: by its id and times, as a good row has them."""
    for n in marks:
        value, model = cells[n].strip(), good[n].strip() if good else "1"
        if model and (
            not any(map(str.isalnum, value))
            or (len(value.split()) > 1 and len(model.split()) == 1)
            or (any(map(str.isdigit, model)) and not any(map(str.isdigit, value)))
        ):
            return False
    return True


def _columns(path: Path, names: list[str] | None, key: str) -> list[str]:
    # what stands in a first row may be a record, so it is not repeated
    if names is None or key not in map(folded, names):
        raise UsageError(
            f"{path.name} has no column `{key}` in its first row. Have it exported with the names"
            " of its columns, with commas between them."
        )
    told = [name or f"column_{number}" for number, name in enumerate(names, start=1)]
    if len({*told}) < len(told):
        raise UsageError(
            f"{path.name} names a column twice. Have it exported with a name for each."
        )
    return told


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        return "utf-16" if file.read(2) in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _is_utf8(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _readable(text: str) -> str:
    return text.rstrip("\r\n").encode("utf-8", "surrogateescape").decode(errors="backslashreplace")
