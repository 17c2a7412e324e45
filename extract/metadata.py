"""What metadata must be before anything is landed by them, from either door. It reads no record."""

from __future__ import annotations

from typing import Any

from common.errors import UsageError


def checked_metadata(metadata: Any) -> dict[str, Any]:
    """
    Return the metadata if each object and field in them can be told from the others.

    Raises:
        UsageError: there is no list of objects, or the place of the first entry that names nothing.

    """
    if not isinstance(metadata, dict) or not isinstance(metadata.get("objects"), list):
        raise _unusable("they list no objects")
    objects = metadata["objects"]
    _check_names(objects, "objects")
    for number, entry in enumerate(objects):
        fields = entry.get("fields")
        if fields is not None and not isinstance(fields, list):
            raise _unusable(f"objects[{number}].fields is no list")
        _check_names(fields or [], f"objects[{number}].fields")
    return metadata


def _check_names(entries: list[Any], place: str) -> None:
    seen: dict[str, int] = {}
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict):
            raise _unusable(f"{place}[{number}] is no object")
        name = entry.get("name")
        if not isinstance(name, str) or not name.strip():
            raise _unusable(f"{place}[{number}] has no name")
        if name in seen:  # the second would silently stand for both
            raise _unusable(f"{place}[{number}] has the name of {place}[{seen[name]}]")
        seen[name] = number


def _unusable(what: str) -> UsageError:
    return UsageError(
        f"The practice's metadata can not be used: {what}. Nothing was landed; have whoever runs"
        " Visual Practice send them again."
    )
