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
        draft["tags"] = sorted(set(value or []))

    return setter


def _custom_fields(entity: str) -> Setter:
    def setter(state: State, draft: Row, value: Any) -> None:
        if not isinstance(value, dict):
            raise Refused("customFields must be an object of names and values")
        kept = state.behaviour.custom_fields_on_edit == "kept"
        merged = dict(draft.get("customFields") or {}) if kept else {}
        for name, entry in value.items():
            field = state.custom_fields.get((entity, name))
            if field is None:
                # the recorded words, with the blank that they begin with
                raise Refused(f" Field '{name[:64]}' is not a custom field")
            stored = values.custom_value(entry, field, state.behaviour.multi_in)
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


def _value(state: State, draft: Row, value: Any) -> None:
    if state.behaviour.value != "rpc":
        raise Refused("Leads: unknown or read-only key value")
    draft["value"] = None if value is None else values.money(value, "value")


def _products(state: State, draft: Row, value: Any) -> None:
    """Product lines; what they cost together is the lead's value."""
    if state.behaviour.value != "product" and value:
        raise Refused("Leads: products are not available in this market")
    draft["products"] = [references.product_line(state, row) for row in value or []]


def _lead_status(_state: State, draft: Row, value: Any) -> None:
    # reported by somebody who met it live: only an outcome closes
    if values.integer(value, "status") != OPEN:
        raise Refused("Lead status can only be set to 0 (for reopening)")
    draft["_status"] = OPEN


def _pending(_state: State, draft: Row, value: Any) -> None:
    draft["_status"] = PENDING if values.boolean(value, "isPending") else OPEN


def _outcome(key: str) -> Setter:
    def setter(state: State, draft: Row, value: Any) -> None:
        if state.behaviour.close != key:
            raise Refused(f"Leads: unknown or read-only key {key}")
        if key == "outcome" and value is not None and not isinstance(value, dict):
            raise Refused("outcome must be an object with an id")
        references.definition(key, "Lead_Outcomes", "_outcome")(state, draft, value)

    return setter


def _log_note(state: State, draft: Row, value: Any) -> None:
    files = None
    known = {"note", "noteMarkup", "entityType", "id", "files"}
    if isinstance(value, dict) and set(value) <= known:
        value, files = value.get("note"), value.get("files")
    draft["logNote"] = None if value is None else values.text(value, "note", LIMITS["long_text"])
    if files is not None:
        references.files(state, draft, files)


def _created_time(state: State, draft: Row, value: Any) -> None:
    if state.behaviour.lead_created_time == "refused" or draft["id"]:
        raise Refused("Leads: unknown or read-only key createdTime")
    moment = values.time(value, "createdTime")
    if state.behaviour.lead_created_time == "honoured":
        draft["createdTime"] = moment


def _legacy_id(state: State, draft: Row, value: Any) -> None:
    if state.behaviour.legacy_id == "refused":
        raise Refused("unknown or read-only key legacyId")
    draft["legacyId"] = None if value is None else values.text(value, "legacyId")


_LONG = LIMITS["long_text"]
_COMMON: dict[str, Setter] = {
    "description": _text("description", _LONG),
    "owner": references.principal("owner"),
    "email": _many("email", values.email),
    "phone": _many("phone", phones.phone),
    "url": _many("url", values.url),
    "address": _many("address", values.address),
    "legacyId": _legacy_id,
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
        "description": _text("description", LIMITS["lead_description"], required=True),
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
        "products": _products,
        "file": references.files,
        "createdTime": _created_time,
        "customFields": _custom_fields("Leads"),
        "priority": _number("priority", 0, 1),
        "value": _value,
        "status": _lead_status,
        "isPending": _pending,
        "outcome": _outcome("outcome"),
        "outcomeId": _outcome("outcomeId"),
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
