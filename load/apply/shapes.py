"""
The shapes of a record: its fields one by one, its image, and how a rendered value is sent back.

Not a mapping, and no comparison (`load.apply.comparison`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from load.apply.comparison import LABELLED, PRIMARY, TypeOf, equal, shown_as, untyped

#: Keys that change by themselves, or that say nothing that a person typed.
VOLATILE = frozenset(
    # one line of text is easier to keep than forty of list
    """rev revs createdTime modifiedTime closedTime deletedTime lastContactedDate avatar avatarUrl
    htmlUrl htmlUrlPath contactedCount lastContactedDates activitiesCount creator modifier
    isOverdue estimatedValue weightedForecast stubbed lastActivityDate nextActivity urgency
    todos files processes relatedFiles completion nextStep loggedBy logDescription
    legacyId""".split()  # noqa: SIM905
)
#: Lists of links that other records' writes make grow.
LINKS = ("accounts", "contacts", "leads", "participants", "activities")
#: What the value and outcome steps change on a lead.
OF_VALUE = frozenset({"value", "normalizedValue", "averageAmount"})
OF_OUTCOME = frozenset({"status", "outcome", "confidence", "milestone", "dueTime"})


def stable(rendered: Any, key: str = "") -> Any:
    """Reduce a rendered value to what a person could have changed: stubs to type and id."""
    if key in LABELLED:
        return rendered  # its keys are labels, a customer's own words: none of them means a stub
    if isinstance(rendered, Mapping):
        if "id" in rendered and ("entityType" in rendered or "rev" in rendered):
            kept = ("entityType", "id", "relationship")
            return {key: rendered[key] for key in kept if rendered.get(key) is not None}
        return {key: stable(value) for key, value in rendered.items()}
    if isinstance(rendered, list):
        return [stable(value) for value in rendered]
    return rendered


def image(record: Mapping[str, Any]) -> dict[str, Any]:
    """Give a whole record as it is to be remembered: without what changes by itself."""
    return {
        key: stable(value, key)
        for key, value in record.items()
        if key not in VOLATILE and key not in ("id", "entityType")
    }


def sendable(key: str, rendered: Any) -> Any:
    """Turn a rendered value into what `edit*` takes for that key: the way back of a field."""
    if key == "name" and isinstance(rendered, Mapping):
        return {k: v for k, v in rendered.items() if k != "displayName" and v is not None} or (
            rendered.get("displayName")
        )
    if key in ("email", "phone", "url"):
        return _labelled(rendered)
    if key == "address":
        return rendered if rendered else []
    if isinstance(rendered, Mapping) and "id" in rendered:
        return _reference(rendered)
    if isinstance(rendered, list):
        return [_reference(v) if isinstance(v, Mapping) and "id" in v else v for v in rendered]
    return rendered


def _reference(rendered: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("entityType", "id", "relationship")
    return {key: rendered[key] for key in kept if rendered.get(key) is not None}


def _labelled(rendered: Any) -> Any:
    """Labelled values come as `{"0": …, "work": …, "--primary": …}`; phones as parts."""
    if not isinstance(rendered, Mapping):
        return rendered if rendered is not None else []
    plain = {label: _phone(value) for label, value in rendered.items() if label != PRIMARY}
    if all(str(label).isdigit() for label in plain):
        return list(plain.values())
    return plain


def _phone(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    number = value.get("numberFormatted") or value.get("number")
    extension = value.get("extension")
    return f"{number} x{extension}" if number and extension else number or value


def field_values(record: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """Give the record's values of the keys that a payload sends; custom fields one by one."""
    values: dict[str, Any] = {}
    for key, value in sent.items():
        if key == "customFields" and isinstance(value, Mapping):
            shown = record.get("customFields") or {}
            values[key] = {name: stable(shown.get(name)) for name in value}
        else:
            values[key] = stable(record.get(shown_as(key)), key)
    return values


def each_field(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Walk a payload or an image field by field: `customFields.NAME` for custom ones."""
    for key, value in values.items():
        if key == "customFields" and isinstance(value, Mapping):
            for name, inner in value.items():
                yield f"customFields.{name}", inner
        else:
            yield key, value


def field_of(values: Mapping[str, Any], field: str) -> Any:
    """Read a field by the name that `each_field` gives it."""
    if field.startswith("customFields."):
        return (values.get("customFields") or {}).get(field.removeprefix("customFields."))
    return values.get(shown_as(field), values.get(field))


def as_shown(step: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Name what a step sends by the keys under which a record shows it."""
    if step == "value":
        return {"value": payload}
    if step == "outcome":
        return {"status": payload.get("status"), "outcome": payload.get("outcomeId")}
    return dict(payload)


def shows(
    step: str, wanted: Mapping[str, Any], shown: Mapping[str, Any], types: TypeOf = untyped
) -> bool:
    """Say whether a record, as it is shown, is what a step wanted: no less of it, and no more."""
    if step == "outcome" and wanted.get("outcomeId") is None:
        return equal("status", wanted.get("status"), shown.get("status"))
    return all(
        equal(name, value, field_of(shown, name), types)
        for name, value in each_field(as_shown(step, wanted))
    )


def without(payload: Mapping[str, Any], fields: set[str]) -> dict[str, Any]:
    """Drop fields from a payload."""
    kept: dict[str, Any] = {}
    for field, value in each_field(payload):
        if field not in fields:
            put(kept, field, value)
    return kept


def put(values: dict[str, Any], field: str, value: Any) -> None:
    """Set a field by the name that `each_field` gives it."""
    if field.startswith("customFields."):
        values.setdefault("customFields", {})[field.removeprefix("customFields.")] = value
    else:
        values[field] = value
