"""
Reads an export folder through the same door as the API: <object>.jsonl, .csv, .json or .parquet.

It trusts no name in it: file bodies are looked up by attachment id, and never outside `files/`.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from common.errors import UsageError
from common.json_text import read_json
from extract.metadata import checked_metadata
from extract.resources import resource_of
from extract.runs import Run

BOM = b"\xef\xbb\xbf"  # Windows programs begin UTF-8 with it
CHUNK = 1_000
SUFFIXES = (".jsonl", ".csv", ".json", ".parquet")

#: (a record or anything else, where it stood, what is wrong with it or None)
Item = tuple[Any, str, str | None]


def read_metadata(folder: Path) -> dict[str, Any]:
    """Return the folder's metadata; raise UsageError if there are none, or unusable ones."""
    path = folder / "metadata.json"
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}. Give the export's folder to --from.")
    try:
        metadata = orjson.loads(path.read_bytes().removeprefix(BOM))
    except FileNotFoundError:
        raise UsageError(
            f"{folder} has no metadata.json, so nobody can tell what its fields are."
            " Ask for the export with its metadata."
        ) from None
    except orjson.JSONDecodeError:
        raise UsageError(f"{path} is no JSON. Ask for the export again.") from None
    return checked_metadata(metadata)


def land_folder(run: Run, folder: Path) -> list[str]:
    """Land every object's file that the policy lets in; return the names of files left aside."""
    used = {"metadata.json"}
    for name in run.counts:
        path = _file_of(folder, name)
        if path is None:
            continue
        used.add(path.name)
        if run.counts[name].policy == "exclude":
            continue
        _land_file(run, name, path)
        count = run.recount(name)
        count.total = count.rows + count.quarantined
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.is_file() and path.suffix in SUFFIXES and path.name not in used
    )


def body_of(folder: Path, attachment_id: str) -> Path | None:
    """Return the file that holds an attachment's bytes, or None; never one outside the folder."""
    if not attachment_id or "/" in attachment_id or "\0" in attachment_id:
        return None
    home = (folder / "files").resolve()
    path = (home / attachment_id).resolve()
    return path if path.parent == home and path.is_file() else None


def _file_of(folder: Path, name: str) -> Path | None:
    if "/" in name or "\0" in name:
        return None
    candidates = [folder / f"{name}{suffix}" for suffix in SUFFIXES]
    return next((path for path in candidates if path.is_file()), None)


def _land_file(run: Run, name: str, path: Path) -> None:
    reader = {".jsonl": _jsonl, ".csv": _csv, ".json": _json, ".parquet": _parquet}[path.suffix]
    values: list[Any] = []
    locators: list[str] = []
    for value, locator, problem in reader(path, name):
        if problem:
            run.quarantine(name, [{"locator": locator, "problem": problem, "raw": str(value)}])
            continue
        values.append(value)
        locators.append(locator)
        if len(values) >= CHUNK:
            run.land(name, values, locators)
            values, locators = [], []
    if values:
        run.land(name, values, locators)


def _jsonl(path: Path, name: str) -> Iterator[Item]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            text = line.removeprefix(BOM) if number == 1 else line
            if not text.strip():
                continue
            locator = f"{path.name}:{number}"
            try:
                yield read_json(text), locator, None
            except ValueError:
                yield text.decode("utf-8", "replace").rstrip("\n"), locator, "invalid_json"


def _json(path: Path, name: str) -> Iterator[Item]:
    try:
        body = read_json(path.read_bytes().removeprefix(BOM))
    except ValueError:
        yield "", path.name, "invalid_json"
        return
    values = body.get("data", [body]) if isinstance(body, dict) else body
    for number, value in enumerate(values if isinstance(values, list) else [values], start=1):
        yield value, f"{path.name}[{number}]", None


def _csv(path: Path, name: str) -> Iterator[Item]:
    csv.field_size_limit(sys.maxsize)
    schema = resource_of(name).schema
    types = {field.name: field.type for field in schema}
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.DictReader((line.replace("\0", "\ufffd") for line in file), restkey="\0more")
        for row in reader:
            locator = f"{path.name}:{reader.line_num}"
            if "\0more" in row:
                yield list(row.values()), locator, "not_an_object"
                continue
            yield {key: _cell(text, types.get(key)) for key, text in row.items()}, locator, None


def _cell(text: str | None, type_: pa.DataType | None) -> Any:
    """Return a CSV cell as the JSON that it stands for, where its column is no text."""
    if text is None or text == "":
        return None
    structured = type_ is None or not pa.types.is_string(type_) or text[0] == "{"
    if structured and (text[0] in "[{" or (type_ is not None and not pa.types.is_string(type_))):
        try:
            return orjson.loads(text.lower() if text.lower() in ("true", "false") else text)
        except orjson.JSONDecodeError:
            return text
    return text


def _parquet(path: Path, name: str) -> Iterator[Item]:
    try:
        file = pq.ParquetFile(path)
        number = 0
        for batch in file.iter_batches(batch_size=CHUNK):
            for value in batch.to_pylist():
                number += 1
                if isinstance(text := value.get("custom_fields"), str) and text.startswith("{"):
                    value["custom_fields"] = _cell(text, None)
                yield value, f"{path.name}[{number}]", None
    except (pa.ArrowInvalid, OSError) as error:
        raise UsageError(
            f"{path} is no whole Parquet file ({type(error).__name__}). Ask for the export again."
        ) from None
