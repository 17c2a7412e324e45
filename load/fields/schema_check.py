"""
The live account against what a plan relies on, asked just before anything is written.

Not the preflight, which is SQL: this catches what changed since Nutshell was last extracted.
"""

from __future__ import annotations

from apis.nutshell import Nutshell
from apis.nutshell_pages import all_pages
from common.errors import GateRefused
from load.fields.live import differing
from load.plan.digests import some
from load.plan.frozen import Headline

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
    """Raise GateRefused, naming them, where fields or ids that the plan relies on are not there."""
    gone = differing(plan.definitions, await nutshell.custom_fields())
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
            " Run `extract nutshell` and `dbt build`; then `load fields` says what to make."
        )


def _id_of(element: str) -> str | None:
    """Read the id that an element begins with: `12/Won/10`."""
    head = element.split("/", 1)[0]
    return head if head.isdigit() else None


async def _ids(nutshell: Nutshell, method: str) -> set[str]:
    """List a definition's ids."""
    return {
        str(entry["id"])
        async for entries in all_pages(nutshell, method)
        for entry in entries
        if "id" in entry
    }
