"""
A late extra judged: taken back where it still is what a create of ours sent, else kept and named.

Not how an extra is found: that is `load.rollback.extras`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import orjson

from load.apply.comparison import TypeOf, equal, untyped
from load.apply.shapes import LINKS, each_field, field_of, image
from load.audit.questions import Write
from load.rollback.events import span_of
from load.rollback.extras import Extra
from load.rollback.judgement import EDITED, LINKED, Link, Verdict, activities_besides, differing

#: The first of a list of links, shown once more: it goes with the record that it leads to.
FIRST = ("lead", "primaryAccount")
#: Names that Nutshell gives, another to each copy.
NUMBERED = {"lead": {"name"}}

Kept = tuple[str | None, str]  # field, why


def judge_extra(
    extra: Extra,
    current: Mapping[str, Any],
    others: Collection[Link],
    us: str | None,
    types: TypeOf = untyped,
    *,
    offset: float = 0.0,
) -> Verdict:
    """
    Decide from what our creates sent and what the copy shows now.

    `others`: who links to it without that it shows so; `us`: our user (`7-users`), where known;
    `offset`: how many seconds Nutshell's clock is ahead of ours.
    """
    verdict = Verdict()
    sent = [write for write in extra.creates if write.payload is not None]
    if extra.doubt:
        verdict.kept.append((None, extra.doubt))
    elif not sent:
        verdict.kept.append((None, "purged: what was sent is forgotten"))
    elif us is not None and (maker := _maker(current)) not in (None, us):
        verdict.kept.append((None, f"made by {maker}"))
    else:
        judged = [_compared(extra, write, current, types, offset) for write in sent]
        verdict.kept, verdict.links = min(judged, key=lambda j: len(j[0]) + len(j[1]))
    verdict.links = [*verdict.links, *others]
    verdict.kept += activities_besides(current, others)
    verdict.delete = not verdict.keeps
    return verdict


def _maker(current: Mapping[str, Any]) -> str | None:
    made_by = current.get("creator") or current.get("loggedBy")
    return f"{made_by['id']}-users" if isinstance(made_by, Mapping) and "id" in made_by else None


def _compared(
    extra: Extra, write: Write, current: Mapping[str, Any], types: TypeOf, offset: float
) -> tuple[list[Kept], list[Link]]:
    """Give the fields that are not as one create left them, and the links that it did not make."""
    kind = extra.write.kind
    payload = orjson.loads(write.payload or "{}")
    twin = _twin(extra, payload)
    made = payload if twin is None else twin
    links = [
        (other, number)
        for key, other in LINKED.items()
        for number in sorted(_ids(current.get(key)) - _ids(made.get(key)))
    ]
    skipped = {*LINKS, *NUMBERED.get(kind, ())}
    skipped |= {name for name in FIRST if current.get(name) is None}
    if twin is None:
        kept = _by_payload(payload, current, skipped, types)
        if not kept and _is_changed(extra, current, offset):
            kept.append((None, "changed since it was made"))
        return kept, links
    kept = [(name, EDITED) for name in differing(twin, image(current), skipped, types)]
    who = [_ends(shown.get("participants")) for shown in (current, twin)]
    if who[0] - who[1]:
        kept.append(("participants", EDITED))
    return kept, links


def _twin(extra: Extra, payload: Any) -> dict[str, Any] | None:
    """Give what Nutshell answered to a create with the very same contents, if one was answered."""
    for write in extra.creates:
        if write.after and write.payload and orjson.loads(write.payload) == payload:
            answered: dict[str, Any] = orjson.loads(write.after)
            return answered
    return None


def _by_payload(
    payload: Mapping[str, Any], current: Mapping[str, Any], skipped: set[str], types: TypeOf
) -> list[Kept]:
    """
    Compare with what was sent alone.

    How Nutshell fills in the rest nobody has seen, so that the copy must be as old as it was made.
    """
    kept: list[Kept] = [
        (name, EDITED)
        for name, value in each_field(payload)
        if name not in skipped and not equal(name, value, field_of(current, name), types)
    ]
    shown = current.get("customFields")
    for name, value in shown.items() if isinstance(shown, Mapping) else ():
        if value not in (None, "", []) and name not in (payload.get("customFields") or {}):
            kept.append((f"customFields.{name}", EDITED))
    return kept


def _is_changed(extra: Extra, current: Mapping[str, Any], offset: float) -> bool:
    """Say whether somebody else changed it last, as far as Nutshell's times tell."""
    try:
        made, changed = (
            datetime.fromisoformat(str(current[name])).timestamp()
            for name in ("createdTime", "modifiedTime")
        )
    except (KeyError, ValueError):
        return True  # who does not say so may have been changed
    ours = [span_of(write, offset) for write in extra.touched]
    return changed > made and not any(begun <= changed <= ended for begun, ended in ours)


def _ids(links: Any) -> set[int]:
    return {int(link["id"]) for link in links or ()}


def _ends(links: Any) -> set[tuple[Any, Any]]:
    return {(link.get("entityType"), link["id"]) for link in links or ()}
