"""
The warehouse, opened to read and only for a moment: an open reader would block a build.

Not where anything is decided: it hands over what SQL left in the seam's tables.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from common.errors import DataDamaged, GateRefused
from common.paths import DataPaths

PATIENCE = 120.0  # seconds to wait for a build to let go of the file
NO_WAREHOUSE = "There is no warehouse yet. Run `dbt build` first."


@contextmanager
def open_warehouse(
    paths: DataPaths, *, patience: float = PATIENCE
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open it read-only, waiting while a build holds it; raise GateRefused if there is none."""
    if not paths.warehouse.is_file():
        raise GateRefused(NO_WAREHOUSE)
    deadline = time.monotonic() + patience
    while True:
        try:
            connection = duckdb.connect(
                str(paths.warehouse),
                read_only=True,
                config={
                    "threads": 2,
                    "memory_limit": "1GB",
                    "temp_directory": str(paths.root / ".spill"),
                },
            )
            connection.execute("set TimeZone = 'UTC'")
            break
        except duckdb.IOException as error:
            if "lock" not in str(error).lower() or time.monotonic() > deadline:
                raise DataDamaged(
                    "The warehouse can not be read: another program holds it, or it is damaged."
                    " Close that program, or delete the file and run `dbt build`."
                ) from None
            time.sleep(0.5)
    try:
        yield connection
    except (duckdb.CatalogException, duckdb.BinderException):
        raise GateRefused(
            "The warehouse lacks a table or a column that the loader reads."
            " Run `dbt build` to its end first."
        ) from None
    finally:
        connection.close()
