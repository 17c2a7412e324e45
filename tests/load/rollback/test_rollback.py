"""Everything comes back, and humans win: what was edited since is kept and named."""

import json

import duckdb
import pytest

from tests.load.apply.test_road import markers, planned, through_sample
from tests.load.conftest import approved, small_practice
from tests.waiting import wait_until


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
    said = project.quick("rollback")
    # what no rollback takes is listed for who can: each with its kind and where it is
    listed = project.paths.audit_parquet / "definitions.parquet"
    made = duckdb.sql(f"from '{listed}' select definition_kind, entity, name").fetchall()
    assert ("custom_field", "contacts", "Insurance") in made and f"{len(made)} custom" in said
    assert str(listed) in "".join(said.split())
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
    assert "Insurance" not in after.get("customFields", {})
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


def outcomes(said):
    """Read the table that a rollback or its preview prints."""
    return [line for line in said.splitlines() if line.startswith("│")]


def test_what_links_and_stays_keeps(loaded, sandbox):
    """By object: what others of ours link to is kept and named, or goes with those who link."""
    project = through_sample(loaded(organizations=1, people=6, deals=2, activities=3, files=0))
    project.quick("apply")
    everything = planned(project)
    preview = project.quick("rollback", "--object", "people", "--preview")
    said = project.quick("rollback", "--object", "people")
    assert outcomes(said) == outcomes(preview)
    left = [key for key in everything if key not in ("people:3", "people:4", "people:5")]
    assert markers(sandbox) == left
    for number in range(3):
        assert f"kept: people:{number} (linked to by" in said
    assert "our activities:2)" in said
    assert "3 of them only since records of ours" in said and "--with-linked" in said

    preview = project.quick("rollback", "--object", "people", "--with-linked", "--preview")
    said = project.quick("rollback", "--object", "people", "--with-linked")
    assert outcomes(said) == outcomes(preview)
    assert markers(sandbox) == ["organizations:0"]
    project.quick("apply")
    assert markers(sandbox) == everything


def test_a_parent_stays_with_its_branch(loaded, sandbox):
    """A branch that a human edited gives its parent's address: that leads nowhere only with it."""
    project = through_sample(loaded(organizations=4, people=0, deals=0, activities=0, files=0))
    project.quick("apply")
    branch = live(sandbox, "Accounts", "Clinic 1")
    edit = {"entity": "Accounts", "id": branch["id"], "fields": {"description": "A human's"}}
    sandbox.control("edit", edit)

    preview = project.quick("rollback", "--preview")
    said = project.quick("rollback")

    assert outcomes(said) == outcomes(preview)
    assert markers(sandbox) == ["organizations:0", "organizations:1"]
    assert f"organizations:0 (linked to by account {branch['id']}, our organizations:1)" in said

    project.quick("apply")
    assert "organizations:2 (linked to by" in project.quick("rollback", "--record", "2")
    project.quick("rollback", "--record", "organizations:2", "--with-linked")
    assert markers(sandbox) == ["organizations:0", "organizations:1"]


@pytest.mark.parametrize("entity", ["Contacts", "Leads"])
def test_a_humans_activity_keeps(loaded, sandbox, entity):
    """Whoever logs a call with a person or on a deal of ours keeps both; the preview says so."""
    project = through_sample(loaded(organizations=1, people=1, deals=1, activities=1, files=0))
    name = {"Contacts": "Given0 Family0", "Leads": "Deal 0"}[entity]
    link = [{"entityType": entity, "id": live(sandbox, entity, name)["id"]}]
    times = {"startTime": "2026-11-20T10:00:00Z", "endTime": "2026-11-20T10:10:00Z"}
    about = {"participants": link} if entity == "Contacts" else {"leads": link}
    call = {"name": "A human's call", "activityTypeId": 1, "status": 1, **times, **about}
    made = sandbox.rpc("newActivity", activity=call)

    preview = project.quick("rollback", "--preview")
    said = project.quick("rollback")

    assert outcomes(said) == outcomes(preview)
    kept = ["organizations:0", "people:0"]
    left = [key for key in markers(sandbox) if ":" in key]
    assert left == (kept if entity == "Contacts" else ["deals:0", *kept])
    assert f"linked to by activity {made['id']} by " in said

    sandbox.rpc("deleteActivity", activityId=made["id"], rev=made["rev"])
    project.quick("rollback")
    assert markers(sandbox) == []


@pytest.mark.parametrize("entity", ["Contacts", "Accounts"])
def test_an_old_activity_tied_since_keeps(loaded, sandbox, entity):
    """However old, and behind however many: who is tied to a record of ours keeps it."""
    times = {"startTime": "2026-01-20T10:00:00Z", "endTime": "2026-01-20T10:10:00Z"}
    call = {"name": "Of last month", "activityTypeId": 1, "status": 1, **times}
    old, *_ = [sandbox.rpc("newActivity", activity=call) for _ in range(250)]
    project = through_sample(loaded(organizations=1, people=1, deals=1, activities=1, files=0))
    name = {"Contacts": "Given0 Family0", "Accounts": "Clinic 0"}[entity]
    tied = [{"entityType": entity, "id": live(sandbox, entity, name)["id"]}]
    sandbox.rpc(
        "editActivity", activityId=old["id"], rev=old["rev"], activity={"participants": tied}
    )

    preview = project.quick("rollback", "--preview")
    said = project.quick("rollback")

    assert outcomes(said) == outcomes(preview)
    assert f"linked to by activity {old['id']}" in said
    kept = {"Contacts": ["organizations:0", "people:0"], "Accounts": ["organizations:0"]}
    assert [key for key in markers(sandbox) if ":" in key] == kept[entity]


def change_again(project, **fields):
    """Plan and apply a further update of the person who was matched."""
    row = next(r for r in project.warehouse["operations"] if r["record_key"] == "people:0")
    row |= {"payload": json.dumps(fields), "seen": None}
    row["desired"] = json.dumps({**json.loads(row["desired"]), **fields})
    project.build()
    project.quick("plan")
    project.quick("approve", "--by", "demo")
    project.quick("apply", "--sample")


def test_who_lives_on_in_anothers_record_goes_first(project, sandbox):
    """A merged person took over the contact of the one deleted since: all of it comes back."""
    small_practice(project, organizations=1, people=1, deals=0, activities=0, files=0)
    through_sample(approved(project))
    operations = project.warehouse["operations"]
    first = next(row for row in operations if row["record_key"] == "people:0")
    payload = json.dumps({"customFields": {"Insurance": "A"}})
    second = {"record_key": "people:9", "operation_key": "people:9/record", "source_id": "9"}
    held = project.audit().record_by_key("people:0").nutshell_id
    update = {"operation": "update", "bucket": "updated", "nutshell_id": held}
    operations.append({**first, **second, **update, "payload": payload, "desired": payload})
    project.build()
    project.quick("plan")
    project.quick("approve", "--by", "demo")
    project.quick("apply", "--sample")
    preview = project.quick("rollback", "--preview")
    said = project.quick("rollback")
    assert "kept" not in preview + said
    assert outcomes(said) == outcomes(preview)
    assert markers(sandbox) == []


def test_who_edited_is_not_we_who_wrote_later(project, sandbox):
    """The change feed shows our own writes, too: the human's edit is the one that is named."""
    contact = matched_contact(project, sandbox, payload={"description": "Filled"})
    through_sample(approved(project))
    edit = {"entity": "Contacts", "id": contact["id"], "fields": {"description": "By a human"}}
    sandbox.control("edit", edit)
    change_again(project, customFields={"Insurance": "A"})
    project.quick("rollback")
    (row,) = project.audit().rows("select * from reversals where outcome = 'kept'")
    us = sandbox.environment["NUTSHELL_USERNAME"]
    ours = next(u["id"] for u in sandbox.rpc("findUsers", limit=100) if us in u["emails"])
    assert row["changed_by"] not in (None, f"{ours}-users")


def test_a_run_taken_back_can_be_planned_again(project, sandbox):
    """What the run before had made of a record is what the next plan is compared with."""
    matched_contact(project, sandbox, payload={"description": "Filled"})
    through_sample(approved(project))
    first = project.audit().record_by_key("people:0")
    change_again(project, customFields={"Insurance": "A"})
    assert project.audit().record_by_key("people:0").desired != first.desired

    run = project.audit().value("select max(run_id) from intents")
    project.quick("rollback", "--run", run)

    back = project.audit().record_by_key("people:0")
    assert (back.desired, back.desired_hash, back.state) == (
        first.desired, first.desired_hash, "matched"
    )  # fmt: skip
    assert sandbox.rpc("getContact", contactId=back.nutshell_id)["description"] == "Filled"


def test_a_restored_record_is_let_go_whatever_was_kept(project, sandbox):
    """A kill after the edit and before its note: the next rollback finds nothing to send."""
    contact = matched_contact(
        project, sandbox, payload={"description": "Filled", "customFields": {"Insurance": "A"}}
    )
    through_sample(approved(project))
    fields = {"description": "A human's", "customFields": {"Insurance": None}}
    sandbox.control("edit", {"entity": "Contacts", "id": contact["id"], "fields": fields})
    assert "people:0 description (edited since" in project.quick("rollback")
    assert project.audit().record_by_key("people:0").state == "deleted"
    assert "Nothing is left to take back" in project.quick("rollback")


def test_a_wrong_name_is_refused(loaded):
    """A typing error takes nothing back and does not pretend to."""
    project = through_sample(loaded(organizations=1, people=1, deals=1, activities=1, files=0))
    assert "--object leeds" in project.quick("rollback", "--object", "leeds", code=2)
    assert "--run 2026" in project.quick("rollback", "--run", "2026", "--preview", code=2)


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


def test_a_file_that_changed_is_as_before_its_run(project, sandbox):
    """The run that brought other bytes is taken back: the copy of the first ones stays ours."""
    small_practice(project, people=2, deals=1, activities=1, files=2, organizations=1)
    file, second = (r for r in project.warehouse["operations"] if r["step"] == "file")
    project.warehouse["operations"].remove(second)
    through_sample(approved(project))
    first = project.audit().record_by_key("attachments:0")
    file |= {"operation": "update", "payload": second["payload"], "desired": second["payload"]}
    project.build()
    project.quick("plan")
    project.quick("approve", "--by", "demo")
    project.quick("apply", "--sample")
    hosted = project.paths.root / "hosted"
    assert sorted(path.name for path in hosted.rglob("*.txt")) == ["診断_0.txt", "診断_1.txt"]

    run = project.audit().value("select max(run_id) from intents")
    project.quick("rollback", "--run", run)

    assert [path.name for path in hosted.rglob("*.txt")] == ["診断_0.txt"]
    back = project.audit().record_by_key("attachments:0")
    assert (back.state, back.desired) == ("created", first.desired)
    project.quick("rollback")
    assert not list(hosted.rglob("*.txt"))


def test_a_match_that_was_let_go_is_ours_again_after_a_kill(project, sandbox):
    """Rolled back, updated again, killed before the answer: dependants find the record."""
    contact = matched_contact(project, sandbox, payload={"description": "Filled"})

    def shown():
        return sandbox.rpc("getContact", contactId=contact["id"])

    approved(project)
    project.quick("apply", "--sample")
    project.quick("rollback")
    sandbox.faults({"hold_after": 1, "only_writes": True})
    process = project.start("apply", "--sample")
    sandbox.wait_for_held(process)
    sandbox.faults({"lost_timeout": 1.0, "only_writes": True, "hang_seconds": 3600.0})
    wait_until(lambda: shown()["description"] == "Filled", process)
    process.kill()
    process.wait()
    audit = project.audit()
    assert [write for write in audit.open_writes() if write.operation == "update"]
    audit.close()
    sandbox.faults("none")
    project.quick("apply", "--sample")
    audit = project.audit()
    assert audit.record_by_key("people:0").state == "matched"
    assert audit.record_by_key("activities:0").state == "created"
    audit.close()
