"""Keys that point elsewhere: at users, at the account's lists, at records that must be alive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.nutshell import values
from sandbox.nutshell.exceptions import Refused
from sandbox.nutshell.links import Row
from sandbox.nutshell.memory import State

Setter = Callable[[State, Row, Any], None]
REFERENCE_KEYS = {"id", "entityType", "relationship", "status"}


def reference(
    value: Any, key: str, allowed: tuple[str, ...], *, assumed: str | None = None
) -> tuple[str, int]:
    """Return (entityType, id) of `{"entityType": …, "id": …}`, or of what was read (a stub)."""
    if not isinstance(value, dict) or "id" not in value:
        raise Refused(f"{key} must be an object with an id")
    if not value.get("stub") and (unknown := set(value) - REFERENCE_KEYS):
        raise Refused(f"{key} has unknown keys: {', '.join(sorted(unknown))[:200]}")
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
        raise Refused(f"{key}: ids must be unique")


def principal(key: str) -> Setter:
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


def definition(key: str, entity: str, stored: str) -> Setter:
    """A choice from one of the account's own lists, by id."""

    def setter(state: State, draft: Row, value: Any) -> None:
        if isinstance(value, dict):
            value = reference(value, key, (entity,), assumed=entity)[1]
        if value is not None:
            value = state.definition(entity, values.integer(value, key), key)["id"]
        draft[stored] = value

    return setter


def related(key: str, entity: str, *, stored: str | None = None, strict: bool = False) -> Setter:
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


def participants(key: str, allowed: tuple[str, ...]) -> Setter:
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


def product_line(state: State, row: Any) -> Row:
    """One line: a product, how many of it, and what one costs."""
    if not isinstance(row, dict) or set(row) - {"id", "entityType", "relationship", "quantity",
                                                "price"}:  # fmt: skip
        raise Refused("products must be a list of id, relationship, quantity and price")
    number = state.definition("Products", values.integer(row.get("id"), "products.id"), "products")
    quantity = values.integer(row.get("quantity", 1), "products.quantity")
    return {
        "id": number["id"],
        "relationship": row.get("relationship"),
        "quantity": quantity,
        "price": values.money(row.get("price"), "products.price"),
    }


def files(state: State, draft: Row, value: Any) -> None:
    """Name files: those that are there by id, a new one by name; its bytes are posted later."""
    if state.behaviour.upload == "none":
        raise Refused("unknown or read-only key file")
    numbers = []
    for row in _objects(value, "file", {"entityType", "id", "name", "uri", "mime", "rev", "size"}):
        if row.get("id") is not None:
            number = values.integer(row["id"], "file.id")
            if number not in draft["files"]:
                raise Refused(f"Invalid file: {number}")
            numbers.append(number)
            continue
        name = values.required_text(row.get("name"), "file.name")
        made = state.new_definition("Files", name=name, mime=None, size=0, sha256=None)
        numbers.append(made["id"])
    _no_twice(numbers, "file")
    draft["files"] = numbers


def sources(state: State, draft: Row, value: Any) -> None:
    """A lead's sources, by id."""
    rows = _objects(value, "sources", {"id", "entityType"})
    draft["sources"] = [
        state.definition("Sources", values.integer(row.get("id"), "sources.id"), "sources")["id"]
        for row in rows
    ]


def primary_account(state: State, draft: Row, value: Any) -> None:
    """The one account that a lead is above all with."""
    if value is not None and not isinstance(value, dict):
        raise Refused("primaryAccount must be an object with an id")
    draft["primaryAccountId"] = (
        None if value is None else _existing(state, value, "primaryAccount", "Accounts")
    )
