"""
The audit's file brought to the version that this code reads and writes: forward, and once.

A file of a newer version is refused: what that one keeps, this code would not keep.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from common.errors import DataDamaged
from load.audit.chain import LINKED, link

SCHEMA = Path(__file__).with_name("schema.sql")
#: 1: November 2026, not numbered yet. 2: plans and matches are noted, and a chain seals the rows.
#: 3: it seals runs and how they ended, too.
VERSION = 3
#: What each version before left unsealed.
UNSEALED = {1: tuple(LINKED), 2: ("runs", "endings")}
#: A table's closed set of words can not be changed where it stands: the chain is copied.
_ASIDE = """
drop trigger chain_stays;
drop trigger chain_keeps;
alter table chain rename to chain_before;
"""
_BACK = """
insert into chain (link_id, table_name, row_key, contents, hash)
select link_id, table_name, row_key, contents, hash from chain_before order by link_id;
drop table chain_before;
"""


def version_of(connection: sqlite3.Connection) -> int:
    """Give the version of an open file; 0 where there is nothing in it."""
    said = int(connection.execute("pragma user_version").fetchone()[0])
    there = connection.execute("select 1 from sqlite_master where name = 'intents'").fetchone()
    return said or (1 if there else 0)


def bring_up(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables of a new file; bring an older one up to date, whole or not at all."""
    version = version_of(connection)
    if version == VERSION:
        return
    if version > VERSION:
        raise DataDamaged(
            f"The audit {path.name} is of version {version}, and this code knows {VERSION}."
            " Bring the project up to date; nothing is written until then."
        )
    # what is there stays as it is: the script makes what is missing
    aside, back = (_ASIDE, _BACK) if version == 2 else ("", "")
    try:
        connection.executescript(f"begin immediate; {aside} {SCHEMA.read_text('utf-8')} {back}")
        if version == 1:
            _note(connection)
        if version:
            _seal(connection, UNSEALED[version])
        connection.execute(f"pragma user_version = {VERSION}")
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise


def _note(connection: sqlite3.Connection) -> None:
    """Note the plans that were signed and the records that were matched."""
    connection.execute(
        "insert into plans (plan_digest, mapping_digest, schema_digest, host, frozen_at)"
        " select plan_digest, mapping_digest, schema_digest, host, min(approved_at)"
        " from approvals group by plan_digest"
    )
    connection.execute(
        "insert into matches (kind, source_object, source_id, nutshell_id, run_id, noted_at)"
        " select kind, source_object, source_id, nutshell_id, run_id, updated_at from records"
        " where state = 'matched' and nutshell_id is not null"
    )


def _seal(connection: sqlite3.Connection, tables: Iterable[str]) -> None:
    """Note how runs ended, and chain what is there of these tables."""
    connection.execute(
        "insert into endings (run_id, status, ended_at)"
        " select run_id, status, finished_at from runs where status <> 'running' order by run_id"
    )
    for table in tables:
        key = LINKED[table].key
        keys = connection.execute(f"select {key} from {table} order by {key}").fetchall()  # noqa: S608
        for (value,) in keys:
            link(connection, table, value)
