"""
References of a payload, `{"$ref": "people:per_1"}` and `{"$url": …}`, put in from the audit.

Not a place for guesses: a record that the audit does not hold for certain stays unresolved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from load.audit.questions import Audit, Record


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


def links(payload: Any) -> Iterator[str]:
    """Name the records whose address a payload carries."""
    if isinstance(payload, Mapping):
        if "$url" in payload:
            yield payload["$url"]
        else:
            for value in payload.values():
                yield from links(value)
    elif isinstance(payload, list):
        for value in payload:
            yield from links(value)


def resolve(payload: Any, audit: Audit) -> Any:
    """Give the payload with Nutshell's ids and addresses in it; raise Unresolved."""
    if isinstance(payload, Mapping):
        if "$ref" in payload:
            return needed(audit, payload["$ref"]).nutshell_id
        if "$url" in payload:
            return needed(audit, payload["$url"]).html_url
        return {key: resolve(value, audit) for key, value in payload.items()}
    if isinstance(payload, list):
        return _each_once([resolve(value, audit) for value in payload])
    return payload


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
