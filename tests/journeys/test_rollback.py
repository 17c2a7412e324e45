"""Everything comes back: what a user sees in Nutshell after a rollback is what was there before."""

import json
import re

import pytest

from load.audit.questions import Audit
from tests.journeys.meetings import CASES, OF_A_HUMAN
from tests.journeys.worked import NUTSHELL, after
from tests.waiting import wait_until

pytestmark = pytest.mark.journey

ENTITIES = {"account": "Accounts", "contact": "Contacts", "lead": "Leads", "activity": "Activities"}
LINKS = {
    "organizations": (),
    "people": ("accounts",),
    "leads": ("accounts", "contacts"),
    "deals": ("accounts", "contacts"),
    "activities": ("participants", "leads"),
}
KINDS = {entity: kind for kind, entity in ENTITIES.items()}


def outcomes(said):
    """Read the table that a rollback or its preview prints: (object, outcome) → records."""
    rows = re.findall(r"│ (\w+)\s*│ (\w+)\s*│\s*([\d,]+) │", said)
    return {(name, word): int(count.replace(",", "")) for name, word, count in rows}


def kept_names(said):
    return sorted(line for line in said.splitlines() if line.startswith("kept: "))


def reversals(road):
    audit = Audit(road.data / "audit.sqlite", read_only=True)
    try:
        return [dict(row) for row in audit.rows("select * from reversals")]
    finally:
        audit.close()


def writes(road):
    audit = Audit(road.data / "audit.sqlite", read_only=True)
    try:
        return list(
            audit.writes(
                "operation in ('create', 'update') and status = 'done'"
                " and source_object <> 'probes'"
            )
        )
    finally:
        audit.close()


def key_of(row):
    return f"{row['source_object']}:{row['source_id']}"


def of_ours(row):
    """Give the record of ours that a kept one is linked to by; nothing where a human keeps it."""
    return row["reason"].partition(", our ")[2]


def shown(road, object_name, number):
    _, method, parameter = NUTSHELL[object_name]
    return road.rpc(method, **{parameter: number})


def linked_with(road, object_name, number):
    """Ask Nutshell which records one is linked to: kind and id."""
    record = shown(road, object_name, number)
    for key in LINKS[object_name]:
        for link in record[key] or ():
            yield KINDS.get(link["entityType"]), link["id"]


def test_all_of_it_comes_back(delta, stages):
    """After load and delta, killed and resumed: as before, minus what is kept and named."""
    with stages.at("delta") as road:
        # others linked a lead of their own to one of our contacts
        linked = delta.ids["emptied × unchanged"]
        user = road.rpc("findUsers")[0]
        lead = road.rpc(
            "newLead",
            lead={
                "description": "Made by somebody else",
                "contacts": [{"id": linked[1]}],
                "assignee": {"entityType": "Users", "id": user["id"]},
            },
        )
        written = writes(road)
        before = road.write_calls()
        preview = road.run("load", "rollback", "--preview")
        assert road.write_calls() == before

        road.control("faults", {"hold_after": 120, "only_writes": True})
        killed = road.start("load", "rollback")
        wait_until(lambda: road.control("stats").get("held"), killed)
        killed.kill()
        killed.communicate()
        assert reversals(road)
        road.control("faults", {"profile": "none"})
        said = road.run("load", "rollback", expect=0)

        # both walked the same list to the same ends
        done = {}
        for row in reversals(road):
            key = (row["source_object"], row["source_id"])
            done[key] = "kept" if "kept" in (row["outcome"], done.get(key)) else row["outcome"]
        counted = {}
        for (name, _), word in done.items():
            counted[name, word] = counted.get((name, word), 0) + 1
        assert counted == outcomes(preview)
        assert kept_names(said) == kept_names(preview)

        # what is kept is named, with field, who and when: each edit that nobody has written over
        rows = [row for row in reversals(road) if row["outcome"] == "kept"]
        edited = {(delta.key("human"), "description")} | {
            (delta.key(case.name, case.object), field.target)
            for case in CASES
            for field in case.fields
            if case.stands_edited and not case.outcome(field).written
        }
        assert {
            (key_of(row), row["field"]) for row in rows if row["reason"] == "edited since"
        } == edited
        (row,) = [row for row in rows if row["reason"] == f"linked to by lead {lead['id']}"]
        assert (key_of(row), row["field"]) == (delta.key("emptied × unchanged"), None)
        assert all(row["changed_by"] and row["changed_at"] for row in rows if not of_ours(row))

        # and so is of ours what they are linked to, and no other
        stay = {key for key, _ in edited} | {key_of(row)}
        leaning = {key_of(row): of_ours(row) for row in rows if key_of(row) not in stay}
        assert set(leaning.values()) <= stay | leaning.keys()
        made = {(w.kind, w.nutshell_id): w.key for w in written if w.method.startswith("new")}
        numbers = {key: number for (_, number), key in made.items()}
        led_to = {
            made[link]
            for key in stay | leaning.keys()
            for link in linked_with(road, key.partition(":")[0], numbers[key])
            if link in made
        }
        assert led_to and led_to <= stay | leaning.keys()

        # minus those, all is as it was
        road.control("edit", {"entity": "Leads", "id": lead["id"], "delete": True})
        for kind, number in {(w.kind, w.nutshell_id) for w in writes(road)}:
            road.control("edit", {"entity": ENTITIES[kind], "id": number, "delete": True})
        assert road.fingerprint() == stages.fingerprint


def test_by_record_object_and_run_and_again(stages):
    """Only what is named is taken back, and it can be loaded again."""
    with stages.at("loaded") as road:
        done = writes(road)
        record = next(w for w in done if w.source_object == "activities")
        road.run("load", "rollback", "--record", record.key, expect=0)
        assert {w.key for w in done} - {w.key for w in writes(road)} == {record.key}

        # leads of which activities of ours tell are kept, unless those go as well
        left = writes(road)
        leads = {w.nutshell_id: w.key for w in left if w.source_object == "leads"}
        about = {
            w.key: {leads[link["id"]] for link in named if link["id"] in leads}
            for w in left
            if w.source_object == "activities"
            and (named := json.loads(w.payload).get("leads") or ())
        }
        told_of = set().union(*about.values())
        said = road.run("load", "rollback", "--object", "leads", expect=0)
        assert {w.key for w in left} - {w.key for w in writes(road)} == set(
            leads.values()
        ) - told_of
        assert outcomes(said)["leads", "kept"] == len(told_of) > 0

        road.run("load", "rollback", "--object", "leads", "--with-linked", expect=0)
        telling = {key for key, those in about.items() if those}
        gone = set(leads.values()) | telling
        assert {w.key for w in left} - {w.key for w in writes(road)} == gone

        # what was taken back is loaded again, and nothing else
        road.build()
        said = road.run("load", "plan")
        assert "newLead" in said and "newActivity" in said and "newContact" not in said
        road.run("load", "apply")
        assert {w.key for w in writes(road)} == {w.key for w in done}

        first = min(w.run_id for w in done)
        road.run("load", "rollback", "--run", first, "--with-linked", expect=0)
        assert first not in {w.run_id for w in writes(road)}
        assert {w.run_id for w in writes(road)}

        road.run("load", "rollback", expect=0)
        assert writes(road) == []
        assert road.fingerprint() == stages.fingerprint


def test_a_delta_taken_back_is_planned_again(stages, delta):
    """What the delta had changed is as before it, and the next plan changes it once more."""
    with stages.at("delta") as road:
        last = max(w.run_id for w in writes(road))
        taken = {w.key: w.operation for w in writes(road) if w.run_id == last and w.kind != "file"}
        assert set(taken.values()) == {"create", "update"}
        road.run("load", "rollback", "--run", last)
        assert last not in {w.run_id for w in writes(road)}
        # what it had written over is the human's again
        fields = [(case, field) for case in CASES for field in case.fields]
        over = [(c, f) for c, f in fields if c.outcome(f).decision == "write"]
        assert over
        for case, field in over:
            record = shown(road, case.object, delta.ids[case.name][1])
            assert field.of(record) == after(case.meeting.nutshell, None, OF_A_HUMAN)
        road.run("extract", "nutshell")
        road.build("--select", "+plan_operations")
        planned = road.rows(
            "select record_key, operation from plan.plan_operations"
            " where operation in ('create', 'update') and kind <> 'file' and step = 'record'"
        )
        assert dict(planned) == taken
