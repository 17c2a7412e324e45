"""
References of a payload, put in from the audit: `{"$ref": "people:per_1"}` and `{"$url": …}`.

A reference is told by where it stands: the `id` of a link, the value of a custom field. What looks
like one anywhere else is a customer's own word (an address may have the label `$ref`). Not a place
for guesses: a record that the audit does not hold for certain stays unresolved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from load.audit.questions import Audit, Record

#: Keys under which a payload names other records, one or a list of them.
LINKING = frozenset({"accounts", "contacts", "leads", "participants", "primaryAccount", "parent"})


class Unresolved(Exception):
    """A payload needs a record that Nutshell does not hold for certain; `key` names it."""

    def __init__(self, key: str, state: str) -> None:
        super().__init__(f"needs {key} ({state})")
        self.key = key


def needed(audit: Audit, key: str) -> Record:
    """Give a record that exists; raise Unresolved."""
    record = audit.record_by_key(key)
    if record is None or not record.exists:
        raise Unresolved(key, record.state if record else "not loaded")
    return record


def links(payload: Mapping[str, Any]) -> Iterator[str]:
    """Name the records whose address a payload carries."""
    for value in _custom_fields(payload).values():
        if (key := _key(value, "$url")) is not None:
            yield key


def references(payload: Mapping[str, Any]) -> Iterator[str]:
    """Name the records that a payload links to, by id or by address."""
    for name in LINKING & payload.keys():
        value = payload[name]
        for link in value if isinstance(value, list) else [value]:
            if isinstance(link, Mapping) and (key := _key(link.get("id"), "$ref")) is not None:
                yield key
    yield from links(payload)


def resolve(payload: Mapping[str, Any], audit: Audit) -> dict[str, Any]:
    """Give the payload with Nutshell's ids and addresses in it; raise Unresolved."""

    def linked(link: Any) -> Any:
        if isinstance(link, Mapping) and (key := _key(link.get("id"), "$ref")) is not None:
            return {**link, "id": needed(audit, key).nutshell_id}
        return link

    def shown(value: Any) -> Any:
        key = _key(value, "$url")
        return value if key is None else needed(audit, key).html_url

    resolved = dict(payload)
    for name in LINKING & payload.keys():
        resolved[name] = _of_each(payload[name], linked)
    if fields := _custom_fields(payload):
        resolved["customFields"] = {name: shown(value) for name, value in fields.items()}
    return resolved


def _of_each(value: Any, linked: Callable[[Any], Any]) -> Any:
    return (
        _each_once([linked(link) for link in value]) if isinstance(value, list) else linked(value)
    )


def _custom_fields(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    fields = payload.get("customFields")
    return fields if isinstance(fields, Mapping) else {}


def _key(value: Any, mark: str) -> str | None:
    """Read a reference: an object of one member, as only SQL makes it in these places."""
    if isinstance(value, Mapping) and len(value) == 1 and isinstance(value.get(mark), str):
        return str(value[mark])
    return None


def _each_once(values: list[Any]) -> list[Any]:
    """Name each record once, the first time: two of ours may stand behind the same one there."""
    kept: list[Any] = []
    for value in values:
        if not any(_one_record(value, other) for other in kept):
            kept.append(value)
    return kept


def _one_record(value: Any, other: Any) -> bool:
    """Say whether two links name one record; a list of one kind may leave the kind out."""
    if not (isinstance(value, Mapping) and isinstance(other, Mapping)) or "id" not in value:
        return False
    kinds = {link["entityType"] for link in (value, other) if "entityType" in link}
    return value["id"] == other.get("id") and len(kinds) < 2
