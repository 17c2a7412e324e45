"""
Writes a run of Parquet: parts as they come, the manifest last, committed by one rename.

It knows no API and no meaning. A run that was killed is resumed: `progress.jsonl` in its folder
lists each whole part with its digest and the units (pages) in it; what is not listed is dropped.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from common.declared import ensure_declared_sources, schema_of
from common.manifests import MANIFEST, digest_of
from common.paths import DataPaths, ensure_folder, fsync_folder, new_run_id, write_durably

PROGRESS = "progress.jsonl"
PART_ROWS = 5_000  # a kill re-fetches at most what a part was still waiting for
PARTS_AT_ONCE = 4  # packed and synced by a thread of their own while more is fetched


@dataclass(frozen=True)
class Part:
    """A whole Parquet file of a run."""

    table: str
    name: str
    rows: int
    sha256: str
    units: tuple[str, ...]
    note: Mapping[str, Any]


class Landing:
    """One run being written below raw/.partial; nothing sees it until `commit`."""

    def __init__(self, paths: DataPaths, source: str, run_id: str, state: dict[str, Any]) -> None:
        """Use `start` or `resume`."""
        self.paths, self.source, self.run_id, self.state = paths, source, run_id, state
        self.folder = paths.partial(source, run_id)
        self.extracted_at = datetime.now(UTC)
        self.parts: list[Part] = []
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="landing")
        self._being_written: deque[Future[None]] = deque()
        self._numbers: Counter[str] = Counter()  # the next part of each table
        self._waiting: dict[str, list[pa.RecordBatch]] = {}
        self._units: dict[str, list[str]] = {}
        self._notes: dict[str, dict[str, Any]] = {}

    @classmethod
    def start(cls, paths: DataPaths, source: str, state: Mapping[str, Any]) -> Landing:
        """Begin a run; `state` is what a resumed one must know (kind, origin, cut-off …)."""
        ensure_declared_sources(paths)
        landing = cls(paths, source, new_run_id(), dict(state))
        ensure_folder(landing.folder)
        landing.remember()
        return landing

    @classmethod
    def resume(cls, folder: Path, paths: DataPaths) -> Landing | None:
        """Take up a killed run, or return None if its folder tells too little to go on."""
        try:
            state = orjson.loads((folder / "state.json").read_bytes())
        except (OSError, orjson.JSONDecodeError):
            return None
        landing = cls(paths, folder.parent.name, folder.name, state)
        landing.parts = [part for part in _read_progress(folder) if _is_whole(folder, part)]
        for part in landing.parts:  # one that was torn leaves a gap: no name is given twice
            number = int(part.name.removeprefix("part-").removesuffix(".parquet"))
            landing._numbers[part.table] = max(landing._numbers[part.table], number + 1)
        listed = {folder / part.table / part.name for part in landing.parts}
        for path in folder.glob("*/*"):
            if path not in listed:
                path.unlink()
        (folder / PROGRESS).write_bytes(b"".join(_line(part) for part in landing.parts))
        return landing

    def remember(self) -> None:
        """Make `state` durable."""
        write_durably(self.folder / "state.json", orjson.dumps(self.state))

    def units_done(self, table: str) -> set[str]:
        """Return the units of a table that whole parts hold."""
        return {unit for part in self.parts if part.table == table for unit in part.units}

    def notes(self, table: str) -> list[Mapping[str, Any]]:
        """Return what was noted with each part of a table."""
        return [part.note for part in self.parts if part.table == table and part.note]

    def rows(self, table: str) -> int:
        """Return how many rows of a table whole parts hold."""
        return sum(part.rows for part in self.parts if part.table == table)

    def add(
        self,
        table: str,
        columns: Mapping[str, Sequence[Any] | pa.Array],
        rows: int,
        *,
        units: Sequence[str] = (),
        note: Mapping[str, Any] | None = None,
    ) -> None:
        """
        Add rows, column by column; provenance is filled in here.

        `units` name what they were read from; once a part holding them is whole, `units_done` has.
        Raises pyarrow.ArrowInvalid or ArrowTypeError if a value does not fit its column.
        """
        schema = schema_of(self.source, table)
        self._units.setdefault(table, []).extend(units)
        if note:
            self._notes.setdefault(table, {}).update(note)
        if rows or units:
            self._waiting.setdefault(table, []).append(self._batch(schema, columns, rows))
        if sum(batch.num_rows for batch in self._waiting.get(table, ())) >= PART_ROWS:
            self._hand_over(table)
            self.drain(PARTS_AT_ONCE)

    def add_rows(
        self, table: str, rows: Iterable[Mapping[str, Any]], *, units: Sequence[str] = ()
    ) -> None:
        """Add rows given as mappings; for small tables."""
        rows = list(rows)
        schema = schema_of(self.source, table)
        columns = {name: [row.get(name) for row in rows] for name in schema.names}
        given = {name: values for name, values in columns.items() if not name.startswith("_run")}
        given.pop("_extracted_at", None)
        self.add(table, given, len(rows), units=units)

    def _batch(
        self, schema: pa.Schema, columns: Mapping[str, Sequence[Any] | pa.Array], rows: int
    ) -> pa.RecordBatch:
        arrays = []
        for field in schema:
            if field.name == "_run_id":
                array = pa.repeat(pa.scalar(self.run_id, field.type), rows)
            elif field.name == "_extracted_at":
                array = pa.repeat(pa.scalar(self.extracted_at, field.type), rows)
            elif field.name not in columns:
                array = pa.nulls(rows, field.type)
            elif isinstance(values := columns[field.name], pa.Array):
                array = values if values.type == field.type else values.cast(field.type)
            else:
                array = pa.array(values, field.type)
            arrays.append(array)
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    def flush(self, table: str | None = None) -> None:
        """Make what waits a durable part; all tables if none is named."""
        for name in [table] if table else list(self._waiting):
            self._hand_over(name)
        self.drain(0)

    def _hand_over(self, table: str) -> None:
        """Let the writer's thread make a part of what waits."""
        batches = self._waiting.pop(table, [])
        if not batches:
            return
        units, note = tuple(self._units.pop(table, ())), self._notes.pop(table, {})
        name = f"part-{self._numbers[table]:05d}.parquet"
        self._numbers[table] += 1
        written = self._writer.submit(self._write, table, name, batches, units, note)
        self._being_written.append(written)

    def drain(self, most: int = 0) -> None:
        """Wait until at most so many parts are being written; raise what stopped one."""
        while len(self._being_written) > most:
            self._being_written.popleft().result()

    def _write(
        self,
        table: str,
        file_name: str,
        batches: list[pa.RecordBatch],
        units: tuple[str, ...],
        note: Mapping[str, Any],
    ) -> None:
        path = ensure_folder(self.folder / table) / file_name
        content = pa.Table.from_batches(batches)
        pq.write_table(content, path, compression="zstd", compression_level=1)
        digest = digest_of(path, durably=True)
        part = Part(table, file_name, content.num_rows, digest, units, note)
        _append(self.folder / PROGRESS, _line(part))
        self.parts.append(part)

    def rewrite(self, table: str, kept: Callable[[pa.Table], Sequence[bool]]) -> None:
        """Write the parts of a table anew with the rows that `kept` says, where it drops any."""
        self.flush(table)
        for index, part in enumerate(self.parts):
            if part.table != table:
                continue
            path = self.folder / table / part.name
            content = pq.read_table(path)
            if all(keep := kept(content)):
                continue
            content = content.filter(pa.array(keep, pa.bool_()))
            temporary = path.with_suffix(".tmp")
            pq.write_table(content, temporary, compression="zstd", compression_level=1)
            digest = digest_of(temporary, durably=True)
            temporary.replace(path)
            self.parts[index] = replace(part, rows=content.num_rows, sha256=digest)
            # its older line no longer fits the file, so a resumed run knows this one only
            _append(self.folder / PROGRESS, _line(self.parts[index]))

    def commit(self, manifest: Mapping[str, Any]) -> Path:
        """Write the manifest and rename the run into place; return its folder."""
        self.flush()
        tables: dict[str, Any] = {}
        for part in self.parts:
            entry = tables.setdefault(part.table, {"rows": 0, "files": {}})
            entry["rows"] += part.rows
            entry["files"][part.name] = {"rows": part.rows, "sha256": part.sha256}
        whole = {"run_id": self.run_id, "source": self.source, **manifest, "tables": tables}
        for folder in self.folder.iterdir():
            if folder.is_dir():
                fsync_folder(folder)
        (self.folder / PROGRESS).unlink(missing_ok=True)
        (self.folder / "state.json").unlink(missing_ok=True)
        write_durably(self.folder / MANIFEST, orjson.dumps(whole, option=orjson.OPT_INDENT_2))
        target = self.paths.run(self.source, self.run_id)
        ensure_folder(target.parent)
        self.folder.rename(target)
        fsync_folder(target.parent)
        return target


def _read_progress(folder: Path) -> list[Part]:
    try:
        lines = (folder / PROGRESS).read_bytes().splitlines()
    except FileNotFoundError:
        return []
    parts = []
    for line in lines:
        try:
            entry = orjson.loads(line)
            parts.append(Part(**{**entry, "units": tuple(entry["units"])}))
        except (orjson.JSONDecodeError, TypeError, KeyError):
            break  # the line that the kill tore
    return parts


def _is_whole(folder: Path, part: Part) -> bool:
    path = folder / part.table / part.name
    return path.is_file() and digest_of(path) == part.sha256


def _line(part: Part) -> bytes:
    return orjson.dumps(part.__dict__ | {"units": list(part.units)}) + b"\n"


def _append(path: Path, line: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
