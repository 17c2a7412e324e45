"""A mapper before a CSV: opens it, reads each row, types over what is wrong, saves; counted."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

#: What tells one row of a map from another, and what of it a mapper decides.
KEY = ("source_object", "source_field", "source_value")
DECIDED = ("decision", "target_field", "target_type", "target_value")

Row = dict[str, str]


@dataclass
class Edits:
    """What was typed: rows of each map, cells in all; how sure a value's proposal had been."""

    rows: Counter[str] = field(default_factory=Counter)
    cells: int = 0
    surest_value: float = 0


def map_files(seeds: Path) -> list[Path]:
    """Name the maps of a folder of seeds."""
    return sorted((seeds / "value_maps").glob("*.csv"))


def rows_in(path: Path) -> list[Row]:
    """Read a CSV."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: list[Row]) -> None:
    """Write a CSV anew under the header that it has."""
    header = path.read_text().splitlines()[0]
    with path.open("w", newline="") as file:
        file.write(header + "\n")
        csv.DictWriter(file, header.split(","), lineterminator="\n").writerows(rows)


def look_through(seeds: Path, mapper: Path) -> Edits:
    """Type into each unsigned row what the mapper of `mapper` decided, where that differs."""
    edits = Edits()
    for path in map_files(seeds):
        decided = {_key(row): row for row in rows_in(mapper / "value_maps" / path.name)}
        rows = rows_in(path)
        for row in rows:
            wanted = decided.get(_key(row), row)
            differ = [name for name in DECIDED if row.get(name) != wanted.get(name)]
            if differ and not row["confirmed_by"]:
                row |= {name: wanted[name] for name in differ}
                edits.rows[path.stem] += 1
                edits.cells += len(differ)
                if path.stem != "fields":
                    edits.surest_value = max(edits.surest_value, float(row["confidence"]))
        write_rows(path, rows)
    return edits


def _key(row: Row) -> tuple[str | None, ...]:
    return tuple(row.get(name) for name in KEY)
