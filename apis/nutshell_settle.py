"""
Settles a create whose answer was lost: by asking Nutshell, never by guessing or repeating.

The ladder: among the newest records with the import tag, those of that name; a search by e-mail or
name, and get the hits; else page newest-first back to what was there
before the intent: to an id that was known by then, which no clock can make wrong; where none was,
to its time by their clock; where that is not known either, to the end of the list. Absent means
absent twice, some seconds apart: a request that timed out may still commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from apis.nutshell import WORDS, Nutshell
from apis.nutshell_markers import last_line, marker_of
from apis.nutshell_pages import newest_first
from common.errors import NotFound, Rejected, Transient
from common.settings import LATE_SECONDS

#: how far a clock may have gone between a call and the measuring of it
CLOCKS_DRIFT = timedelta(minutes=15)


@dataclass(frozen=True)
class Settled:
    """What became of a create: `record` is the one found."""

    state: Literal["found", "absent", "unclear"]
    nutshell_id: int | None = None
    record: Mapping[str, Any] | None = None


async def settle_create(
    nutshell: Nutshell,
    kind: str,
    marker: str,
    hints: Mapping[str, str],
    since: datetime | None,
    *,
    above: int = 0,
    gap: float = LATE_SECONDS,
    looks: int = 2,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Settled:
    """
    Find the record that carries a marker (`people:per_1`), created at or after `since`.

    `since` is a time of their clock, None where nobody can tell it. `hints` may hold `email` and
    `name`. `above`: an id of this kind that was there before, 0 if none is known: ids rise, so
    paging ends there, and no time is asked. `gap`: seconds between the two looks that
    absence takes: a call that was given up and takes effect later than that is not seen here.
    """
    for look in range(looks):
        if look:
            await sleep(gap)
        try:
            settled = await _look(nutshell, kind, marker, hints, since, above=above)
        except Transient:
            return Settled("unclear")
        if settled.state != "absent":
            return settled
    return Settled("absent")


async def find_carriers(
    nutshell: Nutshell,
    kind: str,
    markers: Iterable[str],
    since: datetime | None,
    *,
    above: int = 0,
) -> dict[int, str]:
    """Give id → marker of each live record that carries one, from the newest back to `above`."""
    wanted = {_written(nutshell, kind, marker): marker for marker in markers}
    found: dict[int, str] = {}
    async for records in _pages_back(nutshell, kind, since, above):
        for record in records:
            if (marker := wanted.get(_marker(nutshell, kind, record) or "")) is not None:
                found[int(record["id"])] = marker
    return found


def carries(nutshell: Nutshell, kind: str, record: Mapping[str, Any], marker: str) -> bool:
    """Tell whether a record is the one that we made for a source record."""
    return _marker(nutshell, kind, record) == _written(nutshell, kind, marker)


def carried(nutshell: Nutshell, kind: str, record: Mapping[str, Any]) -> str | None:
    """Give the marker that a record carries, as it is written; None where it carries none."""
    written = _marker(nutshell, kind, record)
    if written is None or kind != "activity":
        return written
    before, _, after = nutshell.guesses.marker_line.partition("{marker}")
    if not (written.startswith(before) and written.endswith(after)):
        return None
    return written.removeprefix(before).removesuffix(after)


def _marker(nutshell: Nutshell, kind: str, record: Mapping[str, Any]) -> str | None:
    if record.get("deletedTime"):
        return None
    if kind == "activity":
        return last_line(record.get("description"))
    fields = record.get("customFields")
    return fields.get(nutshell.guesses.marker_field) if isinstance(fields, Mapping) else None


def _written(nutshell: Nutshell, kind: str, marker: str) -> str:
    written = marker_of(marker)
    return nutshell.guesses.marker_line.format(marker=written) if kind == "activity" else written


async def _look(
    nutshell: Nutshell,
    kind: str,
    marker: str,
    hints: Mapping[str, str],
    since: datetime | None,
    *,
    above: int,
) -> Settled:
    asked: set[int] = set()
    async for nutshell_id in _hits(nutshell, kind, hints, above):
        if nutshell_id in asked:
            continue
        asked.add(nutshell_id)
        try:
            record = await nutshell.get(kind, nutshell_id)
        except NotFound:
            continue
        if carries(nutshell, kind, record, marker):
            return Settled("found", nutshell_id, record)
    return await _page_back(nutshell, kind, marker, since, above)


async def _hits(
    nutshell: Nutshell, kind: str, hints: Mapping[str, str], above: int
) -> AsyncIterator[int]:
    """Give ids that may be it, the likeliest first; each way is asked when those before fail."""
    for nutshell_id in await _tagged(nutshell, kind, hints, above):
        yield nutshell_id
    found: list[Any] = []
    if kind in ("contact", "account") and hints.get("email"):
        found = (await nutshell.search_by_email(hints["email"])).get(WORDS[kind].rest) or []
    elif kind != "activity" and hints.get("name"):
        found = await nutshell.search(kind, hints["name"])
    # newest first: the one in doubt is young
    ids = {int(hit["id"]) for hit in found if isinstance(hit, dict) and hit.get("id")}
    for nutshell_id in sorted(ids, reverse=True):
        yield nutshell_id


async def _tagged(nutshell: Nutshell, kind: str, hints: Mapping[str, str], above: int) -> list[int]:
    """Give the newest records with the tag that are younger than `above` and bear that name."""
    if nutshell.guesses.find_by_tag == "off" or not hints.get("tag"):
        return []
    try:
        stubs = await nutshell.find_tagged(kind, hints["tag"], 1)
    except Rejected:
        return []  # an account that does not know the tag, or the question: the ladder goes on
    title = "description" if kind == "lead" else "name"
    name = hints.get("name", "").casefold()
    return [
        int(stub["id"])
        for stub in stubs
        if int(stub["id"]) > above and str(stub.get(title) or "").casefold() in ("", name)
    ]


async def _page_back(
    nutshell: Nutshell, kind: str, marker: str, since: datetime | None, above: int
) -> Settled:
    async for records in _pages_back(nutshell, kind, since, above):
        for record in records:
            if carries(nutshell, kind, record, marker):
                return Settled("found", int(record["id"]), record)
    return Settled("absent")


async def _pages_back(
    nutshell: Nutshell, kind: str, since: datetime | None, above: int
) -> AsyncIterator[list[dict[str, Any]]]:
    """Give pages, newest first, as far back as a record made since may stand."""
    oldest = since.astimezone(UTC) - CLOCKS_DRIFT if since is not None else None
    is_sorted, lowest = True, float("inf")
    async for records in newest_first(nutshell, f"find{WORDS[kind].entity}"):
        yield records
        ids = [int(record["id"]) for record in records]
        is_sorted = is_sorted and ids == sorted(ids, reverse=True)
        lowest = min(lowest, ids[-1])  # what is made meanwhile moves pages down: rows come again
        if not is_sorted:
            continue  # not newest first after all: nothing but the end of the list proves absence
        if above and lowest <= above:
            return
        if not above and oldest is not None and all(_before(r, oldest) for r in records):
            return


def _before(record: Mapping[str, Any], oldest: datetime) -> bool:
    time = _time(record.get("createdTime"))
    return time is not None and time < oldest


def _time(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
