"""
Reads one file of an export, in each form that it may have. It lands nothing.

Whatever stands in it comes out: as a record, or with what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from common.json_text import JsonProblem, read_json
from extract.columns import dump
from extract.csv_rows import csv_rows
from extract.json_items import Item, json_items
from extract.names import folded
from extract.parquet_items import parquet_items
from extract.resources import resource_of

CHUNK = 1_000


def csv_items(path: Path, name: str) -> Iterator[Item]:
    """Yield the rows as records; cells that are no text in JSON are read as JSON."""
    resource = resource_of(name)
    types = {field.name: field.type for field in resource.schema}
    types["custom_fields"] = None
    for row in csv_rows(path, resource.key):
        locator = f"{path.name}:{row.line}"
        if row.problem:
            yield row.text, locator, row.problem
            continue
        try:
            record = {key: _cell(text, types.get(folded(key))) for key, text in row.cells.items()}
        except JsonProblem as problem:
            yield dump(row.cells), locator, problem.word
        else:
            yield record, locator, None


def _cell(text: str, type_: pa.DataType | None) -> Any:
    """
    Return a CSV cell as the JSON that it stands for, where its column is no text.

    Raises JsonProblem for JSON that says a key twice: one of its values would be lost.
    """
    if not text:
        return None
    if type_ is None and text[0] not in "[{":
        return text
    if type_ is not None and pa.types.is_string(type_):
        return text
    try:
        return read_json((text.lower() if text.lower() in ("true", "false") else text).encode())
    except JsonProblem as problem:
        if problem.word == "key_twice":
            raise
        return text


READERS: dict[str, Callable[[Path, str], Iterator[Item]]] = {
    ".jsonl": json_items,
    ".csv": csv_items,
    ".json": json_items,
    ".parquet": parquet_items,
}
