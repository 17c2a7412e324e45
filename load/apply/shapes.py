"""
How what Nutshell renders compares with what is sent, and how a rendered value is sent back.

Not a mapping: it knows shapes (stubs, labelled values, lists), never what a field means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

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

_TIME = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|[+-]00:?00)$")


def stable(rendered: Any) -> Any:
    """Reduce a rendered value to what a person could have changed: stubs to type and id."""
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
        key: stable(value)
        for key, value in record.items()
        if key not in VOLATILE and key not in ("id", "entityType")
    }


def same(left: Any, right: Any) -> bool:
    """Say whether two rendered values mean the same: empty is empty, lists have no order."""
    return bool(_canonical(stable(left)) == _canonical(stable(right)))


def _canonical(value: Any) -> Any:
    if isinstance(value, Mapping):
        # labelled lists carry a copy of their first value under `--primary`
        parts = {
            key: _canonical(item)
            for key, item in value.items()
            if key != "--primary" and not _empty(item)
        }
        return parts or None
    if isinstance(value, list):
        items = [_canonical(item) for item in value if not _empty(item)]
        return sorted(items, key=lambda item: orjson.dumps(item, option=orjson.OPT_SORT_KEYS)) or (
            None
        )
    if isinstance(value, str):
        return _leaf(value) or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return value


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def holds(sent: Any, rendered: Any) -> bool:
    """Say whether a rendered value shows what was sent, whatever the shape around it."""
    wanted = set(_leaves(sent))
    shown = set(_leaves(rendered))
    if not wanted:
        return not shown
    return all(
        leaf in shown or any(other.startswith(leaf) for other in shown if len(leaf) == 10)
        for leaf in wanted
    )


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key not in ("entityType", "currency", "currency_shortname"):
                yield from _leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, bool):
        yield str(value).lower()
    elif isinstance(value, int | float):
        yield _number(str(value))
    elif isinstance(value, str) and value.strip():
        yield _leaf(value)


def _leaf(text: str) -> str:
    text = text.strip()
    if match := _TIME.match(text):
        return match[1]
    return _number(text)


def _number(text: str) -> str:
    if not re.fullmatch(r"-?\d{1,15}(\.\d+)?", text):
        return text
    return text.rstrip("0").rstrip(".") if "." in text else text


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
    plain = {label: _phone(value) for label, value in rendered.items() if label != "--primary"}
    if all(str(label).isdigit() for label in plain):
        return list(plain.values())
    return plain


def _phone(value: Any) -> Any:
    if isinstance(value, Mapping):
        return value.get("numberFormatted") or value.get("number") or value
    return value


def field_values(record: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """Give the record's values of the keys that a payload sends; custom fields one by one."""
    values: dict[str, Any] = {}
    for key, value in sent.items():
        if key == "customFields" and isinstance(value, Mapping):
            shown = record.get("customFields") or {}
            values[key] = {name: stable(shown.get(name)) for name in value}
        else:
            values[key] = stable(record.get(shown_as(key)))
    return values


def shown_as(key: str) -> str:
    """Name the key under which a record shows what is sent under another."""
    return {
        "stagesetId": "stageset",
        "milestoneId": "milestone",
        "activityTypeId": "activityType",
        "industryId": "industry",
        "accountTypeId": "accountType",
    }.get(key, key)


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


def shows(step: str, wanted: Mapping[str, Any], shown: Mapping[str, Any]) -> bool:
    """Say whether a record, as it is shown, has what a step wanted."""
    if step == "value":
        value = shown.get("value")
        amount = value.get("amount") if isinstance(value, Mapping) else value
        return holds(wanted.get("amount"), amount)
    if step == "outcome":
        return holds(wanted.get("status"), shown.get("status"))
    return all(holds(value, field_of(shown, name)) for name, value in each_field(wanted))


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
