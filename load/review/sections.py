"""What the page tells, in the order in which one reads it; sections.sql asks review.duckdb."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from load.verify.headlines import OBJECTS, in_road_order

SQL = Path(__file__).with_name("sections.sql")
WHOLE = 1_000  # records whose fields all stand in the page; of the others those that differ
SORTED_FROM = 12  # rows from which a table has a search and pages


@dataclass(frozen=True)
class Section:
    """One table of the page: its words, its columns and its rows."""

    name: str
    title: str
    about: str
    columns: list[str]
    rows: list[tuple[Any, ...]]
    always: bool = field(default=False)

    @property
    def is_sorted(self) -> bool:
        """Whether it gets a search field, columns that sort, and pages."""
        return bool(self.rows) and (self.always or len(self.rows) > SORTED_FROM)


#: name → title, what it is about
TABLES = {
    "findings": (
        "Every difference",
        "Each field that is not in Nutshell as the practice has it, worst first. Choose a row"
        " (click, or Enter) to see its record side by side.",
    ),
    "unmoved": (
        "Records that did not move, and why",
        "With the practice's owner, who is the one to ask, and what mends it.",
    ),
    "changes": (
        "What changed since the last review",
        "Records and differences, by what they were.",
    ),
    "conflicts": (
        "Conflicts",
        "What people changed in Nutshell after the load, and what was decided.",
    ),
    "blockers": (
        "What stands in the way, and its fix",
        "Each cause with the line to paste and the command to run then.",
    ),
    "merged": (
        "Merged records",
        "People and organizations that were one and the same, and converted leads, and why.",
    ),
    "owners": ("Owners", "The practice's users, and whom they are in Nutshell."),
    "maps": (
        "Value maps",
        "What each value of the practice becomes, and how many records have it.",
    ),
    "files": ("Files", "By route and what was found about them."),
    "sample": ("What the sample shows", "Each feature that a reviewer should have seen once."),
    "never": ("What was never to move", "By policy; what is to be rebuilt by hand is among it."),
}


def headline(review: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Give what leads the page: what moved, the money, the ten rows and the differences' heat."""
    objects = _dicts(review, "from review_summary")
    objects = [dict(o) for o in sorted(objects, key=lambda o: _rank(o["source_object"]))]
    heat = _dicts(review, _statements()["heat"])
    by_severity = sorted(heat, key=lambda cell: cell["severity"])
    classes = list(dict.fromkeys(cell["diff_class"] for cell in by_severity))
    rows: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for cell in heat:
        rows.setdefault((cell["kind"], cell["field"]), {})[cell["diff_class"]] = cell
    records = sum(o["source_records"] for o in objects)
    there = sum(o["created"] + o["updated"] + o["matched"] + o["merged"] for o in objects)
    return {
        "objects": objects,
        "records": records,
        "there": there,
        "percent": 100 * there / records if records else 0,
        "findings": review.execute(
            "select count(*) from review_field_diff where is_finding"
        ).fetchall()[0][0],
        "money": in_road_order(review.execute(_statements()["money"]).fetchall()),
        "matter": _dicts(review, _statements()["matter"]),
        "classes": classes,
        "meanings": {h["diff_class"]: h["description"] for h in heat},
        "heat": rows,
    }


def sections(review: duckdb.DuckDBPyConnection) -> Iterator[Section]:
    """Give each table of TABLES with its rows."""
    statements = _statements()
    for name, (title, about) in TABLES.items():
        cursor = review.execute(statements[name])
        columns = [column[0].replace("_", " ") for column in cursor.description or ()]
        always = name in ("findings", "unmoved")
        yield Section(name, title, about, columns, cursor.fetchall(), always=always)


def records_whole(review: duckdb.DuckDBPyConnection) -> dict[str, list[list[str]]]:
    """Give every field of the records that matter most, side by side, for the drill-down."""
    whole: dict[str, list[list[str]]] = {}
    for key, *cells in review.execute(_statements()["whole"], [WHOLE]).fetchall():
        whole.setdefault(key, []).append(["" if cell is None else str(cell) for cell in cells])
    return whole


def _statements() -> dict[str, str]:
    """Read sections.sql: each statement stands below a line `-- name: …`."""
    parts = SQL.read_text("utf-8").split("-- name: ")[1:]
    return {name.strip(): text for name, _, text in (part.partition("\n") for part in parts)}


def _rank(source_object: str) -> int:
    return OBJECTS.index(source_object) if source_object in OBJECTS else len(OBJECTS)


def _dicts(review: duckdb.DuckDBPyConnection, statement: str) -> list[dict[str, Any]]:
    cursor = review.execute(statement)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
