"""The audit's seal: a row changed by hand is named; purges and older files leave it whole."""

import asyncio
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import load.audit.publish as publishing
from common.errors import DataDamaged, GateRefused
from load.audit.chain import HEAD, broken_links, check_chain, length
from load.audit.entries import Outcome, register_match
from load.audit.journal import Journal
from load.audit.migrations import VERSION, version_of
from load.purge.contents import forget, note
from tests.load.audit.test_journal import intent

NOVEMBER = Path(__file__).with_name("of_november.sql")
VERSION_2 = Path(__file__).with_name("of_version_2.sql")


def filled(path):
    """An audit with a run, creates that are done, refused and in doubt, and a match."""
    with Journal(path) as journal:
        run = {"host": "https://nutshell.example", "by": "ida", "plan_digest": None}
        for run_id in ("first", "last"):
            journal.start_run("apply", run_id=run_id, **run, unattended=False)
        for number in (1, 2, 3):
            write_id = asyncio.run(journal.intend(intent(number)))
            if number < 3:
                asyncio.run(
                    journal.settle(
                        Outcome(
                            write_id,
                            "done",
                            state="created",
                            nutshell_id=number,
                            after='{"name":"Ida"}',
                        )
                    )
                )
        matched = {"kind": "contact", "source_object": "people", "source_id": "9"}
        journal.write(
            lambda link: register_match(
                link, **matched, nutshell_id=90, run_id="run", plan_digest=None, desired=None,
                desired_hash=None,
            )
        )  # fmt: skip
    return path


def by_hand(path, *statements):
    """Change the file as somebody with another program would: triggers first."""
    link = sqlite3.connect(path)
    for (name,) in link.execute("select name from sqlite_master where type = 'trigger'").fetchall():
        link.execute(f"drop trigger {name}")
    for statement in statements:
        link.executescript(statement)
    link.commit()
    link.close()


def broken(path):
    with Journal(path) as journal:
        return list(broken_links(journal.audit.connection))


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("update outcomes set nutshell_id = 77 where outcome_id = 1", "outcomes 1"),
        ("update outcomes set after = '{}' where outcome_id = 2", "outcomes 2: after"),
        ("update outcomes set after = null where outcome_id = 2", "outcomes 2: after"),
        ("update intents set payload = '{\"a\":1}' where write_id = 2", "intents 2: payload"),
        ("update intents set source_id = '4' where write_id = 1", "intents 1"),
        ("delete from outcomes where outcome_id = 1", "outcomes 1 was taken out"),
        ("insert into outcomes select 7, 3, 'done', 8, null, null, null, null, '2'", "outcomes 7"),
        (
            "delete from chain where table_name = 'outcomes' and row_key = 1",
            "outcomes 1 was put in",
        ),
        ("update chain set hash = 'x' where table_name = 'intents' and row_key = 1", "intents 1"),
        ("update records set nutshell_id = 78 where source_id = '1'", "records people:1"),
        ("update records set nutshell_id = 78 where source_id = '9'", "records people:9"),
        ("update matches set nutshell_id = 78", "matches 1"),
        ("update runs set started_by = 'eve' where run_id = 'first'", "runs first"),
        ("update runs set status = 'done' where run_id = 'first'", "runs first: how it ended"),
        ("update runs set finished_at = '2099' where run_id = 'first'", "runs first: how it ended"),
        ("update runs set status = 'done' where run_id = 'last'", "runs last: how it ended"),
        ("update endings set status = 'done'", "endings 1"),
        ("delete from endings", "endings 1 was taken out"),
        ("delete from runs where run_id = 'last'", "runs last was taken out"),
        ("insert into runs select 'x', 'verify', null, null, '2', '3', 'done', '', 0", "runs x"),
        (
            "delete from chain where table_name = 'matches'; delete from matches;"
            " delete from records where source_id = '9'",
            "its end was cut off",
        ),
    ],
)
def test_a_row_changed_by_hand_is_named(tmp_path, statement, named):
    """Changed, emptied, taken out or put in; the loader writes nothing from such a file."""
    path = filled(tmp_path / "audit.sqlite")
    assert broken(path) == []
    by_hand(path, statement)
    found = broken(path)
    assert broken(path) == found  # who looks twice hides nothing
    assert any(named in line for line in found), found
    with Journal(path) as journal, pytest.raises(GateRefused, match="changed by hand"):
        check_chain(journal.audit.connection)


def test_a_purge_leaves_the_chain_whole(tmp_path):
    """It runs over the hashes of contents; what is emptied without a purge is found."""
    path = filled(tmp_path / "audit.sqlite")
    later = datetime.now(UTC) + timedelta(days=1)
    with Journal(path) as journal:
        journal.write(note("run", "somebody", later, [("answers", 2, 9)]))
        journal.write(forget(later))
        assert journal.audit.value("select count(*) from outcomes where after is not null") == 0
    assert broken(path) == []
    by_hand(path, "update purges set older_than = '2000'")
    assert {line.split(":")[0] for line in broken(path)} >= {"outcomes 1", "outcomes 2"}


def test_an_audit_of_november_opens(tmp_path):
    """Written before the schema had a version: brought up once, nothing lost, all of it sealed."""
    path = tmp_path / "audit.sqlite"
    link = sqlite3.connect(path)
    link.executescript(NOVEMBER.read_text())
    before = {
        table: link.execute(f"select * from {table} order by 1").fetchall()  # noqa: S608
        for table in ("runs", "records", "intents", "outcomes", "approvals", "open_writes")
    }
    assert version_of(link) == 1
    link.close()
    for _ in range(2):
        with Journal(path) as journal:
            link = journal.audit.connection
            assert version_of(link) == VERSION
            for table, rows in before.items():
                there = link.execute(f"select * from {table} order by 1").fetchall()  # noqa: S608
                assert [tuple(row) for row in there] == rows
            runs = link.execute("select count(*) from runs").fetchone()[0]
            ended = link.execute("select count(*) from endings").fetchone()[0]
            assert length(link) == 9 + runs + ended
            assert list(broken_links(link)) == []
            assert [w.write_id for w in journal.audit.open_writes()] == [2]
    by_hand(path, "update outcomes set nutshell_id = 5 where outcome_id = 1")
    assert broken(path)


def test_an_audit_of_the_second_version_opens(tmp_path):
    """Its chain goes on where it ended: what it sealed stays sealed, and runs are from now on."""
    path = tmp_path / "audit.sqlite"
    link = sqlite3.connect(path)
    link.executescript(VERSION_2.read_text())
    before = link.execute("select * from chain order by 1").fetchall()
    assert version_of(link) == 2
    link.close()
    for _ in range(2):
        with Journal(path) as journal:
            link = journal.audit.connection
            assert version_of(link) == VERSION
            there = link.execute("select * from chain order by 1").fetchall()
            assert [tuple(row) for row in there[: len(before)]] == before
            assert [row["table_name"] for row in there[len(before) :]] == [
                "runs",
                "runs",
                "endings",
            ]
            assert list(broken_links(link)) == []
    by_hand(path, "update runs set status = 'done'")
    assert broken(path)


def test_an_older_copy_is_told_from_the_newest(tmp_path):
    """Put in the place of the newest, it would make again what was made since; a kill does not."""
    path = filled(tmp_path / "audit.sqlite")
    shutil.copyfile(path, tmp_path / "copy")
    with Journal(path) as journal:
        asyncio.run(journal.intend(intent(4)))
        assert list(broken_links(journal.audit.connection)) == []  # its head is noted at the end
    newest = path.read_bytes()
    shutil.copyfile(tmp_path / "copy", path)
    assert "older copy" in broken(path)[0]
    path.write_bytes(newest)
    assert broken(path) == []
    shutil.copyfile(tmp_path / "copy", path)
    (tmp_path / HEAD).unlink()  # what was written since is given up by hand
    assert broken(path) == []


def test_a_file_of_a_newer_version_is_left_alone(tmp_path):
    """What that version keeps, this one would not."""
    path = filled(tmp_path / "audit.sqlite")
    link = sqlite3.connect(path)
    link.execute(f"pragma user_version = {VERSION + 1}")
    link.close()
    with pytest.raises(DataDamaged, match="up to date"):
        Journal(path)


def test_one_journal_and_one_publication_a_command(loaded, monkeypatch):
    """What one command does by others is done in one lock, one journal, one export."""
    project = loaded(organizations=1, people=2, deals=0, activities=0, files=0)
    opened, published = [], []
    init, publish = Journal.__init__, publishing.publish
    monkeypatch.setattr(
        Journal, "__init__", lambda self, path: (opened.append(path), init(self, path))[1]
    )
    monkeypatch.setattr(
        publishing, "publish", lambda audit, paths: (published.append(paths), publish(audit, paths))
    )
    project.quick("apply", "--sample")
    assert (len(opened), len(published)) == (1, 1)
    project.quick("apply", "--sample")
    assert (len(opened), len(published)) == (2, 2)
