"""Value, outcome and fields that several of our runs wrote: what comes back, and what is named."""

import json

import pytest

from common.errors import EffectUnknown, Unreachable
from load.apply.writer import Stop
from load.destination import Destination
from tests.load.apply.test_road import markers, through_sample
from tests.load.practice import small_practice
from tests.load.project import approved
from tests.load.rollback.test_rollback import change_again, live, matched_contact

LOST = {"outcomeId": 7, "status": 11}


@pytest.fixture
def deal(project, sandbox):
    """A deal that was there before us, worth 55."""
    user = sandbox.rpc("findUsers")[0]
    made = sandbox.rpc(
        "newLead",
        lead={
            "description": "Deal 0",
            "assignee": {"entityType": "Users", "id": user["id"]},
        },
    )
    human_sets(sandbox, made, "55")
    small_practice(project, organizations=1, people=1, deals=1, activities=0, files=0)
    rows = [r for r in project.warehouse["operations"] if r["record_key"] == "deals:0"]
    there = {"nutshell_id": made["id"], "depends_on": []}
    rows[0] |= {**there, "operation": "skip", "bucket": "matched"}
    rows[1] |= {**there, "operation": "update"}
    project.warehouse["operations"] = rows
    return made


def amount(sandbox):
    return float(live(sandbox, "Leads", "Deal 0")["value"]["amount"])


def write_value(project, sum_of_money):
    """Plan and apply another value, in a run of its own; its id."""
    row = project.warehouse["operations"][1]
    row["payload"] = json.dumps({"amount": sum_of_money, "currency": "USD"})
    row["desired"] = json.dumps({"manualValue": json.loads(row["payload"])})
    approved(project)
    project.quick("apply", "--sample")
    return project.audit().value("select max(run_id) from intents where step = 'value'")


def human_sets(sandbox, deal, sum_of_money):
    value = {"value": {"amount": sum_of_money, "currency": "USD"}}
    sandbox.control("edit", {"entity": "Leads", "id": deal["id"], "fields": value})


def kept(project):
    rows = project.audit().rows("select field, reason from reversals where outcome = 'kept'")
    return [tuple(row) for row in rows]


def test_an_older_run_goes_with_what_later_ones_wrote(project, sandbox, deal):
    """55, 200, 300: taking the first run back gives 55, and nobody is said to have edited."""
    first = write_value(project, "200.00")
    write_value(project, "300.00")
    said = project.quick("rollback", "--run", first)
    assert amount(sandbox) == 55
    assert kept(project) == []
    assert "1 of them with what later runs wrote to them" in said


def test_the_newest_run_alone_goes_back_to_the_one_before(project, sandbox, deal):
    """55, 200, 300: taking the second run back gives 200."""
    write_value(project, "200.00")
    second = write_value(project, "300.00")
    assert "later runs" not in project.quick("rollback", "--run", second)
    assert amount(sandbox) == 200
    assert kept(project) == []


def test_a_humans_value_between_two_of_ours_comes_back(project, sandbox, deal):
    """55, ours, a human's 9999, ours: 9999 comes back, and is named."""
    write_value(project, "200.00")
    human_sets(sandbox, deal, "9999")
    write_value(project, "300.00")
    preview = project.quick("rollback", "--preview")
    assert "value (edited since by" in project.quick("rollback")
    assert "value (edited since by" in preview
    assert amount(sandbox) == 9999
    assert kept(project) == [("value", "edited since")]


def test_a_humans_field_between_two_of_ours_comes_back(project, sandbox):
    """The same for a plain field: the human's words are restored, not those before us."""
    contact = matched_contact(project, sandbox, payload={"description": "Filled"})
    through_sample(approved(project))
    edit = {"entity": "Contacts", "id": contact["id"], "fields": {"description": "A human's"}}
    sandbox.control("edit", edit)
    change_again(project, description="Ours again")
    assert "people:0 description (edited since by" in project.quick("rollback")
    assert sandbox.rpc("getContact", contactId=contact["id"])["description"] == "A human's"
    assert "Nothing is left to take back" in project.quick("rollback")


@pytest.mark.parametrize("call", ["restore_value", "restore_status"])
@pytest.mark.parametrize("ends", ["killed", "lost"])
def test_a_step_that_was_restored_is_done(project, sandbox, deal, call, ends):
    """Killed, or the answer lost, behind the call: what is back is not said to be edited."""
    before = sandbox.control("fingerprint")["fingerprint"]
    rows = project.warehouse["operations"]
    rows.append(
        {
            **rows[1],
            "operation_key": "deals:0/outcome",
            "step": "outcome",
            "payload": json.dumps(LOST),
            "desired": json.dumps({"outcome": LOST}),
        }
    )
    write_value(project, "200.00")
    assert live(sandbox, "Leads", "Deal 0")["status"] == 11
    does = getattr(Destination, call)

    async def cut_off(self, *arguments):
        await does(self, *arguments)
        raise Stop(Unreachable("nobody there")) if ends == "killed" else EffectUnknown("lost")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Destination, call, cut_off)
        patch.setitem(project.environment, "NUTSHELL_LATE_SECONDS", "0.05")
        said = project.quick("rollback", code=3 if ends == "killed" else 0)
    if ends == "killed":
        said = project.quick("rollback")
    assert "kept" not in said
    assert kept(project) == []
    assert sandbox.control("fingerprint")["fingerprint"] == before


@pytest.mark.parametrize("ends", ["killed", "lost"])
def test_a_deletion_that_took_effect_is_done(loaded, sandbox, ends):
    """Its answer was lost: the audit says that it was done, not that it was not."""
    project = through_sample(loaded(organizations=1, people=0, deals=0, activities=0, files=0))
    does = Destination.delete

    async def cut_off(self, *arguments):
        await does(self, *arguments)
        raise Stop(Unreachable("nobody there")) if ends == "killed" else EffectUnknown("lost")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Destination, "delete", cut_off)
        project.quick("rollback", code=3 if ends == "killed" else 0)
    if ends == "killed":
        project.quick("rollback")
    deletes = project.audit().rows(
        "select status from writes where operation = 'delete' and source_object = 'organizations'"
    )
    assert [row["status"] for row in deletes] == ["done"]
    assert markers(sandbox) == []
