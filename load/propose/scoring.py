"""
How alike two names, types or lists of values are, as numbers between 0 and 1.

Not a choice between candidates: `fields`, `values` and `owners` choose.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz

# words that other systems put around a name and that say nothing about it
_NOISE = {"c", "hs", "cf", "property", "custom", "fld", "field", "udf", "x", "the", "of", "a", "s"}
# words that many fields share: agreeing on them alone proves little
_GENERIC = frozenset(
    ["name", "date", "id", "number", "type", "code", "time", "value", "is", "has", "at", "on"]
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BREAK = re.compile(r"[^a-z0-9]+")
_OPPOSITES = ("un", "in", "dis", "non", "not")  # `Unqualified` is not `Qualified` misspelt
_NEGATED = re.compile(r"\bnot (\w+)")  # `Not Contacted` is one word, and not `Contacted`
_PHRASE = 3  # words that together mean something else than each: `word of mouth`

# how well a source's type fits a target's: what is not listed does not fit
_TEXTUAL = (
    "text", "longtext", "email", "phone", "url", "picklist", "reference", "integer", "decimal",
)  # fmt: skip
_FITS: dict[str, dict[str, float]] = {
    "text": dict.fromkeys(_TEXTUAL, 0.8)
    | {"text": 1.0, "picklist": 0.45, "date": 0.3, "boolean": 0.3},
    "longtext": {"longtext": 1.0, "text": 0.8},
    "number": {"integer": 1.0, "decimal": 1.0, "currency": 0.9, "text": 0.3},
    "currency": {"currency": 1.0, "decimal": 0.9, "integer": 0.7, "text": 0.3},
    "date": {"date": 1.0, "datetime": 0.9, "text": 0.3},
    "choice": {"picklist": 1.0, "boolean": 0.6, "text": 0.7},
    "checkbox": {"boolean": 1.0, "picklist": 0.5, "text": 0.4, "integer": 0.3},
    "email": {"email": 1.0, "text": 0.7},
    "phone": {"phone": 1.0, "text": 0.7, "integer": 0.4},
    "url": {"url": 1.0, "text": 0.8},
    "address": {"text": 0.8, "longtext": 0.8},
    "reference": {"reference": 1.0, "text": 0.8, "email": 0.5},
    "list": {"picklist": 0.9, "text": 0.8},
}


def words(name: str) -> tuple[str, ...]:
    """Split a field's name or a value into lowercase words, without what other systems add."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", name).lower().replace("ß", "ss"))
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    text = _NEGATED.sub(r" not\1 ", _BREAK.sub(" ", bare)).split()
    return tuple(word for word in text if word not in _NOISE) or tuple(text)


@dataclass(frozen=True)
class Vocabulary:
    """Which words mean the same: concept → words, from `seeds/reference/synonyms.csv`."""

    concepts: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str]]) -> "Vocabulary":
        """Build from (concept, word) rows; a word may stand for several concepts."""
        by_word: dict[str, set[str]] = defaultdict(set)
        for concept, word in rows:
            by_word["".join(words(word))].add(concept)
        return cls({word: frozenset(concepts) for word, concepts in by_word.items()})

    def without_homonyms(self, name: str) -> "Vocabulary":
        """Give the vocabulary for a name that is a word of several meanings: none but itself."""
        word = "".join(words(name))
        return Vocabulary() if len(self.concepts.get(word, ())) > 1 else self

    def joined(self, name: str) -> tuple[str, ...]:
        """Split a name into words; those that form a known phrase stay together as one."""
        parts, found, start = words(name), [], 0
        while start < len(parts):
            for length in range(min(_PHRASE, len(parts) - start), 0, -1):
                phrase = "".join(parts[start : start + length])
                if length == 1 or phrase in self.concepts:
                    found.append(phrase)
                    start += length
                    break
        return tuple(found)

    def is_known(self, name: str) -> bool:
        """Say whether any word of a name stands in the vocabulary."""
        return any(word in self.concepts or word in _GENERIC for word in self.joined(name))

    def alike(self, left: str, right: str) -> float:
        """Say how alike two single words are: equal, synonyms, or near in spelling."""
        if left == right or left.rstrip("s") == right.rstrip("s"):
            return 1.0
        senses = self.concepts.get(right, frozenset())
        if shared := self.concepts.get(left, frozenset()) & senses:
            # what a concept is named after means that: `state` is no `status`, though some say so
            return 0.95 if right not in senses or right in shared else 0.0
        if any(left == f"{no}{right}" or right == f"{no}{left}" for no in _OPPOSITES):
            return 0.0
        spelling = fuzz.ratio(left, right) / 100
        # of short words a letter makes another one: `count` is no `county`, `loyalty` no `locality`
        return spelling * 0.9 if spelling >= 0.85 and min(len(left), len(right)) > 5 else 0.0


def _weight(word: str) -> float:
    return 0.4 if word in _GENERIC else 1.0


def name_similarity(left: str, right: str, vocabulary: Vocabulary) -> float:
    """Compare two names word by word, in any order, each word used once."""
    mine, theirs = vocabulary.joined(left), vocabulary.joined(right)
    if not mine or not theirs:
        return 0.0
    if mine == theirs or "".join(mine) == "".join(theirs):
        return 1.0
    free = list(theirs)
    agreed = 0.0
    for word in mine:
        best = max(free, key=lambda other: vocabulary.alike(word, other), default=None)
        if best is None or not (likeness := vocabulary.alike(word, best)):
            continue
        free.remove(best)
        agreed += likeness * (_weight(word) + _weight(best))
    total = sum(map(_weight, mine)) + sum(map(_weight, theirs))
    return agreed / total


def type_fit(source_type: str, target_type: str) -> float:
    """Say how well a value of the source's type can stand in a target of that type."""
    return _FITS.get(target_type.lower(), {}).get(source_type.lower(), 0.0)


def value_overlap(mine: Sequence[str], theirs: Sequence[str]) -> float | None:
    """Share of my values that the other list has, whatever the case; None if a list is empty."""
    if not mine or not theirs:
        return None
    known = {_folded(value) for value in theirs}
    return sum(_folded(value) in known for value in mine) / len(mine)


@lru_cache(maxsize=65536)
def _folded(value: str) -> str:
    return " ".join(words(value))
