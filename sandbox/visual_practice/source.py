"""
Where the sandbox's practice comes from: the generator, or an export folder.

Not the store: it streams records in, and finds the bytes of files.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

from sandbox.generator.practice import Practice
from sandbox.visual_practice.store import Store

Record = dict[str, Any]
_log = logging.getLogger("sandbox.visual_practice")


class Source(Protocol):
    """What a practice must offer to be served."""

    identity: str

    def metadata(self) -> Record:
        """Return the answer of GET /metadata at the start."""

    def streams(self) -> Iterator[tuple[str, Iterable[Record]]]:
        """Return all records, object by object."""

    def body(self, attachment_id: str) -> bytes | Path | None:
        """Return the bytes of a file, or where they are; None if they are lost."""


class Generated:
    """A practice made from size and seed."""

    def __init__(self, size: int, seed: int) -> None:
        """Fix size (people) and seed."""
        self._practice = Practice(size, seed)
        self.identity = f"generated size={size} seed={seed} made-by=2"

    def metadata(self) -> Record:
        """Return the generated practice's metadata."""
        return self._practice.metadata()

    def streams(self) -> Iterator[tuple[str, Iterable[Record]]]:
        """Return the generator's streams."""
        for name in self._practice.objects:
            yield name, self._practice.stream(name)

    def body(self, attachment_id: str) -> bytes | None:
        """Make the bytes."""
        return self._practice.body(attachment_id)


class Folder:
    """A practice in an export folder: metadata.json, <object>.jsonl, files/<attachment id>."""

    def __init__(self, folder: Path) -> None:
        """Raise ValueError, in one line, if the folder has no metadata."""
        self._folder = folder.resolve()
        try:
            self._metadata: Record = json.loads((self._folder / "metadata.json").read_bytes())
            self._metadata["server_time"], self._metadata["objects"]
        except (OSError, ValueError, KeyError) as error:
            raise ValueError(f"{folder}: no readable metadata.json ({error})") from error
        self.identity = f"folder {self._folder} {self._metadata['server_time']}"

    def metadata(self) -> Record:
        """Return the folder's metadata."""
        return self._metadata

    def streams(self) -> Iterator[tuple[str, Iterable[Record]]]:
        """Read the objects' files line by line; an object without a file has no records."""
        for item in self._metadata["objects"]:
            yield item["name"], self._lines(self._folder / f"{item['name']}.jsonl")

    @staticmethod
    def _lines(path: Path) -> Iterator[Record]:
        if not path.exists():
            return
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    record = json.loads(line) if line.strip() else None
                except ValueError:
                    record = None
                if isinstance(record, dict):
                    yield record
                elif line.strip():
                    _log.warning("%s line %d is no record and is not served", path.name, number)

    def body(self, attachment_id: str) -> Path | None:
        """Say where the bytes are; an id that is no plain name has none."""
        path = self._folder / "files" / attachment_id
        return path if path.parent.name == "files" and path.is_file() else None


def source_of(practice: Path | None, size: int, seed: int) -> Source:
    """Choose the source: the folder if there is one, else the generator."""
    return Folder(practice) if practice else Generated(size, seed)


def opened(state_dir: Path, source: Source) -> Store:
    """Open the practice's state, filling it first if it is new or was of another practice."""
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = state_dir / "visual_practice.sqlite"
    if path.exists():
        store = Store(path)
        if store.meta("identity") == source.identity:
            return store
        store.close()
        for part in state_dir.glob("visual_practice.sqlite*"):
            part.unlink()
    Store.create(path, source.identity, source.metadata(), source.streams())
    path.chmod(0o600)
    return Store(path)
