"""
Fields that a human changed since the plan saw them: found, and noted, a row for each.

Not what becomes of them: `load.apply.changes` leaves them as they are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from load.apply.comparison import TypeOf, equal, shown_as, untyped
from load.apply.shapes import as_shown, each_field, field_of, stable
from load.audit.entries import insert, now
from load.plan.frozen import Operation


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field: what the plan saw, what stands there now, and what was to be written."""

    field: str
    seen: Any
    now: Any
    planned: Any


def conflicts(
    step: str,
    seen: Mapping[str, Any],
    payload: Mapping[str, Any],
    current: Mapping[str, Any],
    types: TypeOf = untyped,
) -> list[Conflict]:
    """
    Find them; what a human has made just as we want it is none.

    Ours and one item more is not as we want it: the write would take that item away.
    """
    before = {shown_as(name): then for name, then in each_field(seen)}
    found = []
    for name, planned in each_field(as_shown(step, payload)):
        if shown_as(name) not in before:
            continue
        then, here = before[shown_as(name)], stable(field_of(current, name), name)
        if not equal(name, then, here, types) and not equal(name, planned, here, types):
            found.append(Conflict(name, then, here, planned))
    return found


def insert_conflicts(
    link: sqlite3.Connection,
    found: list[Conflict],
    operation: Operation,
    *,
    run_id: str,
    nutshell_id: int,
) -> None:
    """Note them in the audit."""
    for conflict in found:
        insert(
            link,
            "conflicts",
            run_id=run_id,
            operation_key=operation.operation_key,
            kind=operation.kind,
            source_object=operation.source_object,
            source_id=operation.source_id,
            nutshell_id=nutshell_id,
            field=conflict.field,
            seen=orjson.dumps(conflict.seen).decode(),
            now=orjson.dumps(conflict.now).decode(),
            planned=orjson.dumps(conflict.planned).decode(),
            found_at=now(),
        )
