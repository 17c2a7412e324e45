"""
The audit as Parquet, so that SQL can read it: one file a table, each replaced in one step.

Not a copy of the file: columns and types are those that the sources' yml declares.
"""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from common.declared import AUDIT, declared_tables
from common.paths import DataPaths, ensure_folder, fsync_folder, write_durably
from load.audit.questions import Audit

BATCH = 20_000  # rows in memory at a time


def publish_changes(audit: Audit, paths: DataPaths) -> None:
    """Publish, unless nothing was noted since the last time."""
    there = (paths.audit_parquet / f"{table}.parquet" for table in declared_tables()[AUDIT])
    if not published(paths.audit).is_file() or not all(file.is_file() for file in there):
        publish(audit, paths)


def published(audit: Path) -> Path:
    """Give the mark that the Parquet is the audit: the journal takes it away before it writes."""
    return audit.parent / "audit" / "published"


def publish(audit: Audit, paths: DataPaths) -> None:
    """Write every table of the audit to `audit/<table>.parquet`, all from one moment."""
    folder = ensure_folder(paths.audit_parquet)
    written: list[tuple[Path, Path]] = []
    audit.connection.execute("begin")  # one snapshot for all tables
    try:
        for table, schema in declared_tables()[AUDIT].items():
            target = folder / f"{table}.parquet"
            partial = target.with_suffix(".partial")
            _write(audit, table, schema, partial)
            written.append((partial, target))
    finally:
        audit.connection.execute("rollback")
    for partial, target in written:
        partial.replace(target)
    fsync_folder(folder)
    write_durably(published(paths.audit), b"")


def _write(audit: Audit, table: str, schema: pa.Schema, partial: Path) -> None:
    columns = ", ".join(f'"{name}"' for name in schema.names)
    cursor = audit.connection.execute(f"select {columns} from {table}")  # noqa: S608
    with (
        os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
        pq.ParquetWriter(file, schema, compression="zstd") as writer,
    ):
        while rows := cursor.fetchmany(BATCH):
            by_column = zip(*rows, strict=True)
            arrays = [
                _array(list(values), column.type)
                for values, column in zip(by_column, schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
        writer.close()
        file.flush()
        os.fsync(file.fileno())


def _array(values: list[object], declared: pa.DataType) -> pa.Array:
    """Times stand as ISO text and flags as 0 and 1 in SQLite: give them their declared type."""
    if pa.types.is_timestamp(declared):
        return pa.array(values, pa.string()).cast(declared)
    if pa.types.is_boolean(declared):
        return pa.array(values, pa.int64()).cast(declared)
    return pa.array(values, declared)
