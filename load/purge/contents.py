"""
Contents taken out of the audit: payloads, before-images, answers. Hashes, ids and times stay.

Writes that are not settled keep theirs: without it nobody could tell whether they took effect.
An envelope's values of the source become hashes: a standing approval covers what it covered.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from load.audit.chain import without_values
from load.audit.entries import insert, now, void
from load.audit.questions import Audit, connect
from load.plan.digests import HASHED, SOURCE_VALUE

_OPEN = "write_id in (select open_writes.write_id from open_writes)"


@dataclass(frozen=True, slots=True)
class Contents:
    """Columns of one table that hold contents, and the rows of an age."""

    what: str
    table: str
    columns: tuple[str, ...]
    old: str

    @property
    def where(self) -> str:
        """The rows that are old and still hold something."""
        held = " or ".join(f'"{column}" is not null' for column in self.columns)
        return f"{self.old} and ({held})"

    @property
    def size(self) -> str:
        """The bytes that they hold, in SQL."""
        return " + ".join(f'coalesce(length("{column}"), 0)' for column in self.columns)


CONTENTS = (
    Contents(
        "payloads and before-images",
        "intents",
        ("payload", "before"),
        f"intended_at < :before and not {_OPEN}",
    ),
    Contents("answers", "outcomes", ("after",), f"settled_at < :before and not {_OPEN}"),
    Contents(
        "desired states and addresses",  # an address ends in the record's name; it is asked again
        "records",
        ("desired", "html_url"),
        "updated_at < :before and state not in ('intended', 'in_doubt')",
    ),
    Contents("values in conflict", "conflicts", ("seen", "now", "planned"), "found_at < :before"),
)


#: Approvals of an age in whose envelope a value of the source can still be read.
_READABLE = f"""
    select approval_id, plan_digest, envelope from approvals
    where approved_at < :before and exists (
        select 1 from json_each(envelope) as element
        where element.value ->> 0 = '{SOURCE_VALUE}' and element.value ->> 1 not like '{HASHED}%'
    )
"""  # noqa: S608


def as_text(moment: datetime) -> str:
    """Give a moment as the audit writes times."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def count(audit: Audit, before: datetime) -> list[tuple[str, int, int]]:
    """Count what would go: what, rows, bytes."""
    counted = []
    for contents in CONTENTS:
        row = audit.connection.execute(
            f"select count(*), coalesce(sum({contents.size}), 0) from {contents.table}"  # noqa: S608
            f" where {contents.where}",
            {"before": as_text(before)},
        ).fetchone()
        if row[0]:
            counted.append((contents.what, int(row[0]), int(row[1])))
    envelopes = [
        row["envelope"] for row in audit.connection.execute(_READABLE, {"before": as_text(before)})
    ]
    if envelopes:
        size = sum(len(envelope) for envelope in envelopes)
        counted.append(("values in approvals", len(envelopes), size))
    return counted


def unsettled(audit: Audit, before: datetime) -> int:
    """Count the old writes whose contents have to stay, since they are still in doubt."""
    return int(
        audit.value(
            f"select count(*) from intents where {_OPEN} and intended_at < ?",  # noqa: S608
            as_text(before),
        )
    )


def forget(before: datetime) -> Callable[[sqlite3.Connection], None]:
    """Give the work that empties the columns, for the journal to do in one commit."""

    def work(link: sqlite3.Connection) -> None:
        for contents in CONTENTS:
            emptied = ", ".join(f'"{column}" = null' for column in contents.columns)
            link.execute(
                f"update {contents.table} set {emptied} where {contents.where}",  # noqa: S608
                {"before": as_text(before)},
            )
        for approval_id, salt, envelope in link.execute(
            _READABLE, {"before": as_text(before)}
        ).fetchall():
            link.execute(
                "update approvals set envelope = ? where approval_id = ?",
                (without_values(envelope, salt), approval_id),
            )

    return work


def note(
    run_id: str, by: str, before: datetime, removed: list[tuple[str, int, int]]
) -> Callable[[sqlite3.Connection], None]:
    """Give the work that says what went, how much of it, and who answers for it."""

    def work(link: sqlite3.Connection) -> None:
        for what, items, size in removed:
            insert(
                link,
                "purges",
                run_id=run_id,
                what=what,
                items=items,
                bytes=size,
                older_than=as_text(before),
                purged_by=by,
                purged_at=now(),
            )

    return work


def vacuum(path: Path) -> None:
    """Write the file anew without the emptied pages, and empty its write-ahead log."""
    connection = connect(path)
    try:
        void(connection.execute("vacuum"))
        (busy, *_) = connection.execute("pragma wal_checkpoint(truncate)").fetchone()
        if busy:
            raise sqlite3.OperationalError("another program reads it")
    finally:
        connection.close()
