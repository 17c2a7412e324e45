"""
The raw tables as the sources' yml declare them, as Arrow schemas. It decides nothing by itself.

`models/staging/*/_*__sources.yml` is the one declaration: dbt documents it, landing writes it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from common.paths import PROJECT_ROOT, DataPaths, ensure_folder

EMPTY_RUN = "00000000T000000Z-empty"
AUDIT = "audit"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def declared_tables(root: Path = PROJECT_ROOT) -> dict[str, dict[str, pa.Schema]]:
    """Return source → table → Arrow schema, from every sources yml below `root`/models/staging."""
    tables: dict[str, dict[str, pa.Schema]] = {}
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        for path in sorted(root.glob("models/staging/*/_*__sources.yml")):
            document = yaml.load(path.read_bytes(), Loader=_Loader)  # noqa: S506 - a safe one
            for source in document["sources"]:
                tables[source["name"]] = {
                    table["name"]: _schema(connection, table["columns"])
                    for table in source["tables"]
                }
    return tables


def schema_of(source: str, table: str) -> pa.Schema:
    """Return one declared table's Arrow schema."""
    return declared_tables()[source][table]


def _schema(connection: duckdb.DuckDBPyConnection, columns: list[dict[str, str]]) -> pa.Schema:
    # DuckDB reads its own type names best; they come from our repository, never from data
    casts = ", ".join(
        f'cast(null as {column["data_type"]}) as "{column["name"]}"' for column in columns
    )
    return connection.sql(f"select {casts} limit 0").to_arrow_table().schema


def ensure_declared_sources(paths: DataPaths) -> None:
    """Write one empty typed Parquet for each declared table that has none yet."""
    for source, tables in declared_tables().items():
        for table, schema in tables.items():
            if source == AUDIT:
                path = paths.audit_parquet / f"{table}.parquet"
            else:
                path = paths.run(source, EMPTY_RUN) / table / "part-0000.parquet"
            # an older version of us may have declared other columns
            if not path.exists() or (
                source != AUDIT and pq.read_schema(path).names != schema.names
            ):
                ensure_folder(path.parent)
                temporary = path.with_name(f".{path.name}.tmp")
                pq.write_table(schema.empty_table(), temporary, compression="zstd")
                temporary.replace(path)
