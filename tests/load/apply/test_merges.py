"""Somebody merged, in Nutshell's web pages, a record of ours with another."""

import json

from tests.load.apply.test_road import through_sample
from tests.load.practice import small_practice
from tests.load.project import approved


def merged(sandbox, winner, loser):
    sandbox.control("merge", {"entity": "Contacts", "winner": winner, "loser": loser})


def planned_anew(project, key, payload):
    """Plan an update of a record that is loaded, and apply it; what was said."""
    rows = project.warehouse["operations"]
    (row,) = (row for row in rows if row["operation_key"] == f"{key}/record")
    known = project.audit().record_by_key(key)
    row |= {"operation": "update", "nutshell_id": known.nutshell_id, "bucket": "updated"}
    row |= {"payload": json.dumps(payload), "desired": json.dumps(payload)}
    row["seen"] = json.dumps({"description": None})
    project.warehouse["operations"] = rows
    approved(project)
    return project.quick("apply", "--sample")


def test_an_edit_follows_a_merge_and_makes_nothing_again(project, sandbox):
    """The winner gets what is planned, the audit points to it; a rollback restores it, no more."""
    winner = sandbox.rpc("newContact", contact={"name": "Front desk"})
    small_practice(project, organizations=1, people=2, deals=0, activities=0, files=0)
    loser = through_sample(approved(project)).audit().record_by_key("people:1").nutshell_id
    there = len(sandbox.rpc("findContacts", limit=100))
    merged(sandbox, winner["id"], loser)

    said = planned_anew(project, "people:1", {"description": "Ours"})

    assert f"people:1 into {winner['id']}" in said
    record = project.audit().record_by_key("people:1")
    assert (record.nutshell_id, record.state) == (winner["id"], "matched")
    assert sandbox.rpc("getContact", contactId=winner["id"])["description"] == "Ours"
    assert len(sandbox.rpc("findContacts", limit=100)) == there - 1
    project.quick("rollback")
    held = sandbox.rpc("getContact", contactId=winner["id"])
    assert (held["description"], held.get("deletedTime")) == (None, None)


def test_what_was_merged_since_is_kept_by_a_rollback_and_named(project, sandbox):
    """Nothing undoes a merge: the record that it went into stays as it is."""
    winner = sandbox.rpc("newContact", contact={"name": "Front desk"})
    small_practice(project, organizations=1, people=2, deals=0, activities=0, files=0)
    loser = through_sample(approved(project)).audit().record_by_key("people:1").nutshell_id
    merged(sandbox, winner["id"], loser)
    for options in (("--preview",), ()):
        said = project.quick("rollback", *options)
        assert f"people:1 (merged by somebody into contact {winner['id']})" in said
    assert not sandbox.rpc("getContact", contactId=winner["id"]).get("deletedTime")
