"""
The audit's file brought to the version that this code reads and writes: forward, and once.

A file of a newer version is refused: what that one keeps, this code would not keep.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from common.errors import DataDamaged
from load.audit.chain import LINKED, link

SCHEMA = Path(__file__).with_name("schema.sql")
#: 1: November 2026, not numbered yet. 2: plans and matches are noted, and a chain seals the rows.
VERSION = 2


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
    # what is there stays as it is: the script makes what is missing, and may be run again
    connection.executescript(SCHEMA.read_text("utf-8"))
    connection.execute("begin immediate")
    try:
        if version == 1:
            _seal(connection)
        connection.execute(f"pragma user_version = {VERSION}")
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise


def _seal(connection: sqlite3.Connection) -> None:
    """Note the plans that were signed and the records that were matched; chain what is there."""
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
    for table, linked in LINKED.items():
        keys = connection.execute(
            f"select {linked.key} from {table} order by {linked.key}"  # noqa: S608
        ).fetchall()
        for (key,) in keys:
            link(connection, table, key)
