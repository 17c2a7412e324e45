"""
A hosted file, and what a store of such files can do.

Not which file is hosted, nor when one goes: the plan and the walks say so. Names are
`<sha256>/<safe name>`, so that a file which is there already is the same file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Protocol

from common.errors import Rejected

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


def is_ours(name: str) -> bool:
    """Tell whether a name is one that we give."""
    parts = PurePosixPath(name).parts
    return len(parts) == 2 and ".." not in parts and bool(_OURS.fullmatch(parts[0]))


def altered(key: str) -> Rejected:
    """Return the refusal of bytes that are not the promised ones."""
    return Rejected(f"{key}: its bytes are not those that the source promised. Extract again.")
