r"""
Reads JSON as leniently as its grammar, and loses nothing that it says. It mends none.

A text may hold half a character (`\ud800`), a number more digits than a machine's number has: it
becomes the text of its digits. Of two values under one key one would be lost, so that is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

BOM = b"\xef\xbb\xbf"  # Windows programs begin UTF-8 with it
MOST_DEEP = 200  # levels; what is nested deeper is no record of a practice
#: a number that may have more digits than 64 bits tell apart; texts begin with a quotation mark
LONG = re.compile(rb"[:\[,]\s*-?(?:[\d.]{17}|[\d.]+[eE][+-]?\d\d)")
TOKEN = re.compile(rb'"[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*"|["\[\]{},:]')


class JsonProblem(ValueError):
    """
    Why a text is not taken as JSON: `word` for the quarantine.

    `is_whole` where the other side meant to say this: to ask again would bring the same.
    """

    def __init__(self, word: str = "invalid_json", *, is_whole: bool = False) -> None:
        super().__init__(word)
        self.word, self.is_whole = word, is_whole


def read_json(content: bytes) -> Any:
    """Return what JSON says, every digit of it; raise JsonProblem for none, or a key said twice."""
    try:
        value = orjson.loads(content)
        # said again, it has as many quotation marks, unless a key fell out
        marks = orjson.dumps(value).count(b'"')
    except (orjson.JSONDecodeError, TypeError):  # half a character, NaN, nested deeply, no JSON
        return _read_slowly(content)
    if content.count(b'"') > marks or b"\\u0022" in content or LONG.search(content):
        return _read_slowly(content)
    return value


def _read_slowly(content: bytes) -> Any:
    if _depth(content) > MOST_DEEP:
        raise JsonProblem(is_whole=True)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise JsonProblem from None
    try:
        return json.loads(
            text,
            object_pairs_hook=_pairs,
            parse_int=_exact_int,
            parse_float=_exact_float,
            parse_constant=_no_number,
        )
    except json.JSONDecodeError:
        raise JsonProblem from None


def _pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(items)
    if len(told) < len(items):
        raise JsonProblem("key_twice", is_whole=True)
    return told


def _exact_int(digits: str) -> int | str:
    # 64 bits are what DuckDB and Parquet count with; a longer one would become 1.2e22
    if len(digits) > 20 or not -(2**63) <= int(digits) < 2**64:
        return digits
    return int(digits)


def _exact_float(digits: str) -> float | str:
    try:
        is_exact = Decimal(repr(number := float(digits))) == Decimal(digits)
    except (InvalidOperation, OverflowError):
        return digits
    return number if is_exact else digits


def _no_number(_: str) -> None:
    raise JsonProblem(is_whole=True)  # NaN and Infinity are Python's, not JSON's


def _depth(content: bytes) -> int:
    depth = deepest = 0
    for token in TOKEN.finditer(content):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(token[0], 0)
        deepest = max(deepest, depth)
    return deepest


def parts_of(content: bytes, at: int = 0) -> Iterator[tuple[str, int, int]]:
    """
    Yield key ("" in a list), begin and end of each value in the list or object that begins at `at`.

    The values themselves are not read: one that is no JSON costs none of the others. Raises
    JsonProblem where the text ends within them.
    """
    depth, begin, key = 0, at + 1, ""
    for token in TOKEN.finditer(content, at):
        mark, start = token[0], token.start()
        if mark in (b"[", b"{"):
            depth += 1
        elif mark in (b"]", b"}"):
            depth -= 1
            if not depth:
                if content[begin:start].strip():
                    yield key, begin, start
                return
        elif mark == b'"':
            raise JsonProblem  # a text that never ends
        elif depth == 1 and mark == b",":
            yield key, begin, start
            begin, key = token.end(), ""
        elif depth == 1 and mark == b":":
            key = content[begin:start].strip().strip(b'"').decode("utf-8", "replace")
            begin = token.end()
    raise JsonProblem


def end_of(content: bytes, at: int) -> int:
    """Return where the list or object that begins at `at` ends; raise JsonProblem if nowhere."""
    depth = 0
    for token in TOKEN.finditer(content, at):
        if token[0] == b'"':
            break
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(token[0], 0)
        if not depth:
            return token.end()
    raise JsonProblem


def has_half_character(value: Any) -> bool:
    """Tell a value with a lone surrogate in a text of it: no file could hold that text."""
    try:
        json.dumps(value, default=str, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False
