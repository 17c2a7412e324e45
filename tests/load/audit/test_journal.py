"""The audit: what was durable stays, a record is claimed once, and damage is a clear stop."""

import asyncio
import json
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from common.declared import declared_tables
from common.errors import DataDamaged
from common.paths import DataPaths
from load.audit.entries import AlreadyThere, Intent, Outcome
from load.audit.journal import Journal, damaged
from load.audit.migrations import SCHEMA
from load.audit.publish import publish
from load.audit.states import STEPS, RecordState, Status, page
from tests.waiting import STEP


def intent(number, operation="create"):
    return Intent(
        "run",
        f"people:{number}/record",
        "contact",
        "people",
        str(number),
        "record",
        operation,
        "newContact",
        plan_digest="d",
        payload="{}",
    )


CHILD = """
import asyncio, sys
from pathlib import Path
from load.audit.entries import Outcome
from load.audit.journal import Journal, damaged
from tests.load.audit.test_journal import intent

async def one(journal, number):
    write_id = await journal.intend(intent(number))
    print("intended", write_id, flush=True)
    await journal.settle(Outcome(write_id, "done", nutshell_id=number, state="created"))
    print("done", write_id, flush=True)

async def main(journal):
    for start in range(0, 1_000_000, 32):
        await asyncio.gather(*(one(journal, n) for n in range(start, start + 32)))

asyncio.run(main(Journal(Path(sys.argv[1]))))
"""


@pytest.mark.parametrize("lines", [1, 40, 333])
def test_what_was_durable_survives_a_kill(tmp_path, lines):
    """After kill -9 every intent and outcome that was promised to be durable is there."""
    path = tmp_path / "audit.sqlite"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True
    )
    told = [child.stdout.readline() for _ in range(lines)]
    child.send_signal(signal.SIGKILL)
    told += child.stdout.readlines()
    child.wait()
    with Journal(path) as journal:
        status = {w.write_id: w.status for w in journal.audit.writes("true")}
        for line in told:
            if line.endswith("\n"):
                word, _, number = line.strip().partition(" ")
                assert status[int(number)] in (
                    ("intended", "done") if word == "intended" else ("done",)
                )
        open_ids = {w.write_id for w in journal.audit.open_writes()}
        assert open_ids == {n for n, word in status.items() if word == "intended"}


class Claims(RuleBasedStateMachine):
    """Whatever happens in whatever order, a record is created once at a time."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.journal = Journal(Path(self.folder.name) / "audit.sqlite")
        self.claimed = {}

    @rule(number=st.integers(0, 2))
    def create(self, number):
        try:
            write_id = asyncio.run(self.journal.intend(intent(number)))
        except AlreadyThere:
            assert number in self.claimed
        else:
            assert number not in self.claimed
            self.claimed[number] = write_id

    @precondition(lambda self: self.claimed)
    @rule(data=st.data(), end=st.sampled_from(["created", "in_doubt", "absent", "deleted"]))
    def settle(self, data, end):
        number = data.draw(st.sampled_from(sorted(self.claimed)))
        held = self.journal.audit.record("people", str(number))
        if end == "absent" and held.state == "created":
            return
        status = {"created": "done", "deleted": "done", "in_doubt": "in_doubt"}.get(end, "failed")
        asyncio.run(
            self.journal.settle(Outcome(self.claimed[number], status, nutshell_id=7, state=end))
        )
        if end in ("absent", "deleted"):
            del self.claimed[number]

    @rule()
    def reopen(self):
        self.journal.close()
        self.journal = Journal(self.journal.path)

    @invariant()
    def one_claim_each(self):
        held = {
            int(r["source_id"])
            for r in self.journal.audit.rows(
                "select source_id from records where state <> 'deleted'"
            )
        }
        assert held == set(self.claimed)

    def teardown(self):
        self.journal.close()
        self.folder.cleanup()


TestClaims = Claims.TestCase
TestClaims.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)


def test_nothing_is_rewritten(tmp_path):
    """Intents and outcomes can not be deleted or changed, whoever tries."""
    with Journal(tmp_path / "audit.sqlite") as journal:
        write_id = asyncio.run(journal.intend(intent(1)))
        asyncio.run(journal.settle(Outcome(write_id, "done", state="created", nutshell_id=1)))
    link = sqlite3.connect(tmp_path / "audit.sqlite")
    for statement in (
        "delete from intents",
        "delete from outcomes",
        "update outcomes set status = 'failed'",
        "update intents set payload_hash = 'x'",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            link.execute(statement)


def test_a_damaged_audit_stops(tmp_path):
    """A file that is no audit is refused with the way out, and left as it is."""
    path = tmp_path / "audit.sqlite"
    path.write_bytes(b"no database at all, for certain" * 100)
    with pytest.raises(DataDamaged, match="recover"):
        Journal(path)
    assert path.read_bytes().startswith(b"no database")


def test_a_full_disk_stops(tmp_path):
    """Where a commit fails, whoever waits for it is told, and nothing after it is promised."""
    with Journal(tmp_path / "audit.sqlite") as journal:

        def full(_):
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error

        with pytest.raises(DataDamaged, match="Make room"):
            journal.write(full)
        with pytest.raises(DataDamaged, match="Make room"):
            asyncio.run(journal.intend(intent(1)))
    with Journal(tmp_path / "audit.sqlite") as journal:
        assert journal.audit.version() == 0


@pytest.mark.parametrize("wrong", ["select nothing from nowhere", "insert into runs values (1)"])
def test_an_error_of_ours_is_no_damage(tmp_path, wrong):
    """A statement that does not fit says so; nobody is told to put back a copy."""
    with (
        Journal(tmp_path / "audit.sqlite") as journal,
        pytest.raises(DataDamaged, match=r"error of ours \(SQLITE_ERROR\)") as told,
    ):
        journal.write(lambda link: link.execute(wrong))
    assert "copy" not in str(told.value)


def test_a_file_held_by_another_is_told_from_a_damaged_one():
    """By SQLite's code, whatever its words are."""
    for code, words in (
        (sqlite3.SQLITE_BUSY, "Another program"),
        (sqlite3.SQLITE_IOERR | (3 << 8), "disk could not"),
        (sqlite3.SQLITE_READONLY, "can not be written"),
        (sqlite3.SQLITE_CORRUPT | (1 << 8), "It is damaged"),
    ):
        error = sqlite3.OperationalError("whatever")
        error.sqlite_errorcode = code
        assert words in str(damaged(Path("audit.sqlite"), error))


@pytest.mark.parametrize("wrong", [ValueError("no"), SystemExit(3)])
def test_whatever_goes_wrong_fails_every_job(tmp_path, wrong):
    """Also what is no error of SQLite's, and what would end a thread: nobody waits for ever."""

    def work(_):
        raise wrong

    async def many(journal):
        waiting = (journal.note(work), journal.intend(intent(1)), journal.intend(intent(2)))
        return await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 60)

    with Journal(tmp_path / "audit.sqlite") as journal:
        told = asyncio.run(many(journal))
        assert [*map(type, told)] == [
            ValueError if isinstance(wrong, ValueError) else RuntimeError
        ] * 3
        with pytest.raises(type(told[0])):
            journal.write(lambda _: None)
    with Journal(tmp_path / "audit.sqlite") as journal:
        assert journal.audit.version() == 0


def test_who_no_longer_waits_stops_no_one(tmp_path):
    """A walk that ends midway cancels its workers: their notes are taken, and all later ones."""
    begun, held = threading.Event(), threading.Event()

    def work(_):
        begun.set()
        held.wait(STEP)

    async def stopped(journal):
        first = asyncio.create_task(journal.note(work))
        await asyncio.to_thread(begun.wait)
        second = asyncio.create_task(journal.intend(intent(1)))
        await asyncio.sleep(0)  # it waits by now
        for task in (first, second):
            task.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        held.set()

    with Journal(tmp_path / "audit.sqlite") as journal:
        asyncio.run(stopped(journal))
        journal.submit(lambda _: None).result(timeout=STEP)
        assert journal.audit.record_by_key("people:1").state == "intended"


def test_published_as_declared(tmp_path):
    """SQL finds the declared columns and types, also of tables without a row."""
    paths = DataPaths(tmp_path)
    with Journal(paths.audit) as journal:
        journal.start_run("apply", run_id="r", host="h", unattended=True)
        write_id = asyncio.run(journal.intend(intent(1)))
        asyncio.run(
            journal.settle(Outcome(write_id, "failed", state="absent", cause_class="rejected"))
        )
        publish(journal.audit, paths)
    for table, schema in declared_tables()["audit"].items():
        found = pq.read_table(paths.audit_parquet / f"{table}.parquet")
        assert found.schema.names == schema.names
        assert found.schema.types == schema.types
    (row,) = pq.read_table(paths.audit_parquet / "writes.parquet").to_pylist()
    assert (row["status"], row["cause_class"], row["settled_at"].tzinfo is not None) == (
        "failed",
        "rejected",
        True,
    )
    assert json.loads(row["payload"]) == {}


def test_the_states_are_those_of_the_schema_and_of_the_page():
    """One closed set in Python, in SQL's checks and in the picture."""
    schema = SCHEMA.read_text()
    for column, states in (
        ("status", set(Status) - {Status.INTENDED}),
        ("state", set(RecordState)),
    ):
        checks = re.findall(rf"check \({column} in \(([^)]*)\)", schema)
        assert states in [set(re.findall(r"'(\w+)'", check)) for check in checks], column
    assert (Path(__file__).parents[3] / "docs" / "writes.md").read_text() == page()
    reached = {step.after for step in STEPS}
    assert reached == set(Status) - {Status.INTENDED}
