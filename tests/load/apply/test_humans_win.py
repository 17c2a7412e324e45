"""What a human set on a lead meanwhile stays, value and outcome too: a row tells of it."""

import json

import pytest

from common.errors import Unreachable
from load.apply.conflicts import conflicts as compared
from load.destination import Destination
from tests.load.apply.test_road import markers, through_sample
from tests.load.practice import small_practice
from tests.load.project import approved
from tests.load.rollback.test_rollback import live

WON = {"outcomeId": 3, "status": 10}


@pytest.fixture
def with_deals(project):
    """A practice with an open deal, and one that is won, each with a value."""
    small_practice(project, organizations=1, people=2, deals=2, activities=0, files=0)
    return approved(project)


def plan_steps(project, sandbox, steps):
    """Plan these steps of deal 0 anew, as a delta would that has just read Nutshell back."""
    lead = live(sandbox, "Leads", "Deal 0")
    rows = project.warehouse["operations"]
    for row in rows:
        row |= {"operation": "skip"}
    rows[:] = [row for row in rows if row["record_key"] != "deals:0" or row["step"] == "record"]
    place = next(n for n, row in enumerate(rows) if row["record_key"] == "deals:0")
    seen = {
        "value": {"value": lead["value"]},
        "outcome": {"status": lead["status"], "outcome": lead.get("outcome")},
    }
    for step, payload in reversed(steps.items()):
        key = {"value": "manualValue", "outcome": "outcome"}[step]
        rows.insert(
            place + 1,
            {
                **rows[place],
                "operation_key": f"deals:0/{step}",
                "step": step,
                "operation": "update",
                "nutshell_id": lead["id"],
                "payload": json.dumps(payload),
                "desired": json.dumps({key: payload}),
                "seen": json.dumps(seen[step]),
            },
        )
    project.build()
    project.quick("plan")
    project.quick("approve", "--by", "demo")
    return lead


def human(sandbox, lead, **fields):
    sandbox.control("edit", {"entity": "Leads", "id": lead["id"], "fields": fields})


def conflicts(project):
    return [
        (row["source_id"], row["field"], json.loads(row["planned"]))
        for row in project.audit().rows("select * from conflicts")
    ]


def test_a_value_set_since_the_plan_stays(with_deals, sandbox):
    """A conflict row and exit 1, this time and the next; the closing is none of its business."""
    project = through_sample(with_deals)
    lead = plan_steps(
        project, sandbox, {"value": {"amount": "777.00", "currency": "USD"}, "outcome": WON}
    )
    human(sandbox, lead, value={"amount": "9999", "currency": "USD"})

    assert "deals:0 value" in project.quick("apply", "--sample", code=1)

    now = live(sandbox, "Leads", "Deal 0")
    assert (float(now["value"]["amount"]), now["status"]) == (9999, 10)
    assert conflicts(project) == [("0", "value", {"amount": "777.00", "currency": "USD"})]
    assert "777.00" not in project.audit().record_by_key("deals:0").desired
    writes = sandbox.writes()
    project.quick("apply", "--sample", code=1)
    assert sandbox.writes() == writes


def test_a_lead_lost_since_the_plan_stays_lost(with_deals, sandbox):
    """Closed by a human meanwhile: not closed once more by us."""
    project = through_sample(with_deals)
    lead = plan_steps(project, sandbox, {"outcome": WON})
    human(sandbox, lead, status=11)
    before = live(sandbox, "Leads", "Deal 0")

    assert "deals:0 status" in project.quick("apply", "--sample", code=1)

    assert live(sandbox, "Leads", "Deal 0") == before
    assert [name for _, name, _ in conflicts(project)] == ["status", "outcome"]


def test_a_lead_won_for_another_reason_stays_so():
    """The status is as planned, the outcome is the human's."""
    seen = {"status": 0, "outcome": None}
    theirs = {"status": 10, "outcome": {"entityType": "Lead_Outcomes", "id": 8, "rev": "3"}}
    ours = {"status": 10, "outcome": {"entityType": "Lead_Outcomes", "id": 3, "rev": "8"}}
    (found,) = compared("outcome", seen, WON, theirs)
    assert (found.field, found.planned) == ("outcome", 3)
    assert compared("outcome", seen, WON, ours) == []


def test_what_a_human_made_as_we_want_it_is_no_conflict(with_deals, sandbox):
    """The same value, set by hand: nothing to ask."""
    project = through_sample(with_deals)
    wanted = {"amount": "777.00", "currency": "USD"}
    lead = plan_steps(project, sandbox, {"value": wanted})
    human(sandbox, lead, value=wanted)
    project.quick("apply", "--sample")
    assert conflicts(project) == []


def test_a_value_set_between_two_runs_stays(with_deals, sandbox):
    """Made, stopped before its value; a human sets one: the next run asks, the rollback keeps."""

    async def stopped(*_):
        raise Unreachable("nobody there")

    project = with_deals
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Destination, "set_value", stopped)
        project.quick("apply", "--sample", code=3)
    human(sandbox, live(sandbox, "Leads", "Deal 0"), value={"amount": "9999", "currency": "USD"})

    assert "deals:0 value" in project.quick("apply", "--sample", code=1)

    assert float(live(sandbox, "Leads", "Deal 0")["value"]["amount"]) == 9999
    assert float(live(sandbox, "Leads", "Deal 1")["value"]["amount"]) == 200.5
    assert "deals:0 value (edited since" in project.quick("rollback")
    assert "deals:0" in markers(sandbox) and "deals:1" not in markers(sandbox)
