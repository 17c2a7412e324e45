"""
The live account against what a plan relies on, asked just before anything is written.

Not the preflight, which is SQL: this catches what changed since Nutshell was last extracted.
"""

from __future__ import annotations

from typing import Any

import orjson

from apis.nutshell import Nutshell
from common.errors import GateRefused
from load.approve import some
from load.plans import Headline

#: Kinds of elements of `plan.plan_schema` that are ids, and the call that lists them.
LISTS = {
    "user": "findUsers",
    "stage": "findMilestones",
    "milestone": "findMilestones",
    "pipeline": "findStagesets",
    "stageset": "findStagesets",
    "outcome": "findLead_Outcomes",
    "activity_type": "findActivityTypes",
}


async def check_live_schema(nutshell: Nutshell, plan: Headline) -> None:
    """Raise GateRefused, naming them, where fields or ids that the plan relies on are gone."""
    gone = await _missing_fields(nutshell, plan)
    ids: dict[str, set[str]] = {}
    for kind, element in plan.schema:
        wanted = _id_of(element)
        if kind not in LISTS or wanted is None:
            continue
        if LISTS[kind] not in ids:
            ids[LISTS[kind]] = await _ids(nutshell, LISTS[kind])
        if wanted not in ids[LISTS[kind]]:
            gone.append(f"{kind} {wanted}")
    if gone:
        raise GateRefused(
            f"Nutshell lacks what plan {plan.digest[:12]} relies on: {some(gone)}."
            " Run `load fields`, or `extract nutshell`, `dbt build` and `load plan`."
        )


async def _missing_fields(nutshell: Nutshell, plan: Headline) -> list[str]:
    wanted = [d for d in plan.definitions if d.get("definition_kind") == "custom_field"]
    if not wanted:
        return []
    live = {
        (entity, str(field["name"])): field
        for entity, fields in (await nutshell.custom_fields()).items()
        for field in fields
    }
    gone = []
    for definition in wanted:
        place = (str(definition["entity"]), str(definition["name"]))
        if place not in live:
            gone.append(f"custom field {place[0]} “{place[1]}”")
            continue
        missing = {str(c) for c in _choices(definition)} - {
            _choice(c) for c in live[place].get("choices") or ()
        }
        if missing and live[place].get("choices"):
            gone.append(f"{len(missing)} choice(s) of {place[0]} “{place[1]}”")
    return gone


def _choices(definition: dict[str, Any]) -> list[Any]:
    choices = definition.get("choices")
    if isinstance(choices, str):
        choices = orjson.loads(choices or "[]")
    return choices or []


def _choice(choice: Any) -> str:
    return str(choice.get("name", choice.get("value"))) if isinstance(choice, dict) else str(choice)


def _id_of(element: str) -> str | None:
    """Read the id that an element begins with: `12/Won/10`."""
    head = element.split("/", 1)[0]
    return head if head.isdigit() else None


async def _ids(nutshell: Nutshell, method: str) -> set[str]:
    """List a definition's ids; some of these calls ignore paging and repeat themselves."""
    ids: set[str] = set()
    page = 1
    while True:
        found = {
            str(entry["id"])
            for entry in await nutshell.find_page(method, page)
            if isinstance(entry, dict) and "id" in entry
        }
        if not found - ids:
            return ids
        ids |= found
        page += 1
