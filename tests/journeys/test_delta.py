"""The cut-over window: what changed goes over, what people did in Nutshell stays."""

import json
from itertools import product

import aiohttp
import pytest
from aiohttp import web

from tests.journeys.listening import listening
from tests.journeys.meetings import FIELD, MEETINGS, OF_A_HUMAN, OF_THE_PRACTICE

pytestmark = pytest.mark.journey


def test_a_delta_is_one_command_and_one_line(delta):
    """It ends well and says in a line what it did; the build's own words come before."""
    assert delta.code in (0, 1), delta.said
    (line,) = [line for line in delta.said.splitlines() if " delta: " in line]
    assert "created" in line and "read back" in line and "review_conflicts" in line


def test_a_second_one_says_so_and_goes(delta):
    """It names the one at work and exits 0, so that cron writes no mail."""
    assert "`load delta` (pid" in delta.second and "is at work" in delta.second


def test_exactly_the_changed_records_are_written(delta):
    """Each record written changed at the practice, or holds something that did."""
    assert delta.written
    assert delta.written <= delta.changed | delta.touched
    # and nothing that changed is left to be written
    assert [key for key in delta.changed if delta.planned.get(key) in ("created", "updated")] == []
    assert delta.calls >= len(delta.written)


def test_each_meeting_of_both_sides_has_a_row():
    """Source × destination × null: docs/delta.md has one outcome for every pair, and one only."""
    filled = {(m.practice, m.nutshell) for m in MEETINGS if not m.was_empty}
    assert filled == set(product(("unchanged", "changed", "deleted", "emptied"), repeat=2))
    empty = {(m.practice, m.nutshell) for m in MEETINGS if m.was_empty}
    assert empty == set(product(("still empty", "filled"), repeat=2)) - {("still empty",) * 2}
    assert len(MEETINGS) == len(filled | empty)


@pytest.mark.parametrize("meeting", MEETINGS, ids=lambda meeting: meeting.name)
def test_a_meeting_ends_as_documented(delta, meeting):
    """As docs/delta.md says: what is written, what is listed, and what Nutshell holds."""
    key, was = delta.key(meeting.name), delta.held[meeting.name]
    assert (was is None) == meeting.was_empty
    assert ((key, FIELD) in delta.sent) == (meeting.written == "yes")
    of_practice = after(meeting.practice, was, OF_THE_PRACTICE)
    of_human = after(meeting.nutshell, was, OF_A_HUMAN)
    holds = {
        "what we wrote": was,
        "the practice's": OF_THE_PRACTICE,
        "the human's": OF_A_HUMAN,
        "nothing": None,
        "no record": "no record",
    }
    assert delta.holds[meeting.name] == holds[meeting.holds]
    listed = {
        (what, field): (ours, now, wanted, decision)
        for (record, what, field), (_, ours, now, wanted, decision) in delta.conflicts.items()
        if record == key
    }
    what, _, decision = meeting.listed.partition(", ")
    if what == "–":
        assert listed == {}
    elif what == "field":
        assert listed == {("field", FIELD): (was, of_human, of_practice, decision)}
    else:
        assert listed == {(what, None): (None, None, None, decision)}


def after(did, was, words):
    """Give the field's value on one side after what was done there."""
    return {"changed": words, "filled": words, "emptied": None}.get(did, was)


def test_another_field_goes_over_beside_what_a_human_changed(delta):
    """The practice changed a field, a human another: each has its own."""
    _, ours, now, wanted, decision = delta.conflicts[delta.key("human"), "field", FIELD]
    assert (now, decision) == ("A human's other words", "keep_destination")
    assert ours == wanted != now
    assert delta.key("human") in delta.written
    assert (delta.key("human"), FIELD) not in delta.sent


def test_a_twin_lives_on_in_the_contact_of_a_deleted_one(delta):
    """Merged people are one contact: the practice deletes one of them, and no other is made."""
    reason, contact = delta.verdicts[delta.twin]
    assert contact == delta.ids["survivor"][1]
    assert reason in ("unchanged", "already_there")
    assert delta.key("survivor") not in delta.written


def test_an_organization_lives_on_in_the_account_of_a_deleted_one(delta):
    """So do those that a human has merged, and their children keep their parent."""
    reason, account = delta.verdicts[delta.heir]
    assert account == delta.ids["organization"][1]
    assert reason in ("unchanged", "already_there", "blanks_filled")
    assert f"organizations:{delta.ids['organization'][0]}" not in delta.written
    assert delta.children and delta.children <= delta.children_now


def test_a_further_delta_writes_nothing(delta, stages):
    """A further delta finds nothing to write and nothing that differs."""
    with stages.at("delta") as road:
        before = road.write_calls()
        again = road.run("load", "delta")
        assert " created" not in again and " updated" not in again
        findings = road.rows(
            "select record_key, field from review.review_field_diff where is_finding"
        )
        assert "; 0 read back; " in again and " 0 finding(s) " in again, findings
        assert road.write_calls() == before


def test_every_hosted_link_leads_to_a_file(stages):
    """A file that was renamed at the practice is copied under the name that its link has now."""
    with stages.at("delta") as road:
        names = road.rows(
            "select json_extract_string(payload, '$.hosted_name')"
            " from nutshell.nutshell_attachments where bucket_reason is null"
            " and json_extract_string(payload, '$.route') = 'host'"
        )
        assert names
        hosted = road.data / "hosted"
        assert [name for (name,) in names if not (hosted / name).is_file()] == []


def shrunk(url, sizes):
    """Serve the practice with some listings empty, or far shorter than they were."""

    async def handler(request):
        name = request.path.rpartition("/")[2]
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{url}{request.raw_path}", headers=request.headers) as answer,
        ):
            body, status = await answer.read(), answer.status
        if status == 200 and name in sizes:
            told = json.loads(body)
            rows = told["data"][: sizes[name]] if told.get("page") == 1 else []
            told |= {"data": rows, "total": sizes[name], "pages": 1}
            return web.json_response(told)
        return web.Response(body=body, status=status, content_type="application/json")

    return listening(handler)


def test_a_broken_listing_deletes_nothing(delta, stages):
    """A whole listing that comes back empty, or a quarter long: all records stay as they are."""
    with stages.at("delta") as road:
        excluded = "select count(*) from review.review_buckets where bucket = 'excluded'"
        was = road.value(excluded)
        with shrunk(road.env["VISUAL_PRACTICE_URL"], {"people": 0, "deals": 50}) as broken:
            road.env["VISUAL_PRACTICE_URL"] = broken.url()
            road.run("extract", "visual-practice")
        road.build()
        assert road.value(excluded) == was
        assert road.rows(
            "select source_object, operation, reason from plan.plan_operations"
            " where operation in ('create', 'update', 'delete')"
        ) == []  # fmt: skip
