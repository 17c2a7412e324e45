"""
Lands what Nutshell holds: everything (`land_full`) or given ids (`land_readback`). Maps nothing.

Both ends use it: `extract nutshell` before the plan, `load verify` after the writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from apis.nutshell import LISTINGS, WORDS, Nutshell
from apis.nutshell_pages import all_pages
from common.errors import NotFound
from common.landing import Landing
from common.paths import DataPaths
from common.tasks import gather

KIND_OF_TABLE = {word.rest: kind for kind, word in WORDS.items()}

Progress = Callable[[int], None]


def _quiet(_: int) -> None:
    pass


def rows_to_columns(
    records: Sequence[Mapping[str, Any]], *, missing: bool = False
) -> dict[str, Any]:
    """Return the generic columns of raw Nutshell tables for these records."""
    return {
        "id": [_integer(record.get("id")) for record in records],
        "rev": [_text(record.get("rev")) for record in records],
        "name": [_name(record) for record in records],
        "created_time": [_text(record.get("createdTime")) for record in records],
        "modified_time": [_text(record.get("modifiedTime")) for record in records],
        "deleted_time": [_text(record.get("deletedTime")) for record in records],
        "is_missing": [missing] * len(records),
        "_record": [None if missing else orjson.dumps(record).decode() for record in records],
    }


async def land_full(
    nutshell: Nutshell, paths: DataPaths, progress: Progress = _quiet
) -> tuple[Path, list[dict[str, Any]]]:
    """List everything, commit it as a run of kind `full`; return its folder and its run rows."""
    landing = _open(paths, "full")
    started = datetime.now(UTC)
    run_rows = []
    for table, method in LISTINGS.items():
        rows, pages = await _land_listing(nutshell, landing, table, method, progress)
        run_rows.append(_run_row(nutshell, landing, "full", table, rows, pages, started))
    fields = await nutshell.custom_fields()
    entries = [{"entity": entity, **entry} for entity, found in fields.items() for entry in found]
    columns = rows_to_columns(entries) | {"id": [None] * len(entries)}
    landing.add("custom_fields", columns, len(entries))
    run_rows.append(_run_row(nutshell, landing, "full", "custom_fields", len(entries), 4, started))
    landing.add_rows("runs", run_rows)
    return landing.commit({"kind": "full", "watermark": None}), run_rows


async def land_readback(
    nutshell: Nutshell,
    paths: DataPaths,
    ids_by_table: Mapping[str, Iterable[int]],
    progress: Progress = _quiet,
) -> Path:
    """
    Get these records and commit them as a run of kind `readback`; return its folder.

    Tables are accounts, contacts, leads, activities. A record that Nutshell has no more is landed
    with `is_missing`. Memory is flat: ids are taken as they come.
    """
    landing = _open(paths, "readback")
    started = datetime.now(UTC)
    run_rows = []
    for table, ids in ids_by_table.items():
        kind, count = KIND_OF_TABLE[table], 0

        async def fetch(nutshell_id: int, kind: str = kind) -> tuple[dict[str, Any], bool]:
            try:
                return await nutshell.get(kind, nutshell_id), False
            except NotFound:
                return {"id": nutshell_id}, True

        for window in _windows(ids, 200):
            found = await gather(fetch(nutshell_id) for nutshell_id in window)
            for missing in (False, True):
                records = [record for record, gone in found if gone is missing]
                landing.add(table, rows_to_columns(records, missing=missing), len(records))
            count += len(window)
            progress(len(window))
        run_rows.append(_run_row(nutshell, landing, "readback", table, count, count, started))
    landing.add_rows("runs", run_rows)
    return landing.commit({"kind": "readback", "watermark": None})


async def _land_listing(
    nutshell: Nutshell, landing: Landing, table: str, method: str, progress: Progress
) -> tuple[int, int]:
    pages = rows = 0
    async for fresh in all_pages(nutshell, method):
        landing.add(table, rows_to_columns(fresh), len(fresh))
        rows, pages = rows + len(fresh), pages + 1
        progress(len(fresh))
    return rows, pages


def _open(paths: DataPaths, kind: str) -> Landing:
    return Landing.start(paths, "nutshell", {"kind": kind})


def _run_row(  # noqa: PLR0917
    nutshell: Nutshell,
    landing: Landing,
    kind: str,
    table: str,
    rows: int,
    pages: int,
    started: datetime,
) -> dict[str, Any]:
    finished, offset = datetime.now(UTC), nutshell.http.clock.offset
    return {
        "run_id": landing.run_id,
        "source": "nutshell",
        "kind": kind,
        "origin": "api",
        "object": table,
        "rows": rows,
        "quarantined": 0,
        "pages": pages,
        # by its clock, as its answers told: SQL compares with its times by it
        "server_time": None if offset is None else f"{finished + offset:%Y-%m-%dT%H:%M:%S.%fZ}",
        "server_time_zone": "UTC",
        "started_at": started,
        "finished_at": finished,
    }


def _windows(ids: Iterable[int], size: int) -> Iterable[list[int]]:
    window: list[int] = []
    for nutshell_id in ids:
        window.append(nutshell_id)
        if len(window) >= size:
            yield window
            window = []
    if window:
        yield window


def _name(record: Mapping[str, Any]) -> str | None:
    if record.get("entityType") == "Leads":  # a lead's `name` is its number, not its title
        return _text(record.get("description") or record.get("name"))
    name = record.get("name")
    return _text(name.get("displayName") if isinstance(name, dict) else name)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def _integer(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
