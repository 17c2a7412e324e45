"""One record, or one name, never stops a build: casts and arithmetic on data are the try kind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for folder in ("models", "macros") for path in (ROOT / folder).rglob("*.sql"))
COMMENT = re.compile(r"\{#.*?#\}|--[^\n]*", re.DOTALL)

#: A path that is put together from data ends the build at the first name with a quote or a star.
GLUED_PATHS = re.compile(r"'\$[^']*'\s*\|\||->>?\s*\(\s*'\$")


def text_of(path: Path) -> str:
    """Return a file's SQL without its comments, lines kept."""
    return COMMENT.sub(lambda found: "\n" * found[0].count("\n"), path.read_text())


def found_in(pattern: re.Pattern[str]) -> dict[str, list[str]]:
    """Return what a pattern finds, file by file, with its line."""
    found: dict[str, list[str]] = {}
    for path in FILES:
        text = text_of(path)
        for hit in pattern.finditer(text):
            line = text.count("\n", 0, hit.start()) + 1
            found.setdefault(str(path.relative_to(ROOT)), []).append(f"{line}: {hit[0]}")
    return found


def test_no_json_path_is_glued_from_data() -> None:
    """A key is looked up (json_member, json_entries); it never becomes a part of a path."""
    assert found_in(GLUED_PATHS) == {}


@pytest.mark.parametrize(
    "sql",
    ["json_extract(a, '$.\"' || b || '\"')", "a -> ('$.' || b)", "a ->> ('$[' || n || ']')"],
)
def test_the_check_finds_a_glued_path(sql: str) -> None:
    """What it is there to find."""
    assert GLUED_PATHS.search(sql)
