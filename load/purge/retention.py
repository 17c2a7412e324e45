"""
What below DATA_DIR holds patients' data, how old it is, and its removal. The audit is not here.

A run that newer runs lean on stays, and is named: without it their changes would have no base.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from common.errors import DataDamaged
from common.manifests import read_manifest
from common.paths import PARTIAL, PROJECT_ROOT, DataPaths, fsync_folder, is_run, moment_of_run
from load.files.hosted import Host
from load.plan.builds import target_folder

#: Public figures, no patients' data.
HARMLESS_SOURCES = frozenset({"rates"})
PURGED = ".purged"  # runs on their way out: no glob of dbt's sees them there

#: dbt's artefacts by name: whatever else lies in a folder that somebody called target stays
_ARTEFACTS = (
    "manifest.json",
    "run_results.json",
    "sources.json",
    "catalog.json",
    "semantic_manifest.json",
    "graph_summary.json",
    "graph.gpickle",
    "partial_parse.msgpack",
    "perf_info.json",
    "index.html",
    "static_index.html",
    "compiled",
    "run",
)
DERIVED = "warehouse and review"
HOSTED = "hosted files"
DBT = "dbt's artefacts and logs"


@dataclass(frozen=True, slots=True)
class Holding:
    """One file or folder that holds patients' data."""

    what: str
    path: Path
    moment: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Found:
    """What is to go, and the runs that have to stay although they are old."""

    holdings: list[Holding]
    leaned_on: list[str]


def find(paths: DataPaths, host: Host | None, before: datetime) -> Found:
    """
    Find what is older than `before` (UTC), in the order in which it is to be removed.

    `host` is given only where hosted attachments are to go as well.
    """
    runs, leaned_on = _old_runs(paths, before)
    gone = {holding.path for holding in runs}
    derived = [
        holding
        for holding in (*_derived(paths), *_dbt_files())
        # what was built from a run that goes holds its records, whatever its own age
        if runs or holding.moment < before
    ]
    bodies = [_holding("files", path) for path in _unused_bodies(paths, gone)]
    plans = [_holding("frozen plans", path) for path in _files_in(paths.plans)]
    hosted = [
        Holding(HOSTED, Path(file.name), file.modified, file.size)
        for file in (host.listed() if host else ())
    ]
    aged = [holding for holding in (*plans, *bodies, *hosted) if holding.moment < before]
    return Found([*derived, *runs, *aged], leaned_on)


def remove(
    paths: DataPaths,
    holdings: Sequence[Holding],
    host: Host | None = None,
    advance: Callable[[], object] = lambda: None,
) -> None:
    """Remove them; a kill between any two leaves no half run where dbt would read it."""
    for holding in holdings:
        advance()
        path = holding.path
        if holding.what == HOSTED and host is not None:
            host.remove(path.as_posix())
            continue
        if holding.what == "raw runs" and PURGED not in path.parts:
            waiting = paths.raw / PURGED
            waiting.mkdir(mode=0o700, exist_ok=True)
            moved = waiting / f"{path.parent.name}-{path.name}"
            path.replace(moved)
            fsync_folder(path.parent)
            path = moved
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        if holding.what == "files" and not any(path.parent.iterdir()):
            path.parent.rmdir()
    # a build that ran meanwhile may have made them anew, from what was still there
    if any(holding.what == DERIVED for holding in holdings):
        for holding in _derived(paths):
            remove_path(holding.path)


def remove_path(path: Path) -> None:
    """Remove a file or a folder that may have gone already."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _old_runs(paths: DataPaths, before: datetime) -> tuple[list[Holding], list[str]]:
    old: list[Holding] = []
    leaned_on: list[str] = []
    for source in _folders(paths.raw):
        if source.name == PURGED:
            old += [_holding("raw runs", run) for run in _folders(source)]
        elif source.name == PARTIAL:
            for partial in (run for name in _folders(source) for run in _folders(name)):
                if _moment_of_run(partial) < before:
                    old.append(_holding("unfinished runs", partial))
        elif source.name not in HARMLESS_SOURCES:
            runs = [run for run in paths.committed_runs(source.name) if is_run(run.name)]
            needed = _needed(runs, before)
            for run in runs:
                if _moment_of_run(run) >= before:
                    continue
                if run in needed:
                    leaned_on.append(f"{source.name}/{run.name}")
                else:
                    old.append(_holding("raw runs", run))
    return old, leaned_on


def _needed(runs: list[Path], before: datetime) -> set[Path]:
    """Give the old runs that the oldest young one builds upon: back to the newest whole one."""
    young = [index for index, run in enumerate(runs) if _moment_of_run(run) >= before]
    if not young or _kind(runs[young[0]]) == "full":
        return set()
    last = young[0]
    first = next((i for i in range(last, -1, -1) if _kind(runs[i]) == "full"), 0)
    return set(runs[first:last])


def _kind(run: Path) -> str:
    try:
        return str(read_manifest(run).get("kind"))
    except DataDamaged:
        return "damaged"


def _unused_bodies(paths: DataPaths, gone: set[Path]) -> Iterator[Path]:
    """Give attachments' bodies that no run which stays speaks of."""
    tables = [*paths.raw.glob("*/*/files"), *paths.raw.glob(f"{PARTIAL}/*/*/files")]
    parts = [
        str(part)
        for table in tables
        if table.parent not in gone and PURGED not in table.parts
        for part in table.glob("*.parquet")
    ]
    used: set[str] = set()
    if parts:
        with duckdb.connect(config={"threads": 1}) as connection:
            used = {
                str(row[0])
                for row in connection.execute(
                    "select distinct sha256 from read_parquet(?, union_by_name = true)"
                    " where sha256 is not null",
                    [parts],
                ).fetchall()
            }
    return (path for path in _files_in(paths.files) if path.name not in used)


def _derived(paths: DataPaths) -> Iterator[Holding]:
    for pattern in ("warehouse.duckdb*", "review.duckdb*", "review.html", ".review*", ".spill"):
        for path in sorted(paths.root.glob(pattern)):
            yield _holding(DERIVED, path)


def _dbt_files() -> Iterator[Holding]:
    logs = Path(os.environ.get("DBT_LOG_PATH") or "logs")
    logs = logs if logs.is_absolute() else PROJECT_ROOT / logs
    for path in (*(target_folder() / name for name in _ARTEFACTS), *logs.glob("dbt.log*")):
        if path.exists():
            yield _holding(DBT, path)


def _folders(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []


def _files_in(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else []


def _moment_of_run(run: Path) -> datetime:
    return moment_of_run(run.name) if is_run(run.name) else _modified(run)


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _holding(what: str, path: Path) -> Holding:
    files = _files_in(path) if path.is_dir() else [path]
    moment = _moment_of_run(path) if what.endswith("runs") else _modified(path)
    return Holding(what, path, moment, sum(file.stat().st_size for file in files))
