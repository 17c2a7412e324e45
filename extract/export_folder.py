"""
Reads an export folder through the same door as the API: <object>.jsonl, .csv, .json or .parquet.

It trusts no name in it: file bodies are looked up by attachment id, and never outside `files/`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from common.console import Task
from common.errors import UsageError
from common.json_text import JsonProblem, read_json
from extract.export_readers import CHUNK, READERS
from extract.json_items import opened
from extract.metadata import checked_metadata
from extract.names import is_blank
from extract.runs import Run

METADATA = "metadata.json"
BODIES = "files"


def read_metadata(folder: Path) -> dict[str, Any]:
    """Return the folder's metadata; raise UsageError if there are none, or unusable ones."""
    path = folder / METADATA
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}. Give the export's folder to --from.")
    try:
        with opened(path) as file:
            metadata = read_json(file.read())
    except FileNotFoundError:
        raise UsageError(
            f"{folder} has no metadata.json, so nobody can tell what its fields are."
            " Ask for the export with its metadata."
        ) from None
    except JsonProblem:
        raise UsageError(f"{path} is no JSON. Ask for the export again.") from None
    return checked_metadata(metadata)


def land_folder(run: Run, folder: Path, task: Task) -> list[str]:
    """Land every object's file that the policy lets in; return the names of what is left aside."""
    found = _files_by_object(folder, run.counts)
    for name, count in run.counts.items():
        if count.policy == "exclude":
            continue
        if len(paths := found.get(name, [])) > 1:
            told = " and ".join(sorted(path.name for path in paths))
            raise UsageError(f"{told} both say what {name} there are. Take all but one away.")
        if paths:
            read = _land_file(run, name, paths[0], task)
            run.recount(name)
            count.total = read
            if count.rows + count.quarantined != read:
                count.lacks(f"{read:,} were read")
        elif name in run.declared:
            count.lacks("the metadata name it, and no file of the export is called so")
    used = {path.name for paths in found.values() for path in paths} | {METADATA, BODIES}
    return sorted(path.name for path in folder.iterdir() if path.name not in used)


def bodies_left(run: Run, folder: Path) -> int:
    """Return how many files' bodies belong to no attachment that came."""
    ids = run.ids_of("attachments")
    home = folder / BODIES
    return sum(path.name not in ids for path in home.iterdir()) if home.is_dir() else 0


def body_of(folder: Path, attachment_id: str) -> Path | None:
    """Return the file that holds an attachment's bytes, or None; never one outside the folder."""
    if not attachment_id or "/" in attachment_id or "\0" in attachment_id:
        return None
    home = (folder / BODIES).resolve()
    try:
        path = (home / attachment_id).resolve()
        return path if path.parent == home and path.is_file() else None
    except OSError:  # an id that is too long for a name
        return None


def _files_by_object(folder: Path, names: Iterable[str]) -> dict[str, list[Path]]:
    """Return each object's files: by its very name, else whatever case its letters are in."""
    own = {*names}
    alike = {name.casefold(): name for name in sorted(own, reverse=True)}
    found: dict[str, list[Path]] = {}
    for path in folder.iterdir():
        if path.suffix.casefold() in READERS and path.is_file():
            name = path.stem if path.stem in own else alike.get(path.stem.casefold())
            if name is not None:
                found.setdefault(name, []).append(path)
    return found


def _land_file(run: Run, name: str, path: Path, task: Task) -> int:
    """Land a file; return how many things stood in it, whatever became of them."""
    values: list[Any] = []
    locators: list[str] = []
    read, before = 0, _state(path)
    for value, locator, problem in READERS[path.suffix.casefold()](path, name):
        if not problem and is_blank(value):
            continue
        read += 1
        if problem:
            run.quarantine(name, [{"locator": locator, "problem": problem, "raw": str(value)}])
            continue
        values.append(value)
        locators.append(locator)
        if len(values) >= CHUNK:
            task.advance(run.land(name, values, locators))
            values, locators = [], []
    if values:
        task.advance(run.land(name, values, locators))
    if _state(path) != before:
        raise UsageError(
            f"{path.name} changed while it was read, so nothing of it can be trusted. Run the same"
            " command again once the export is written to its end."
        )
    return read


def _state(path: Path) -> tuple[int, int, int]:
    told = path.stat()
    return told.st_ino, told.st_size, told.st_mtime_ns
