"""
Committed runs of Parquet beside what their manifests say of them. It writes nothing.

Every byte is read, before a build too: DuckDB reads four of ten flipped bits as another value and
says nothing, and a second is enough for a gigabyte.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from common.errors import DataDamaged
from common.paths import DataPaths

MANIFEST = "manifest.json"


def read_manifest(run: Path) -> dict[str, Any]:
    """Return a committed run's manifest; raise DataDamaged if it is absent or half-written."""
    name = f"{run.parent.name}/{run.name}"
    try:
        manifest = orjson.loads((run / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise DataDamaged(
            f"Run {name} has no manifest, so it was never whole. Move its folder away and extract"
            " again."
        ) from None
    except orjson.JSONDecodeError:
        raise DataDamaged(
            f"The manifest of run {name} is half-written. Move its folder away and extract again."
        ) from None
    if not isinstance(manifest, dict) or "tables" not in manifest:
        raise DataDamaged(f"The manifest of run {name} lists no tables. Extract again.")
    return manifest


def check_run(run: Path) -> dict[str, Any]:
    """Compare a committed run with its manifest; return it, or raise DataDamaged with the file."""
    manifest = read_manifest(run)
    for table, entry in manifest["tables"].items():
        for name, told in entry["files"].items():
            path = run / table / name
            _need(path)
            if digest_of(path) != told["sha256"]:
                raise _corrupt(path)
    return manifest


def first_damage(raw: Path) -> str | None:
    """Say what is damaged below a folder of runs, and the way out; None if nothing is seen."""
    paths = DataPaths(raw.parent)
    try:
        for source in sorted(p.name for p in raw.iterdir() if not p.name.startswith(".")):
            for run in paths.committed_runs(source):
                check_run(run)
    except DataDamaged as damage:
        return str(damage)
    return None


def _need(path: Path) -> None:
    if not path.is_file():
        raise DataDamaged(f"{_label(path)} is missing. Extract again, or restore the folder.")


def _corrupt(path: Path) -> DataDamaged:
    return DataDamaged(
        f"{_label(path)} is corrupt: its bytes are not the ones that were written."
        " Move the run's folder away and extract again."
    )


def _label(path: Path) -> str:
    return "/".join(path.parts[-4:])  # source, run, table, file


def newest_manifest(paths: DataPaths, source: str, kinds: Iterable[str]) -> dict[str, Any] | None:
    """Return the manifest of a source's newest committed run of these kinds, or None."""
    for run in reversed(paths.committed_runs(source)):
        manifest = read_manifest(run)
        if manifest.get("kind") in set(kinds):
            return manifest
    return None


def digest_of(path: Path, *, durably: bool = False) -> str:
    """Return a file's SHA-256; `durably` sends it to the disk as well."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        if durably:
            os.fsync(file.fileno())
    return digest
