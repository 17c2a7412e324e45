"""Hosted files in a folder of this machine, or in one that is mounted."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from common.errors import Rejected
from common.paths import ensure_folder, fsync_folder
from load.files.hosted import PIECE, Hosted, altered, is_ours


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
        # and named by a digest: an id may be longer than a name
        told = hashlib.sha256(key.encode()).hexdigest()
        partial = target.with_name(f".{told}.partial")
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
