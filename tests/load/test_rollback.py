"""Everything comes back, and humans win: what was edited since is kept and named."""

import json
import time

import pytest

from tests.load.conftest import approved, small_practice
from tests.load.test_road import markers, planned, through_sample


def live(sandbox, entity, name):
    key = "description" if entity == "Leads" else "name"
    for record in sandbox.find(entity):
        shown = record[key]["displayName"] if isinstance(record[key], dict) else record[key]
        if shown == name:
            return record
    raise AssertionError(f"no {name}")


def matched_contact(project, sandbox, *, payload, seen=None):
    """Plan an update of a contact that Nutshell held before."""
    contact = sandbox.find("Contacts")[0]
    small_practice(project, organizations=1, people=1, deals=1, activities=1, files=0)
    row = next(r for r in project.warehouse["operations"] if r["record_key"] == "people:0")
    row |= {
        "operation": "update",
        "bucket": "matched",
        "nutshell_id": contact["id"],
        "payload": json.dumps(payload),
        "desired": json.dumps(payload),
        "seen": json.dumps(seen if seen is not None else {k: contact.get(k) for k in payload}),
    }
    return contact


UPDATE = {
    "description": "Filled",
    "email": ["new@people.example"],
    "phone": ["+1 312 555 0100"],
    "accounts": [{"id": {"$ref": "organizations:0"}, "relationship": "Nurse"}],
    "address": [
        {
            "address_1": "1 Main",
            "city": "Chicago",
            "state": "IL",
            "postalCode": "60601",
            "country": "US",
        }
    ],
    "customFields": {"Visual Practice ID": "people:0", "Insurance": "A"},
}


def test_a_matched_record_is_restored(project, sandbox):
    """Filled fields of a record that was there before go back to what they were."""
    before = sandbox.control("fingerprint")["fingerprint"]
    contact = matched_contact(project, sandbox, payload=UPDATE)
    through_sample(approved(project))
    filled = sandbox.rpc("getContact", contactId=contact["id"])
    assert filled["description"] == "Filled"
    assert filled["customFields"]["Insurance"] == "A"
    project.quick("rollback")
    assert sandbox.control("fingerprint")["fingerprint"] == before


def test_a_human_edit_is_kept(project, sandbox):
    """A field that a human changed since stays, named with who and when; the others go back."""
    contact = matched_contact(project, sandbox, payload=UPDATE)
    through_sample(approved(project))
    sandbox.control(
        "edit",
        {
            "entity": "Contacts",
            "id": contact["id"],
            "fields": {"description": "Moved to Boston"},
        },
    )
    said = project.quick("rollback")
    assert "people:0 description (edited since by" in said
    after = sandbox.rpc("getContact", contactId=contact["id"])
    assert after["description"] == "Moved to Boston"
    assert after["email"] == contact["email"]
    assert "Insurance" not in after["customFields"]
    (row,) = project.audit().rows("select * from reversals where outcome = 'kept'")
    assert (row["field"], bool(row["changed_by"]), bool(row["changed_at"])) == ("description", 1, 1)


def test_a_conflict_is_no_write(project, sandbox):
    """A planned field that a human changed is a conflict row; the rest is written."""
    contact = matched_contact(
        project,
        sandbox,
        payload={"description": "Ours", "customFields": {"Insurance": "B"}},
        seen={"description": "as it was once", "customFields": {"Insurance": None}},
    )
    approved(project)
    project.quick("apply", "--sample", code=1)
    after = sandbox.rpc("getContact", contactId=contact["id"])
    assert after["description"] == contact["description"]
    assert after["customFields"]["Insurance"] == "B"
    (row,) = project.audit().rows("select * from conflicts")
    assert (row["field"], row["source_id"]) == ("description", "0")


@pytest.mark.parametrize("edit", [{"description": "A note"}, {"customFields": {"Insurance": "B"}}])
def test_an_edited_creation_is_kept(loaded, sandbox, edit):
    """A record that we made and a human edited stays, and so does what it is linked to."""
    project = through_sample(loaded(organizations=2, people=2, deals=1, activities=1, files=0))
    contact = live(sandbox, "Contacts", "Given0 Family0")
    sandbox.control("edit", {"entity": "Contacts", "id": contact["id"], "fields": edit})
    preview = project.quick("rollback", "--preview")
    said = project.quick("rollback")
    assert markers(sandbox) == ["organizations:0", "people:0"]
    assert "organizations:0 (linked to by contact" in said
    assert preview.count("edited since") == said.count("edited since") == 1


def test_a_link_from_elsewhere_keeps(loaded, sandbox):
    """A record that others have since linked to is kept and named."""
    project = through_sample(loaded(organizations=1, people=1, deals=1, activities=1, files=0))
    account = live(sandbox, "Accounts", "Clinic 0")
    sandbox.rpc("newContact", contact={"name": "Human", "accounts": [{"id": account["id"]}]})
    assert "linked to by contact" in project.quick("rollback")
    assert markers(sandbox) == ["organizations:0"]


def test_by_run_object_and_record(loaded, sandbox):
    """A run, an object or a record alone can be taken back."""
    project = through_sample(loaded(people=6, deals=4, activities=4, files=0))
    project.quick("apply")
    everything = planned(project)
    project.quick("rollback", "--record", "activities:1")
    assert markers(sandbox) == [key for key in everything if key != "activities:1"]
    project.quick("rollback", "--object", "activities")
    assert markers(sandbox) == [key for key in everything if not key.startswith("activities")]
    sample = project.audit().value("select run_id from runs where command = 'apply --sample'")
    project.quick("rollback", "--run", sample)
    left = markers(sandbox)
    assert "deals:0" not in left
    assert "deals:3" in left


def test_hosted_bytes_that_several_share_go_with_the_last(project, sandbox):
    """Two attachments with the same bytes, taken back at once or one by one, leave no copy."""
    small_practice(project, people=2, deals=1, activities=2, files=2, organizations=1)
    first, second = (r for r in project.warehouse["operations"] if r["step"] == "file")
    second["payload"] = first["payload"]
    approved(project)
    hosted = project.paths.root / "hosted"
    through_sample(project)
    project.quick("apply")
    assert len(list(hosted.rglob("*.txt"))) == 1
    project.quick("rollback", "--record", f"{first['source_object']}:{first['source_id']}")
    assert len(list(hosted.rglob("*.txt"))) == 1  # the other still leads there
    project.quick("rollback")
    assert not list(hosted.rglob("*.txt"))

    project.quick("apply")
    assert len(list(hosted.rglob("*.txt"))) == 1
    project.quick("rollback")  # both at once
    assert not list(hosted.rglob("*.txt"))


def test_a_match_that_was_let_go_is_ours_again_after_a_kill(project, sandbox):
    """Rolled back, updated again, killed before the answer: dependants find the record."""
    matched_contact(project, sandbox, payload={"description": "Filled"})
    approved(project)
    project.quick("apply", "--sample")
    project.quick("rollback")
    sandbox.faults({"lost_timeout": 1.0, "only_writes": True, "hang_seconds": 1.5})
    process = project.start("apply", "--sample")
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        audit = project.audit()
        opened = [write for write in audit.open_writes() if write.operation == "update"]
        audit.close()
        if opened:
            time.sleep(0.5)
            break
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert opened
    sandbox.faults("none")
    project.quick("apply", "--sample")
    audit = project.audit()
    assert audit.record_by_key("people:0").state == "matched"
    assert audit.record_by_key("activities:0").state == "created"
    audit.close()
