"""
What an approval is bound to: digests of the mapping, of the live schema, and the envelope.

Not of compiled SQL, which changes with DATA_DIR: the raw text counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from common.paths import PROJECT_ROOT

MAPPING_FOLDERS = ("models", "macros")
MAPPING_FILES = (".sql", ".yml", ".yaml", ".csv")


NAMED = 6  # things named in a refusal; the rest is counted

#: The kind of element that quotes the source, and how it begins once a purge has taken it.
SOURCE_VALUE, HASHED = "value", "sha256:"


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that a plan relies on: a source field in use, a stage, a custom field …"""

    kind: str
    element: str

    def hashed(self, salt: str) -> Element:
        """Give what a purge leaves of it: enough to know it again, not to read it."""
        digest = hashlib.sha256(f"{salt}\t{self.kind}\t{self.element}".encode()).hexdigest()
        return Element(self.kind, f"{HASHED}{digest}")


def mapping_files(seeds: Path, root: Path = PROJECT_ROOT) -> dict[str, str]:
    """
    Give the digest of every file that decides about data, by its place in the project.

    Seeds are named `seeds/…` wherever they lie, and read through links.
    """
    files: dict[str, str] = {}
    folders = [(name, root / name) for name in MAPPING_FOLDERS]
    folders.append(("seeds", seeds if seeds.is_absolute() else root / seeds))
    for name, folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in MAPPING_FILES and path.is_file():
                place = f"{name}/{path.relative_to(folder).as_posix()}"
                files[place] = hashlib.sha256(path.read_bytes()).hexdigest()
    return dict(sorted(files.items()))


def mapping_digest(files: dict[str, str]) -> str:
    """Digest the mapping as a whole."""
    return digest_lines(f"{place}\t{digest}" for place, digest in files.items())


def elements_digest(elements: Iterable[Element]) -> str:
    """Digest a set of elements, in whatever order they come."""
    return digest_lines(sorted({f"{e.kind}\t{e.element}" for e in elements}))


def digest_lines(lines: Iterable[str]) -> str:
    """Digest lines in their order."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode())
        digest.update(b"\n")
    return digest.hexdigest()


def changed_files(then: dict[str, str], now: dict[str, str]) -> list[str]:
    """Name the files that differ, came or went."""
    return sorted(place for place in then.keys() | now.keys() if then.get(place) != now.get(place))


def some(names: list[str], separator: str = ", ", *, most: int = NAMED) -> str:
    """Name the first few and count the rest."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return separator.join(names[:most]) + more


def short(digest: str) -> str:
    """Give the first twelve characters: enough to tell plans apart, and to type."""
    return digest[:12]
