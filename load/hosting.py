"""
Where hosted files lie: a folder, or a bucket of an S3-compatible store, behind one interface.

Not which file is hosted, nor when one goes: the plan and the walks say so. Names are
`<sha256>/<safe name>`, so that a file which is there already is the same file.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Protocol

from common.errors import Rejected
from common.paths import ensure_folder, fsync_folder
from common.settings import Settings

PIECE = 1 << 20  # bytes
_OURS = re.compile(r"[0-9a-f]{64}")  # <sha256>/<name>; a web root or a bucket may hold more


@dataclass(frozen=True, slots=True)
class Hosted:
    """One file of ours in the store."""

    name: str
    size: int
    modified: datetime


class Host(Protocol):
    """Keeps files by name; each is put whole or not at all."""

    def put(self, source: Path, name: str, sha256: str, key: str) -> None:
        """Bring a file there, proven; raise Rejected, with the operation's key, or Transient."""

    def remove(self, name: str) -> None:
        """Remove a file that may have gone already."""

    def listed(self) -> Iterator[Hosted]:
        """Give the files that are ours."""


class Folder:
    """A folder of this machine, or one that is mounted."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is made when the first file comes."""
        self.folder = folder

    def put(self, source: Path, name: str, sha256: str, key: str) -> None:
        """Copy in pieces, hash on the way, and put the copy in place in one step."""
        target = self.folder / name
        if not target.resolve().is_relative_to(self.folder.resolve()):
            raise Rejected(f"{key}: its name leads out of the folder of hosted files.")
        ensure_folder(target.parent)
        # its own, whoever else copies the same bytes now; a rerun after a kill takes it again
        partial = target.with_name(f".{re.sub(r'[^A-Za-z0-9_-]', '_', key)}.partial")
        digest = hashlib.sha256()
        with source.open("rb") as origin, partial.open("wb") as copy:
            while piece := origin.read(PIECE):
                digest.update(piece)
                copy.write(piece)
            copy.flush()
            os.fsync(copy.fileno())
        if digest.hexdigest() != sha256:
            partial.unlink()
            raise altered(key)
        partial.replace(target)
        fsync_folder(target.parent)

    def remove(self, name: str) -> None:
        """Remove a file, and its folder where it was the last one."""
        path = self.folder / name
        path.unlink(missing_ok=True)
        if path.parent.is_dir() and not any(path.parent.iterdir()):
            path.parent.rmdir()

    def listed(self) -> Iterator[Hosted]:
        """Give the files in folders that are called by a hash, those of a killed copy too."""
        for path in sorted(self.folder.glob("*/*")):
            if is_ours(name := path.relative_to(self.folder).as_posix()) and path.is_file():
                found = path.stat()
                yield Hosted(name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def is_ours(name: str) -> bool:
    """Tell whether a name is one that we give."""
    parts = PurePosixPath(name).parts
    return len(parts) == 2 and ".." not in parts and bool(_OURS.fullmatch(parts[0]))


def altered(key: str) -> Rejected:
    """Return the refusal of bytes that are not the promised ones."""
    return Rejected(f"{key}: its bytes are not those that the source promised. Extract again.")


def host_of(settings: Settings) -> Host:
    """Return the store that ATTACHMENT_HOST_DIR names; raise SettingMissing or UsageError."""
    if settings.attachment_host.startswith("s3://"):
        from load.hosting_s3 import Bucket

        return Bucket.named(settings)
    return Folder(Path(settings.attachment_host))
