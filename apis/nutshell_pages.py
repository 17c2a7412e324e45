"""
The one pager of Nutshell's find methods: no row is lost while others delete and create.

Pages are counted from the front, so a row that is deleted on a page that was read moves the next
ones up, over an edge where nobody looks any more. A page near the end tells whether that happened.
It knows no record: how one is told from another is its id, or its type and name.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from common.tasks import gather

AT_ONCE = 16  # pages asked for together
PATIENCE = 5  # times that a window is read anew before all is read page by page, from the end

Row = dict[str, Any]
Keys = list[object]


class Finds(Protocol):
    """Whoever gives one page of a find method: `apis.nutshell`."""

    async def find_page(self, method: str, page: int, *, newest_first: bool = False) -> Any:
        """Return one page (1-based); empty past the end."""


async def all_pages(
    nutshell: Finds, method: str, *, at_once: int = AT_ONCE
) -> AsyncIterator[list[Row]]:
    """Give every row that is there from begin to end, once, in lists; in no order."""
    pages = _Pages(nutshell, method)
    # from the back to the front nothing can be lost: what moves up is met twice
    second, first = await pages.read(2), await pages.read(1)
    yield pages.fresh(first)
    if not second or _keys(second) == _keys(first):
        return
    last, anchor = await pages.end()
    start, back, tries = 1, 0, 0
    while start <= last:
        window = range(max(start - back, 1), min(start + at_once, last + 1))
        read = await gather(pages.read(number) for number in window)
        met = window[0] == 1 or not read[0] or _key(read[0][0]) in pages.seen
        for rows in read:
            yield pages.fresh(rows)
        if back and not met:  # more rows moved than those pages hold
            back *= 2
        elif anchor == _keys(await pages.read(last))[:1]:
            start, back, tries = window[-1] + 1, 0, 0
        elif tries < PATIENCE:
            last, anchor = await pages.end()
            back, tries = max(back, 1), tries + 1
        else:
            for number in range(last, 0, -1):
                yield pages.fresh(await pages.read(number))
            break
    number = last  # and what was made meanwhile
    while (rows := pages.fresh(await pages.read(number))) or number == last:
        yield rows
        number += 1


async def newest_first(nutshell: Finds, method: str) -> AsyncIterator[list[Row]]:
    """
    Give pages from the newest row back, for as long as whoever asks goes on; rows may repeat.

    What is made meanwhile moves rows to pages that come; what goes moves them to pages that were
    read, and those are read once more.
    """
    number = 1
    rows = listed(await nutshell.find_page(method, 1, newest_first=True))
    while rows:
        yield rows
        following = listed(await nutshell.find_page(method, number + 1, newest_first=True))
        again = listed(await nutshell.find_page(method, number, newest_first=True))
        while _moved_up(rows, again):
            yield again
            rows = again
            following = listed(await nutshell.find_page(method, number + 1, newest_first=True))
            again = listed(await nutshell.find_page(method, number, newest_first=True))
        if _keys(following) == _keys(rows):  # a method that knows no pages repeats itself
            return
        rows, number = following, number + 1


def _moved_up(rows: Sequence[Row], again: Sequence[Row]) -> bool:
    """Say whether a page ends in an older row than when it was read before."""
    return bool(again) and int(again[-1].get("id") or 0) < int(rows[-1].get("id") or 0)


def listed(answer: Any) -> list[Row]:
    """Give the records of a list, of a list of names, or of lists by entity type."""
    if isinstance(answer, list):
        return [r if isinstance(r, dict) else {"name": str(r)} for r in answer]
    if isinstance(answer, dict):  # tags may come by entity type
        return [
            {"entityType": entity, **(r if isinstance(r, dict) else {"name": str(r)})}
            for entity, found in answer.items()
            if isinstance(found, list)
            for r in found
        ]
    return []


class _Pages:
    """One listing, oldest row first, and what was met of it."""

    def __init__(self, nutshell: Finds, method: str) -> None:
        self.nutshell, self.method = nutshell, method
        self.seen: set[object] = set()

    async def read(self, number: int) -> list[Row]:
        return listed(await self.nutshell.find_page(self.method, number))

    def fresh(self, rows: Sequence[Row]) -> list[Row]:
        """Give those that were not met yet."""
        found = []
        for row in rows:
            if (key := _key(row)) not in self.seen:
                self.seen.add(key)
                found.append(row)
        return found

    async def end(self) -> tuple[int, Keys]:
        """
        Find the last page that holds anything, by doubling and halving; and its first row.

        Past the end a page is empty, the same as the one before, or the same as the first.
        """
        low, high = 1, 2
        before, past = _keys(await self.read(1)), _keys(await self.read(2))
        while past and past != before:
            low, high = high, 2 * high
            before, past = past, _keys(await self.read(high))
        while high - low > 1:
            middle = (low + high) // 2
            if _keys(await self.read(middle)) == past:
                high = middle
            else:
                low = middle
        while not (anchor := _keys(await self.read(low))[:1]) and low > 1:
            low -= 1  # it was emptied meanwhile: an empty page tells nothing
        return low, anchor


def _keys(rows: Sequence[Row]) -> Keys:
    return [_key(row) for row in rows]


def _key(row: Mapping[str, Any]) -> object:
    # tags may come without an id
    return row.get("id") or (row.get("entityType"), str(row.get("name")))
