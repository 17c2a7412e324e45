"""What each writable key of a record takes: one setter a key, one table an entity type."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.nutshell import values
from sandbox.nutshell.definitions import LIMITS
from sandbox.nutshell.exceptions import Refused

if TYPE_CHECKING:
    from sandbox.nutshell.models import State

Row = dict[str, Any]
Setter = Callable[["State", Row, Any], None]

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


def _principal(key: str) -> Setter:
    """An owner or assignee: a user who is enabled, or a team."""

    def setter(state: State, draft: Row, value: Any) -> None:
        if value is None:
            draft[key] = None
            return
        entity, number = reference(value, key, ("Users", "Teams"))
        row = state.definition(entity, number, key)
        if row.get("isEnabled") is False:
            raise Refused(f"{key}: user {number} is disabled")
        draft[key] = {"entityType": entity, "id": number}

    return setter


def _definition(key: str, entity: str, stored: str) -> Setter:
    """A choice from one of the account's own lists, by id."""

    def setter(state: State, draft: Row, value: Any) -> None:
        if isinstance(value, dict):
            value = reference(value, key, (entity,), assumed=entity)[1]
        if value is not None:
            value = state.definition(entity, values.integer(value, key), key)["id"]
        draft[stored] = value

    return setter


def _related(key: str, entity: str, *, stored: str | None = None, strict: bool = False) -> Setter:
    """A list of linked records, each with an optional relationship."""

    def setter(state: State, draft: Row, value: Any) -> None:
        draft[stored or key] = [
            {
                "id": _existing(state, item, key, entity, strict=strict),
                "relationship": None
                if item.get("relationship") is None
                else values.text(item["relationship"], f"{key}.relationship"),
            }
            for item in _objects(value, key, {"id", "entityType", "relationship"})
        ]
        _no_twice([row["id"] for row in draft[stored or key]], key)

    return setter


def _participants(key: str, allowed: tuple[str, ...]) -> Setter:
    """People and records at an activity, each with its entityType."""

    def setter(state: State, draft: Row, value: Any) -> None:
        found = []
        for item in _objects(value, key, {"id", "entityType", "status"}):
            entity, number = reference(item, key, allowed)
            if entity == "Users":
                state.definition("Users", number, key)
            else:
                state.alive(entity, number, key)
            found.append({"entityType": entity, "id": number})
        _no_twice([(row["entityType"], row["id"]) for row in found], key)
        draft[key] = found

    return setter


def _sources(state: State, draft: Row, value: Any) -> None:
    rows = _objects(value, "sources", {"id", "entityType"})
    draft["sources"] = [
        state.definition("Sources", values.integer(row.get("id"), "sources.id"), "sources")["id"]
        for row in rows
    ]


def _primary_account(state: State, draft: Row, value: Any) -> None:
    if value is not None and not isinstance(value, dict):
        raise Refused("primaryAccount must be an object with an id")
    draft["primaryAccountId"] = (
        None if value is None else _existing(state, value, "primaryAccount", "Accounts")
    )


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


# ── references ──────────────────────────────────────────────────────────────────────────────────


def reference(
    value: Any, key: str, allowed: tuple[str, ...], *, assumed: str | None = None
) -> tuple[str, int]:
    """Return (entityType, id) of `{"entityType": …, "id": …}`; other keys are ignored."""
    if not isinstance(value, dict) or "id" not in value:
        raise Refused(f"{key} must be an object with an id")
    entity = value.get("entityType", assumed)
    if entity not in allowed:
        raise Refused(f"{key}.entityType must be one of {', '.join(allowed)}")
    return str(entity), values.integer(value["id"], f"{key}.id")


def _existing(state: State, item: Row, key: str, entity: str, *, strict: bool = False) -> int:
    number = reference(item, key, (entity,), assumed=None if strict else entity)[1]
    state.alive(entity, number, key)
    return number


def _objects(value: Any, key: str, known: set[str]) -> list[Row]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Refused(f"{key} must be a list")
    for item in value:
        if not isinstance(item, dict):
            raise Refused(f"{key} must be a list of objects")
        if not item.get("stub") and (unknown := set(item) - known):
            raise Refused(f"{key} has unknown keys: {', '.join(sorted(unknown))[:200]}")
    return value


def _no_twice(found: list[Any], key: str) -> None:
    if len(set(found)) != len(found):
        raise Refused(f"{key} names a record twice")


def _outcome(state: State, draft: Row, value: Any) -> None:
    _definition("outcome", "Lead_Outcomes", "_outcome")(state, draft, value)


_LONG = LIMITS["long_text"]
_COMMON: dict[str, Setter] = {
    "description": _text("description", _LONG),
    "owner": _principal("owner"),
    "email": _many("email", values.email),
    "phone": _many("phone", values.phone),
    "url": _many("url", values.url),
    "address": _many("address", values.address),
}
SETTERS: dict[str, dict[str, Setter]] = {
    "Contacts": {
        **_COMMON,
        "name": _person_name,
        "accounts": _related("accounts", "Accounts"),
        "leads": _related("leads", "Leads", stored="_leads"),
        "tags": _tags("Contacts"),
        "customFields": _custom_fields("Contacts"),
    },
    "Accounts": {
        **_COMMON,
        "name": _text("name", required=True),
        "industryId": _definition("industryId", "Industries", "industryId"),
        "accountTypeId": _definition("accountTypeId", "Account_Types", "accountTypeId"),
        "contacts": _related("contacts", "Contacts", stored="_contacts"),
        "tags": _tags("Accounts"),
        "customFields": _custom_fields("Accounts"),
    },
    "Leads": {
        "description": _text("description", required=True),
        "primaryAccount": _primary_account,
        "accounts": _related("accounts", "Accounts"),
        "contacts": _related("contacts", "Contacts"),
        "assignee": _principal("assignee"),
        "confidence": _number("confidence", 0, 100),
        "dueTime": _time("dueTime"),
        "sources": _sources,
        "tags": _tags("Leads"),
        "stagesetId": _definition("stagesetId", "Stagesets", "stagesetId"),
        "milestoneId": _definition("milestoneId", "Milestones", "milestoneId"),
        "market": _definition("market", "Markets", "marketId"),
        "products": _related("products", "Products"),
        "customFields": _custom_fields("Leads"),
        "priority": _number("priority", 0, 1),
        "value": _value,
        "status": _lead_status,
        "outcome": _outcome,
    },
    "Activities": {
        "name": _text("name", required=True),
        "description": _text("description", _LONG),
        "activityTypeId": _definition("activityTypeId", "Activity_Types", "activityTypeId"),
        "startTime": _time("startTime"),
        "endTime": _time("endTime"),
        "isAllDay": _boolean("isAllDay"),
        "isFlagged": _boolean("isFlagged"),
        "status": _number("status", 0, 2),
        "participants": _participants("participants", ("Users", "Contacts", "Accounts")),
        "leads": _participants("leads", ("Leads",)),
        "logNote": _log_note,
    },
    "Notes": {"note": _text("note", _LONG, required=True)},
}
