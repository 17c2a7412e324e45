"""
What a change replaces, as it has to come back: the before-image of a write.

Not what is there now where that is ours already: an attempt that was given up may have taken
effect since, and then what stood before it is what the change replaces.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from load.apply.comparison import TypeOf, equal, untyped
from load.apply.shapes import each_field, field_values, image, put, shows
from load.audit.questions import Audit, Write
from load.plan.frozen import Operation

OF_A_LEAD = ("value", "status", "outcome")  # of which a step of its own changes some


def before_image(
    audit: Audit,
    operation: Operation,
    nutshell_id: int,
    wanted: Mapping[str, Any],
    current: Mapping[str, Any],
    *,
    types: TypeOf = untyped,
) -> dict[str, Any]:
    """Give what a step's call replaces on the record that is shown."""
    vain = list(_in_vain(audit, operation, nutshell_id))  # newest first
    if operation.step == "record":
        before: dict[str, Any] = {}
        for name, value in each_field(field_values(current, wanted)):
            put(before, name, _before(vain, name, value, types))
        return before
    shown = image(current)
    replaced = {key: shown.get(key) for key in OF_A_LEAD}
    for write in vain:
        if shows(operation.step, orjson.loads(write.payload or "{}"), replaced, types):
            replaced = orjson.loads(write.before or "{}")
    return replaced


def _before(vain: list[Write], name: str, value: Any, types: TypeOf) -> Any:
    for write in vain:
        sent = dict(each_field(orjson.loads(write.payload or "{}")))
        was = dict(each_field(orjson.loads(write.before or "{}")))
        if name in sent and name in was and equal(name, sent[name], value, types):
            value = was[name]
    return value


def _in_vain(audit: Audit, operation: Operation, nutshell_id: int) -> Iterator[Write]:
    """Stream a step's attempts that seemed to have no effect, since it was done or undone last."""
    place = (operation.source_object, operation.source_id)
    last = audit.value(
        "select max(write_id) from writes where source_object = ? and source_id = ?"
        " and status in ('done', 'reverted') and (step = ? or operation in ('restore', 'delete'))"
        " and nutshell_id = ?",  # another copy of the record may have been taken back since
        *place,
        operation.step,
        nutshell_id,
    )
    return audit.writes(
        "source_object = ? and source_id = ? and step = ? and nutshell_id = ? and write_id > ?"
        " and status = 'failed' and cause_class = 'in_doubt_absent' and before is not null",
        *place,
        operation.step,
        nutshell_id,
        last or 0,
        newest_first=True,
    )
