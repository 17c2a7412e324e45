"""
Reads a file of JSON, whatever form it has: lines, a list, or a list within an envelope.

A value that is no record's costs itself only. It lands nothing.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

from common.json_text import BOM, JsonProblem, end_of, parts_of, read_json
from extract.names import is_blank

#: (a record or anything else, where it stood, what is wrong with it or None)
Item = tuple[Any, str, str | None]
SPACE = re.compile(rb"[\s,]*")
#: under what APIs and exporters put their records, beside the object's own name
ENVELOPES = ("data", "results", "items", "records", "value", "values", "rows", "entries", "list")


def json_items(path: Path, name: str) -> Iterator[Item]:
    """Yield what a file says of object `name`: each with its line, or its number."""
    is_named_so = path.suffix.casefold() == ".jsonl"
    with opened(path) as file:
        first = next((line for line in file if line.strip()), b"")
        is_alone = not any(line.strip() for line in file)
    if _is_a_line(first, may_be_all=is_alone and not is_named_so):
        yield from _lines(path, name)
        return
    with opened(path) as file:
        content = file.read().strip()
    ends: list[int] = []
    with suppress(JsonProblem):
        while (at := SPACE.match(content, ends[-1] if ends else 0).end()) < len(content):  # type: ignore[union-attr]
            ends.append(end_of(content, at))
    if ends and ends[-1] == len(content) and len(ends) > 1:  # one after another, on several lines
        for number, (begin, end) in enumerate(pairwise([0, *ends]), start=1):
            yield from _said(content[begin:end], f"{path.name}[{number}]", name)
    elif content[:1] == b"[" or (ends and ends[-1] == len(content)) or is_alone:
        # a list that was cut still has its beginning
        if content or not is_named_so:
            yield from _listed(path, content, name)
    else:
        yield from _lines(path, name)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file of UTF-8, its mark left out; of UTF-16, which its mark tells, as UTF-8."""
    with path.open("rb") as raw:
        mark = raw.read(3)
        if mark[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raw.seek(0)
            told = codecs.EncodedFile(raw, "utf-8", "utf-16", "backslashreplace")
            yield io.BytesIO(told.read())
            return
        raw.seek(3 if mark == BOM else 0)
        yield raw


def _is_a_line(first: bytes, *, may_be_all: bool) -> bool:
    """Tell by its first line whether each line of a file stands for itself."""
    try:
        value = read_json(first)
    except JsonProblem as problem:
        return problem.is_whole and first.strip()[:1] == b"{" and not may_be_all
    return not may_be_all and not isinstance(value, list)


def _lines(path: Path, name: str) -> Iterator[Item]:
    with opened(path) as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield from _said(line.rstrip(b"\r\n"), f"{path.name}:{number}", name)


def _said(text: bytes, locator: str, name: str) -> Iterator[Item]:
    """Yield what one value says: a record, or the records of a page that it is."""
    try:
        value = read_json(text)
    except JsonProblem as problem:
        yield _readable(text), locator, problem.word
        return
    listed = _under(value, name) if isinstance(value, dict) else None
    if listed is None:
        yield value, locator, None
    else:
        for number, one in enumerate(listed, start=1):
            yield one, f"{locator}[{number}]", None


def _listed(path: Path, content: bytes, name: str) -> Iterator[Item]:
    """Yield the records of one list, or of one within an envelope; or the one record."""
    try:
        value = read_json(content)
    except JsonProblem:
        yield from _part_by_part(path, content, name)
        return
    listed = _under(value, name) if isinstance(value, dict) else value
    for number, one in enumerate(listed if isinstance(listed, list) else [value], start=1):
        yield one, f"{path.name}[{number}]", None


def _part_by_part(path: Path, content: bytes, name: str) -> Iterator[Item]:
    """Yield the records of a list of which one can not be read, or of which the end is missing."""
    number, start = 0, _list_within(content, name)
    if start is None:
        yield "", path.name, "invalid_json"
        return
    end = start
    try:
        for _, begin, end in parts_of(content, start):
            number += 1
            text = content[begin:end].strip()
            try:
                yield read_json(text), f"{path.name}[{number}]", None
            except JsonProblem as problem:
                yield _readable(text), f"{path.name}[{number}]", problem.word
    except JsonProblem as problem:
        yield _readable(content[end + 1 :].strip()), f"{path.name}[{number + 1}]", problem.word


def _list_within(content: bytes, name: str) -> int | None:
    """Return where the list of records begins, in content that can not be read as a whole."""
    if content[:1] != b"{":
        return 0 if content[:1] == b"[" else None
    found = {}
    with suppress(JsonProblem):
        for key, begin, end in parts_of(content):
            found[key] = end - len(content[begin:end].lstrip())
    lists = (found[key] for key in (name, *ENVELOPES) if key in found)
    return next((at for at in lists if content[at : at + 1] == b"["), None)


def _under(value: dict[str, Any], name: str) -> list[Any] | None:
    """Return the list of records that an object is only the envelope of; None if it is a record."""
    if "id" in {key.casefold() for key in value}:
        return None
    for key in (name, *ENVELOPES):
        if isinstance(inner := value.get(key), list):
            if all(isinstance(one, dict) or is_blank(one) for one in inner):
                return inner
        elif isinstance(inner, dict) and (within := _under(inner, name)) is not None:
            return within
    return None


def _readable(text: bytes) -> str:
    return text.decode("utf-8", "backslashreplace").rstrip("\r\n")
