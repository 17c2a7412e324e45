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


#: What can not fail: to text, nothing, and what stands there as a letter or a digit.
SAFE = re.compile(r"\s*(?:null|[0-9.]+|\[\]|'[^']*')\s*", re.IGNORECASE)
#: An operator's setting that is no number stops the build by its name; nothing of a record does.
SETTING = re.compile(r"setting\(|where name = '")
CAST = re.compile(r"(?<![\w])cast\s*\(")
COLONS = re.compile(r"(\S*)::\s*(\w+)")
#: Raise on a value that they do not take; a letter's own number is one that they take.
RAISES = re.compile(
    r"(?<![\w])(?:strptime|make_date|make_timestamp|unhex|from_hex|decode|url_decode"
    r"|to_(?:years|months|weeks|days|hours|minutes|seconds|milliseconds)"
    r"|chr(?!\((?:\d+|\{\{ code \}\})\)))\("
)
#: Written as JSON by the landing, in Python, line by line.
LANDED = re.compile(r"\W?(?:\w+\.)?_record$")


def closed(text: str, start: int) -> int:
    """Return where the parenthesis ends that is opened at start."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return place
    return len(text)


def tried_parts(text: str) -> list[range]:
    """Return the insides of every `try(…)`."""
    return [
        range(found.end(), closed(text, found.end() - 1))
        for found in re.finditer(r"(?<![\w])try\(", text)
    ]


def plain_casts(text: str) -> list[str]:
    """Return the casts of a file that end the build at the first value that does not fit."""
    tried = tried_parts(text)
    found = []
    for cast in CAST.finditer(text):
        inside = text[cast.end() : closed(text, cast.end() - 1)]
        value, _, kind = inside.rpartition(" as ")
        value = value or inside.rpartition("\n")[0]
        if (
            kind.strip() != "varchar"
            and not SAFE.fullmatch(value)
            and not SETTING.search(value)
            and not any(cast.start() in part for part in tried)
        ):
            found.append(inside)
    for cast in COLONS.finditer(text):
        value, kind = cast.groups()
        can_fail = kind != "varchar" and not re.search(r"(?:null|'|\[\])$", value)
        is_landed = kind == "json" and LANDED.search(value)
        if can_fail and not is_landed and not any(cast.start() in part for part in tried):
            found.append(cast[0])
    return found


def untried_calls(text: str) -> list[str]:
    """Return the calls of a file that raise on a value, or overflow by one, and stand in no try."""
    tried = tried_parts(text)
    return [
        text[call.start() : call.end() + 30]
        for call in RAISES.finditer(text)
        if not any(call.start() in part for part in tried)
    ]


def test_what_raises_on_a_value_is_tried() -> None:
    """A 13th month, a letter of no alphabet, a million years: null, and the build goes on."""
    found = {str(path.relative_to(ROOT)): untried_calls(text_of(path)) for path in FILES}
    assert {name: calls for name, calls in found.items() if calls} == {}


def test_casts_are_the_try_kind() -> None:
    """Whatever a record holds: what can not be read is null, and named, and the build goes on."""
    found = {str(path.relative_to(ROOT)): plain_casts(text_of(path)) for path in FILES}
    assert {name: casts for name, casts in found.items() if casts} == {}


@pytest.mark.parametrize(
    "sql",
    ["cast(a.b as date)", "(r ->> 'id')::bigint", "cast(a ->> 'b' as json)", "min(a)::integer"],
)
def test_the_check_finds_a_plain_cast(sql: str) -> None:
    """What it is there to find."""
    assert plain_casts(sql)


@pytest.mark.parametrize(
    "sql",
    ["try_cast(a as date)", "cast(a as varchar)", "null::date", "cast(null as bigint)",
     "try(cast(a as integer))", "_record::json", "cast(1 as hugeint)", "[]::varchar[]"],
)  # fmt: skip
def test_the_check_lets_pass_what_can_not_fail(sql: str) -> None:
    """No noise: a check that cries at everything is switched off."""
    assert plain_casts(sql) == []
