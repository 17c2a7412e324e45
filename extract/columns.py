"""
Records to columns: typed where they fit, untouched beside. It maps and repairs nothing.

A value that does not fit its column leaves null, its column's name in `_misfits`, and itself in
`_record`. Absent, null and "" all mean "no value".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
import pyarrow as pa

from common.json_text import has_half_character
from extract.names import is_link, is_usable_id, tidy_id, with_tidy_ids

Record = dict[str, Any]

EXACT = 2.0**53  # a double counts by ones up to here
OF_NO_ONE_FIELD = ("object", "custom_fields")  # columns that are made, not taken
LISTS = (list, tuple, type(None))
#: what pyarrow may take as it is: it cuts 12.5 to a whole 12, and makes a number of True
TAKEN: dict[str, set[type]] = {"int64": {int, type(None)}, "double": {int, float, type(None)}}


class MisfitError(Exception):
    """A value does not fit its column."""


@dataclass
class Received:
    """What came: records that have a key, what they said, whence; quarantine rows of the rest."""

    records: list[Record]
    texts: list[str]
    locators: list[str]
    refused: list[dict[str, Any]]
    has_tidied_ids: bool = False


def split_records(
    values: Sequence[Any], locators: Sequence[str], key: str, name: str = ""
) -> Received:
    """Tell the records of object `name` that have a key from the others."""
    received = Received([], [], [], [])
    for value, locator in zip(values, locators, strict=True):
        text = dump(value)
        problem = _problem(value, text, key, name)
        if problem is None:
            received.records.append(value)
            received.texts.append(text)
            received.locators.append(locator)
        else:
            received.refused.append({"locator": locator, "problem": problem, "raw": text})
    return received


def _problem(value: Any, text: str, key: str, name: str) -> str | None:
    """Say what keeps a value from being a record that can be told from others; None if nothing."""
    if type(value) is not dict:
        return "not_an_object"
    # UTF-8 can not say half a character: the text has it in ASCII, or a backslash and "ud"
    if "\\ud" in text and has_half_character(value):
        return "half_a_character"
    identity = value.get(key)
    if type(identity) is str and (told := tidy_id(identity)):
        return None if is_usable_id(told, name) else "unusable_id"
    if type(identity) is int:
        return None
    if type(identity) is float:  # a spreadsheet's 7.0 is one; past 2**53 two ids would be one
        return None if identity.is_integer() and abs(identity) < EXACT else "unusable_id"
    return "missing_id" if identity is None or type(identity) is str else "unusable_id"


def to_columns(schema: pa.Schema, name: str, received: Received) -> dict[str, Any]:
    """Return the columns of a raw table for these records of object `name`."""
    records = received.records
    columns: dict[str, Any] = {
        "_record": received.texts,
        "_locator": received.locators,
        **_plain_texts(schema, records),
    }
    misfits: list[list[str]] = [[] for _ in records]
    for field in schema:
        column = field.name  # pyarrow decodes it anew at each look
        if column.startswith("_") or column in columns:
            continue
        if column == "object":  # other_records holds several
            columns["object"] = [name] * len(records)
            continue
        values = [record.get(column) for record in records]
        if column == "custom_fields":
            columns[column] = [
                _packed(value, misfit) for value, misfit in zip(values, misfits, strict=True)
            ]
            continue
        try:
            if not pa.types.is_string(field.type) and "" in values:
                values = [None if value == "" else value for value in values]
            if pa.types.is_list(field.type) and not all(type(v) in LISTS for v in values):
                raise MisfitError  # pyarrow would take a text for a list of its letters
            if (taken := TAKEN.get(str(field.type))) and not {*map(type, values)} <= taken:
                raise MisfitError
            columns[column] = pa.array(values, field.type)
        except (MisfitError, pa.ArrowException, TypeError, ValueError, OverflowError):
            columns[column] = _fitted(field, values, misfits)
    for column in schema.names:
        if is_link(column) and not column.startswith("_"):
            columns[column], is_tidied = with_tidy_ids(columns[column])
            received.has_tidied_ids |= is_tidied and column == "id"
    columns["_misfits"] = misfits
    return columns


def _plain_texts(schema: pa.Schema, records: Sequence[Record]) -> dict[str, pa.Array]:
    """Return all columns of text in one go, as they mostly come; none if any value is no text."""
    names = [
        field.name
        for field in schema
        if pa.types.is_string(field.type)
        and not field.name.startswith("_")
        and field.name not in OF_NO_ONE_FIELD
    ]
    try:
        whole = pa.array(records, pa.struct([schema.field(name) for name in names]))
    except (pa.ArrowException, TypeError, ValueError):
        return {}
    return dict(zip(names, whole.flatten(), strict=True))


def unknown_fields(
    records: Sequence[Record], declared: frozenset[str], custom: frozenset[str]
) -> set[str]:
    """Return keys, and `custom_fields.` keys, that neither metadata nor our table know."""
    keys: set[str] = set()
    custom_keys: set[str] = set()
    for record in records:
        keys.update(record)
        if isinstance(extra := record.get("custom_fields"), dict):
            custom_keys.update(extra)
    return (keys - declared) | {f"custom_fields.{key}" for key in custom_keys - custom}


def dump(value: Any) -> str:
    """Return JSON text."""
    try:
        return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()
    except (TypeError, ValueError):  # a lone surrogate, an integer beyond 64 bits
        return json.dumps(value, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def _packed(value: Any, misfit: list[str]) -> str | None:
    """Return custom fields as JSON text; what is no object has no fields that could be told."""
    if value is None or value == "":
        return None
    if not isinstance(value, dict):
        misfit.append("custom_fields")
        return None
    return dump(value)


def _fitted(field: pa.Field, values: list[Any], misfits: list[list[str]]) -> pa.Array:
    """Return the column with null for each value that no reading fits; note those."""
    name, type_ = field.name, field.type
    fitted: list[Any] = []
    for value, misfit in zip(values, misfits, strict=True):
        lost: set[str] = set()
        try:
            fitted.append(fitted_value(value, type_, lost))
            misfit.extend(f"{name}.{part}" for part in sorted(lost))
        except (MisfitError, TypeError, ValueError, OverflowError):
            fitted.append(None)
            misfit.append(name)
    try:
        return pa.array(fitted, type_)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return _one_by_one(field, fitted, misfits)


def _one_by_one(field: pa.Field, values: list[Any], misfits: list[list[str]]) -> pa.Array:
    fitted: list[Any] = []
    for value, misfit in zip(values, misfits, strict=True):
        fit = value
        try:
            pa.array([value], field.type)
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            fit = None
            misfit.append(field.name)
        fitted.append(fit)
    return pa.array(fitted, field.type)


def fitted_value(value: Any, type_: pa.DataType, lost: set[str]) -> Any:
    """
    Return a value as its column's type wants it; raise MisfitError if it can not be.

    Of a list's entries only the parts that do not fit become null; `lost` is given their names.
    """
    if value is None:
        return None
    if pa.types.is_string(type_):
        return _fitted_text(value)
    if pa.types.is_list(type_):
        if not isinstance(value, list | tuple):
            raise MisfitError
        return [fitted_value(item, type_.value_type, lost) for item in value]
    if pa.types.is_struct(type_):
        if not isinstance(value, Mapping):
            raise MisfitError
        return {part.name: _fitted_part(value.get(part.name), part, lost) for part in type_}
    return _fitted_scalar(value, type_)


def _fitted_part(value: Any, part: pa.Field, lost: set[str]) -> Any:
    try:
        return fitted_value(value, part.type, lost)
    except MisfitError:
        lost.add(part.name)
        return None


def _fitted_scalar(value: Any, type_: pa.DataType) -> Any:
    """Return a number or a truth value, also where a text says just that; raise MisfitError."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value.strip().lower())
        except orjson.JSONDecodeError:
            raise MisfitError from None
    if isinstance(value, bool) != pa.types.is_boolean(type_):
        raise MisfitError
    if isinstance(value, float | Decimal) and pa.types.is_integer(type_):
        if value % 1:
            raise MisfitError
        return int(value)
    return float(value) if isinstance(value, Decimal) else value


def _fitted_text(value: Any) -> str:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict | list | bytes):  # bytes that are no UTF-8: no text
        raise MisfitError
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value))  # a spreadsheet's or a data frame's 7.0: links must meet the id 7
    if isinstance(value, bool | int | float | Decimal):
        return dump(value).strip('"')
    return str(value)
