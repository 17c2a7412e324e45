"""
The one lock over extract, load and delta. Not over dbt, which waits for the warehouse by itself.

The kernel holds it, so a killed command leaves none behind; who holds it stands beside it. A
command that runs others under its own lock hands it down: to functions of its own by knowing it,
to processes as an open file.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson

from common.errors import Locked
from common.paths import DataPaths, ensure_folder, write_durably

INHERITED = "LOCK_DESCRIPTOR"  # the variable by which a child learns of the lock it was handed
_held: dict[Path, int] = {}


@contextmanager
def hold(paths: DataPaths, command: str) -> Iterator[None]:
    """Hold the lock while the body runs; raise Locked, saying who holds it, if it is taken."""
    if handed_down(paths) is not None:
        yield
        return
    ensure_folder(paths.root)
    place = paths.lock.resolve()
    descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            raise
        raise Locked(f"{holder(paths)} is at work on {paths.root}. Wait for it to end.") from None
    try:
        _held[place] = descriptor
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
        del _held[place]
        os.close(descriptor)  # frees it, once a child that was handed it has ended too


def handed_down(paths: DataPaths) -> int | None:
    """
    Return the descriptor of a lock that this process holds already, or was handed; else None.

    A child gets it by `pass_fds`, with its number in the environment: it keeps the lock taken for
    as long as the child runs, even where the parent is killed.
    """
    place = paths.lock.resolve()
    if place in _held:
        return _held[place]
    number = os.environ.get(INHERITED, "")
    if not number.isdecimal():
        return None
    try:
        handed, there = os.fstat(int(number)), place.stat()
    except OSError:
        return None
    same = (handed.st_dev, handed.st_ino) == (there.st_dev, there.st_ino)
    return int(number) if same else None


def holder(paths: DataPaths) -> str:
    """Return who wrote the lock's note last, for a message: `load apply (pid 7, since …)`."""
    try:
        note = orjson.loads(_holder_file(paths).read_bytes())
        return f"`{note['command']}` (pid {note['pid']}, since {note['since']})"
    except (OSError, orjson.JSONDecodeError, KeyError):
        return "Another command"


def is_at_work(paths: DataPaths) -> bool:
    """Tell whether who wrote the lock's note last still lives, without touching the lock."""
    try:
        os.kill(int(orjson.loads(_holder_file(paths).read_bytes())["pid"]), 0)
    except PermissionError:
        return True  # another user's
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return False
    return True


def _holder_file(paths: DataPaths) -> Path:
    return paths.lock.with_name("lock.holder")
