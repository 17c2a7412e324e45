"""
Reads the seeds, as UTF-8 with commas; says file, line and the way out where one is not. No meaning.

Spreadsheets save CSVs in other encodings, with other separators and rows of other lengths; dbt
meets those with a traceback or a column too many.
"""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

from common.errors import UsageError

#: What a row of a value map is found by; of the last the joins take the blanks off.
KEY = ("source_object", "source_field", "source_value")
SAVE_AGAIN = "Save it again as CSV UTF-8, with commas"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def seed_rows(path: Path) -> list[dict[str, str]]:
    """Return a seed's rows by their columns' names; an absent file has none. Raise UsageError."""
    if not path.is_file():
        return []
    return list(csv.DictReader(io.StringIO(seed_text(path), newline="")))


def setting_of(seeds: Path, name: str) -> str:
    """Return a value of policies/settings.csv; empty without a row."""
    rows = seed_rows(seeds / "policies" / "settings.csv")
    return next((row["value"].strip() for row in rows if row["name"] == name), "")


def check_seeds(folder: Path) -> None:
    """Read every seed of a folder; raise UsageError for the first that dbt would read wrongly."""
    for path in sorted(folder.rglob("*.csv")):
        if path.is_file():
            text = seed_text(path)
            if path.parent.name == "value_maps":
                _check_keys(path, text)


def _check_keys(path: Path, text: str) -> None:
    """Refuse a map in which one value has two rows: each of its records would move twice."""
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader, [])
    if KEY[-1] not in header:
        return
    *places, last = (header.index(name) for name in KEY if name in header)
    seen: dict[tuple[str, ...], int] = {}
    begun = reader.line_num + 1
    for row in reader:
        if row:
            key = (*(row[place] for place in places), row[last].strip(" "))
            first = seen.setdefault(key, begun)
            if first != begun:
                what = f"the same value as line {first}, but for blanks at its ends"
                raise _refused(path, begun, what, "Delete one of the two")
        begun = reader.line_num + 1


def seed_text(path: Path) -> str:
    """
    Return a seed's text, each row of it as long as its first.

    Raises:
        UsageError: it is in another encoding or with other separators, a column is named twice, or
            a row has more or fewer cells.

    """
    content = path.read_bytes()
    if content[:2] in UTF_16 or b"\0" in content:
        at = 0 if content[:2] in UTF_16 else content.index(b"\0")
        raise _refused(
            path, content.count(b"\n", 0, at) + 1, "not saved as UTF-8 but as UTF-16", SAVE_AGAIN
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _refused(path, line, "not saved as UTF-8", SAVE_AGAIN) from None
    _check_rows(path, text)
    return text


def _check_rows(path: Path, text: str) -> None:
    csv.field_size_limit(1 << 30)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begun = 1
    try:
        header = next(reader, [])
        for separator, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if len(header) == 1 and separator in header[0]:
                raise _refused(path, 1, f"saved with {name}", SAVE_AGAIN)
        if twice := [name for name in header if header.count(name) > 1]:
            what = f"the column {twice[0]!r} stands there twice"
            raise _refused(path, 1, what, "Restore the first line")
        begun = reader.line_num + 1
        for row in reader:
            # what stands in a row is not repeated: it may be a patient's
            if row and len(row) != len(header):
                what = f"{len(row)} cells, and the first line names {len(header)} columns"
                raise _refused(path, begun, what, "Put a cell that holds a comma into quotes")
            if row and len(row) > 1 and not any(map(str.strip, row)):
                raise _refused(path, begun, "commas and nothing else", "Delete that line")
            begun = reader.line_num + 1
    except csv.Error:
        raise _refused(path, begun, "a quote out of place", "Double or remove it") from None


def _refused(path: Path, line: int, what: str, way_out: str) -> UsageError:
    return UsageError(f"{path}, line {line}: {what}. {way_out}.")
