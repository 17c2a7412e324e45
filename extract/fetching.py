"""
How an attachment's bytes come to a path: downloaded, or copied from an export. It proves nothing.

A broken download goes on by Range where it broke; nothing is ever held whole in memory.
"""

from __future__ import annotations

# ruff: noqa: ASYNC240 - a stat of a local file waits for nothing
import asyncio
import hashlib
import shutil
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import orjson

from apis.visual_practice import VisualPractice
from common.errors import (
    AnswerMalformed,
    ComeBack,
    MigrationError,
    NotFound,
    RateLimited,
    Transient,
)
from extract.export_folder import body_of

LARGEST_ERROR = 1 << 16  # bytes


@dataclass(frozen=True)
class Wanted:
    """An attachment whose bytes are asked for."""

    id: str
    size: int | None
    sha256: str | None
    modified_at: str | None


#: Puts an attachment's bytes at a path; raises NotFound, or TooLargeError
Fetch = Callable[[Wanted, Path], Awaitable[None]]


class TooLargeError(Exception):
    """The bytes are more than the policy lets in."""


def api_fetch(api: VisualPractice, max_bytes: int, attempts: int = 8) -> Fetch:
    """Return a Fetch that downloads, and goes on where a download broke."""

    async def download(wanted: Wanted, path: Path) -> None:
        etag: str | None = None
        failures, moved = 0, time.monotonic()
        while True:
            have = path.stat().st_size if path.exists() else 0
            try:
                async with api.content(wanted.id, start=have, etag=etag) as response:
                    if have and response.status_code != 206:
                        have = 0  # the other side starts anew, so do we
                    etag = response.headers.get("ETag")
                    length = response.headers.get("Content-Length")
                    expected = have + int(length) if length and length.isdigit() else None
                    if (expected or 0) > max_bytes:
                        raise TooLargeError
                    with path.open("ab" if have else "wb") as file:
                        async for piece in response.aiter_raw(1 << 18):
                            have += len(piece)
                            if have > max_bytes:
                                raise TooLargeError
                            file.write(piece)
                            # it moves on: patience starts anew
                            failures, moved = 0, time.monotonic()
                    if expected is not None and have < expected:
                        raise AnswerMalformed(f"Attachment {wanted.id} was cut.")
                return
            except Transient as error:
                if error.status == 416:
                    path.unlink(missing_ok=True)
                failures += not isinstance(error, RateLimited)
                waited = time.monotonic() - moved
                if isinstance(error, ComeBack) or waited > api.http.patience.throttled_for:
                    raise
                if failures >= attempts:
                    raise
                await api.http.sleep(min(0.2 * 2**failures, 20.0))
            except MigrationError as error:
                if getattr(error, "status", 0) != 416 or not path.exists():
                    raise
                return  # asked for bytes past the end: the file was whole already

    async def fetch(wanted: Wanted, path: Path) -> None:
        for attempt in range(attempts):
            await download(wanted, path)
            # what comes every time is what the other side holds
            if attempt == attempts - 1 or not _tells_an_error(path, wanted, api.dialect.error_key):
                return
            path.unlink()
            await api.http.sleep(min(0.2 * 2**attempt, 20.0))

    return fetch


def _tells_an_error(path: Path, wanted: Wanted, error_key: str) -> bool:
    """Tell an answer that is the API's error from the file itself; only a small one can be."""
    if path.stat().st_size > LARGEST_ERROR:
        return False
    content = path.read_bytes()
    try:
        told = orjson.loads(content)
    except orjson.JSONDecodeError:
        return False
    if not isinstance(told, dict) or told.get(error_key) is None:
        return False
    return wanted.sha256 != hashlib.sha256(content).hexdigest()


def folder_fetch(folder: Path, max_bytes: int) -> Fetch:
    """Return a Fetch that copies from an export folder."""

    async def fetch(wanted: Wanted, path: Path) -> None:
        body = body_of(folder, wanted.id)
        if body is None:
            raise NotFound(f"The export has no bytes of attachment {wanted.id}.", status=404)
        if body.stat().st_size > max_bytes:
            raise TooLargeError
        await asyncio.to_thread(shutil.copyfile, body, path)

    return fetch
