"""Which records a record names. Not whether it may: see `references`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]
Key = tuple[str, int]


def renamed(record: Row, entity: str, old: int, new: int | None) -> Row:
    """Return a record that names another one instead of `old`; None: no one."""

    def moved(rows: list[Row]) -> list[Row]:
        there = {row["id"] for row in rows if row.get("entityType", entity) == entity}
        kept = []
        for row in rows:
            if row["id"] != old or row.get("entityType", entity) != entity:
                kept.append(row)
            elif new is not None and new not in there:
                kept.append({**row, "id": new})
        return kept

    changed = dict(record)
    for key in (entity.lower(), "participants"):
        if isinstance(changed.get(key), list):
            changed[key] = moved(changed[key])
    if entity == "Accounts" and changed.get("primaryAccountId") == old:
        changed["primaryAccountId"] = new
    if isinstance(changed.get("entity"), dict) and new is not None:  # a note's parent
        changed["entity"] = moved([changed["entity"]])[0]
    return changed


def links_of(entity: str, record: Row) -> Iterator[Key]:
    """Yield the records that a record names."""
    for row in record.get("accounts") or ():
        yield "Accounts", row["id"]
    if entity == "Leads":
        for row in record["contacts"]:
            yield "Contacts", row["id"]
        if record["primaryAccountId"] is not None:
            yield "Accounts", record["primaryAccountId"]
    elif entity == "Activities":
        for row in record["participants"]:
            yield row["entityType"], row["id"]
        for row in record["leads"]:
            yield "Leads", row["id"]
    elif entity == "Notes":
        yield record["entity"]["entityType"], record["entity"]["id"]
