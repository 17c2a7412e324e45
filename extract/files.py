"""
Attachments' bytes: asked for, proven, kept by content. It reads names as data, never paths.

How they come is `extract.fetching`; what they are is told by the bytes.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import puremagic

from common.console import Task
from common.errors import (
    DataDamaged,
    InsecureAddress,
    NotFound,
)
from common.paths import DataPaths, ensure_folder, fsync_folder
from common.tasks import gather
from extract.fetching import Fetch, TooLargeError, UnreadableError, Wanted
from extract.resources import SOURCE
from extract.runs import Run

AT_ONCE = 16
CHUNK_ROWS = 500
DICOM_AT = 128


async def land_files(
    run: Run, paths: DataPaths, fetch: Fetch, max_bytes: int, task: Task
) -> dict[str, int]:
    """Bring in the bytes of this run's attachments; land one row each; return rows by status."""
    run.landing.flush()
    done = run.landing.units_done("files")
    known = _known_bodies(paths)
    statuses: dict[str, int] = {}
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(wanted: Wanted) -> dict[str, Any]:
        async with gate:
            row = await _bring(wanted, paths, fetch, max_bytes, known)
            task.advance(1)
            return row

    missing = [wanted for wanted in wanted_files(run) if wanted.id not in done]
    task.expect_more(len(missing))
    for chunk in _chunks(missing):
        rows = await gather(one(wanted) for wanted in chunk)
        run.landing.add_rows("files", rows, units=[row["attachment_id"] for row in rows])
        run.landing.flush("files")
        for row in rows:
            statuses[row["status"]] = statuses.get(row["status"], 0) + 1
    return statuses


def wanted_files(run: Run) -> list[Wanted]:
    """Return this run's attachments, newest version of each, without deleted ones."""
    if not run.landing.rows("attachments"):
        return []
    with duckdb.connect(config={"threads": 1}) as connection:
        rows = connection.execute(
            "select id, size_bytes, lower(sha256), modified_at from read_parquet(?)"
            " where deleted_at is null qualify row_number() over"
            " (partition by id order by modified_at desc nulls last) = 1 order by id",
            [str(run.landing.folder / "attachments" / "*.parquet")],
        ).fetchall()
    return [Wanted(*row) for row in rows]


async def _bring(
    wanted: Wanted,
    paths: DataPaths,
    fetch: Fetch,
    max_bytes: int,
    known: dict[str, tuple[str, int, str]],
) -> dict[str, Any]:
    row: dict[str, Any] = {"attachment_id": wanted.id}
    if (wanted.size or 0) > max_bytes:
        return row | {"status": "too_large", "detail": f"{wanted.size} bytes, limit {max_bytes}"}
    if (have := _already_here(wanted, paths, known)) is not None:
        return row | _told_by_bytes(have, paths)
    waiting = ensure_folder(paths.files / ".partial")
    # the id is data: only its digest becomes a name
    path = waiting / hashlib.sha256(wanted.id.encode()).hexdigest()
    if not wanted.sha256:
        path.unlink(missing_ok=True)  # nothing could prove what an earlier process left half-done
    for last in (False, True):
        try:
            await fetch(wanted, path)
        except NotFound:
            return row | {"status": "missing"}
        except (InsecureAddress, UnreadableError) as error:  # the rest goes on
            path.unlink(missing_ok=True)
            # signed links lead to a storage elsewhere
            moved = isinstance(error, InsecureAddress)
            why = "redirected to another address" if moved else str(error)
            return row | {"status": "not_fetched", "detail": why}
        except TooLargeError:
            path.unlink(missing_ok=True)
            return row | {"status": "too_large", "detail": f"more than {max_bytes} bytes"}
        digest, size = await asyncio.to_thread(_digest, path)
        status = _verdict(wanted, digest, size)
        if status == "ok" or last:
            break
        path.unlink()  # once more from the start: a resumed download may have mixed two versions
    target = paths.file(digest)
    ensure_folder(target.parent)
    path.replace(target)
    await asyncio.to_thread(fsync_folder, target.parent)  # the run that names it is durable, too
    detail = None if status == "ok" else f"declared {wanted.size} bytes, {wanted.sha256}"
    return row | _told_by_bytes(target, paths) | {"status": status, "detail": detail}


def _already_here(
    wanted: Wanted, paths: DataPaths, known: dict[str, tuple[str, int, str]]
) -> Path | None:
    if wanted.sha256:
        path = paths.file(wanted.sha256) if len(wanted.sha256) == 64 else None
        if path and wanted.sha256.isalnum() and path.is_file():
            return path if wanted.size in (None, path.stat().st_size) else None
        return None
    sha256, size, modified_at = known.get(wanted.id, ("", -1, ""))
    path = paths.file(sha256)
    # without a declared digest only an unchanged record vouches for its bytes
    same = sha256 and modified_at == wanted.modified_at and wanted.size in (None, size)
    return path if same and path.is_file() else None


def _known_bodies(paths: DataPaths) -> dict[str, tuple[str, int, str]]:
    if not paths.committed_runs(SOURCE):
        return {}
    raw = paths.raw / SOURCE
    with whole_files(), duckdb.connect(config={"threads": 1}) as connection:
        rows = connection.execute(
            "select f.attachment_id, f.sha256, f.size_bytes, a.modified_at"
            " from read_parquet(?) as f join read_parquet(?) as a"
            " on a.id = f.attachment_id and a._run_id = f._run_id"
            " where f.status = 'ok' and a.sha256 is null order by f._run_id",
            [str(raw / "*" / "files" / "*.parquet"), str(raw / "*" / "attachments" / "*.parquet")],
        ).fetchall()
    return {row[0]: (row[1], row[2], row[3] or "") for row in rows}


@contextmanager
def whole_files() -> Iterator[None]:
    """Say a corrupt Parquet file of ours in one line."""
    try:
        yield
    except duckdb.Error as error:
        raise DataDamaged(
            f"A Parquet file below {SOURCE} can not be read ({type(error).__name__})."
            " `extract check` names it."
        ) from None


def _verdict(wanted: Wanted, digest: str, size: int) -> str:
    if wanted.sha256 and wanted.sha256 != digest:
        return "checksum_mismatch" if wanted.size in (None, size) else "size_mismatch"
    return "ok" if wanted.size in (None, size) else "size_mismatch"


def _told_by_bytes(path: Path, paths: DataPaths) -> dict[str, Any]:
    with path.open("rb") as file:
        is_dicom = file.read(DICOM_AT + 4)[DICOM_AT:] == b"DICM"
    return {
        "status": "ok",
        "size_bytes": path.stat().st_size,
        "sha256": path.name,
        "detected_type": "application/dicom" if is_dicom else _type_of(path),
        "is_dicom": is_dicom,
        "path": path.relative_to(paths.root).as_posix(),
    }


def _type_of(path: Path) -> str | None:
    try:
        return puremagic.from_file(path, mime=True) or None
    except (puremagic.PureError, ValueError, OSError):
        return None


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return digest, path.stat().st_size


def _chunks(wanted: Iterable[Wanted]) -> Iterator[list[Wanted]]:
    chunk: list[Wanted] = []
    for item in wanted:
        chunk.append(item)
        if len(chunk) >= CHUNK_ROWS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
