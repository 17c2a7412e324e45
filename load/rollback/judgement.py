"""
One record taken back: deleted if we made it, else restored field by field where it is still ours.

What a human has since edited, and what others have since linked to, is kept and named.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import orjson

from load.apply.comparison import TypeOf, equal, shown_as, untyped
from load.apply.shapes import (
    LINKS,
    OF_OUTCOME,
    OF_VALUE,
    each_field,
    field_of,
    image,
    put,
    sendable,
    shows,
    stable,
)
from load.audit.questions import Write

EDITED = "edited since"
#: Where a record shows its links, and what they lead to.
LINKED = {"contacts": "contact", "accounts": "account", "leads": "lead"}

Link = tuple[str, int]  # kind, Nutshell's id


@dataclass
class Verdict:
    """What is to become of a record: the same for a preview and for the deed."""

    delete: bool = False
    restore: dict[str, Any] = field(default_factory=dict)  # fields to send back by edit
    value: Any = None  # what the lead's value was, where it is to be restored
    restores_value: bool = False
    status: Mapping[str, Any] | None = None  # status and outcome, where they are to be restored
    kept: list[tuple[str | None, str]] = field(default_factory=list)  # field, why
    links: list[Link] = field(default_factory=list)  # who would be left linking to nothing
    types: TypeOf = untyped  # of the kind's custom fields

    def keep(self, held: Collection[tuple[str, str]]) -> None:
        """Let a record stay for what it holds besides: field, why."""
        self.kept += held
        self.delete = self.delete and not held

    @property
    def acts(self) -> bool:
        """Whether anything is to be called."""
        return bool(self.delete or self.restore or self.restores_value or self.status)

    @property
    def sent(self) -> dict[str, Any]:
        """What is sent back, whole, whatever the calls that it takes."""
        value = {"value": self.value} if self.restores_value else {}
        return {**self.restore, **value, **(self.status or {})}

    def is_shown(self, shown: Mapping[str, Any] | None) -> bool:
        """Say whether a record, None where it is gone, has become what it was to become."""
        if self.delete or shown is None:
            return self.delete and shown is None
        restored = shows("record", self.restore, shown, self.types)
        value = not self.restores_value or equal("value", self.value, shown.get("value"))
        status = self.status or {}
        return restored and value and all(equal(k, was, shown.get(k)) for k, was in status.items())

    @property
    def keeps(self) -> bool:
        """Whether anything of the record stays as it is."""
        return bool(self.kept or self.links)


def judge(
    writes: list[Write],
    current: Mapping[str, Any],
    others: Collection[Link] = (),
    types: TypeOf = untyped,
) -> Verdict:
    """
    Decide from what we wrote (oldest first) and what the record shows now.

    `others`: who stays and links to the record without that the record shows it.
    """
    if any(write.operation == "create" for write in writes):
        return _judge_created(writes, current, others, types)
    return _judge_changed(writes, current, types)


def _judge_created(
    writes: list[Write], current: Mapping[str, Any], others: Collection[Link], types: TypeOf
) -> Verdict:
    verdict = Verdict(types=types)
    ours = _ours(writes)
    shown = image(current)
    steps = {write.step: write for write in writes if write.step in ("value", "outcome")}
    skipped = {*LINKS, *OF_VALUE} - {"value"}  # the rest follows from the value
    for step, keys in (("value", OF_VALUE), ("outcome", OF_OUTCOME)):
        if step in steps:
            skipped |= keys
            wrote = orjson.loads(steps[step].after or "{}")
            if not shows(step, wrote, current):
                verdict.kept.append((step, EDITED))
    verdict.kept += [(name, EDITED) for name in differing(ours, shown, skipped, types)]
    if _new(ours, current, "participants"):
        verdict.kept.append(("participants", EDITED))
    verdict.links = [
        (kind, number) for key, kind in LINKED.items() for number in _new(ours, current, key)
    ]
    verdict.links += others
    verdict.kept += activities_besides(current, others)
    verdict.delete = not verdict.keeps
    return verdict


def differing(
    ours: Mapping[str, Any],
    shown: Mapping[str, Any],
    skipped: set[str],
    types: TypeOf = untyped,
) -> list[str]:
    """Name the fields that are not as we left them, those too that nobody had filled by then."""
    then = dict(each_field(ours))
    since = [name for name, _ in each_field(shown) if name not in then]
    return [
        name
        for name in (*then, *sorted(since))
        if name.split(".", 1)[0] not in skipped
        and not equal(name, then.get(name), field_of(shown, name), types)
    ]


def activities_besides(
    current: Mapping[str, Any], others: Collection[Link]
) -> list[tuple[str | None, str]]:
    """Tell of activities that keep a lead: it shows how many it has, the list may know of fewer."""
    counts = current.get("activitiesCount")
    more = sum(map(int, counts.values())) if isinstance(counts, Mapping) else 0
    more -= sum(kind == "activity" for kind, _ in others)
    return [(None, f"linked to by {more} more activities")] if more > 0 else []


def _ours(writes: list[Write]) -> dict[str, Any]:
    """Lay what we wrote, oldest first, over each other: the record as we left it."""
    ours: dict[str, Any] = {}
    for write in writes:
        if write.step == "record" and write.after:
            for name, value in each_field(orjson.loads(write.after)):
                # an edit's image is named as it is sent (milestoneId), a record's as it is shown
                put(ours, shown_as(name), value)
    return ours


def _new(ours: Mapping[str, Any], current: Mapping[str, Any], key: str) -> list[int]:
    """Give the ids under a list of links that were not there when we wrote the record."""
    before = {_end(link) for link in ours.get(key) or ()}
    return [int(link["id"]) for link in current.get(key) or () if _end(link) not in before]


def _end(link: Mapping[str, Any]) -> tuple[Any, Any]:
    """Tell links apart: participants are users and contacts, whose ids may be equal."""
    return link.get("entityType"), link["id"]


def _judge_changed(writes: list[Write], current: Mapping[str, Any], types: TypeOf) -> Verdict:
    """Each field goes back to what stood there before ours, or to what a human set between."""
    verdict = Verdict(types=types)
    before: dict[str, Any] = {}
    human: dict[str, Any] = {}
    after: dict[str, Any] = {}
    moved: set[str] = set()  # along with a closing of ours: no human did
    for write in writes:
        if write.step != "record":
            moved |= OF_OUTCOME if write.step == "outcome" else set()
            continue
        for name, value in each_field(orjson.loads(write.before or "{}")):
            known = name in after and shown_as(name) not in moved
            if known and not equal(name, value, after[name], types):
                human[name] = value
            before.setdefault(name, value)
        wrote = dict(each_field(orjson.loads(write.after or "{}")))
        after |= wrote
        moved -= {shown_as(name) for name in wrote}
    for name, value in before.items():
        back = human.get(name, value)
        here = field_of(current, name)
        is_back = equal(name, here, back, types)
        is_ours = equal(name, here, after.get(name), types)
        if not equal(name, back, value, types) or not (is_back or is_ours):
            verdict.kept.append((name, EDITED))
        if not is_back and is_ours:
            put(verdict.restore, name, _back(name, back))
    for step in ("value", "outcome"):
        if steps := [write for write in writes if write.step == step]:
            _judge_step(verdict, steps, current)
    return verdict


def _judge_step(verdict: Verdict, writes: list[Write], current: Mapping[str, Any]) -> None:
    """Judge a lead's value, or its status and outcome, from what was written of it."""
    step = writes[0].step
    first = back = _of_step(step, orjson.loads(writes[0].before or "{}"))
    for write, later in pairwise(writes):
        then = orjson.loads(later.before or "{}")
        if then and not shows(step, orjson.loads(write.after or "{}"), then):
            back = _of_step(step, then)  # a human's, between two of ours
    here = _of_step(step, current)
    is_ours = shows(step, orjson.loads(writes[-1].after or "{}"), here)
    is_back = _alike(here, back)
    if not _alike(back, first) or not (is_back or is_ours):
        verdict.kept.append((step, EDITED))
    if is_back or not is_ours:
        return
    if step == "value":
        verdict.restores_value, verdict.value = True, back.get("value")
    else:
        verdict.status = back


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(equal(name, one.get(name), other.get(name)) for name in {*one, *other})


def _of_step(step: str, shown: Mapping[str, Any]) -> dict[str, Any]:
    names = ("value",) if step == "value" else ("status", "outcome")
    return {name: stable(shown.get(name)) for name in names}


def _back(name: str, value: Any) -> Any:
    """Give a before-image in the shape that is sent; no value is an empty list or text."""
    if name.endswith("Id"):  # shown as a stub, sent as its id
        return value.get("id") if isinstance(value, Mapping) else value
    sent = sendable(name, value)
    if sent is None and name in ("tags", "sources", *LINKS):
        return []
    return sent
