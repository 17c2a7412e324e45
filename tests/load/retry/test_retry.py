"""`load retry --cause`: just the records that waited for a cause, once the plan lets them go."""

from __future__ import annotations

import json
import shutil
import time

import pytest

from common.paths import PROJECT_ROOT
from tests.load.apply.test_road import sign_sample
from tests.load.practice import small_practice
from tests.load.project import approved

CAUSE = "rate_missing"
LINE = (
    "append to seeds/policies/rate_overrides.csv: KES,EUR,<KES for 1 EUR>,2026-01-01,2026-01-09,,"
)
#: deals without a rate, the activity that belongs to one of them, and a file that is too large
BLOCKED = {"deals:4": CAUSE, "deals:6": CAUSE, "activities:9": "depends_on_blocked"}
OTHER = {"attachments:2": "file_too_large"}


def hold_back(project, blocked):
    """Let the plan hold records back as SQL would: one row each, and a blocker with its mend."""
    rows = []
    for row in project.warehouse["operations"]:
        reason = blocked.get(row["record_key"])
        if reason is None:
            rows.append(row)
        elif row["step"] in ("record", "file"):
            rows.append(
                {**row, "operation": "block", "reason": reason, "bucket": "blocked",
                 "payload": None, "desired": None}
            )  # fmt: skip
    project.warehouse["operations"] = rows
    project.warehouse["blockers"] = [
        ("blocked_record", "record", *key.split(":"), key, reason, LINE, True, reason)
        for key, reason in blocked.items()
        if reason not in ("depends_on_blocked", "deal_blocked")
    ]
    project.warehouse["causes"] = [
        (key, "deals:6" if reason == "depends_on_blocked" else key)
        for key, reason in blocked.items()
    ]


def plan(project, blocked, *, newcomers=0):
    """Plan the practice anew, with these records held back."""
    small_practice(project, organizations=2, people=7 + newcomers, deals=7)
    for row in project.warehouse["operations"]:
        if row["record_key"] == "activities:9":
            row["depends_on"] = ["deals:6"]
    hold_back(project, blocked)


@pytest.fixture
def blocked(project):
    """A practice that is loaded but for what its plan holds back."""
    plan(project, BLOCKED | OTHER)
    approved(project)
    project.quick("apply", "--sample", code=1)
    sign_sample(project)
    project.quick("apply", code=1)
    project.build()
    return project


def edit(project):
    """Append a line to a seed, as the mend says."""
    time.sleep(0.01)
    seed = project.root / "seeds" / "lead_status.csv"
    seed.write_text(seed.read_text() + "Ghosted,New\n")


def done(project):
    audit = project.audit()
    try:
        return {
            row["record_key"]
            for row in audit.rows(
                "select source_object || ':' || source_id as record_key from writes"
                " where status = 'done' and run_id ="
                " (select run_id from runs order by started_at desc limit 1)"
            )
        }
    finally:
        audit.close()


def test_before_the_mend_it_says_the_mend(blocked, sandbox):
    """The line to add, then what to run, and nothing is written."""
    before = sandbox.writes()
    said = blocked.quick("retry", "--cause", CAUSE, code=2)
    assert LINE.split(": ")[1] in said.replace("\n", "")
    assert "3 record(s)" in blocked.complaint
    assert "Mend it, then: `dbt build`, `load plan`, `load approve" in blocked.complaint
    assert sandbox.writes() == before


def test_status_knows_what_a_plan_holds_back_and_who_let_it_run(blocked):
    """As many as apply said; a later plan that nobody signed ran under a standing approval."""
    (first,) = plans_told(blocked)
    assert first[3] == str(len(BLOCKED | OTHER)) and first[6].startswith("demo (plan")
    plan(blocked, BLOCKED | OTHER, newcomers=2)
    blocked.build()
    blocked.quick("plan")
    assert [told[6] for told in plans_told(blocked) if told[0] != first[0]] == [""]
    blocked.quick("apply", code=1)
    (second,) = (told for told in plans_told(blocked) if told[0] != first[0])
    assert second[3] == first[3] and second[6] == "a standing approval"


def plans_told(project):
    """Read the rows of status's table of plans."""
    table = project.quick("status").partition("Runs")[0]
    rows = [line for line in table.splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in rows]


@pytest.mark.parametrize(
    ("reason", "cause"),
    [("depends_on_blocked", "deals:6"), ("deal_blocked", "deals:4")],
)
def test_what_waits_for_another_record_is_told_that_one_s_mend(blocked, reason, cause):
    """Down to the record that has the cause, with the command that writes both."""
    lead = {
        "record_key": "leads:1", "operation_key": "leads:1/record", "source_object": "leads",
        "source_id": "1", "kind": "lead", "step": "record", "operation": "create", "level": 3,
        "reason": "new", "bucket": "created", "survivor_key": "deals:4", "in_sample": False,
    }  # fmt: skip
    small_practice(blocked, organizations=2, people=7, deals=7)
    blocked.warehouse["operations"].append(lead)
    hold_back(blocked, BLOCKED | OTHER | {"leads:1": "deal_blocked"})
    blocked.build()
    blocked.quick("plan")
    said = " ".join(blocked.quick("retry", "--cause", reason, code=2).split())
    assert f"1 record(s) wait for {cause}: {LINE}." in said
    assert f"`load retry --cause {CAUSE}`" in said
    assert "where a second one holds it back, it shows after this mend" in said


def test_a_cause_that_no_blocker_has_is_told_what_the_seed_of_reasons_says(blocked):
    """Better the general mend than none."""
    blocked.warehouse["blockers"] = []
    blocked.build()
    folder = blocked.root / "seeds" / "reference"
    folder.mkdir()
    (folder / "reasons.csv").write_text(f"reason,mend\n{CAUSE},add a rate\n")
    said = blocked.quick("retry", "--cause", CAUSE, code=2)
    assert "2 record(s): add a rate" in said


def test_an_edit_that_no_plan_has_is_named_with_what_is_left_to_run(blocked):
    """First the build as well, then the plan alone."""
    edit(blocked)
    blocked.quick("retry", "--cause", CAUSE, code=2)
    assert "lead_status.csv" in blocked.complaint
    assert "Next: `dbt build`, `load plan`" in blocked.complaint
    plan(blocked, OTHER)
    blocked.build()
    blocked.quick("retry", "--cause", CAUSE, code=2)
    assert "Next: `load plan`" in blocked.complaint and "dbt" not in blocked.complaint


def test_a_mend_at_the_source_wants_a_plan_too(blocked):
    """No seed has changed, and the warehouse holds nothing back any more."""
    plan(blocked, OTHER)
    blocked.build()
    blocked.quick("retry", "--cause", CAUSE, code=2)
    assert "The warehouse has the mend" in blocked.complaint
    assert "Next: `load plan`" in blocked.complaint


def test_after_the_mend_exactly_those_are_written(blocked, sandbox):
    """With those that waited for them; neither what another cause holds back, nor what is new."""
    edit(blocked)
    plan(blocked, OTHER, newcomers=2)  # whom nobody asks for now
    blocked.build()
    blocked.quick("plan")
    before = sandbox.writes()
    blocked.quick("retry", "--cause", CAUSE, code=2)
    assert "not covered by the standing approval" in blocked.complaint
    assert sandbox.writes() == before
    blocked.quick("approve", "--by", "demo")
    # they are not in the sample: its signature is asked for as for any other load
    blocked.quick("retry", "--cause", CAUSE, code=2)
    assert "reviewed sample" in blocked.complaint
    blocked.quick("apply", "--sample", code=1)
    sign_sample(blocked)
    blocked.quick("retry", "--cause", CAUSE)
    assert done(blocked) == set(BLOCKED)
    before = sandbox.writes()
    assert "already done" in blocked.quick("retry", "--cause", CAUSE)
    assert sandbox.writes() == before


def test_what_is_in_the_sample_needs_the_plan_s_signature_alone(blocked, sandbox):
    """As `apply --sample` would write it, and nothing else of the sample."""
    edit(blocked)
    plan(blocked, OTHER, newcomers=2)
    for row in blocked.warehouse["operations"]:
        row["in_sample"] = True
    blocked.build()
    blocked.quick("plan")
    blocked.quick("approve", "--by", "demo")
    blocked.quick("retry", "--cause", CAUSE)
    assert done(blocked) == set(BLOCKED)


def test_an_unknown_cause_is_answered_with_those_that_there_are(blocked):
    """Failed writes and what the plan holds back, in one list."""
    blocked.quick("retry", "--cause", "moonshine", code=2)
    for cause in (CAUSE, "file_too_large", "depends_on_blocked"):
        assert cause in blocked.complaint


def test_refusals_are_told_apart_by_their_words(project, sandbox):
    """Each has its mend and its command; the one that is mended goes, the other one waits."""
    folder = project.root / "seeds" / "reference"
    folder.mkdir()
    shutil.copy(PROJECT_ROOT / "seeds" / "reference" / "failures.csv", folder)
    small_practice(project, organizations=2, people=3, deals=0, activities=0, files=0)
    for row in project.warehouse["operations"]:
        payload = json.loads(row["payload"])
        if row["record_key"] == "people:1":
            payload["phone"] = ["12"]
        if row["record_key"] == "people:2":
            payload["customFields"]["Bed count"] = "3"
        row["payload"] = row["desired"] = json.dumps(payload)
    approved(project)
    project.quick("apply", "--sample", code=1)
    said = " ".join(project.quick("status").replace("│", " ").split())
    assert "create field Bed count:" in said
    for cause in ("rejected_field_missing", "rejected_phone"):
        assert f"load retry --cause {cause}" in said
    project.warehouse["definitions"].append(
        ("custom_field", "contacts", "Bed count", "Text", "[]", False, "missing", "rest", None)
    )
    project.build()
    project.quick("fields", "--create", "--by", "demo")
    project.quick("retry", "--cause", "rejected_field_missing")
    assert done(project) == {"people:2"}
    assert "rejected_field_missing" not in project.quick("status")
    project.quick("retry", "--cause", "rejected", code=1)  # the class as a whole: the other one
    assert done(project) == set()
