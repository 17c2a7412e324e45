"""
The review's headlines as `load verify` prints them: buckets, money, cells, losses, the worst.

Not a comparison, and no contents: ids, fields, counts and sums out of the review's own tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import duckdb

from common.console import Console

#: The order in which records go over; also that of the kinds that they become.
OBJECTS = ("organizations", "people", "leads", "deals", "activities", "attachments")
KINDS = ("account", "contact", "lead", "activity", "file")
WORST = 10


def print_headlines(console: Console, warehouse: duckdb.DuckDBPyConnection) -> None:
    """Print what a reviewer asks first, in the road's order."""
    names, rows = _read(warehouse, "select * from review.review_summary")
    console.table("Summary", names, ([_money(cell) for cell in row] for row in in_road_order(rows)))
    names, rows = _read(
        warehouse,
        "select * from review.review_money order by currency_original",
    )
    console.table("Money", names, ([_money(cell) for cell in row] for row in in_road_order(rows)))
    _print_cells(console, warehouse)
    _, rows = _read(
        warehouse,
        """
        select diff_class, kind, field, cells from review.review_field_counts
        where is_foreseen order by severity, kind, field
        """,
    )
    console.table(
        "Known before the load: what the practice's own values lose (preflight lists each)",
        ("class", "kind", "field", "cells"),
        rows,
    )
    _, rows = _read(
        warehouse,
        # the same few every time: by severity, then by name
        f"""
        select diff_class, record_key, nutshell_id, coalesce(field, '(the record)')
        from review.review_field_diff
        where is_finding
        order by severity, record_key, field
        limit {WORST}
        """,  # noqa: S608 - a number of our own
    )
    console.table(
        "The worst findings (contents stand in review.review_field_diff)",
        ("class", "record", "in Nutshell", "field"),
        [(*row[:2], str(row[2]), row[3]) for row in rows],
    )
    _, rows = _read(
        warehouse,
        """
        select
            record_key, kind || ' ' || nutshell_id, kind || ' ' || keep_id, why_kept,
            if(is_given_up, 'load rollback --extras', 'by hand'), if(is_edited, 'yes', 'no')
        from preflight.preflight_duplicates_in_nutshell order by all
        """,
    )
    console.table(
        "More than once in Nutshell: no plan is approved while they are there",
        ("record", "extra", "keep", "because it is", "deleted by", "changed since"),
        rows,
    )
    if rows:
        console.say(
            "`load rollback --extras --preview` says what becomes of each; one that somebody worked"
            " on stays. The mend of each: preflight.preflight_duplicates_in_nutshell."
        )


def _print_cells(console: Console, warehouse: duckdb.DuckDBPyConnection) -> None:
    """Print a table per kind: a line for each field with a difference, one for all the others."""
    _, classes = _read(
        warehouse,
        """
        select diff_class from review.review_field_counts
        group by diff_class having sum(cells) > 0 order by min(severity) desc
        """,
    )
    columns = [str(row[0]) for row in classes]
    _, rows = _read(
        warehouse,
        "select kind, field, diff_class, cells from review.review_field_counts order by all",
    )
    for kind in KINDS:
        fields: dict[str, dict[str, int]] = {}
        alike = Counter[str]()
        for of, field, diff_class, cells in rows:
            if of == kind:
                fields.setdefault(str(field), {})[str(diff_class)] = int(cells)
        for field in [name for name, counts in fields.items() if not counts.keys() - {"same"}]:
            alike["fields"] += 1
            alike["same"] += fields.pop(field)["same"]
        if alike:
            fields[f"({alike['fields']} fields without a difference)"] = {"same": alike["same"]}
        if fields:
            console.table(
                f"Cells of {kind}s compared" if kind != "activity" else "Cells of activities",
                ("field", *columns),
                [
                    (field, *(counts.get(column, 0) for column in columns))
                    for field, counts in fields.items()
                ],
            )


def in_road_order(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """Sort rows that begin with an object in the order of the road; unknown ones come last."""
    return sorted(rows, key=lambda row: OBJECTS.index(row[0]) if row[0] in OBJECTS else 99)


def _read(warehouse: duckdb.DuckDBPyConnection, statement: str) -> tuple[list[str], list[Any]]:
    cursor = warehouse.execute(statement)
    return [column[0] for column in cursor.description or ()], cursor.fetchall()


def _money(cell: Any) -> Any:
    """Round an exact sum to cents for the eye; the table keeps all of it."""
    return cell.quantize(Decimal("0.01")) if isinstance(cell, Decimal) else cell
