"""Nothing moves unapproved: each gate, on the whole road, with the calls that write counted."""

import re
from contextlib import contextmanager

import pytest

from tests.journeys.conftest import CAPS, UNUSED, capped
from tests.journeys.road import Road

pytestmark = pytest.mark.journey


@contextmanager
def no_writes(road):
    """Hold the body to zero calls that write."""
    before = road.write_calls()
    yield
    assert road.write_calls() == before


def refused(road, *command):
    """Run a command that a gate must refuse; one line, no traceback, nothing written."""
    with no_writes(road):
        said = road.run("load", *command, expect=2)
    assert "Traceback" not in said
    return said


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_writes_are_counted(stages):
    """The count that the gates are held to moves when something is written."""
    with stages.at("sampled") as road:
        before = road.write_calls()
        account = road.rpc("findAccounts", limit=1)[0]
        road.rpc("deleteAccount", accountId=account["id"], rev=account["rev"])
        assert road.write_calls() == before + 1


def test_an_open_gate(stages):
    """What Nutshell lacks or has no room for stops the signature, named with its mend."""
    with stages.at("open_gates") as road, capped(road):
        road.run("load", "plan")
        said = refused(road, "approve", "--by", "demo")
        assert "gate(s) are open" in said
        assert "missing_definition" in said and "load fields --create" in said
        for line in CAPS:
            assert f"over_limit ({line.rstrip(',').replace(',', ' ')})" in said
        assert "raise max_value in seeds/reference/limits.csv" in said
        assert "are open" in refused(road, "apply", "--sample")


def test_a_contract_s_cap_names_who_has_no_room(stages):
    """More contacts and open leads than it allows: each that goes over, in the plan's order."""
    road = Road(stages.folder / "open_gates", project=stages.project)
    for line, most in CAPS.items():
        limit, entity, _ = line.split(",")
        ((peak, mend),) = road.rows(
            "select limits.peak, blockers.mend from preflight.preflight_limits as limits"
            " inner join preflight.preflight_blockers as blockers"
            " on blockers.subject = limits.limit_name || ' ' || limits.entity"
            " and blockers.blocker_class = 'over_limit' and blockers.scope = 'gate'"
            " where limits.limit_name = ? and limits.entity = ?",
            *(limit, entity),
        )
        over = road.rows(
            "select item, operation from preflight.preflight_records_over_limit as over_limit"
            " left join plan.plan_operations as planned"
            " on planned.record_key = over_limit.item and planned.step = 'record'"
            " where limit_name = ? order by would_be, position",
            limit,
        )
        assert peak > int(most) and {operation for _, operation in over} <= {"create", "block"}
        assert f"{len(over)} have no room, from {over[0][0]} on" in mend
        assert len(over) == peak - int(most) or limit == "open_leads"
    # the way out: where the contract allows it again, nothing is over
    raised = Road(stages.folder / "sampled", project=stages.project)
    classes = raised.rows("select distinct blocker_class from preflight.preflight_blockers")
    assert ("over_limit",) not in classes


def test_an_unreviewed_sample(stages):
    """Loaded and read back is not reviewed: the rest waits for a signature."""
    with stages.at("sampled") as road:
        said = refused(road, "apply")
        assert "No reviewed sample is approved" in said
        assert "--sample-reviewed" in said


def test_a_warehouse_older_than_the_audit(stages):
    """After writes, a plan of the warehouse from before them is refused, naming both."""
    said = stages.said["plan of an old warehouse"]
    assert "The warehouse knows the audit up to write" in said and "dbt build" in said


def test_the_plan_says_what_it_will_do(stages):
    """Per object, calls by method, time, digests, and who stays behind by policy."""
    said = stages.said["plan"]
    for word in ("organizations", "newContact", "writes/s", "mapping", "schema", "Open gates"):
        assert word in said
    behind = said.split("Records that stay behind, by cause")[1]
    assert "blocked_record" in behind and "accepted" in behind


def test_definitions_are_made_once(stages):
    """The second `load fields --create` finds all there, and says so."""
    assert re.search(r"^0 definition\(s\) made", stages.said["fields again"], re.M)


def test_a_loaded_practice(loaded, stages):
    """One copy, many refusals: none of them may write."""
    road = loaded
    seed = road.project / "seeds" / "value_maps" / "lead_status.csv"
    model = road.project / "models" / "nutshell" / "nutshell_people.sql"

    # one seed cell
    was = seed.read_text()
    edit(seed, "Contacted,Working", "Contacted,New")
    assert "seeds/value_maps/lead_status.csv" in refused(road, "apply")
    said = refused(road, "plan")
    assert "Changed since the build" in said and "lead_status.csv" in said
    seed.write_text(was)

    # one model line
    was = model.read_text()
    model.write_text(was + "-- a line\n")
    assert "models/nutshell/nutshell_people.sql" in refused(road, "apply")
    assert "nutshell_people.sql" in refused(road, "approve", "--by", "demo")
    model.write_text(was)

    # applied twice: everything is there, nothing is written
    with no_writes(road):
        assert "already done" in road.run("load", "apply")
    # so it is with a plan of its own, made after the read-back: what was refused stays refused
    with no_writes(road):
        said = road.run("load", "plan")
        assert "unchanged" in said
        road.run("load", "apply")
    assert road.rows(
        "select distinct buckets.bucket from review.review_buckets as buckets"
        " inner join plan.plan_operations as operations using (record_key)"
        " where operations.operation in ('create', 'update')"
    ) in ([], [("failed",)])  # fmt: skip

    # the demo's name away from loopback
    at_home = road.env["NUTSHELL_URL"]
    road.env["NUTSHELL_URL"] = "https://crm.practice.example"
    said = road.run("load", "approve", "--by", "demo", expect=2)
    assert "for the sandbox only" in said
    assert "made for" in road.run("load", "apply", expect=2)
    road.env["NUTSHELL_URL"] = at_home


def test_an_unconfirmed_row_and_a_new_value(loaded):
    """Rows of any map that nobody signed, and a value that no map knows, are gates."""
    road = loaded
    seed = road.project / "seeds" / "value_maps" / "lead_status.csv"
    line = next(x for x in seed.read_text().splitlines() if x.startswith("Contacted,"))
    fields = line.split(",")
    fields[4] = fields[5] = ""
    edit(seed, line, ",".join(fields))
    lead = road.rows("select source_id from review.review_buckets where source_object = 'leads'")[0]
    road.control(
        "edit", {"object": "leads", "id": lead[0], "fields": {"status": "Ghosted"}},
        system="VISUAL_PRACTICE",
    )  # fmt: skip
    # nor does a line of the owners or the fields move anything, also where there is no value yet
    (email,) = road.rows(
        "select email from preflight.preflight_owners where match = 'exact' and records > 0"
    )[0]
    owners, fields = seed.with_name("owners.csv"), seed.with_name("fields.csv")
    owners.write_text(owners.read_text() + f"{email},nobody@practice.example,0.90,,,,\n")
    fields.write_text(fields.read_text() + "people,shoe_size,Shoe size,Text,map,42,0.50,,,,\n")
    said = refused(road, "delta")
    assert "unconfirmed_map" in said and "Contacted" in said
    assert "unmapped_value" in said and "Ghosted" in said
    closed = road.rows("select blocker_class, subject from preflight.preflight_blockers")
    assert {
        ("unconfirmed_map", f"owners: {email}"),
        ("missing_target", "owners: nobody@practice.example"),
        ("idle_row", "fields: people.shoe_size"),
    } <= set(closed)
    for command in (("approve", "--by", "demo"), ("apply",)):
        assert "gate(s) are open" in refused(road, *command)


def test_a_delta_with_a_new_envelope(loaded):
    """A field made in Nutshell and a known value first in use: the delta stops and names both."""
    road = loaded
    rows = road.rows(
        "select source_id from review.review_buckets"
        " where source_object = 'leads' and bucket = 'created' order by 1"
    )
    road.control(
        "edit", {"object": "leads", "id": rows[0][0], "fields": {"status": UNUSED}},
        system="VISUAL_PRACTICE",
    )  # fmt: skip
    road.make_field("contacts", "Favourite colour", "Text")
    said = refused(road, "delta")
    assert "not covered by the standing approval" in said
    assert "Nutshell has custom_field contacts/Favourite colour/Text" in said
    assert UNUSED in said
    # a person looks, signs, and it goes on; the sample's signature is asked for likewise
    assert "is approved by" in road.run("load", "approve", "--by", "demo")
    assert "reviewed sample" in refused(road, "apply")
