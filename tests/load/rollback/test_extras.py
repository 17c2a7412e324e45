"""Copies of ours that came too late for any look: taken back, unless somebody worked on them."""

import itertools
import json
import time

import pytest

from common.errors import EffectUnknown, Unreachable
from load.apply.writer import Stop
from load.destination import Destination
from load.rollback.extras import Extra
from load.rollback.likeness import judge_extra
from tests.load.apply.test_road import markers, planned, through_sample
from tests.load.rollback.test_reversal import written
from tests.load.rollback.test_rollback import change_again, live, outcomes
from tests.waiting import wait_until

NAMES = {"account": "Account", "contact": "Contact", "lead": "Lead", "activity": "Activity"}
SMALL = {"organizations": 2, "people": 2, "deals": 2, "activities": 2, "files": 0}


class Late:
    """Creates whose answer is lost and that take effect when a test says so."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.sent = {}  # record → kind, payload of its first attempt
        self.vain = set()  # records of which every attempt is lost

    def lose(self, patch, keys=None, *, always=False):
        does = Destination.create

        async def create(destination, kind, payload, key):
            lost = key not in self.sent and (key in keys if keys else "probes" not in key)
            if lost or key in self.vain:
                self.sent[key] = (kind, payload)
                self.vain |= {key} if always else set()
                raise EffectUnknown("lost")
            return await does(destination, kind, payload, key)

        patch.setattr(Destination, "create", create)

    def come(self, key):
        """Let one take effect now; its id."""
        kind, payload = self.sent[key]
        return self.sandbox.rpc(f"new{NAMES[kind]}", **{kind: payload})["id"]

    def all_come(self, but=()):
        return {key: self.come(key) for key in self.sent if key not in but}


@pytest.fixture
def late(project, sandbox):
    project.environment["NUTSHELL_LATE_SECONDS"] = "0.02"
    return Late(sandbox)


def held(project):
    """Give what the audit says of every record."""
    audit = project.audit()
    try:
        rows = audit.rows("select * from records where source_object <> 'probes' order by 1, 2, 3")
        return [tuple(row) for row in rows]
    finally:
        audit.close()


def reversals(project, outcome):
    audit = project.audit()
    try:
        rows = audit.rows("select * from reversals where outcome = ?", outcome)
        return sorted((f"{r['source_object']}:{r['source_id']}", r["nutshell_id"]) for r in rows)
    finally:
        audit.close()


def twice(loaded, late, sizes=SMALL, but=()):
    """Load so that every first attempt is given up; they come when it is done."""
    with pytest.MonkeyPatch.context() as patch:
        late.lose(patch)
        project = through_sample(loaded(**sizes))
    return project, late.all_come(but)


def test_only_what_the_audit_does_not_know_is_taken_back(loaded, sandbox, late):
    """Every record stands there twice: the preview names the copies, the deed takes just those."""
    before = sandbox.control("fingerprint")["fingerprint"]
    project, ids = twice(loaded, late)
    everything = planned(project)
    assert markers(sandbox) == sorted([*everything, *everything])
    known, calls = held(project), sandbox.writes()

    preview = project.quick("rollback", "--extras", "--preview")
    assert sandbox.writes() == calls
    project.quick("rollback", "--extras", "--record", "people:1")
    assert reversals(project, "reversed") == [("people:1", ids["people:1"])]
    project.quick("rollback", "--extras", "--object", "people")
    said = project.quick("rollback", "--extras")

    assert sandbox.writes() == calls + len(ids)
    assert outcomes(preview) == [
        f"│ {name + ', extra':20} │ reversed │       2 │"
        for name in ("activities", "deals", "organizations", "people")
    ]
    assert "people" not in "".join(outcomes(said))
    assert markers(sandbox) == everything
    assert reversals(project, "reversed") == sorted(ids.items())
    assert held(project) == known
    assert "No copy of ours stands" in project.quick("rollback", "--extras")
    deal = live(sandbox, "Leads", "Deal 1")
    assert (float(deal["value"]["amount"]), deal["status"]) == (200.5, 10)

    project.quick("apply")
    assert markers(sandbox) == everything
    project.quick("rollback")
    assert sandbox.control("fingerprint")["fingerprint"] == before


def test_a_rollback_takes_them_along(loaded, sandbox, late):
    """Both copies in one bucket each; Nutshell is as before; and it can be loaded again."""
    before = sandbox.control("fingerprint")["fingerprint"]
    project, ids = twice(loaded, late, but={"organizations:0"})
    preview = project.quick("rollback", "--preview")
    said = project.quick("rollback")
    assert outcomes(said) == outcomes(preview)
    assert "kept" not in said
    assert sandbox.control("fingerprint")["fingerprint"] == before
    assert set(ids.items()) < set(reversals(project, "reversed"))
    assert len(reversals(project, "reversed")) == 2 * len(ids) + 1
    project.quick("apply")
    assert markers(sandbox) == planned(project)
    project.quick("rollback")
    late.come("organizations:0")  # so late that there is nothing else left to take back
    project.quick("rollback")
    assert sandbox.control("fingerprint")["fingerprint"] == before


ANOTHER_PHONE = {"phone": ["+1 312 555 0100"]}
TWO_ADDRESSES = {"email": ["person0@people.example", "another@people.example"]}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"description": "A note"}, "description"),
        (ANOTHER_PHONE, "phone"),
        (TWO_ADDRESSES, "email"),
        ({"customFields": {"Insurance": "B"}}, "customFields.Insurance"),
    ],
)
def test_what_a_human_edited_is_kept(loaded, sandbox, late, fields, field):
    """Named with the field and who; what it links to stays with it; the other extras go."""
    project, ids = twice(loaded, late)
    edit = {"entity": "Contacts", "id": ids["people:0"], "fields": fields}
    sandbox.control("edit", edit)
    preview = project.quick("rollback", "--extras", "--preview")
    said = project.quick("rollback", "--extras")
    for told in (preview, said):
        assert f"people:0, extra contact {ids['people:0']} {field} (edited since by " in told
        assert "1 extra(s) stay: carry over" in told
    assert outcomes(said) == outcomes(preview)
    assert markers(sandbox) == sorted([*planned(project), "people:0"])

    preview = project.quick("rollback", "--preview")
    said = project.quick("rollback")
    assert outcomes(said) == outcomes(preview)
    assert markers(sandbox) == ["organizations:0", "people:0"]
    assert f"organizations:0 (linked to by contact {ids['people:0']}" in said
    assert reversals(project, "kept").count(("people:0", ids["people:0"])) == 2


def test_what_others_linked_to_is_kept(loaded, sandbox, late):
    """A call logged with the copy, a person put at it, a file on it: each is named."""
    project, ids = twice(loaded, late)
    times = {"startTime": "2026-11-20T10:00:00Z", "endTime": "2026-11-20T10:10:00Z"}
    about = {"leads": [{"entityType": "Leads", "id": ids["deals:0"]}]}
    call = {"name": "Call", "description": "-", "activityTypeId": 1, "status": 1, **times, **about}
    activity = sandbox.rpc("newActivity", activity=call)["id"]
    at = [{"id": ids["organizations:0"]}]
    person = sandbox.rpc("newContact", contact={"name": "Human", "accounts": at})["id"]
    preview = project.quick("rollback", "--extras", "--preview")
    said = project.quick("rollback", "--extras")
    for told in (preview, said):
        lead, account = ids["deals:0"], ids["organizations:0"]
        assert f"deals:0, extra lead {lead} (linked to by activity {activity} by " in told
        assert f"organizations:0, extra account {account} (linked to by contact {person}" in told
    left = ["deals:0", "organizations:0"]
    assert sorted(marker for marker in markers(sandbox) if ":" in marker) == sorted(
        [*planned(project), *left]
    )


def test_a_child_that_stays_keeps_its_parent(loaded, sandbox, late):
    """The copy of a branch that a human edited gives its parent's address."""
    project, ids = twice(loaded, late, {**SMALL, "people": 0, "deals": 0, "activities": 0})
    edit = {"entity": "Accounts", "id": ids["organizations:1"], "fields": {"description": "Mine"}}
    sandbox.control("edit", edit)
    preview = project.quick("rollback", "--preview")
    said = project.quick("rollback")
    assert outcomes(said) == outcomes(preview)
    assert f"organizations:0 (linked to by account {ids['organizations:1']}" in said
    assert markers(sandbox) == ["organizations:0", "organizations:1"]


@pytest.mark.parametrize("ends", ["before", "after", "lost"])
def test_a_kill_in_between_is_settled_by_asking(loaded, sandbox, late, ends):
    """The intent is durable: whether the copy went is asked, and its end is noted once."""
    project, ids = twice(loaded, late)
    does, calls = Destination.delete, itertools.count()

    async def cut_off(self, *arguments):
        if next(calls) == 2:
            if ends != "before":
                await does(self, *arguments)
            raise EffectUnknown("lost") if ends == "lost" else Stop(Unreachable("nobody there"))
        await does(self, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Destination, "delete", cut_off)
        project.quick("rollback", "--extras", code=0 if ends == "lost" else 3)
    audit = project.audit()
    opened = audit.open_writes()
    audit.close()
    assert {write.operation for write in opened} == ({"delete"} if ends != "lost" else set())
    if ends != "lost":
        project.quick("rollback", "--extras")
    assert markers(sandbox) == planned(project)
    assert reversals(project, "reversed") == sorted(ids.items())
    audit = project.audit()
    done = audit.rows(
        "select nutshell_id from writes where operation = 'delete' and status = 'done'"
        " and source_object <> 'probes'"
    )
    assert sorted(row[0] for row in done) == sorted(ids.values())
    audit.close()


@pytest.mark.parametrize("edited", [False, True])
def test_what_was_never_made_again(loaded, sandbox, late, edited):
    """No answer shows how such a copy looks: it goes if it is as it was made, else it stays."""
    before = sandbox.control("fingerprint")["fingerprint"]
    with pytest.MonkeyPatch.context() as patch:
        late.lose(patch, {"activities:1", "deals:1"}, always=True)
        project = loaded(**SMALL)
        project.quick("apply", "--sample", code=1)
    ids = late.all_come()
    if edited:
        second = int(time.time())  # Nutshell's times are whole seconds: the edit is in a later one
        wait_until(lambda: time.time() >= second + 1)
        fields = {"dueTime": "2027-03-04T10:00:00Z"}
        sandbox.control("edit", {"entity": "Leads", "id": ids["deals:1"], "fields": fields})
    preview = project.quick("rollback", "--preview")
    said = project.quick("rollback")
    assert outcomes(said) == outcomes(preview)
    if edited:
        kept = f"deals:1, extra lead {ids['deals:1']} (changed since it was made)"
        assert kept in said
        assert markers(sandbox) == ["deals:1", "organizations:0", "organizations:1", "people:1"]
    else:
        assert sandbox.control("fingerprint")["fingerprint"] == before


def test_one_copy_more_than_we_sent_is_somebodys(loaded, sandbox, late):
    """A person copied the record, marker and all: none of the copies is touched."""
    project, ids = twice(loaded, late, {**SMALL, "deals": 0, "activities": 0})
    copy = late.come("people:0")
    said = project.quick("rollback", "--extras")
    for number in (ids["people:0"], copy):
        assert f"people:0, extra contact {number} (more copies than we sent)" in said
    assert markers(sandbox).count("people:0") == 3
    assert markers(sandbox).count("people:1") == 1


@pytest.mark.parametrize("writes", [False, True])
def test_a_copy_that_a_plan_matched_goes_too(loaded, sandbox, late, writes):
    """It is the audit's then, so --extras leaves it; a rollback gives all back all the same."""
    before = sandbox.control("fingerprint")["fingerprint"]
    sizes = {**SMALL, "deals": 0, "activities": 0}
    with pytest.MonkeyPatch.context() as patch:
        late.lose(patch, {"people:0"}, always=True)
        project = loaded(**sizes)
        project.quick("apply", "--sample", code=1)
    number = late.come("people:0")
    row = next(r for r in project.warehouse["operations"] if r["record_key"] == "people:0")
    row |= {"operation": "skip", "bucket": "matched", "nutshell_id": number}
    if writes:
        row |= {"operation": "update", "bucket": "updated"}
    change_again(project, description="Ours")
    audit = project.audit()
    known = audit.record_by_key("people:0")
    audit.close()
    assert (known.nutshell_id, known.state) == (number, "matched")
    assert "No copy of ours" in project.quick("rollback", "--extras")
    said = project.quick("rollback")
    assert "kept" not in said
    assert sandbox.control("fingerprint")["fingerprint"] == before
    assert "Nothing is left" in project.quick("rollback")


def test_whose_it_is_decides():
    """One that another user made, and one of which the audit forgot what was sent, are kept."""
    payload = json.dumps({"name": "N"})
    create = {"kind": "account", "operation": "create", "source_object": "o", "source_id": "1"}
    sent = written(write_id=1, payload=payload, nutshell_id=5, **create)
    times = {"createdTime": "2026-01-01T00:00:00Z", "modifiedTime": "2026-01-01T00:00:00Z"}
    shown = {"name": "N", "creator": {"entityType": "Users", "id": 7}, **times}
    extra = Extra(sent, (sent,))
    assert judge_extra(extra, shown, (), "7-users").delete
    assert judge_extra(extra, shown, (), "8-users").kept == [(None, "made by 7-users")]
    purged = written(write_id=1, nutshell_id=5, **create)
    forgotten = judge_extra(Extra(purged, (purged,)), shown, (), "7-users")
    assert forgotten.kept == [(None, "purged: what was sent is forgotten")]
    assert not forgotten.delete


def test_it_does_not_go_with_what_links(project):
    """The two options have nothing to do with each other."""
    project.paths.audit.touch()
    said = project.quick("rollback", "--extras", "--with-linked", code=2)
    assert "leave --with-linked out" in said
