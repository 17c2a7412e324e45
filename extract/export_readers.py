"""
Reads one file of an export, in each form that it may have. It lands nothing.

Whatever stands in it comes out: as a record, or with what is wrong with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from common.errors import UsageError
from common.json_text import read_json, says_a_key_twice
from extract.csv_rows import csv_rows
from extract.resources import resource_of

BOM = b"\xef\xbb\xbf"  # Windows programs begin UTF-8 with it
CHUNK = 1_000

#: (a record or anything else, where it stood, what is wrong with it or None)
Item = tuple[Any, str, str | None]


def jsonl_items(path: Path, _: str) -> Iterator[Item]:
    """Yield what each line says."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            text = line.removeprefix(BOM) if number == 1 else line
            if not text.strip():
                continue
            locator = f"{path.name}:{number}"
            raw = text.decode("utf-8", "backslashreplace").rstrip("\n")
            try:
                value = read_json(text)
            except ValueError:
                yield raw, locator, "invalid_json"
                continue
            if says_a_key_twice(text, value):
                yield raw, locator, "key_twice"
            else:
                yield value, locator, None


def json_items(path: Path, _: str) -> Iterator[Item]:
    """Yield the records of one JSON text: a list, or one under `data`."""
    content = path.read_bytes().removeprefix(BOM)
    try:
        body = read_json(content)
    except ValueError:
        yield "", path.name, "invalid_json"
        return
    if says_a_key_twice(content, body):
        raise UsageError(
            f"{path.name} says a key of a record twice, so one value of it would be lost. Have it"
            " exported as .jsonl: then that record alone is set aside."
        )
    values = body.get("data", [body]) if isinstance(body, dict) else body
    for number, value in enumerate(values if isinstance(values, list) else [values], start=1):
        yield value, f"{path.name}[{number}]", None


def csv_items(path: Path, name: str) -> Iterator[Item]:
    """Yield the rows as records; cells that are no text in JSON are read as JSON."""
    resource = resource_of(name)
    types = {field.name: field.type for field in resource.schema}
    types["custom_fields"] = None
    for row in csv_rows(path, resource.key):
        locator = f"{path.name}:{row.line}"
        if row.problem:
            yield row.text, locator, row.problem
        else:
            record = {key: _cell(text, types.get(key)) for key, text in row.cells.items()}
            yield record, locator, None


def _cell(text: str, type_: pa.DataType | None) -> Any:
    """Return a CSV cell as the JSON that it stands for, where its column is no text."""
    if not text:
        return None
    if type_ is None and text[0] not in "[{":
        return text
    if type_ is not None and pa.types.is_string(type_):
        return text
    try:
        return orjson.loads(text.lower() if text.lower() in ("true", "false") else text)
    except orjson.JSONDecodeError:
        return text


def parquet_items(path: Path, _: str) -> Iterator[Item]:
    """Yield the rows of a Parquet file, its types as the JSON that they stand for."""
    number = 0
    try:
        file = pq.ParquetFile(path)
        names = file.schema_arrow.names
        if len({*names}) < len(names):
            raise UsageError(f"{path.name} names a column twice. Have it exported anew.")
        for batch in file.iter_batches(batch_size=CHUNK):
            for value in _seconds(batch).to_pylist(maps_as_pydicts="strict"):
                number += 1
                yield (
                    {key: _plain(key, cell) for key, cell in value.items()},
                    (f"{path.name}[{number}]"),
                    None,
                )
    except (pa.ArrowException, OSError) as error:
        raise UsageError(
            f"{path} is no whole Parquet file ({type(error).__name__}). Ask for the export again."
        ) from None


def _seconds(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a batch whose times Python can tell: its own have no nanoseconds."""
    fields = [
        field.with_type(pa.timestamp("us", field.type.tz))
        if pa.types.is_timestamp(field.type) and field.type.unit == "ns"
        else field
        for field in batch.schema
    ]
    return batch.cast(pa.schema(fields), safe=False)


def _plain(key: str, value: Any) -> Any:
    if isinstance(value, float) and math.isnan(value):
        return None  # how data frames write "no value" among numbers
    if isinstance(value, bytes):  # how some writers mark text
        try:
            value = value.decode()
        except UnicodeDecodeError:
            return value
    if key == "custom_fields" and isinstance(value, str):
        return _cell(value, None)
    return value


READERS: dict[str, Callable[[Path, str], Iterator[Item]]] = {
    ".jsonl": jsonl_items,
    ".csv": csv_items,
    ".json": json_items,
    ".parquet": parquet_items,
}
