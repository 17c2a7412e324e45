"""Words and e-mails to records, for search*; it knows no ranking."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]

_WORD = re.compile(r"\w+", re.UNICODE)


class WordIndex:
    """Which live records hold a word in their name, or an e-mail, case folded."""

    def __init__(self) -> None:
        self._words: dict[str, dict[str, set[int]]] = {}
        self._emails: dict[str, dict[str, set[int]]] = {}

    def replace(self, entity: str, before: Row | None, after: Row | None) -> None:
        """Move a record from what it was found by to what it is found by."""
        old_words, new_words = _words_of(entity, before), _words_of(entity, after)
        number = (after or before or {}).get("id", 0)
        _move(self._words.setdefault(entity, {}), number, old_words, new_words)
        old_mails, new_mails = _emails_of(before), _emails_of(after)
        _move(self._emails.setdefault(entity, {}), number, old_mails, new_mails)

    def by_words(self, entity: str, phrase: str) -> list[int]:
        """Return the ids of records that hold every word of a phrase, or its e-mail."""
        words = _WORD.findall(phrase.casefold())
        index = self._words.get(entity, {})
        hits = [index.get(word, set()) for word in words]
        found = set.intersection(*hits) if hits else set()
        return sorted(found | self._emails.get(entity, {}).get(phrase.strip().casefold(), set()))

    def by_email(self, entity: str, address: str) -> list[int]:
        """Return the ids of records with this e-mail, case folded."""
        return sorted(self._emails.get(entity, {}).get(address.strip().casefold(), set()))


def _words_of(entity: str, record: Row | None) -> set[str]:
    if record is None or entity in ("Activities", "Notes"):
        return set()
    shown = record["description"] if entity == "Leads" else record["name"]
    if isinstance(shown, dict):
        shown = shown["displayName"]
    return set(_WORD.findall(str(shown).casefold()))


def _emails_of(record: Row | None) -> set[str]:
    return {address.casefold() for address in (record or {}).get("email", {}).values()}


def _move(index: dict[str, set[int]], number: int, old: Iterable[str], new: Iterable[str]) -> None:
    old, new = set(old), set(new)
    for word in old - new:
        index[word].discard(number)
        if not index[word]:
            del index[word]
    for word in new - old:
        index.setdefault(word, set()).add(number)
