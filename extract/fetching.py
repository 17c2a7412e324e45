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


class UnreadableError(Exception):
    """The bytes come in a form that nobody asked for and that we do not know; says which."""


BROKEN_WAIT = 0.2  # seconds, doubled each time
COPIES = 3  # of a file that changes meanwhile
UNPACKED = ("gzip", "x-gzip", "deflate")


class _Download:
    """One file on its way; `furthest` is how many bytes of it were ever here."""

    def __init__(self, api: VisualPractice, wanted: Wanted, path: Path, max_bytes: int) -> None:
        self.api, self.wanted, self.path, self.max_bytes = api, wanted, path, max_bytes
        self.furthest = path.stat().st_size if path.exists() else 0
        self.is_open = False  # the newest answer began, whatever became of it
        self._etag: str | None = None
        self._is_packed = False

    async def go_on(self) -> None:
        """Fetch what is missing; raise Transient where the line breaks, TooLargeError."""
        have = self.path.stat().st_size if self.path.exists() and not self._is_packed else 0
        self.is_open = False
        async with self.api.content(self.wanted.id, start=have, etag=self._etag) as response:
            self.is_open = True
            if have and response.status_code != 206:
                have = 0  # the other side starts anew, so do we
            self._etag = response.headers.get("ETag")
            encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
            # packed though it was asked not to be: what counts is what was packed, and a part of
            # that can not be asked for
            self._is_packed = encoding not in ("", "identity")
            if self._is_packed and (encoding not in UNPACKED or response.status_code == 206):
                raise UnreadableError(f"sent as {encoding[:20]}")
            length = response.headers.get("Content-Length")
            expected = have + int(length) if length and length.isdigit() else None
            if (expected or 0) > self.max_bytes:
                raise TooLargeError
            pieces = response.aiter_bytes if self._is_packed else response.aiter_raw
            with self.path.open("ab" if have else "wb") as file:
                async for piece in pieces():  # as they come: gathered ones would go with a break
                    have += len(piece)
                    if have > self.max_bytes:
                        raise TooLargeError
                    file.write(piece)
                    self.furthest = max(self.furthest, have)
            came = response.num_bytes_downloaded if self._is_packed else have
            if expected is not None and came < expected:
                raise AnswerMalformed(f"Attachment {self.wanted.id} was cut.")


def api_fetch(api: VisualPractice, max_bytes: int, attempts: int = 8) -> Fetch:
    """Return a Fetch that downloads, and goes on where a download broke."""

    async def download(wanted: Wanted, path: Path) -> None:
        coming = _Download(api, wanted, path, max_bytes)
        failures, moved = 0, time.monotonic()
        while True:
            furthest = coming.furthest
            try:
                await coming.go_on()
                return
            except Transient as error:
                if error.status == 416:
                    path.unlink(missing_ok=True)
                if coming.furthest > furthest:  # it moves on: patience starts anew
                    failures, moved = 0, time.monotonic()
                failures += not isinstance(error, RateLimited)
                waited = time.monotonic() - moved
                if isinstance(error, ComeBack) or waited > api.http.patience.throttled_for:
                    raise
                if failures >= attempts and coming.is_open and coming.furthest:
                    # one file that always breaks off shall not keep all others here
                    raise UnreadableError(
                        f"broke off {failures} times, at {coming.furthest:,} bytes at most"
                    ) from None
                if failures >= attempts:
                    raise
                await api.http.sleep(min(BROKEN_WAIT * 2**failures, 20.0))
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
        for _ in range(COPIES):
            before = body.stat()
            await asyncio.to_thread(shutil.copyfile, body, path)
            after = body.stat()
            if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
                return
        raise UnreadableError("it kept changing while it was copied")

    return fetch
