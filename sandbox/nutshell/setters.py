"""What each writable key of a record takes: one setter a key, one table an entity type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.nutshell import phones, references, values
from sandbox.nutshell.definitions import LIMITS
from sandbox.nutshell.exceptions import Refused
from sandbox.nutshell.links import Row
from sandbox.nutshell.memory import State
from sandbox.nutshell.references import Setter

OPEN, PENDING, WON, LOST, CANCELLED = 0, 1, 10, 11, 12


def _text(key: str, limit: int = LIMITS["text"], *, required: bool = False) -> Setter:
    def setter(_state: State, draft: Row, value: Any) -> None:
        if required:
            draft[key] = values.required_text(value, key, limit)
        else:
            draft[key] = None if value is None else values.text(value, key, limit)

    return setter


def _person_name(_state: State, draft: Row, value: Any) -> None:
    draft["name"] = values.person_name(value)


def _many(key: str, parse: Callable[[Any, str], Any]) -> Setter:
    """Values under labels: a list gets the labels 0, 1, …; the first one is the primary one."""

    def setter(_state: State, draft: Row, value: Any) -> None:
        if isinstance(value, str):
            value = [value]
        if isinstance(value, list):
            value = {str(index): entry for index, entry in enumerate(value)}
        if value is not None and not isinstance(value, dict):
            raise Refused(f"{key} must be a list or an object of labels")
        parsed = {
            values.required_text(label, f"{key} label", 64): parse(entry, key)
            for label, entry in (value or {}).items()
        }
        primary = parsed.pop(values.PRIMARY, None)
        if primary is not None and primary not in parsed.values():
            parsed = {"0": primary, **parsed}
        if parsed:
            parsed[values.PRIMARY] = next(iter(parsed.values())) if primary is None else primary
        draft[key] = parsed

    return setter


def _tags(entity: str) -> Setter:
    def setter(state: State, draft: Row, value: Any) -> None:
        if value is not None and not isinstance(value, list):
            raise Refused("tags must be a list of names")
        for name in value or []:
            if not isinstance(name, str) or (entity, name) not in state.tag_names:
                raise Refused(f"tags: no such tag for {entity}")
        draft["tags"] = list(dict.fromkeys(value or []))

    return setter


def _custom_fields(entity: str) -> Setter:
    def setter(state: State, draft: Row, value: Any) -> None:
        if not isinstance(value, dict):
            raise Refused("customFields must be an object of names and values")
        merged = dict(draft.get("customFields") or {})
        for name, entry in value.items():
            field = state.custom_fields.get((entity, name))
            if field is None:
                raise Refused(f"customFields: {entity} have no field {name[:64]}")
            stored = values.custom_value(entry, field)
            # an empty string or list is no value, as in the web form
            if stored in (None, "", []):
                merged.pop(name, None)
            else:
                merged[name] = stored
        draft["customFields"] = merged

    return setter


def _time(key: str) -> Setter:
    def setter(_state: State, draft: Row, value: Any) -> None:
        draft[key] = None if value is None else values.time(value, key)

    return setter


def _boolean(key: str) -> Setter:
    def setter(_state: State, draft: Row, value: Any) -> None:
        draft[key] = values.boolean(value, key)

    return setter


def _number(key: str, low: int, high: int) -> Setter:
    def setter(_state: State, draft: Row, value: Any) -> None:
        number = values.integer(value, key)
        if not low <= number <= high:
            raise Refused(f"{key} must be from {low} to {high}")
        draft[key] = number

    return setter


def _value(_state: State, draft: Row, value: Any) -> None:
    draft["value"] = None if value is None else values.money(value, "value")


def _lead_status(_state: State, draft: Row, value: Any) -> None:
    status = values.integer(value, "status")
    if status not in (OPEN, PENDING, WON, LOST, CANCELLED):
        raise Refused("status must be one of 0, 1, 10, 11, 12")
    draft["_status"] = status


def _log_note(_state: State, draft: Row, value: Any) -> None:
    if isinstance(value, dict) and set(value) <= {"note", "entityType", "id"}:
        value = value.get("note")
    draft["logNote"] = None if value is None else values.text(value, "note", LIMITS["long_text"])


def _outcome(state: State, draft: Row, value: Any) -> None:
    references.definition("outcome", "Lead_Outcomes", "_outcome")(state, draft, value)


_LONG = LIMITS["long_text"]
_COMMON: dict[str, Setter] = {
    "description": _text("description", _LONG),
    "owner": references.principal("owner"),
    "email": _many("email", values.email),
    "phone": _many("phone", phones.phone),
    "url": _many("url", values.url),
    "address": _many("address", values.address),
}
SETTERS: dict[str, dict[str, Setter]] = {
    "Contacts": {
        **_COMMON,
        "name": _person_name,
        "accounts": references.related("accounts", "Accounts"),
        "leads": references.related("leads", "Leads", stored="_leads"),
        "tags": _tags("Contacts"),
        "customFields": _custom_fields("Contacts"),
    },
    "Accounts": {
        **_COMMON,
        "name": _text("name", required=True),
        "industryId": references.definition("industryId", "Industries", "industryId"),
        "accountTypeId": references.definition("accountTypeId", "Account_Types", "accountTypeId"),
        "contacts": references.related("contacts", "Contacts", stored="_contacts"),
        "tags": _tags("Accounts"),
        "customFields": _custom_fields("Accounts"),
    },
    "Leads": {
        "description": _text("description", required=True),
        "primaryAccount": references.primary_account,
        "accounts": references.related("accounts", "Accounts"),
        "contacts": references.related("contacts", "Contacts"),
        "assignee": references.principal("assignee"),
        "confidence": _number("confidence", 0, 100),
        "dueTime": _time("dueTime"),
        "sources": references.sources,
        "tags": _tags("Leads"),
        "stagesetId": references.definition("stagesetId", "Stagesets", "stagesetId"),
        "milestoneId": references.definition("milestoneId", "Milestones", "milestoneId"),
        "market": references.definition("market", "Markets", "marketId"),
        "products": references.related("products", "Products"),
        "customFields": _custom_fields("Leads"),
        "priority": _number("priority", 0, 1),
        "value": _value,
        "status": _lead_status,
        "outcome": _outcome,
    },
    "Activities": {
        "name": _text("name", required=True),
        "description": _text("description", _LONG),
        "activityTypeId": references.definition(
            "activityTypeId", "Activity_Types", "activityTypeId"
        ),
        "startTime": _time("startTime"),
        "endTime": _time("endTime"),
        "isAllDay": _boolean("isAllDay"),
        "isFlagged": _boolean("isFlagged"),
        "status": _number("status", 0, 2),
        "participants": references.participants("participants", ("Users", "Contacts", "Accounts")),
        "leads": references.participants("leads", ("Leads",)),
        "logNote": _log_note,
    },
    "Notes": {"note": _text("note", _LONG, required=True)},
}
