"""
What several records must agree on: how many there are, who is called what, who belongs where.

Not the records themselves: they lay their mess over these facts.
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.generator.dice import ORPHAN, Dice, make_id
from sandbox.generator.words import CITIES, FIRST, KINDS, LAST, PLACES, SPECIALTIES

USER_DOMAIN = "lakeshore-aesthetics.example"
_NAMES = len(PLACES) * len(SPECIALTIES) * len(KINDS) * len(CITIES)
_STRIDE = 1_000_003  # prime, and no factor of _NAMES: index * stride visits every name once
HEAD = 32  # the first records carry the guaranteed quirks; twins are twins of later ones


def slug(text: str) -> str:
    """Reduce a name to what fits into an e-mail address or a domain."""
    return "".join(letter for letter in text.lower() if letter.isascii() and letter.isalnum())


@dataclass(frozen=True)
class Identity:
    """Who a person is, before any mess."""

    first: str
    last: str
    email: str


@dataclass(frozen=True)
class Firm:
    """What an organization is called and where it is, before any mess."""

    name: str
    domain: str
    city: int


class World:
    """The practice's facts, each derived from an index when it is asked for."""

    def __init__(self, size: int, seed: int) -> None:
        """Fix the counts for `size` people; nothing is held but these."""
        if size < 1:
            raise ValueError("size: give at least 1 person")
        self.size, self.seed = size, seed
        self.counts = {
            "users": min(40, 12 + size // 50),
            "organizations": max(24, size // 3),
            "people": size,
            "leads": max(20, size // 4),
            "deals": max(40, size),
            "activities": max(60, 2 * size),
            "attachments": max(24, size // 20),
            "claims": max(6, size // 20),
            "imaging_studies": max(4, size // 100),
            "eligibility": max(6, size // 25),
            "workflows": 12,
            "email_templates": 8,
            "integrations": 5,
        }

    def dice(self, name: str, index: int, purpose: str = "") -> Dice:
        """Return the draws of one record."""
        return Dice(self.seed, name, index, purpose)

    def id(self, name: str, index: int) -> str:
        """Return a record's id."""
        return make_id(self.seed, name, index)

    def link(self, dice: Dice, name: str, *, orphans: float = 0.01) -> str:
        """Return the id of any record of an object; a share of links leads nowhere."""
        if dice.chance(orphans):
            return self.id(name, ORPHAN + dice.below(50))
        return self.id(name, dice.below(self.counts[name]))

    def owner(self, dice: Dice) -> str | None:
        """Return an owner: a user, someone who left, someone who never was, or nobody."""
        draw = dice.random()
        if draw < 0.03:
            return None
        if draw < 0.06:
            return self.id("users", ORPHAN + dice.below(3))  # departed: three of them own a lot
        if draw < 0.065:
            return f"005{dice.below(10**9):012d}AAA"  # from a system before this one
        return self.id("users", dice.below(self.counts["users"]))

    def identity(self, index: int) -> Identity:
        """Return who person number `index` is."""
        dice = self.dice("people", index, "identity")
        first, last = dice.pick(FIRST), dice.pick(LAST)
        host = self.firm(self.employer(index)).domain if dice.chance(0.5) else "mail.example"
        return Identity(first, last, f"{slug(first)}.{slug(last)}{index}@{host}")

    def employer(self, index: int) -> int:
        """Return the index of the organization that a person belongs to."""
        return self.dice("people", index, "employer").below(self.counts["organizations"])

    def firm(self, index: int) -> Firm:
        """Return what organization number `index` is; names repeat only where they are meant to."""
        number = (index * _STRIDE + self.seed * 7919) % _NAMES
        number, place = divmod(number, len(PLACES))
        number, specialty = divmod(number, len(SPECIALTIES))
        city, kind = divmod(number, len(KINDS))
        town = CITIES[city][0]
        ending = KINDS[kind].format(city=town)
        name = f"{PLACES[place]} {SPECIALTIES[specialty]} {ending}"
        if "{" not in KINDS[kind]:
            name = f"{name}, {town}"
        return Firm(name, f"{slug(PLACES[place])}-{slug(town)}{index}.example", city)
