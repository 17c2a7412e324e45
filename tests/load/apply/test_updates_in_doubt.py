"""Updates meet lost answers and humans who edit lists: set once, nobody's item is taken away."""

import json

import pytest

from load.apply.shapes import shows
from load.destination import Destination
from tests.load.apply.test_road import through_sample
from tests.load.practice import small_practice
from tests.load.project import approved

PEOPLE = 12
LOST = {"lost_drop": 0.25, "lost_500": 0.15, "late_commit": 0.2, "late_seconds": 0.3}
LOST |= {"only_writes": True, "hang_seconds": 0.2}


@pytest.fixture
def updates(project, sandbox):
    """People who are loaded, each with a list that a human made; a plan that replaces it."""
    small_practice(project, organizations=1, people=PEOPLE, deals=0, activities=0, files=0)
    for row in project.warehouse["operations"]:
        row["in_sample"] = True
    approved(project)
    through_sample(project)
    shown = {number: contact(sandbox, number) for number in range(PEOPLE)}
    for row in project.warehouse["operations"]:
        number = int(row["source_id"])
        if row["source_object"] != "people":
            row |= {"operation": "skip", "nutshell_id": None}
            continue
        wanted = {"description": f"Room {number}", "email": [f"new{number}@people.example"]}
        seen = {name: shown[number].get(name) for name in wanted}
        row |= {"operation": "update", "bucket": "updated", "nutshell_id": shown[number]["id"]}
        row |= {"payload": json.dumps(wanted), "seen": json.dumps(seen), "depends_on": []}
    project.build()
    project.quick("plan")
    return project


def contact(sandbox, number):
    (found,) = (
        c
        for c in sandbox.find("Contacts")
        if (c.get("customFields") or {}).get("Visual Practice ID") == f"people:{number}"
    )
    return found


def human(sandbox, number, email):
    edit = {"entity": "Contacts", "id": contact(sandbox, number)["id"], "fields": {"email": email}}
    sandbox.control("edit", edit)


#: what a human made of `["personN@…"]`, where `["newN@…"]` is planned: added, removed, replaced,
#: ours and one more, ours twice; and just ours, which is no conflict
EDITS = {
    0: ["person0@people.example", "theirs@x.example"],
    1: [],
    2: ["theirs@x.example"],
    3: ["new3@people.example", "theirs@x.example"],
    4: ["new4@people.example", "new4@people.example"],
    5: ["new5@people.example"],
}


def test_lost_answers_of_updates_and_edited_lists(updates, sandbox, monkeypatch):
    """As planned to the item, or as the human left it with a row; a rollback leaves theirs."""
    project = updates
    before = {number: contact(sandbox, number) for number in range(PEOPLE)}
    for number, email in EDITS.items():
        human(sandbox, number, email)
    left = {number: contact(sandbox, number).get("email") for number in EDITS}
    monkeypatch.setitem(project.environment, "NUTSHELL_LATE_SECONDS", "1")
    sandbox.faults(LOST)
    assert "conflicts" in project.quick("apply", code=1)
    sandbox.faults("none")
    project.quick("apply")
    audit = project.audit()
    assert audit.open_writes() == []
    met = sandbox.control("stats")
    assert met["fault lost_drop"] + met["fault lost_500"] + met.get("fault late_commit", 0) > 2
    conflicts = {
        (int(row["source_id"]), row["field"]) for row in audit.rows("select * from conflicts")
    }
    assert conflicts == {(number, "email") for number in EDITS if number != 5}
    for number in range(PEOPLE):
        now = contact(sandbox, number)
        assert now["description"] == f"Room {number}"
        if number in EDITS:
            assert now.get("email") == left[number]
        else:
            assert shows("record", {"email": [f"new{number}@people.example"]}, now)

    project.quick("rollback", "--object", "people", code=0)
    there = {c["id"] for c in sandbox.find("Contacts")}
    assert {before[number]["id"] for number in (0, 1, 2, 3, 4)} <= there


def test_a_kill_between_intent_and_call_of_an_update(updates, sandbox):
    """What was there holds what is planned and more: it is not taken for done, but sent."""
    human(sandbox, 0, ["new0@people.example", "person0@people.example"])
    rows = [r for r in updates.warehouse["operations"] if r["record_key"] == "people:0"]
    rows[0]["seen"] = json.dumps({n: contact(sandbox, 0).get(n) for n in ("description", "email")})
    rows[0]["payload"] = json.dumps({"email": ["new0@people.example"]})
    updates.warehouse["operations"] = rows
    updates.build()
    updates.quick("plan")

    class Killed(BaseException):
        pass

    async def killed(*_):
        raise Killed

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Destination, "edit", killed)
        updates.quick("apply")
    assert len(updates.audit().open_writes()) == 1
    assert "settled: absent" in updates.quick("apply")
    assert contact(sandbox, 0)["email"] == {
        "0": "new0@people.example",
        "--primary": "new0@people.example",
    }
