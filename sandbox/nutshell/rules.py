"""What `new*` and `edit*` accept and refuse as a whole; it stores nothing itself."""

from __future__ import annotations

from typing import Any

from sandbox.nutshell.exceptions import Refused
from sandbox.nutshell.links import Row
from sandbox.nutshell.memory import State
from sandbox.nutshell.setters import CANCELLED, LOST, OPEN, SETTERS, WON


def apply(state: State, entity: str, draft: Row, fields: Any, *, creating: bool) -> None:
    """
    Write `fields` into `draft`, a shallow copy of a record.

    Keys that are left out keep their value, lists are replaced whole, custom fields are merged by
    name. The first thing that is wrong raises Refused, and the caller throws the draft away.
    """
    if not isinstance(fields, dict):
        raise Refused(f"{entity}: an object is expected")
    setters = SETTERS[entity]
    for key in fields:
        if key not in setters:
            raise Refused(f"{entity}: unknown or read-only key {key[:64]}")
    if creating:
        for key in REQUIRED[entity]:
            if fields.get(key) is None:
                raise Refused(f"{entity}: {key} is required")
    is_fixed = not creating and state.behaviour.stageset == "create_only"
    if is_fixed and entity == "Leads" and "stagesetId" in fields:
        raise Refused("Leads: unknown or read-only key stagesetId")
    # a stage belongs to a pipeline: the pipeline is read first, whatever the order of the keys
    for key in sorted(fields, key=lambda key: key != "stagesetId"):
        setters[key](state, draft, fields[key])
    if entity == "Leads":
        _finish_lead(state, draft, fields, creating=creating)
    if entity == "Activities":
        _finish_activity(draft)


# ── what several keys decide together ───────────────────────────────────────────────────────────


def _finish_lead(state: State, draft: Row, fields: Row, *, creating: bool) -> None:
    _place_lead(state, draft, fields)
    status, outcome = draft.pop("_status", None), None
    if "_outcome" in draft:
        outcome = state.definitions["Lead_Outcomes"].get(draft.pop("_outcome"))
        if outcome and status is not None and status != outcome["type"]:
            raise Refused("status and outcome disagree")
        status = outcome["type"] if outcome else (OPEN if status is None else status)
    if status is None:
        return
    if creating and status != OPEN:
        raise Refused("Leads: a new lead is open; create it, then close it")
    close_lead(state, draft, status, outcome["id"] if outcome else None)


def close_lead(state: State, draft: Row, status: int, outcome_id: int | None) -> None:
    """Set a lead's status; without an outcome the account's first one of that status is taken."""
    closed = status in (WON, LOST, CANCELLED)
    if closed and outcome_id is None:
        kept = state.definitions["Lead_Outcomes"].get(draft.get("outcomeId") or -1)
        outcome_id = (
            kept["id"]
            if kept and kept["type"] == status
            else next(
                (row["id"] for row in state.definitions["Lead_Outcomes"].values()
                 if row["type"] == status), None)
        )  # fmt: skip
    if not closed:
        draft["closedTime"] = None
    elif draft.get("status") not in (WON, LOST, CANCELLED):
        draft["closedTime"] = state.now()
    draft["status"], draft["outcomeId"] = status, outcome_id if closed else None


def _place_lead(state: State, draft: Row, fields: Row) -> None:
    milestone = state.definitions["Milestones"].get(draft.get("milestoneId") or -1)
    if fields.get("milestoneId") is not None and milestone:
        elsewhere = milestone["stagesetId"] != draft["stagesetId"]
        if fields.get("stagesetId") is not None and elsewhere:
            raise Refused("milestoneId does not belong to stagesetId")
        draft["stagesetId"] = milestone["stagesetId"]
    elif milestone is None or milestone["stagesetId"] != draft.get("stagesetId"):
        if draft.get("stagesetId") is None:
            draft["stagesetId"] = next(
                row["id"] for row in state.definitions["Stagesets"].values() if row["default"]
            )
        stages = state.definitions["Milestones"].values()
        draft["milestoneId"] = min(
            (row for row in stages if row["stagesetId"] == draft["stagesetId"]),
            key=lambda row: row["position"],
        )["id"]


def _finish_activity(draft: Row) -> None:
    start, end = draft.get("startTime"), draft.get("endTime")
    if start and end and end < start:
        raise Refused("endTime is before startTime")


REQUIRED: dict[str, tuple[str, ...]] = {
    "Contacts": ("name",),
    "Accounts": ("name",),
    "Leads": ("description",),
    "Activities": ("name", "activityTypeId", "startTime", "endTime"),
    "Notes": ("note",),
}
BLANK: dict[str, Row] = {
    "Contacts": {
        "description": None, "owner": None, "email": {}, "phone": {}, "url": {}, "address": {},
        "accounts": [], "tags": [], "customFields": {}, "files": [],
    },
    "Accounts": {
        "description": None, "owner": None, "email": {}, "phone": {}, "url": {}, "address": {},
        "industryId": None, "accountTypeId": 1, "tags": [], "customFields": {}, "files": [],
    },
    "Leads": {
        "primaryAccountId": None, "accounts": [], "contacts": [], "assignee": None,
        "confidence": 50, "dueTime": None, "sources": [], "tags": [], "stagesetId": None,
        "milestoneId": None, "marketId": 1, "products": [], "customFields": {}, "priority": 0,
        "value": None, "status": OPEN, "outcomeId": None, "closedTime": None, "files": [],
    },
    "Activities": {
        "description": None, "isAllDay": False, "isFlagged": False, "status": 0,
        "participants": [], "leads": [], "logNote": None, "files": [],
    },
    "Notes": {"files": []},
}  # fmt: skip
