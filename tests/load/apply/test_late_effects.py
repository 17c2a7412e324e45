"""A change that was given up and takes effect later: noted once, and what it replaced is kept."""

import json
import threading

import pytest

from common.errors import Unreachable
from load.apply.writer import Stop
from load.destination import Destination
from tests.load.conftest import approved, small_practice
from tests.load.rollback.test_rollback import live, matched_contact

LATE = {"late_commit": 1.0, "only_writes": True, "hang_seconds": 0.1, "late_seconds": 3600.0}


def waited(project, sandbox, monkeypatch, shown):
    """Apply while every change takes effect only after the last look, and wait for them all."""
    with monkeypatch.context() as patch:
        patch.setitem(project.environment, "NUTSHELL_LATE_SECONDS", "0.05")
        sandbox.faults(LATE)
        project.quick("apply", "--sample", code=1)
    sandbox.faults("none")
    # the last attempt's too: a value knows no revision, and would go over what is restored
    assert sandbox.all_come()
    assert shown(), "it never took effect"


def test_what_a_late_edit_replaced_is_restored(project, sandbox, monkeypatch):
    """Four attempts in vain, the first took effect later; the rerun does not take it for theirs."""
    before = sandbox.control("fingerprint")["fingerprint"]
    wanted = {"description": "Filled", "customFields": {"Insurance": "A"}}
    contact = matched_contact(project, sandbox, payload=wanted)
    rows = [r for r in project.warehouse["operations"] if r["record_key"] == "people:0"]
    project.warehouse["operations"] = [{**row, "depends_on": []} for row in rows]
    approved(project)

    def shown():
        return sandbox.rpc("getContact", contactId=contact["id"])["description"] == "Filled"

    waited(project, sandbox, monkeypatch, shown)
    project.quick("apply", "--sample")
    assert "kept" not in project.quick("rollback")
    assert sandbox.rpc("getContact", contactId=contact["id"])["description"] != "Filled"
    assert sandbox.control("fingerprint")["fingerprint"] == before


def test_what_a_late_value_replaced_is_restored(project, sandbox, monkeypatch):
    """The value of a deal that was there before us."""
    user = sandbox.rpc("findUsers")[0]
    sandbox.control("behaviour", {"value": "rpc"})
    lead = sandbox.rpc(
        "newLead",
        lead={
            "description": "Deal 0",
            "assignee": {"entityType": "Users", "id": user["id"]},
            "value": {"amount": "55", "currency": "USD"},
        },
    )
    sandbox.control("behaviour", {})
    before = sandbox.control("fingerprint")["fingerprint"]
    small_practice(project, organizations=1, people=1, deals=1, activities=0, files=0)
    rows = [r for r in project.warehouse["operations"] if r["record_key"] == "deals:0"]
    there = {"nutshell_id": lead["id"], "depends_on": []}
    rows[0] |= {**there, "operation": "skip", "bucket": "matched"}
    rows[1] |= {**there, "operation": "update", "seen": json.dumps({"value": lead["value"]})}
    project.warehouse["operations"] = rows
    approved(project)

    def shown():
        return live(sandbox, "Leads", "Deal 0")["value"]["amount"] == 100.5

    waited(project, sandbox, monkeypatch, shown)
    project.quick("apply", "--sample")
    project.quick("rollback")
    assert live(sandbox, "Leads", "Deal 0")["value"]["amount"] == 55
    assert sandbox.control("fingerprint")["fingerprint"] == before


def test_a_human_after_a_late_edit_is_restored(project, sandbox, monkeypatch):
    """What we replace is a human's by then: that is what comes back, not what was before it."""
    contact = matched_contact(project, sandbox, payload={"description": "Filled"})
    rows = [r for r in project.warehouse["operations"] if r["record_key"] == "people:0"]
    project.warehouse["operations"] = [{**row, "depends_on": []} for row in rows]
    approved(project)

    def shown():
        return sandbox.rpc("getContact", contactId=contact["id"])["description"] == "Filled"

    waited(project, sandbox, monkeypatch, shown)
    edit = {"entity": "Contacts", "id": contact["id"], "fields": {"description": "A human's"}}
    sandbox.control("edit", edit)
    # the policy says that the source wins, and the plan has seen whom it wins over
    project.warehouse["operations"][0]["seen"] = json.dumps({"description": "A human's"})
    project.build()
    project.quick("plan")
    project.quick("approve", "--by", "demo")
    project.quick("apply", "--sample")
    project.quick("rollback")
    assert sandbox.rpc("getContact", contactId=contact["id"])["description"] == "A human's"


@pytest.mark.parametrize("seconds", [0.0, 1.2])
def test_an_edit_that_was_cut_off_is_looked_at_twice(project, sandbox, seconds):
    """Killed behind the call; it takes effect before the rerun's first look, or after it."""
    contact = matched_contact(project, sandbox, payload={"description": "Filled"})
    approved(project)

    async def killed(*_):
        raise Stop(Unreachable("nobody there"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Destination, "edit", killed)
        project.quick("apply", "--sample", code=3)
    fields = {"description": "Filled"}
    effect = threading.Timer(
        seconds,
        sandbox.rpc,
        ("editContact",),
        {"contactId": contact["id"], "rev": contact["rev"], "contact": fields},
    )
    effect.start()
    if not seconds:
        effect.join()
    said = project.quick("apply", "--sample")
    effect.join()
    assert "settled: present" in said
    (row,) = project.audit().rows("select * from writes where operation_key = 'people:0/record'")
    assert (row["status"], json.loads(row["before"])) == (
        "done", {"description": contact["description"]}
    )  # fmt: skip
