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

from load.apply.shapes import as_shown, each_field, field_of, holds, same, stable
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
    step: str, seen: Mapping[str, Any], payload: Mapping[str, Any], current: Mapping[str, Any]
) -> list[Conflict]:
    """Find them; what a human has made as we want it is none."""
    planned = dict(each_field(as_shown(step, payload)))
    found = []
    for name, then in each_field(seen):
        here = stable(field_of(current, name))
        if name in planned and not same(then, here) and not holds(planned[name], here):
            found.append(Conflict(name, then, here, planned[name]))
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
