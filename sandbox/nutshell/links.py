"""Which records a record names. Not whether it may: see `references`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]
Key = tuple[str, int]


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
