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


def has_half_character(value: Any) -> bool:
    """Tell a value with a lone surrogate in a text of it: no file could hold that text."""
    try:
        json.dumps(value, default=str, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _no_number(word: str) -> None:
    raise ValueError(word)  # NaN and Infinity are Python's, not JSON's
