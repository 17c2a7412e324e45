"""The account's custom fields: listed by RPC and REST, made by REST alone."""

from __future__ import annotations

from typing import Any

from sandbox.nutshell import values
from sandbox.nutshell.account import Account
from sandbox.nutshell.definitions import CUSTOM_FIELD_TYPES, LIMITS
from sandbox.nutshell.exceptions import Refused

Row = dict[str, Any]


def custom_fields(state: Account, entity: str) -> list[Row]:
    """Return an entity type's custom fields."""
    keys = ("id", "name", "type", "choices", "isMultiple")
    rows = state.definitions["Custom_Fields"].values()
    return [{key: row[key] for key in keys} for row in rows if row["entity"] == entity]


def new_custom_field(state: Account, entity: str, fields: Any) -> Row:
    """Make a custom field (REST can, RPC can not)."""
    if not isinstance(fields, dict) or set(fields) - {"name", "type", "choices", "isMultiple"}:
        raise Refused("a custom field has name, type, choices and isMultiple")
    name = values.required_text(fields.get("name"), "name", LIMITS["custom_field_name"])
    kind, choices = fields.get("type"), fields.get("choices") or []
    if kind not in CUSTOM_FIELD_TYPES or (
        kind == "Number" and state.behaviour.number_type != "Number"
    ):
        raise Refused("Invalid custom field type")
    if (entity, name) in state.custom_fields:
        raise Refused("a custom field with this name exists already")
    if not isinstance(choices, list) or bool(choices) != (kind == "Decision"):
        raise Refused("a Decision has choices, no other type has")
    if len(choices) > LIMITS["choices"]:
        raise Refused(f"at most {LIMITS['choices']} choices")
    choices = [values.required_text(choice, "choices") for choice in choices]
    if len(set(choices)) != len(choices):
        raise Refused("choices name one twice")
    many = values.boolean(fields.get("isMultiple") or False, "isMultiple")
    if many and kind != "Decision":
        raise Refused("only a Decision can be multiple")
    return state.new_definition(
        "Custom_Fields", name=name, entity=entity, type=kind, choices=choices, isMultiple=many
    )
