"""
Seeded draws, ids and times of one record.

Not a source of secrets: everything here can be recomputed from seed, object and index.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from hashlib import blake2b
from random import Random
from typing import Any, TypeVar
from zlib import crc32
from zoneinfo import ZoneInfo

T = TypeVar("T")

NOW = datetime(2026, 10, 30, 12, tzinfo=UTC)
ZONE_NAME = "America/Chicago"
_ZONE = ZoneInfo(ZONE_NAME)
_FIRST_DAY = int(datetime(2019, 1, 2, tzinfo=UTC).timestamp())
_LAST_QUIET = int(NOW.timestamp()) - 49 * 3600  # records that are not fresh end before the 48 hours
_OFFSETS = (timezone(timedelta(hours=2)), timezone(timedelta(hours=-6)), timezone(timedelta(0)))

PREFIXES = {
    "users": "usr",
    "organizations": "org",
    "people": "per",
    "leads": "lead",
    "deals": "deal",
    "activities": "act",
    "attachments": "att",
    "claims": "clm",
    "imaging_studies": "img",
    "eligibility": "elg",
    "workflows": "wf",
    "email_templates": "tpl",
    "integrations": "int",
}
ORPHAN = 0xF0000000  # indexes from here on belong to nobody: links to them lead nowhere


class Dice(Random):
    """The draws of one record: equal for equal seed, object, index and purpose."""

    def __init__(self, seed: int, name: str, index: int, purpose: str = "") -> None:
        """Seed from a digest, so that neighbours have nothing in common."""
        key = f"{seed}/{name}/{index}/{purpose}".encode()
        super().__init__(int.from_bytes(blake2b(key, digest_size=8).digest(), "big"))

    def chance(self, share: float) -> bool:
        """Say yes in `share` of the draws."""
        return self.random() < share

    def pick(self, values: tuple[T, ...] | list[T]) -> T:
        """Draw one value, all alike."""
        return values[int(self.random() * len(values))]

    def below(self, limit: int) -> int:
        """Draw an integer from 0 to limit - 1."""
        return int(self.random() * limit)

    def weighted(self, table: tuple[tuple[T, float], ...]) -> T:
        """Draw by weight; the weights add up to 1."""
        left = self.random()
        for value, weight in table:
            left -= weight
            if left < 0:
                return value
        return table[-1][0]


def make_id(seed: int, name: str, index: int) -> str:
    """
    Make a record's id: sorts by index, is opaque to readers.

    Its last four digits depend on the seed, so ids of two practices do not mix.
    """
    return f"{PREFIXES[name]}_{index:08x}{crc32(f'{seed}/{name}/{index}'.encode()) & 0xFFFF:04x}"


def index_of(record_id: str) -> int:
    """Read the index back out of an id; ValueError if it is none of ours."""
    return int(record_id.rsplit("_", 1)[1][:8], 16)


def quirk(dice: Dice, index: int, table: tuple[tuple[str, float], ...]) -> str:
    """
    Choose what is odd about a record: "" for most.

    The first records take the quirks in turn, so that the smallest practice has each of them;
    after that the weights (shares of all records) decide.
    """
    if index < len(table):
        return table[index][0]
    left = dice.random()
    for name, weight in table:
        left -= weight
        if left < 0:
            return name
    return ""


def utc(seconds: int) -> str:
    """Write a time the way most rows do."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def messy_time(dice: Dice, seconds: int) -> str:
    """Write a time as the rows do: mostly Z, some with an offset, a few without a zone."""
    draw = dice.random()
    if draw < 0.91:
        return utc(seconds)
    if draw < 0.97:
        return datetime.fromtimestamp(seconds, dice.pick(_OFFSETS)).isoformat()
    return datetime.fromtimestamp(seconds, _ZONE).replace(tzinfo=None).isoformat()


def stamp(dice: Dice, record: dict[str, Any], *, deleted_share: float = 0.015) -> int:
    """
    Give a record its created, modified and deleted times; return created in epoch seconds.

    About 5 % are modified in the 48 hours before `NOW`, about 1.5 % are deleted.
    """
    created = _FIRST_DAY + dice.below(_LAST_QUIET - _FIRST_DAY)
    if dice.chance(0.05):
        modified = int(NOW.timestamp()) - 1 - dice.below(48 * 3600 - 2)
    else:
        modified = created + dice.below(_LAST_QUIET - created + 1)
    deleted = dice.chance(deleted_share)
    record["created_at"] = messy_time(dice, created)
    record["modified_at"] = messy_time(dice, modified)
    record["deleted_at"] = utc(modified) if deleted else None
    return created


def put(dice: Dice, record: dict[str, Any], key: str, value: Any) -> None:
    """Set a key; "no value" is written as absent, null or "", as it happens."""
    if value is not None and value != "":
        record[key] = value
        return
    draw = dice.below(4)
    if draw == 0:
        record[key] = ""
    elif draw < 3:
        record[key] = None
