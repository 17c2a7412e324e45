"""
What a record's keys and ids are called, whichever door it came by. It reads no other value.

Headers come with capitals and blanks, ids with blanks around them or as 7.0, and many exports write
custom fields beside the standard ones: what is meant is one thing, and lands as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

Record = dict[str, Any]

CUSTOM = "custom_fields"
TWIN = " (custom)"  # of a custom field that has a standard column's name
BESIDE = " (beside custom_fields)"  # a value of its own, of a field that has another one there
EMPTY: tuple[Any, ...] = (None, "", [], {})
#: of an id with its object in front: what a text field of Nutshell takes, and a link needs whole
MOST_ID = 255
BLANKS = " \t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
_UNTIDY = r"^[\t\p{Zs}]|[\t\p{Zs}]$|^-?\d+\.0+$"
_WHOLE = re.compile(r"(-?\d+)\.0+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
#: how a spreadsheet writes a long number: two ids that end differently have become one
_DIGITS_LOST = re.compile(r"-?\d[.,]\d+[eE][+-]?\d+")


def folded(name: str) -> str:
    """Return a column's name as the contract writes it: small letters, no blanks."""
    return re.sub(r"[\s-]+", "_", name.strip("\ufeff" + BLANKS)).casefold()


def is_blank(value: Any) -> bool:
    """Tell a row that says nothing at all: it is no record, and nothing of it can be lost."""
    if isinstance(value, dict):
        return all(
            part in EMPTY or (isinstance(part, str) and not part.strip()) for part in value.values()
        )
    return value is None


def tidy_id(text: str) -> str:
    """Return an id without blanks around it, and 7.0 as the 7 that it is."""
    text = text.strip(BLANKS)
    return told[1] if (told := _WHOLE.fullmatch(text)) else text


def is_usable_id(text: str, name: str) -> bool:
    """Tell an id that marks and links can hold to the letter: one line, short, all its digits."""
    return not (
        _DIGITS_LOST.fullmatch(text)
        or _CONTROL.search(text)
        or (name != "attachments" and len(f"{name}:{text}") > MOST_ID)
    )


def is_link(column: str) -> bool:
    """Tell a column that holds ids."""
    return column == "id" or column.endswith(("_id", "_ids"))


def with_tidy_ids(array: pa.Array) -> tuple[pa.Array, bool]:
    """Return a column of ids (or lists of them) with each as `tidy_id` has it; whether any was."""
    is_list = pa.types.is_list(array.type)
    texts = array.flatten() if is_list else array
    if (
        not pa.types.is_string(texts.type)
        or not pc.any(pc.match_substring_regex(texts, _UNTIDY)).as_py()
    ):
        return array, False
    values = [
        [one and tidy_id(one) for one in value] if is_list and value else value and _tidy(value)
        for value in array.to_pylist()
    ]
    return pa.array(values, array.type), True


def _tidy(value: Any) -> Any:
    return tidy_id(value) if isinstance(value, str) else value


def _has_null(value: Any) -> bool:
    return type(value) is list and None in value


def _without_nulls(values: Record) -> Record:
    return {
        key: [one for one in value if one is not None] if _has_null(value) else value
        for key, value in values.items()
    }


class Names:
    """The names of one object: its standard columns and its custom fields."""

    def __init__(self, standard: Iterable[str], custom: Iterable[str]) -> None:
        """Know both; a custom field that has a standard column's name is told apart from it."""
        self.standard = frozenset(standard)
        self._movable = frozenset(custom) - self.standard
        self._known = self.standard | self._movable
        self._by_fold = {folded(name): name for name in sorted(self._known, reverse=True)}

    def tidied(self, record: Record) -> Record:
        """
        Return a record whose keys are the known names, each custom field among its kind.

        A null within a list of choices, tags or links is no value, as it is alone.
        """
        fields = record.get(CUSTOM)
        if isinstance(fields, dict):
            if any(map(_has_null, fields.values())):
                record = record | {CUSTOM: _without_nulls(fields)}
            if not self.standard.isdisjoint(fields):
                told = {self.of_custom(key): value for key, value in record[CUSTOM].items()}
                record = record | {CUSTOM: told}
        if any(map(_has_null, record.values())):
            record = _without_nulls(record)
        if self.standard >= record.keys():
            return record
        named: Record = {}
        beside: Record = {}
        for key, value in record.items():
            name = self._name(key, record)
            if name in self._movable:
                beside[name] = value
            elif name.startswith(f"{CUSTOM}.") and name not in self.standard:
                beside[name.removeprefix(f"{CUSTOM}.")] = value
            else:
                named[name] = value
        return self._joined(named, beside) if beside else named

    def of_custom(self, name: str) -> str:
        """Return the name under which a custom field lands."""
        return f"{name}{TWIN}" if name in self.standard else name

    def _name(self, key: str, record: Mapping[str, Any]) -> str:
        if key in self._known:
            return key
        name = self._by_fold.get(folded(key), key)
        if key.lower().startswith(f"{CUSTOM}."):
            name = CUSTOM + key[len(CUSTOM) :]
        # of two that are told apart by capitals only, the one that is written so keeps the name
        return key if name in record else name

    @staticmethod
    def _joined(named: Record, beside: Record) -> Record:
        packed = named.get(CUSTOM)
        if packed not in EMPTY and not isinstance(packed, dict):
            return named | {f"{name}{BESIDE}": value for name, value in beside.items()}
        fields = dict(packed or {})
        for name, value in beside.items():
            if value in EMPTY:
                continue
            if fields.get(name) in (*EMPTY, value):
                fields[name] = value
            else:
                named[f"{name}{BESIDE}"] = value
        return named | ({CUSTOM: fields} if fields else {})
