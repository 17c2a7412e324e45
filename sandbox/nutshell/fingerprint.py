"""The hash that proves a rollback: what a user sees of live records and links, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import orjson

from sandbox.nutshell.memory import ENTITIES, State

Row = dict[str, Any]

_BOOKKEEPING = frozenset(
    {"rev", "createdTime", "modifiedTime", "deletedTime", "closedTime", "creator", "number"}
)


def fingerprint(state: State) -> Row:
    """Return the SHA-256 of what a user sees of live records and links, and the counts."""
    digest = hashlib.sha256()
    for entity in ENTITIES:
        for line in visible(state, entity):
            digest.update(line)
    counts = {entity: len(numbers) for entity, numbers in state.live.items()}
    return {"fingerprint": digest.hexdigest(), "records": counts}


def visible(state: State, entity: str) -> Iterator[bytes]:
    """Yield one JSON line a live record: content and live links, no rev, no times of ours."""
    for number in state.live[entity]:
        record = state.records[entity][number]
        seen = {k: v for k, v in record.items() if k not in _BOOKKEEPING}
        for field, kind in (
            ("accounts", "Accounts"),
            ("contacts", "Contacts"),
            ("leads", "Leads"),
        ):
            if field in seen:
                seen[field] = [row for row in seen[field] if state.is_live(kind, row["id"])]
        if "participants" in seen:
            seen["participants"] = [row for row in seen["participants"] if _at_hand(state, row)]
        primary = seen.get("primaryAccountId")
        if primary is not None and not state.is_live("Accounts", primary):
            seen["primaryAccountId"] = None
        yield orjson.dumps([entity, seen], option=orjson.OPT_SORT_KEYS) + b"\n"


def _at_hand(state: State, row: Row) -> bool:
    return row["entityType"] == "Users" or state.is_live(row["entityType"], row["id"])
