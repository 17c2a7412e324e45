"""
`load explain`: why a record, or one of its fields, is as it is, step by step, from the review.

Contents are printed only on demand; the same rows are review_explanations for SQL.
"""

from __future__ import annotations

import duckdb

from common.cli import Frame
from common.errors import GateRefused, UsageError
from load.review.command import NO_REVIEW

COLUMNS = ("field", "what", "told", "at", "by")


def explain_command(frame: Frame, record: str, field: str | None, *, show: bool) -> None:
    """Print the steps of a record; raise UsageError for one that the review does not know."""
    if not frame.paths.review.is_file():
        raise GateRefused(NO_REVIEW)
    with duckdb.connect(str(frame.paths.review), read_only=True) as review:
        steps = review.execute(
            """
            select
                coalesce(field, ''), what, told,
                coalesce(strftime(happened_at, '%Y-%m-%d %H:%M:%SZ'), ''),
                coalesce(by_whom, ''), coalesce(detail, '')
            from review_explanations
            where
                record_key = $1
                and ($2 is null or field is null or field in ($2, 'customFields.' || $2))
            order by step, field, happened_at
            """,
            [record, field],
        ).fetchall()
        if not steps:
            raise UsageError(
                f"The review knows no record {record}. A record is named by its object and id:"
                " people:per_1."
            )
        columns = (*COLUMNS, "detail") if show else COLUMNS
        frame.console.table(record, columns, [row[: len(columns)] for row in steps])
        if not show:
            return
        values = review.execute(
            """
            select field, source_value, mapped_value, nutshell_value from review_record
            where record_key = $1 and ($2 is null or field in ($2, 'customFields.' || $2))
            order by field
            """,
            [record, field],
        ).fetchall()
        frame.console.table(
            "What it holds",
            ("field", "at the practice", "as mapped", "in Nutshell"),
            [tuple("" if cell is None else cell for cell in row) for row in values],
        )
