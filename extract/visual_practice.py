"""
Lists Visual Practice through its API so that no row is lost while the practice works on.

A listing is read from its last page to its first: a row that leaves it shifts the others to pages
that are still to be read. A page read too early (its total is higher than a higher page's) is read
again. Rows changed meanwhile leave the listing and come with the catch-up, which is repeated until
one brings nothing new. It knows no files of ours: `Run` lands.
"""

from __future__ import annotations

import asyncio
import email.utils
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, MutableSequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apis.visual_practice import Page, VisualPractice
from common.console import Task
from common.errors import NotFound, Rejected
from common.tasks import gather
from extract.columns import dump
from extract.names import is_blank
from extract.resources import RESOURCES, Resource, resource_of
from extract.runs import Run

AHEAD = 48  # pages asked for before the first of them is landed, per object
REREADS = 4
CATCH_UPS = 8
#: how long a change may take to be seen under its own modified_at
OVERLAP = timedelta(seconds=60)
EARLIEST_ZONE = timedelta(hours=14)  # ahead of UTC


async def land_api(
    run: Run, api: VisualPractice, cut_off: str, since: dict[str, str], task: Task
) -> None:
    """
    Land every object that the policy lets in: whole, or since its watermark if `since` has one.

    `cut_off` is the source's time at the run's start.
    """
    run.land_fields()

    async def one(name: str) -> None:
        listing = Listing(run, api, name, task)
        try:
            if name in since:
                await listing.land_changes(_earlier(since[name]))
            else:
                await listing.land_all(cut_off)
            await listing.settle(whole=name not in since)
        except NotFound:
            if name in RESOURCES:
                raise
            run.counts[name].remark = "the metadata name it, and there is no such listing"

    await gather(one(name) for name in run.fetched())


class Listing:
    """One object being listed."""

    def __init__(self, run: Run, api: VisualPractice, name: str, task: Task) -> None:
        """List nothing yet."""
        self.run, self.api, self.name, self.task = run, api, name, task
        self.resource: Resource = resource_of(name)
        self.count = run.counts[name]
        self._seen: set[tuple[str, int]] = set()
        self._blank = 0  # rows of the newest whole listing that say nothing
        self._told: int | None = None  # the total, where the newest pass asked for it

    async def land_all(self, cut_off: str) -> None:
        """Land what stood before the cut-off, then what changed since."""
        await self._land_window("full", before=cut_off)
        await self.land_changes(cut_off, brings=False)

    async def land_changes(self, since: str, *, brings: bool = True) -> None:
        """
        Land what changed since, again and again until a pass brings nothing new.

        With a pass that is thought to be the last (`brings` says that the first is not) the total
        is asked for, which `settle` needs: one wait for both.
        """
        for number in range(CATCH_UPS):
            landing = self._land_pass(f"since{number}", since=since)
            if number or not brings:
                fresh, self._told = await gather((landing, self._total()))
            else:
                fresh, self._told = await landing, None
            if not fresh:
                return
        self.count.remark = "kept changing while it was listed"

    async def settle(self, *, whole: bool) -> None:
        """Compare what came with what the source says there is; list once more if rows lack."""
        count = self.run.recount(self.name)
        total = count.total = await self._total() if self._told is None else self._told
        if not whole or count.ids + count.quarantined + self._blank >= total:
            return
        await self._land_pass("again")
        count = self.run.recount(self.name)
        for _ in range(REREADS):  # a total may be told wrong once
            total = min(total, await self._total())
        count.total = total
        if count.ids + count.quarantined + self._blank < total:
            count.lacks(f"the source says {total}")

    async def _total(self) -> int:
        return (await self._page(1)).total

    async def _land_window(self, phase: str, before: str) -> None:
        self._blank = 0
        lowest = sys.maxsize
        done = self.run.landing.units_done(self.resource.table)
        async for page in self._pages(lambda n: self._unit(phase, n) not in done, before=before):
            for _ in range(REREADS):
                if page.total <= lowest:
                    break
                # read before a row left that higher pages no longer count: it lacks what shifted
                page = await self._page(page.number, before=before)  # noqa: PLW2901
            else:
                self.count.remark = "totals kept disagreeing"
            lowest = min(lowest, page.total)
            self._blank += sum(map(is_blank, page.rows))
            self._land(page, page.rows, self._unit(phase, page.number))

    async def _land_pass(self, phase: str, since: str | None = None) -> int:
        """Land the rows of a listing that this run has not seen in this form; return how many."""
        fresh_rows, blank = 0, 0
        async for page in self._pages(since=since):
            blank += sum(map(is_blank, page.rows))
            fresh = [row for row in page.rows if self._is_new(row)]
            self._land(page, fresh, None)
            fresh_rows += len(fresh)
        if since is None:
            self._blank = blank
        return fresh_rows

    def _is_new(self, row: Any) -> bool:
        text = dump(row)
        key = (str(row.get(self.resource.key)) if isinstance(row, dict) else "", hash(text))
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _land(self, page: Page, rows: list[Any], unit: str | None) -> None:
        place = f"{self.resource.path}?page={page.number}"
        unreadable = [pair for pair in page.unreadable if self._is_new(pair)]
        self.run.quarantine(
            self.name,
            [{"locator": place, "problem": problem, "raw": raw} for raw, problem in unreadable],
        )
        self.run.land(self.name, rows, [place] * len(rows), unit)
        self.count.pages += 1
        self.task.advance(1)

    async def _beyond(self, number: int, **window: str | None) -> Page:
        """Ask for a page that may not be there; some refuse it instead of giving an empty one."""
        try:
            return await self._page(number, **window)
        except (NotFound, Rejected):
            return Page(number, [], 0)

    def _ids(self, page: Page) -> set[str]:
        key = self.resource.key
        rows = (row.get(key, row) if isinstance(row, dict) else row for row in page.rows)
        return {dump(row) for row in rows} | {raw for raw, _ in page.unreadable}

    async def _pages(
        self, wanted: Callable[[int], bool] = lambda _: True, **window: str | None
    ) -> AsyncIterator[Page]:
        """
        Yield the pages of a listing that are wanted, last first, many being under way at a time.

        Its total is not taken on trust: the end is looked for while the pages come, and where it
        is another one, what came is asked for anew from there.
        """
        first = await self._page(1, **window)
        told = max(1, -(-first.total // self.resource.page_size))
        if not first.rows and not first.unreadable:
            return
        # a page may be shorter than was asked for, and a total may not be told at all
        if told == 1 and 0 < first.total <= len(first.rows) < self.resource.page_size:
            if wanted(1):
                self.task.expect_more(1)
                yield first
            return
        end: asyncio.Task[int] | None = asyncio.create_task(self._end(first, told, **window))
        waiting, under_way = iter(range(told, 0, -1)), deque[asyncio.Task[Page]]()
        self.task.expect_more(told)
        try:
            while True:
                while len(under_way) < AHEAD and (number := next(waiting, None)) is not None:
                    if wanted(number):
                        under_way.append(asyncio.create_task(self._page(number, **window)))
                if end is not None:
                    last, end = await end, None
                    if last > told:
                        await _give_up(under_way)
                        waiting = iter(range(last, 0, -1))
                        self.task.expect_more(last - told)
                        continue
                if not under_way:
                    return
                yield await under_way.popleft()
        finally:
            await _give_up(under_way if end is None else [end, *under_way])

    async def _end(self, first: Page, last: int, **window: str | None) -> int:
        """Return the last page that holds anything, from the one that the total tells on."""
        # some answer a page beyond the end with the last, or the first: it brings nobody new
        known: set[str] = set()
        while (beyond := await self._beyond(last + 1, **window)).rows or beyond.unreadable:
            if not known:
                known = self._ids(first) | self._ids(await self._page(last, **window))
            if self._ids(beyond) <= known:
                break
            known |= self._ids(beyond)
            last += 1
        return last

    async def _page(self, number: int, **window: str | None) -> Page:
        return await self.api.page(self.resource.path, number, self.resource.page_size, **window)

    def _unit(self, phase: str, number: int) -> str:
        return f"{self.name}/{phase}/{number}"


async def _give_up(tasks: MutableSequence[asyncio.Task[Any]]) -> None:
    """End what is under way, and forget it."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError, Exception):
            await task
    tasks.clear()


def source_time(metadata: dict[str, Any]) -> str | None:
    """
    Return the source's time now as RFC 3339; None if it tells none.

    A time without a zone is in the deployment's own. Of an hour that a clock shows twice the first
    is meant, of a zone that nobody knows the earliest on earth: what is listed again is not lost.
    """
    told = metadata.get("server_time")
    moment = _moment(told) if isinstance(told, str) else None
    if moment is None or moment.tzinfo:
        return told if moment else None
    try:
        zone = ZoneInfo(str(metadata.get("server_time_zone") or "UTC").strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _rfc3339(moment.replace(tzinfo=UTC) - EARLIEST_ZONE)
    return _rfc3339(moment.replace(tzinfo=zone))


def time_of_answer(date: str | None) -> str | None:
    """Return the moment of an answer's `Date` header as RFC 3339; None if it tells none."""
    try:
        moment = email.utils.parsedate_to_datetime(date or "")
    except (ValueError, TypeError, OverflowError):
        return None
    return _rfc3339(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def our_time() -> str:
    """Return our time now, somewhat earlier: for the source's where it tells none."""
    return _rfc3339(datetime.now(UTC) - timedelta(minutes=5))


def _earlier(watermark: str) -> str:
    moment = _moment(watermark)
    if moment is None:
        return watermark
    return _rfc3339((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - OVERLAP)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def _rfc3339(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
