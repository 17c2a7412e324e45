"""Reads JSON as leniently as its grammar: a text in it may hold half a character. It mends none."""

from __future__ import annotations

import json
from typing import Any

import orjson


def read_json(content: bytes) -> Any:
    r"""
    Return what JSON says, a lone surrogate (`\ud800`) included; raise ValueError for no JSON.

    JSON can say such a text and UTF-8 can not: one of them shall not cost the page around it.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(content.decode(), parse_constant=_no_number)
    except RecursionError:
        raise ValueError("deeper than anything that is meant") from None


def says_a_key_twice(content: bytes, value: Any) -> bool:
    """Tell JSON of which `value` is not all: of two values under one key it holds the last."""
    # said again, it has the same quotation marks, unless some were escaped or a key fell out
    try:
        marks = orjson.dumps(value).count(b'"')
    except TypeError:  # half a character
        marks = json.dumps(value).count('"')
    if content.count(b'"') <= marks:
        return False

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        told = dict(items)
        if len(told) < len(items):
            raise KeyError
        return told

    try:
        json.loads(content, object_pairs_hook=pairs)
    except KeyError:
        return True
    return False


def has_half_character(value: Any) -> bool:
    """Tell a value with a lone surrogate in a text of it: no file could hold that text."""
    try:
        json.dumps(value, default=str, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _no_number(word: str) -> None:
    raise ValueError(word)  # NaN and Infinity are Python's, not JSON's
