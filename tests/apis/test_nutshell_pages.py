"""A listing that shifts while its pages are read loses no row that stays; each comes once."""

import asyncio

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apis.nutshell_pages import all_pages, newest_first

PAGE = 3
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Shifting:
    """A listing of which rows go, and to which rows come, before some of the calls."""

    def __init__(self, rows, *changes):
        self.rows = list(range(1, rows + 1))
        self.stay = set(self.rows)
        self.changes = list(changes)
        self.calls = 0

    async def find_page(self, method, page, *, newest_first=False):
        self.calls += 1
        await asyncio.sleep(0)
        for change in self.changes.pop(0) if self.changes else ():
            if change is None:
                self.rows.append((self.rows or [0])[-1] + 1000)
            elif self.rows:
                self.stay.discard(self.rows.pop(change % len(self.rows)))
        rows = self.rows[::-1] if newest_first else self.rows
        return self.page(rows, page)

    def page(self, rows, page):
        return [{"id": number} for number in rows[(page - 1) * PAGE : page * PAGE]]


class Clamped(Shifting):
    """Past its end it gives its last page."""

    def page(self, rows, page):
        return super().page(rows, min(page, max(-(-len(rows) // PAGE), 1)))


class Whole(Shifting):
    """It knows no pages."""

    def page(self, rows, page):
        return [{"id": number} for number in rows]


def read(listing, at_once=4):
    async def run():
        return [
            row["id"] async for rows in all_pages(listing, "f", at_once=at_once) for row in rows
        ]

    return asyncio.run(run())


CHANGES = st.lists(st.lists(st.none() | st.integers(0, 10**6), max_size=4), max_size=60)


@patient
@given(st.integers(0, 60), CHANGES, st.integers(1, 9))
def test_whatever_goes_meanwhile_no_row_that_stays_is_lost(rows, changes, at_once):
    """Deleted and made between any two calls, on pages that were read and on those to come."""
    listing = Shifting(rows, *changes)
    found = read(listing, at_once)
    assert len(found) == len(set(found))
    assert listing.stay <= set(found), listing.stay - set(found)


@patient
@given(st.integers(0, 40), st.lists(st.lists(st.integers(0, 10**6), max_size=1), max_size=60))
def test_back_from_the_newest_too(rows, changes):
    """For the settling, which reads no further than it must: rows may be met twice."""
    listing = Shifting(rows, *changes)

    async def run():
        return [row["id"] async for found in newest_first(listing, "f") for row in found]

    assert listing.stay <= set(asyncio.run(run()))


def test_contact_50_goes_while_page_one_was_read():
    """Row 101 moves to a page that was read: it is not lost."""
    listing = Shifting(30, *([[]] * 9), [4])
    assert listing.stay <= {*read(listing), 5}


def test_odd_listings_end():
    """One that repeats its last page, one that knows no pages, one without rows."""
    for rows in (0, 1, PAGE, PAGE + 1, 5 * PAGE, 40):
        for kind in (Shifting, Clamped, Whole):
            assert sorted(read(kind(rows))) == list(range(1, rows + 1))


def test_few_calls_more_than_pages():
    """Two for a short list, a tenth more than its pages for a long one."""
    listing = Shifting(PAGE)
    read(listing)
    assert listing.calls == 2
    listing = Shifting(300 * PAGE)
    read(listing, at_once=16)
    assert listing.calls <= 345
