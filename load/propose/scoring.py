"""
How alike two names, types or lists of values are, as numbers between 0 and 1.

Not a choice between candidates: `fields`, `values` and `owners` choose.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
# `Not Contacted` is one word, and not `Contacted`; `No. of beds` is a number
_NEGATED = re.compile(
    r"\b(not|no|non|never|without|nicht|kein|keine|ohne|pas|sans|sin|sem|geen|niet) (?!of\b)(\w+)"
)
_BETWEEN = re.compile(r"(?<=\w)[\s_\-/.]+(?=\w)")
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


def same(value: str) -> str:
    """Give what two values share that differ in case and blanks only; `A+` and `A-` do not."""
    plain = unicodedata.normalize("NFKC", value).strip().casefold()
    return _BETWEEN.sub(" ", plain)


def tokens(name: str) -> tuple[str, ...]:
    """Split a name or a value into lowercase words without accents, all of them."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", name).lower().replace("ß", "ss"))
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return tuple(_BREAK.sub(" ", bare).split())


def as_column(name: str) -> str:
    """Write a name as a database does, `LastViewedDate` as `last_viewed_date`."""
    leading = "_" if name.startswith("_") else ""
    # `Competitor__c`: what Salesforce puts behind a field of the customer's own
    bare = re.sub(r"__(c|pc|r)$", "", name)
    return leading + "_".join(tokens(bare))


@lru_cache(maxsize=65536)
def words(name: str) -> tuple[str, ...]:
    """Split as `tokens` do, without what other systems add; a negation is part of its word."""
    text = _NEGATED.sub(r" \1\2 ", " ".join(tokens(name))).split()
    return tuple(word for word in text if word not in _NOISE) or tuple(text)


@dataclass(frozen=True)
class Vocabulary:
    """Which words mean the same: concept → words, from `seeds/reference/synonyms.csv`."""

    concepts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    endings: Mapping[str, frozenset[str]] = field(default_factory=dict)  # of deals and of leads
    endings_of_deals: Mapping[str, frozenset[str]] = field(default_factory=dict)
    endings_perhaps: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str]]) -> "Vocabulary":
        """Build from (concept, word) rows; a word may stand for several concepts."""
        return cls(_by_word((concept, words(word)) for concept, word in rows))

    def with_endings(self, *rows: Iterable[tuple[str, str]]) -> "Vocabulary":
        """Give the vocabulary that knows the words of all outcomes, of deals', and of doubt."""
        known = [_by_word((concept, tokens(word)) for concept, word in some) for some in rows]
        return replace(self, endings=known[0], endings_of_deals=known[1], endings_perhaps=known[2])

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

    def telling(self, value: str) -> tuple[str, ...]:
        """Split a value as `joined` does, without small words and counts that say nothing."""
        return tuple(
            word
            for word in self.joined(value)
            if not word.isdigit() and "small" not in self.concepts.get(word, ())
        )

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


def _by_word(rows: Iterable[tuple[str, Sequence[str]]]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for concept, said in rows:
        found["".join(said)].add(concept)
    return {word: frozenset(concepts) for word, concepts in found.items()}


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


def meaning(value: str, target: str, vocabulary: Vocabulary) -> float:
    """Say how much of a value means a target: all of its words should, not all of the target's."""
    mine, theirs = vocabulary.telling(value), vocabulary.joined(target)
    if not mine or not theirs:
        return 0.0
    if mine == theirs:
        return 1.0
    said = sum(max(vocabulary.alike(word, other) for other in theirs) for word in mine) / len(mine)
    met = sum(max(vocabulary.alike(word, other) for word in mine) for other in theirs) / len(theirs)
    # a word more in the value is a doubt: `Insurance rejected`
    return float(said**0.6) * (0.75 + 0.25 * met)


def type_fit(source_type: str, target_type: str) -> float:
    """Say how well a value of the source's type can stand in a target of that type."""
    return _FITS.get(target_type.lower(), {}).get(source_type.lower(), 0.0)


def value_overlap(mine: Sequence[str], theirs: Sequence[str]) -> float | None:
    """Share of my values that the other list has, whatever the case; None if a list is empty."""
    if not mine or not theirs:
        return None
    known = {same(value) for value in theirs}
    return sum(same(value) in known for value in mine) / len(mine)
