"""The load commands, one after the other, over HTTP."""

import json
import signal

from common.paths import new_run_id
from load.audit.journal import Journal
from tests.load.practice import small_practice
from tests.load.project import approved
from tests.waiting import STEP


def sign_sample(project):
    """Stand in for verify, which needs the whole dbt project, and sign."""
    run_id = new_run_id()
    with Journal(project.paths.audit) as journal:
        journal.start_run("verify", run_id=run_id, host=project.environment["NUTSHELL_URL"])
        journal.finish_run(run_id, "done")
    project.quick("approve", "--sample-reviewed", "--by", "demo")


def through_sample(project):
    project.quick("apply", "--sample")
    sign_sample(project)
    return project


def markers(sandbox):
    """The source ids that Nutshell's live records carry, duplicates and all."""
    found = []
    for entity in ("Accounts", "Contacts", "Leads"):
        found += [
            (r.get("customFields") or {}).get("Visual Practice ID") for r in sandbox.find(entity)
        ]
    for activity in sandbox.find("Activities"):
        found.append(str(activity["description"]).splitlines()[-1].removeprefix("Visual Practice "))
    return sorted(marker for marker in found if marker)


def written(project):
    audit = project.audit()
    try:
        return audit.value("select count(*) from outcomes")
    finally:
        audit.close()


def planned(project):
    return sorted(
        row["record_key"]
        for row in project.warehouse["operations"]
        if row["step"] == "record" and row["kind"] != "file"
    )


def test_the_whole_road(loaded, sandbox):
    """Every record once, with value, outcome and links; twice writes nothing; all comes back."""
    before = sandbox.control("fingerprint")["fingerprint"]
    project = through_sample(loaded())
    project.load("apply")
    assert markers(sandbox) == planned(project)
    deal = next(r for r in sandbox.find("Leads") if r["description"] == "Deal 1")
    assert (deal["value"]["amount"], deal["status"]) == (200.5, 10)
    assert [c["name"] for c in deal["contacts"]] == ["Given1 Family1"]
    branch = next(r for r in sandbox.find("Accounts") if r["name"] == "Clinic 1")
    head = next(r for r in sandbox.find("Accounts") if r["name"] == "Clinic 0")
    assert branch["customFields"]["Parent link"] == head["htmlUrl"]
    hosted = list((project.paths.root / "hosted").rglob("*.txt"))
    assert len(hosted) == 3

    writes = sandbox.writes()
    project.load("apply")
    assert sandbox.writes() == writes

    seen = project.load("rollback", "--preview")
    assert sandbox.writes() == writes
    done = project.load("rollback")
    assert [line for line in seen.splitlines() if "reversed" in line] == [
        line for line in done.splitlines() if "reversed" in line
    ]
    assert sandbox.control("fingerprint")["fingerprint"] == before
    assert not list((project.paths.root / "hosted").rglob("*.txt"))


def test_rolled_back_records_load_again(loaded, sandbox):
    """After a rollback the same plan, still approved, creates everything once more, and once."""
    project = through_sample(loaded(people=5, deals=3, activities=3))
    project.quick("apply")
    project.quick("rollback", "--object", "activities")
    project.quick("rollback")
    project.quick("apply")
    assert markers(sandbox) == planned(project)


def test_the_rate_is_that_of_the_last_load_that_tells(loaded, sandbox):
    """A handful of writes after a load, as a delta's are, leaves the time foretold by the load."""
    project = through_sample(loaded(people=60))
    project.quick("apply")
    project.quick("rollback", "--record", "people:59")
    project.quick("apply")
    project.build()
    assert "as last observed" in project.quick("plan")


def test_lost_answers_make_no_duplicates(loaded, sandbox):
    """Effects whose answers are lost, or come late, are settled by asking: each record once."""
    project = through_sample(loaded(people=40))
    sandbox.faults(
        {
            "lost_drop": 0.1,
            "lost_500": 0.1,
            "late_commit": 0.02,
            "late_seconds": 0.5,
            "hang_seconds": 1.0,
            "error_before": 0.05,
            "only_writes": True,
        }
    )
    said = project.load("apply")
    sandbox.faults("none")
    assert markers(sandbox) == planned(project), said
    assert "settled" in said


def test_kills_lose_and_double_nothing(loaded, sandbox):
    """kill -9 again and again, under lost answers: the same command goes on where it was."""
    project = through_sample(loaded(people=60, deals=20, activities=30))
    for more in (5, 25, 12):
        sandbox.faults({"lost_drop": 0.05, "hold_after": more, "only_writes": True})
        process = project.start("apply")
        sandbox.wait_for_held(process)
        process.send_signal(signal.SIGKILL)
        process.wait()
    sandbox.faults("none")
    project.load("apply")
    assert markers(sandbox) == planned(project)
    audit = project.audit()
    assert audit.open_writes() == []
    held = {
        row[0]
        for row in audit.rows(
            "select source_object || ':' || source_id from records"
            " where state = 'created' and source_object not in ('probes', 'attachments')"
        )
    }
    assert sorted(held) == planned(project)


def test_two_loaders(loaded, sandbox):
    """A second loader refuses and says who is at work; status can be asked meanwhile."""
    project = through_sample(loaded(people=60))
    sandbox.faults({"hold_after": 12, "only_writes": True})
    first = project.start("apply")
    try:
        sandbox.wait_for_held(first)
        refused = project.load("apply", code=2)
        assert "`load apply`" in refused
        assert "at work" in project.load("status")
    finally:
        first.send_signal(signal.SIGINT)
        sandbox.faults("none")
        _, err = first.communicate(timeout=STEP)
    assert first.returncode == 130, err
    assert project.audit().open_writes() == []
    project.load("apply")
    assert markers(sandbox) == planned(project)


def test_credentials_that_expire(loaded, sandbox):
    """Refused credentials stop the load with exit 2; nothing is quarantined for it."""
    project = through_sample(loaded(people=30))
    sandbox.faults({"expire_after": 30})
    assert "credentials" in project.load("apply", code=2)
    sandbox.faults("none")
    project.load("apply")
    assert markers(sandbox) == planned(project)


def test_unreachable(loaded, sandbox):
    """A host that is not there ends with exit 3 and one line."""
    project = loaded(people=2)
    project.environment["NUTSHELL_URL"] = "http://127.0.0.1:9"
    project.quick("plan")
    project.quick("approve", "--by", "demo")
    assert "can not be reached" in project.load("apply", "--sample", code=3)


def test_a_failing_record_is_quarantined(project, sandbox):
    """What Nutshell refuses is named, its dependants are blocked, the rest goes on."""
    small_practice(project, people=4, deals=2, activities=2, files=0, organizations=2)
    bad = next(r for r in project.warehouse["operations"] if r["record_key"] == "organizations:1")
    bad["payload"] = json.dumps(
        {"name": "Clinic 1", "owner": {"entityType": "Users", "id": 999999}}
    )
    approved(project)
    said = project.quick("apply", "--sample", code=1)
    assert "organizations:1/record" in said
    assert "people:1/record needs organizations:1" in said
    assert "people:0" in "".join(markers(sandbox))
    writes = sandbox.writes()
    project.quick("apply", "--sample", code=1)
    assert sandbox.writes() == writes
    audit = project.audit()
    assert audit.record_by_key("organizations:1") is None


def test_a_deal_whose_map_says_pending_is_pending(project, sandbox):
    """No outcome is sent: Nutshell's own flag is, and the status is read back."""
    small_practice(project, organizations=1, people=1, deals=2, activities=0, files=0)
    rows = project.warehouse["operations"]
    closing = [row for row in rows if row["step"] == "outcome"]
    assert closing
    for row in closing:
        row["payload"] = json.dumps({"outcomeId": None, "status": 1})
        row["desired"] = json.dumps({"outcome": {"outcomeId": None, "status": 1}})
    project.warehouse["operations"] = rows
    through_sample(approved(project))
    deal = project.audit().record_by_key(closing[0]["record_key"]).nutshell_id
    assert sandbox.rpc("getLead", leadId=deal)["status"] == 1
