"""What was signed is what is written: plans, approvals and audits changed by hand are refused."""

import hashlib
import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from load.plan.integrity import _lines, plan_digest, rows_digest
from tests.load.apply.test_road import through_sample
from tests.load.audit.test_chain import by_hand
from tests.load.practice import small_practice
from tests.load.project import approved

SMALL = {"organizations": 1, "people": 4, "deals": 1, "activities": 2, "files": 1}


@pytest.fixture
def ready(loaded):
    """A project whose sample is loaded and signed: `load apply` would run."""
    return through_sample(loaded(**SMALL))


def plan_of(project):
    (path,) = project.paths.plans.glob("*.parquet")
    return path


def refused(project, sandbox, *arguments, names):
    """Exit 2, what does not fit is said, and Nutshell hears of nothing."""
    writes = sandbox.writes()
    said = project.quick(*arguments, code=2)
    assert sandbox.writes() == writes
    assert names in said, said


def rewrite(path, change):
    """Write a plan's rows anew, changed."""
    table = pq.read_table(path)
    rows = change(table.to_pylist())
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)


def one_more_word(rows):
    row = next(row for row in rows if row["operation_key"] == "people:3/record")
    row["payload"] = json.dumps({**json.loads(row["payload"]), "description": "A word more"})
    return rows


def another_id(rows):
    rows[0]["nutshell_id"] = 4711
    return rows


def test_rows_changed_by_hand(ready, sandbox):
    """A payload, an id, a row less, another order: each is refused, and so is a signature."""
    path = plan_of(ready)
    kept = path.read_bytes()
    changes = {
        "people:3/record": one_more_word,
        "rows were changed": another_id,
        "its rows": lambda rows: rows[:-1],
        "rows": lambda rows: rows[::-1],
    }
    for names, change in changes.items():
        rewrite(path, change)
        refused(ready, sandbox, "apply", names=names)
        path.write_bytes(kept)
    rewrite(path, one_more_word)
    refused(ready, sandbox, "approve", "--by", "demo", names="people:3/record")
    refused(ready, sandbox, "apply", "--sample", names="people:3/record")
    path.write_bytes(kept)
    ready.quick("apply")


def test_a_head_changed_by_hand(loaded, sandbox):
    """Open gates emptied, another account's address, another name: the head is digested, too."""
    project = through_sample(loaded(**SMALL))
    head = plan_of(project).with_suffix(".json")
    kept = head.read_bytes()
    for name, value in (
        ("gates", [{"blocker_class": "x", "subject": "y", "source_object": None, "mend": "z"}]),
        ("sample_records", 0),
        ("envelope", []),
        ("definitions", []),
        ("mapping_digest", "0" * 64),
    ):
        head.write_text(json.dumps({**json.loads(kept), name: value}))
        assert "its head was changed" in project.quick("approve", "--by", "demo", code=2) or (
            name == "mapping_digest"
        )
        refused(project, sandbox, "apply", names="")
    head.write_text(json.dumps({**json.loads(kept), "host": "https://other.example"}))
    refused(project, sandbox, "apply", names="https://other.example")
    head.write_bytes(kept)
    project.quick("apply")


def test_swapped_and_foreign_plans(ready, sandbox):
    """One plan's rows or head under another's name; a plan that was frozen elsewhere."""
    first = plan_of(ready)
    ready.quick("apply")
    small_practice(ready, **{**SMALL, "people": 6})
    ready.build()
    ready.quick("plan")
    (second,) = set(ready.paths.plans.glob("*.parquet")) - {first}
    rows, head = second.read_bytes(), second.with_suffix(".json").read_bytes()

    shutil.copyfile(first, second)
    refused(ready, sandbox, "apply", "--plan", second.stem, names="its rows were changed")
    second.write_bytes(rows)
    shutil.copyfile(first.with_suffix(".json"), second.with_suffix(".json"))
    refused(ready, sandbox, "apply", "--plan", second.stem, names="holds another plan")
    second.with_suffix(".json").write_bytes(head)


def test_a_forged_plan(ready, sandbox):
    """Made by hand from end to end: all its digests fit, and nobody froze it here."""
    path = plan_of(ready)
    head = json.loads(path.with_suffix(".json").read_text())
    rewrite(path, lambda rows: [row | {"payload_hash": hashed(row)} for row in one_more_word(rows)])
    head["rows_digest"] = rows_digest(_lines(path, pytest.fail))
    forged = path.with_stem(plan_digest(head))
    forged.write_bytes(path.read_bytes())
    path.unlink()
    head |= {"digest": forged.stem, "frozen_at": "2999"}
    forged.with_suffix(".json").write_text(json.dumps(head))
    for command in (
        ("apply",),
        ("approve", "--by", "demo"),
        ("apply", "--sample", "--plan", forged.stem),
    ):
        refused(ready, sandbox, *command, names="was not frozen here")


def hashed(row):
    return hashlib.md5(str(row["payload"]).encode()).hexdigest()  # noqa: S324


def test_approvals_made_by_hand(loaded, sandbox):
    """A signature put in, turned to another plan or host, or given once more by copying its row."""
    project = loaded(**SMALL)
    signed = project.paths.audit
    by_hand(signed, "create table kept as select * from approvals")
    for statement in (
        "update approvals set approved_by = 'somebody else'",
        "update approvals set envelope = '[]'",
        "insert into approvals select 99, 'sample', plan_digest, mapping_digest, schema_digest,"
        " envelope, approved_by, approved_at, host, unattended from approvals limit 1",
        "update approvals set host = 'https://other.example'",
    ):
        by_hand(signed, statement)
        refused(project, sandbox, "apply", "--sample", names="approvals ")
        by_hand(signed, "delete from approvals", "insert into approvals select * from kept")
    project.quick("apply", "--sample")


def test_rows_of_the_audit_changed_by_hand(ready, sandbox):
    """No command that writes goes on, and the check names the row; nothing of it is contents."""
    assert "holds" in ready.quick("status", "--check")
    by_hand(ready.paths.audit, "update records set nutshell_id = 1 where source_id = '1'")
    for command in ("apply", "rollback", "verify", "plan"):
        refused(ready, sandbox, command, names="people:1")
    refused(ready, sandbox, "status", "--check", names="records people:1")


def test_another_account_s_address(ready, sandbox):
    """The audit knows records by their ids in one account: in another they are others."""
    ready.environment["NUTSHELL_URL"] = "http://127.0.0.1:9"
    for command in ("rollback", "verify"):
        refused(ready, sandbox, command, names="is of http://127.0.0.1:")


def test_a_plan_of_another_version_stops_nothing(project, sandbox):
    """It lies there; whoever names it is told, and all others go on."""
    small_practice(project, **SMALL)
    approved(project)
    old = project.paths.plans / f"{'a' * 64}.json"
    old.write_text(json.dumps({"digest": "a" * 64, "frozen_at": "2999", "records": 1}))
    old.with_suffix(".parquet").write_bytes(b"whatever")
    refused(project, sandbox, "apply", "--plan", "aaaa", names="of another version")
    project.quick("status")
    project.quick("apply", "--sample")
