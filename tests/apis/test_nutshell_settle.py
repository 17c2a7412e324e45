"""A create whose answer was lost is settled by asking: found, absent twice, or unclear."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from apis.clock import Clock
from apis.nutshell_answers import redacted, rpc_error
from apis.nutshell_guesses import Guesses
from apis.nutshell_markers import marker_of
from apis.nutshell_settle import settle_create
from common.errors import AnswerLost, NotFound, Rejected, StaleRevision

SINCE = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OLD = "2026-11-01T00:00:00+0000"
YOUNG = "2026-11-22T12:00:05+0000"


def record(number, marker, created=YOUNG, **more):
    fields = {"Visual Practice ID": marker}
    return {"id": number, "createdTime": created, "customFields": fields, **more}


class Fake:
    """What Nutshell holds; `later` comes between the first and the second look."""

    guesses = Guesses()

    def __init__(self, records, later=(), broken=False):
        self.records, self.later, self.broken = list(records), list(later), broken
        self.calls = []

    async def sleep(self, seconds):
        self.records = self.later + self.records

    async def search_by_email(self, address):
        self.calls.append("search")
        if self.broken:
            raise AnswerLost("lost")
        return {"contacts": [{"id": r["id"]} for r in self.records if r.get("email") == address]}

    async def search(self, kind, text):
        self.calls.append("search")
        return [{"id": r["id"]} for r in self.records if r.get("name") == text]

    async def find_tagged(self, kind, tag, page):
        self.calls.append("tagged")
        if tag == "unknown":
            raise Rejected("no such tag")
        return [{"id": r["id"], "name": r.get("name")} for r in self.records if r.get("tag") == tag]

    async def get(self, kind, nutshell_id):
        self.calls.append("get")
        found = next((r for r in self.records if r["id"] == nutshell_id), None)
        if found is None:
            raise NotFound("gone")
        return found

    async def find_page(self, method, page, *, newest_first=False):
        self.calls.append("find")
        assert newest_first
        return self.records[(page - 1) * 2 : page * 2]


def settle(fake, kind="contact", marker="people:per_1", **hints):
    return asyncio.run(settle_create(fake, kind, marker, hints, SINCE, sleep=fake.sleep))


def test_found_by_its_address_with_two_calls():
    """Search, one get: no page is read."""
    fake = Fake([record(7, "people:per_1", email="a@x.example")])
    assert (settle(fake, email="a@x.example").state, 7) == ("found", 7)
    assert fake.calls == ["search", "get"]


def test_found_among_the_newest_with_its_tag():
    """The import tag's newest of that name, above what was there before: then no search."""
    others = [record(n, f"people:o_{n}", tag="moved", name=f"Other {n}") for n in (9, 8)]
    there = record(3, "people:per_1", tag="moved", name="Ann Low")
    fake = Fake([*others, record(7, "people:per_1", tag="moved", name="Ann Low"), there])
    found = settle(fake, name="Ann Low", tag="moved")
    assert (found.state, found.nutshell_id) == ("found", 7)
    assert fake.calls == ["tagged", "get"]


def test_an_account_without_the_tag_is_searched():
    """What the account refuses to look for is found in the next way; so with the switch off."""
    for tag, guesses in (("unknown", Guesses()), ("moved", Guesses(find_by_tag="off"))):
        fake = Fake([record(7, "people:per_1", email="a@x.example", tag="moved")])
        fake.guesses = guesses
        assert settle(fake, email="a@x.example", tag=tag).nutshell_id == 7
        assert fake.calls[-2:] == ["search", "get"]


def test_a_namesake_is_not_taken_for_it():
    """Same address, other marker: it is looked for further, then absent."""
    fake = Fake([record(7, "people:per_2", email="a@x.example", created=OLD)] * 2)
    assert settle(fake, email="a@x.example").state == "absent"


def test_found_by_paging_back():
    """Without a hint the newest pages tell."""
    young = [record(n, f"people:other_{n}") for n in range(20, 10, -1)]
    fake = Fake([*young, record(9, "people:per_1")])
    assert settle(fake).nutshell_id == 9


def test_paging_stops_at_the_intent():
    """What is older than the intent is not read."""
    fake = Fake([record(n, f"people:o_{n}", created=OLD) for n in range(50, 0, -1)])
    assert settle(fake).state == "absent"
    assert fake.calls.count("find") == 2  # one page a look


def test_a_late_commit_is_found_by_the_second_look():
    """A request that timed out may still commit: absence takes two looks."""
    fake = Fake([], later=[record(3, "people:per_1")])
    settled = settle(fake)
    assert (settled.state, settled.nutshell_id) == ("found", 3)


def test_unclear_if_nobody_answers():
    """No guess: it stays in doubt."""
    assert settle(Fake([], broken=True), email="a@x.example").state == "unclear"


def test_a_deleted_record_is_not_it():
    """What a rollback deleted is made again."""
    fake = Fake([record(7, "people:per_1", deletedTime=YOUNG)])
    assert settle(fake).state == "absent"


def test_an_activity_is_told_by_its_last_line():
    """A marker quoted in the middle of a text is not one."""
    quoted = {"id": 1, "createdTime": YOUNG, "description": "Visual Practice activities:a\nmore"}
    real = {"id": 2, "createdTime": YOUNG, "description": "x\n--\nVisual Practice activities:a\n"}
    fake = Fake([quoted, real])
    assert settle(fake, kind="activity", marker="activities:a").nutshell_id == 2


def test_ids_that_differ_at_their_edges_are_two():
    """A blank, a line break and a marker's line within an id: each is found as itself alone."""
    ids = ["a", "a ", "a\n", "a\nVisual Practice activities:a", "A"]
    keys = [f"activities:{one}" for one in ids]
    held = [
        {
            "id": number,
            "createdTime": YOUNG,
            "description": f"x\n--\nVisual Practice {marker_of(key)}",
        }
        for number, key in enumerate(keys, 1)
    ]
    for number, key in enumerate(keys, 1):
        assert settle(Fake(held), kind="activity", marker=key).nutshell_id == number
    people = [record(number, marker_of(f"people:{one}")) for number, one in enumerate(ids, 1)]
    for number, one in enumerate(ids, 1):
        assert settle(Fake(people), marker=f"people:{one}").nutshell_id == number


@pytest.mark.parametrize(
    "text", ["Invalid phone number 555-010-2030", "bad: jane@x.example", 'name "Jane Roe" is long']
)
def test_what_they_say_is_redacted(text):
    """Their messages may quote a record; ours do not."""
    shown = redacted(text)
    assert not any(secret in shown for secret in ("555", "jane", "Jane"))


def test_a_stale_revision_is_told_apart():
    """The recorded answer of the documentation."""
    error = rpc_error(
        {"code": 409, "message": "rev key is out-of-date", "data": None}, "editLead 3"
    )
    assert isinstance(error, StaleRevision)


def test_not_a_word_that_was_sent_is_repeated():
    """Names without quotes look like any words: what we sent is known, so it is taken out."""
    error = rpc_error(
        {"code": 0, "message": "No contact may be called Quentin Mirelle-Oakes: name too short"},
        "newContact people:per_1",
        {"contact": {"name": {"givenName": "Quentin", "familyName": "Mirelle-Oakes"}}},
    )
    assert "Quentin" not in str(error) and "irelle" not in str(error) and "Oakes" not in str(error)
    assert "name too short" in str(error) and "people:per_1" in str(error)


def test_paging_stops_at_what_was_there_before():
    """However much was written since, absence costs a page for what is younger than the intent."""
    young = [record(n, f"people:o_{n}") for n in range(5000, 0, -1)]
    fake = Fake(young)
    settled = asyncio.run(
        settle_create(fake, "activity", "activities:a", {}, SINCE, above=4997, sleep=fake.sleep)
    )
    assert settled.state == "absent"
    # two pages of two hold what came later, and the edge between them is looked at; each look once
    assert fake.calls == ["find"] * 6


def test_a_list_that_is_not_newest_first_is_read_to_its_end():
    """Where Nutshell does not sort as asked, an old record on the first page proves nothing."""
    rising = [record(n, f"people:o_{n}", created=OLD) for n in range(1, 8)]
    fake = Fake([*rising, record(9, "people:per_1")])
    settled = asyncio.run(
        settle_create(fake, "contact", "people:per_1", {}, SINCE, above=7, sleep=fake.sleep)
    )
    assert settled.nutshell_id == 9


@pytest.mark.parametrize("apart", [-20, 20, -90])
def test_no_clock_is_asked_where_an_id_is_known(apart):
    """Theirs minutes or hours off: what was made after an id that was known is found."""
    made = (SINCE + timedelta(minutes=apart)).isoformat()
    fake = Fake([record(9, "people:per_1", created=made), record(8, "people:o", created=made)])
    settled = asyncio.run(
        settle_create(fake, "contact", "people:per_1", {}, SINCE, above=8, sleep=fake.sleep)
    )
    assert settled.nutshell_id == 9


def test_without_any_bound_the_whole_list_is_read():
    """No id, and no answer that told a time: only the end of the list proves absence."""
    old = [record(n, f"people:o_{n}", created=OLD) for n in range(400, 0, -1)]
    fake = Fake([*old, record(0, "people:per_1", created=OLD)])
    settled = asyncio.run(
        settle_create(fake, "contact", "people:per_1", {}, None, sleep=fake.sleep)
    )
    assert settled.nutshell_id == 0


def test_their_clock_is_measured():
    """From the `Date` of answers; one that came late, or says nothing, changes little."""
    now = SINCE.timestamp()
    clock = Clock(lambda: now)
    assert clock.offset is None
    for wrong in (None, "yesterday", ""):
        clock.heard(wrong, 0.1)
    for number in range(9):
        now += 60
        told = SINCE + timedelta(minutes=number + 1 - 20)
        latency = 50.0 if number == 4 else 0.2
        clock.heard(format_datetime(told, usegmt=True), latency)
    assert abs(clock.offset - timedelta(minutes=-20)) < timedelta(seconds=2)
