"""
One record taken back: deleted if we made it, else restored field by field where it is still ours.

What a human has since edited, and what others have since linked to, is kept and named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from load.audit import Write
from load.changes import shows
from load.shapes import (
    LINKS,
    OF_OUTCOME,
    OF_VALUE,
    each_field,
    field_of,
    image,
    put,
    same,
    sendable,
    shown_as,
)


@dataclass
class Verdict:
    """What is to become of a record: the same for a preview and for the deed."""

    delete: bool = False
    restore: dict[str, Any] = field(default_factory=dict)  # fields to send back by edit
    value: Any = None  # what the lead's value was, where it is to be restored
    restores_value: bool = False
    status: Mapping[str, Any] | None = None  # status and outcome, where they are to be restored
    kept: list[tuple[str | None, str]] = field(default_factory=list)  # field, why

    @property
    def acts(self) -> bool:
        """Whether anything is to be called."""
        return bool(self.delete or self.restore or self.restores_value or self.status)


def judge(writes: list[Write], current: Mapping[str, Any]) -> Verdict:
    """Decide from what we wrote (oldest first) and what the record shows now."""
    if any(write.operation == "create" for write in writes):
        return _judge_created(writes, current)
    return _judge_changed(writes, current)


def _judge_created(writes: list[Write], current: Mapping[str, Any]) -> Verdict:
    verdict = Verdict()
    ours = _ours(writes)
    shown = image(current)
    steps = {write.step: write for write in writes if write.step in ("value", "outcome")}
    skipped = set(LINKS)
    for step, keys in (("value", OF_VALUE), ("outcome", OF_OUTCOME)):
        if step in steps:
            skipped |= keys
            wrote = orjson.loads(steps[step].after or "{}")
            if not shows(step, wrote, current):
                verdict.kept.append((step, "edited since"))
    for name, then in each_field(ours):
        if name.split(".", 1)[0] not in skipped and not same(then, field_of(shown, name)):
            verdict.kept.append((name, "edited since"))
    new = set(dict(each_field({"customFields": shown.get("customFields") or {}}))) - set(
        dict(each_field({"customFields": ours.get("customFields") or {}}))
    )
    verdict.kept += [(name, "edited since") for name in sorted(new)]
    verdict.kept += [(None, f"linked to by {link}") for link in _new_links(ours, current)]
    verdict.delete = not verdict.kept
    return verdict


def _ours(writes: list[Write]) -> dict[str, Any]:
    """Lay what we wrote, oldest first, over each other: the record as we left it."""
    ours: dict[str, Any] = {}
    for write in writes:
        if write.step == "record" and write.after:
            for name, value in each_field(orjson.loads(write.after)):
                # an edit's image is named as it is sent (milestoneId), a record's as it is shown
                put(ours, shown_as(name), value)
    return ours


def _new_links(ours: Mapping[str, Any], current: Mapping[str, Any]) -> list[str]:
    """Name the records that are linked to this one and were not when we wrote it."""
    found = []
    for key in LINKS:
        before = {_id(link) for link in ours.get(key) or ()}
        for link in current.get(key) or ():
            if _id(link) not in before:
                found.append(f"{key.removesuffix('s')} {_id(link)}")
    counts = current.get("activitiesCount")
    if isinstance(counts, Mapping) and any(counts.values()):
        found.append(f"{sum(map(int, counts.values()))} activities")
    return found


def _id(link: Any) -> Any:
    return link.get("id") if isinstance(link, Mapping) else link


def _judge_changed(writes: list[Write], current: Mapping[str, Any]) -> Verdict:
    verdict = Verdict()
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for write in writes:
        was = orjson.loads(write.before or "{}")
        if write.step == "record":
            for name, value in each_field(was):
                before.setdefault(name, value)
            after.update(each_field(orjson.loads(write.after or "{}")))
        else:
            _judge_step(verdict, write, was, current)
    for name, value in before.items():
        here = field_of(current, name)
        if same(here, value):
            continue
        if not same(here, after.get(name)):
            verdict.kept.append((name, "edited since"))
            continue
        put(verdict.restore, name, _back(name, value))
    return verdict


def _judge_step(
    verdict: Verdict, write: Write, was: Mapping[str, Any], current: Mapping[str, Any]
) -> None:
    if not shows(write.step, orjson.loads(write.after or "{}"), current):
        verdict.kept.append((write.step, "edited since"))
    elif write.step == "value" and not verdict.restores_value:
        verdict.restores_value, verdict.value = True, was.get("value")
    elif write.step == "outcome" and verdict.status is None:
        verdict.status = {"status": was.get("status"), "outcome": was.get("outcome")}


def _back(name: str, value: Any) -> Any:
    """Give a before-image in the shape that is sent; no value is an empty list or text."""
    if name.endswith("Id"):  # shown as a stub, sent as its id
        return value.get("id") if isinstance(value, Mapping) else value
    sent = sendable(name, value)
    if sent is None and name in ("tags", "sources", *LINKS):
        return []
    return sent
