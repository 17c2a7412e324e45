"""The audit's seal: a row changed by hand is named; purges and older files leave it whole."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import load.audit.publish as publishing
from common.errors import DataDamaged, GateRefused
from load.audit.chain import broken_links, check_chain, length
from load.audit.entries import Outcome, register_match
from load.audit.journal import Journal
from load.audit.migrations import VERSION, version_of
from load.purge.contents import forget, note
from tests.load.audit.test_journal import intent

NOVEMBER = Path(__file__).with_name("of_november.sql")


def filled(path):
    """An audit with creates that are done, refused and in doubt, and a match."""
    with Journal(path) as journal:
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
        link.execute(statement)
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
        ("delete from chain where link_id = 2", "outcomes 1 was put in"),
        ("update chain set hash = 'x' where link_id = 1", "intents 1"),
        ("update records set nutshell_id = 78 where source_id = '1'", "records people:1"),
        ("update records set nutshell_id = 78 where source_id = '9'", "records people:9"),
        ("update matches set nutshell_id = 78", "matches 1"),
    ],
)
def test_a_row_changed_by_hand_is_named(tmp_path, statement, named):
    """Changed, emptied, taken out or put in; the loader writes nothing from such a file."""
    path = filled(tmp_path / "audit.sqlite")
    assert broken(path) == []
    by_hand(path, statement)
    found = broken(path)
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
            assert length(link) == 9
            assert list(broken_links(link)) == []
            assert [w.write_id for w in journal.audit.open_writes()] == [2]
    by_hand(path, "update outcomes set nutshell_id = 5 where outcome_id = 1")
    assert broken(path)


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
