"""
The one lock over extract, load and delta. Not over dbt, which waits for the warehouse by itself.

The kernel holds it, so a killed command leaves none behind; who holds it stands beside it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson
from filelock import FileLock, Timeout

from common.errors import Locked
from common.paths import DataPaths, ensure_folder, write_durably


@contextmanager
def hold(paths: DataPaths, command: str) -> Iterator[None]:
    """Hold the lock while the body runs; raise Locked, saying who holds it, if it is taken."""
    ensure_folder(paths.root)
    lock = FileLock(paths.lock, mode=0o600, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Locked(f"{holder(paths)} is at work on {paths.root}. Wait for it to end.") from None
    try:
        write_durably(
            _holder_file(paths),
            orjson.dumps(
                {
                    "command": command,
                    "pid": os.getpid(),
                    "since": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
                }
            ),
        )
        yield
    finally:
        _holder_file(paths).unlink(missing_ok=True)
        lock.release()


def holder(paths: DataPaths) -> str:
    """Return who wrote the lock's note last, for a message: `load apply (pid 7, since …)`."""
    try:
        note = orjson.loads(_holder_file(paths).read_bytes())
        return f"`{note['command']}` (pid {note['pid']}, since {note['since']})"
    except (OSError, orjson.JSONDecodeError, KeyError):
        return "Another command"


def _holder_file(paths: DataPaths) -> Path:
    return paths.lock.with_name("lock.holder")
