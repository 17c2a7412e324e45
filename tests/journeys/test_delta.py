"""The cut-over window: what changed goes over, what people did in Nutshell stays."""

import json
from itertools import product

import aiohttp
import pytest
import yaml
from aiohttp import web

from tests.journeys.listening import listening
from tests.journeys.meetings import (
    CASES,
    CELLS,
    DEFAULT,
    MEETINGS,
    OF_A_HUMAN,
    OF_THE_PRACTICE,
    OUTCOMES,
    POLICIES,
)
from tests.journeys.road import PROJECT
from tests.journeys.worked import after

pytestmark = pytest.mark.journey


def test_a_delta_is_one_command_and_one_line(delta):
    """It ends well and says in a line what it did; the build's own words come before."""
    assert delta.code in (0, 1), delta.said
    (line,) = [line for line in delta.said.splitlines() if " delta: " in line]
    assert "created" in line and "read back" in line and "review_conflicts" in line


def test_a_second_one_says_so_and_goes(delta):
    """It names the one at work and exits 0, so that cron writes no mail."""
    assert "`load delta` (pid" in delta.second and "is at work" in delta.second


def test_a_reader_blocks_nothing(delta):
    """Another process held review.duckdb open through build, load and publication, and reads on."""
    assert delta.code in (0, 1), delta.said
    assert delta.calls > 0
    assert delta.review_is_replaced and delta.reader_reads_on


def test_exactly_the_changed_records_are_written(delta):
    """Each record written changed at the practice, or holds something that did."""
    assert delta.written
    assert delta.written <= delta.changed | delta.touched
    # and nothing that changed is left to be written
    assert [key for key in delta.changed if delta.planned.get(key) in ("created", "updated")] == []
    assert delta.calls >= len(delta.written)


def test_each_meeting_of_both_sides_has_a_row():
    """Source × destination × null: docs/delta.md has one outcome for every pair, and one only."""
    filled = {(m.practice, m.nutshell) for m in OUTCOMES if not m.was_empty}
    assert filled == set(product(("unchanged", "changed", "deleted", "emptied"), repeat=2))
    empty = {(m.practice, m.nutshell) for m in OUTCOMES if m.was_empty}
    assert empty == set(product(("still empty", "filled"), repeat=2)) - {("still empty",) * 2}
    assert len(MEETINGS) == len(OUTCOMES)


def test_each_policy_has_a_column():
    """Every word of the seed's two columns is met, with a row wherever a policy is asked."""
    tests = yaml.safe_load((PROJECT / "seeds" / "_plan__seeds.yml").read_text())
    (seed,) = (seed for seed in tests["seeds"] if seed["name"] == "conflicts")
    words = {
        column["name"]: set(column["data_tests"][0]["accepted_values"]["arguments"]["values"])
        for column in seed["columns"]
        if column["name"] in ("on_conflict", "on_null")
    }
    met = [policy.split(", ") for policy in (DEFAULT, *POLICIES)]
    assert {conflict for conflict, _ in met} == words["on_conflict"]
    assert {null for _, null in met} == words["on_null"]
    assert CELLS.keys() == {meeting for meeting in OUTCOMES if not meeting.deletes}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_meeting_ends_as_documented(delta, case):
    """As docs/delta.md says: what is written, what is listed, and what Nutshell holds."""
    key = delta.key(case.name, case.object)
    holds, listed, sent = {}, {}, set()
    for field in case.fields:
        was, outcome = delta.held[case.name][field.target], case.outcome(field)
        assert (was is None) == case.meeting.was_empty
        of_practice = after(case.meeting.practice, was, OF_THE_PRACTICE)
        of_human = after(case.meeting.nutshell, was, OF_A_HUMAN)
        holds[field.target] = {
            "what we wrote": was,
            "the practice's": OF_THE_PRACTICE,
            "the human's": OF_A_HUMAN,
            "nothing": None,
            "no record": "no record",
        }[outcome.holds]
        if outcome.written:
            sent.add(field.target)
        if outcome.what == "field":
            listed["field", field.target] = (was, of_human, of_practice, outcome.decision)
        elif outcome.what:
            listed[outcome.what, None] = (None, None, None, outcome.decision)
    assert delta.holds[case.name] == holds
    fields = {field.target for field in case.fields}
    assert {field for record, field in delta.sent if record == key and field in fields} == sent
    assert {
        (what, field): tuple(told)
        for (record, what, field), (before, *told) in delta.conflicts.items()
        if record == key and before is None  # the record is of our making
    } == listed


def test_what_went_over_a_humans_value_is_listed_and_nothing_else(delta):
    """Of all that the delta wrote, the fields that a human had changed, and no other."""
    expected = {
        (delta.key(case.name, case.object), "field", field.target)
        for case in CASES
        for field in case.fields
        if case.outcome(field).decision == "write"
    }
    assert {place for place, told in delta.conflicts.items() if told[-1] == "write"} == expected


def test_another_field_goes_over_beside_what_a_human_changed(delta):
    """The practice changed a field, a human another: each has its own."""
    _, ours, now, wanted, decision = delta.conflicts[delta.key("human"), "field", "description"]
    assert (now, decision) == ("A human's other words", "keep_destination")
    assert ours == wanted != now
    assert delta.key("human") in delta.written
    assert (delta.key("human"), "description") not in delta.sent


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
            "select hosted_name from nutshell.nutshell_attachments"
            " where bucket_reason is null and route = 'host'"
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
