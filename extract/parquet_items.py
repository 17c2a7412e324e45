"""
Reads a Parquet file's rows as the JSON that they stand for, whatever types it has. It lands none.

Python's own times end with the year 9999 and know no nanoseconds: what they can not tell is told
by arithmetic, so that one row never stops the others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from common.errors import UsageError
from common.json_text import JsonProblem, read_json

ROWS = 1_000  # read at once
PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
DAY = 86_400

Item = tuple[Any, str, str | None]


def parquet_items(path: Path, _: str) -> Iterator[Item]:
    """Yield the rows of a Parquet file."""
    number = 0
    try:
        file = pq.ParquetFile(path)
        names = file.schema_arrow.names
        if len({*names}) < len(names):
            raise UsageError(f"{path.name} names a column twice. Have it exported anew.")
        for batch in file.iter_batches(batch_size=ROWS):
            for row in _rows(batch):
                number += 1
                locator = f"{path.name}[{number}]"
                try:
                    yield {key: _plain(key, cell) for key, cell in row().items()}, locator, None
                except JsonProblem as problem:
                    yield "", locator, problem.word
    except (pa.ArrowException, OSError) as error:
        raise UsageError(
            f"{path} is no whole Parquet file ({type(error).__name__}). Ask for the export again."
        ) from None


def _rows(batch: pa.RecordBatch) -> Iterator[Callable[[], dict[str, Any]]]:
    """Yield each row as what gives it, so that one that can not be told costs itself only."""
    columns = {
        name: (_values(column), column)
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    }

    def row(at: int) -> dict[str, Any]:
        return {
            name: _told(column[at]) if values is None else values[at]
            for name, (values, column) in columns.items()
        }

    for at in range(batch.num_rows):
        yield partial(row, at)


def _values(column: pa.Array) -> list[Any] | None:
    """Return a column's values as Python has them; None where it has no word for one of them."""
    type_ = column.type
    try:
        if pa.types.is_interval(type_):
            return None
        if pa.types.is_timestamp(type_) and type_.unit == "ns":
            column = column.cast(pa.timestamp("us", type_.tz), safe=False)
        values: list[Any] = column.to_pylist(maps_as_pydicts="strict")
    except (pa.ArrowException, ValueError, OverflowError, TypeError, KeyError):
        return None
    return values


def _told(scalar: pa.Scalar) -> Any:  # noqa: PLR0911 - one line a type
    """Return a value as JSON would have it."""
    type_ = scalar.type
    if not scalar.is_valid:
        return None
    if isinstance(scalar, pa.ExtensionScalar | pa.DictionaryScalar):
        return _told(scalar.value)
    if pa.types.is_map(type_):
        pairs = [(_told(one["key"]), _told(one["value"])) for one in scalar.values]
        if len({*(str(key) for key, _ in pairs)}) < len(pairs):
            raise JsonProblem("key_twice", is_whole=True)
        return {str(key): value for key, value in pairs}
    if isinstance(scalar, pa.ListScalar):  # large, of fixed size, and views as well
        return [_told(one) for one in scalar.values]
    if pa.types.is_struct(type_):
        names = [field.name for field in type_]
        if len({*names}) < len(names):
            raise JsonProblem("key_twice", is_whole=True)
        return {name: _told(scalar[at]) for at, name in enumerate(names)}
    if pa.types.is_timestamp(type_):
        seconds, rest = divmod(scalar.value, PER_SECOND[type_.unit])
        return _moment(seconds, _digits(rest, type_.unit)) + ("+00:00" if type_.tz else "")
    if pa.types.is_date(type_):
        days = scalar.value if pa.types.is_date32(type_) else scalar.value // (1000 * DAY)
        return _date(days)
    if pa.types.is_time(type_):
        seconds, rest = divmod(scalar.value, PER_SECOND[type_.unit])
        return _time(seconds) + _digits(rest, type_.unit)
    if pa.types.is_duration(type_):
        return f"{Decimal(scalar.value) / PER_SECOND[type_.unit]:f} seconds"
    if pa.types.is_interval(type_):
        months, days, nanoseconds = scalar.as_py()
        return f"{months} months {days} days {Decimal(nanoseconds) / 10**9:f} seconds"
    return scalar.as_py()


def _moment(seconds: int, digits: str) -> str:
    days, rest = divmod(seconds, DAY)
    return f"{_date(days)} {_time(rest)}{digits}"


def _date(days: int) -> str:
    """Return the day that is so many days after 1970-01-01, of any year (Hinnant's arithmetic)."""
    era, of_era = divmod(days + 719_468, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    return f"{year + 400 * era + (month <= 2):04d}-{month:02d}-{day:02d}"


def _time(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _digits(rest: int, unit: str) -> str:
    """Return the part of a second, to the millionth as Python tells it."""
    return f".{rest * 10**6 // PER_SECOND[unit]:06d}" if rest else ""


def _plain(key: str, value: Any) -> Any:
    """Return a value as JSON has it: no NaN, no bytes that are text, no endless number."""
    if isinstance(value, float) and not math.isfinite(value):
        # NaN is how data frames write "no value" among numbers; an endless number is one
        return None if math.isnan(value) else str(value)
    if isinstance(value, dict):
        return {name: _plain("", one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain("", one) for one in value]
    if isinstance(value, bytes):  # how some writers mark text
        try:
            value = value.decode()
        except UnicodeDecodeError:
            return value
    if key.casefold() == "custom_fields" and isinstance(value, str) and value[:1] == "{":
        return read_json(value.encode())
    return value
