"""
The audit's seal: one chain of hashes over what was planned, allowed, meant and done.

Each link carries the hash of the one before, so that a row changed, taken out or put in by hand is
found and named. It runs over the hashes of contents: what a purge empties leaves it whole. Its
newest link is noted beside the file when a command ends, so that an end cut off, or an older copy
put in its place, is found. It does not tell that somebody who can write both made both anew.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from common.errors import GateRefused
from common.paths import ensure_folder, write_durably
from load.plan.digests import HASHED, SOURCE_VALUE, Element, some

NAMED = 5
HEAD = "audit/head.json"  # beside the audit: the newest link, of the last command that wrote


@dataclass(frozen=True, slots=True)
class Linked:
    """A table whose rows are links: its key, what never changes, and what a purge may empty."""

    table: str
    key: str
    columns: tuple[str, ...]
    contents: tuple[str, ...] = ()
    moment: str = ""  # when the row came to be: what is older than a purge may be empty

    @property
    def select(self) -> str:
        """The statement that reads one row."""
        names = ", ".join((*self.columns, *self.contents))
        return f"select {names} from {self.table} where {self.key} = ?"  # noqa: S608

    def contents_of(self, row: sqlite3.Row) -> dict[str, str | None]:
        """Hash what may be emptied, column by column."""
        return {name: _hashed(row, name) for name in self.contents}

    def digest(self, before: str, row: sqlite3.Row, contents: Mapping[str, str | None]) -> str:
        """Give the hash of a link: of the one before, and of all that its row says."""
        said = [before, self.table, [row[name] for name in self.columns], contents]
        return hashlib.sha256(orjson.dumps(said)).hexdigest()


def _linked(table: str, columns: str, contents: str = "", moment: str = "") -> Linked:
    """Give a table; its first column is its key."""
    names = tuple(columns.split())
    return Linked(table, names[0], names, tuple(contents.split()), moment)


LINKED = {
    linked.table: linked
    for linked in (
        _linked("plans", "plan_digest mapping_digest schema_digest host frozen_at"),
        _linked(
            "approvals",
            "approval_id kind plan_digest mapping_digest schema_digest approved_by approved_at"
            " host unattended",
            contents="envelope",
            moment="approved_at",
        ),
        _linked("runs", "run_id command plan_digest started_by started_at host unattended"),
        _linked("endings", "ending_id run_id status ended_at"),
        _linked(
            "intents",
            "write_id run_id plan_digest operation_key kind source_object source_id step operation"
            " method nutshell_id payload_hash desired_hash rev_before intended_at reverses",
            contents="payload before",
            moment="intended_at",
        ),
        _linked(
            "outcomes",
            "outcome_id write_id status nutshell_id rev_after cause_class cause settled_at",
            contents="after",
            moment="settled_at",
        ),
        _linked("matches", "match_id kind source_object source_id nutshell_id run_id noted_at"),
    )
}
#: Records whose id in Nutshell no write of ours and no match accounts for.
_UNACCOUNTED = """
select source_object || ':' || source_id as record_key
from records
where
    state in ('created', 'matched') and nutshell_id is not null
    and not exists (
        select 1 from intents inner join outcomes using (write_id)
        where intents.source_object = records.source_object
        and intents.source_id = records.source_id
        and intents.operation = 'create' and outcomes.status = 'done'
        and outcomes.nutshell_id = records.nutshell_id
    )
    and not exists (
        select 1 from matches
        where matches.kind = records.kind and matches.source_object = records.source_object
        and matches.source_id = records.source_id and matches.nutshell_id = records.nutshell_id
    )
order by 1
"""
#: Runs that do not show the end that was sealed, or show one that was not.
_UNENDED = """
select runs.run_id
from runs
left join endings using (run_id)
where
    runs.status <> coalesce(endings.status, 'running')
    or runs.finished_at is not endings.ended_at
order by 1
"""


def link(connection: sqlite3.Connection, table: str, key: Any) -> None:
    """Add a row, just written, to the chain (runs in the writer's transaction)."""
    linked = LINKED[table]
    row = connection.execute(linked.select, (key,)).fetchone()
    last = connection.execute("select hash from chain order by link_id desc limit 1").fetchone()
    contents = linked.contents_of(row)
    connection.execute(
        "insert into chain (table_name, row_key, contents, hash) values (?, ?, ?, ?)",
        (
            table,
            key,
            orjson.dumps(contents).decode() if contents else None,
            linked.digest(last[0] if last else "", row, contents),
        ),
    )


def check_chain(connection: sqlite3.Connection) -> None:
    """Walk the chain to its end; raise GateRefused, naming the rows, where it does not hold."""
    if broken := list(broken_links(connection)):
        raise GateRefused(
            f"The audit was changed by hand: {some(broken, '; ', most=NAMED)}. Nothing is written"
            " from it. Put back the newest copy; `load status --check` walks the chain."
        )


def note_head(connection: sqlite3.Connection) -> None:
    """Note beside the audit which link is its newest; after it is durable, and never before."""
    newest = connection.execute("select link_id, hash from chain order by link_id desc limit 1")
    if (row := newest.fetchone()) is not None:
        path = _beside(connection)
        ensure_folder(path.parent)
        write_durably(path, orjson.dumps({"links": row["link_id"], "hash": row["hash"]}))


def _beside(connection: sqlite3.Connection) -> Path:
    return Path(connection.execute("pragma database_list").fetchone()["file"]).parent / HEAD


def _cut_off(connection: sqlite3.Connection, head: bytes) -> str | None:
    """Say whether the link that was the newest is not there any more."""
    try:
        told = orjson.loads(head)
        links, digest = int(told["links"]), told["hash"]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return f"{HEAD} can not be read"
    there = connection.execute("select hash from chain where link_id = ?", (links,)).fetchone()
    if there is not None and there[0] == digest:
        return None
    return (
        f"its end was cut off, or it is an older copy: link {links} of {HEAD} is not in it"
        f" ({length(connection)} links are). What was written since is known to nobody else; who"
        " accepts that moves the file away"
    )


def broken_links(connection: sqlite3.Connection) -> Iterator[str]:
    """Name each row that is not as it was written: table and number, never contents."""
    head = _beside(connection)  # read before the rows: a load that is at work goes on writing
    if head.is_file() and (cut := _cut_off(connection, head.read_bytes())):
        yield cut
    purged_to = connection.execute("select max(older_than) from purges").fetchone()[0] or ""
    before = ""
    for table, key, stored, digest in connection.execute(
        "select table_name, row_key, contents, hash from chain order by link_id"
    ):
        linked = LINKED[table]
        row = connection.execute(linked.select, (key,)).fetchone()
        contents = orjson.loads(stored) if stored else {}
        if row is None:
            yield f"{table} {key} was taken out"
        elif linked.digest(before, row, contents) != digest:
            yield f"{table} {key} was changed, or what stood before it"
        else:
            now = linked.contents_of(row)
            may_be_empty = bool(linked.moment) and row[linked.moment] < purged_to
            for name, was in contents.items():
                if now[name] != was and not (now[name] is None and may_be_empty):
                    yield f"{table} {key}: {name} was changed"
        before = digest
    for table, linked in LINKED.items():
        # with a plus a key has no type of its own: else the chain's index would not serve
        for (key,) in connection.execute(
            f"select {linked.key} from {table} where not exists (select 1 from chain"  # noqa: S608
            f" where chain.table_name = '{table}' and chain.row_key = +{table}.{linked.key})"
        ):
            yield f"{table} {key} was put in"
    for (key,) in connection.execute(_UNENDED):
        yield f"runs {key}: how it ended was changed"
    for (key,) in connection.execute(_UNACCOUNTED):
        yield f"records {key}: its id in Nutshell came from no write and no match"


def length(connection: sqlite3.Connection) -> int:
    """Count the links."""
    return int(connection.execute("select count(*) from chain").fetchone()[0])


def without_values(envelope: str, salt: str) -> str:
    """Give an envelope in which the source's values are hashes: what a purge leaves of it."""
    elements = [Element(kind, element) for kind, element in orjson.loads(envelope)]
    kept = [
        element.hashed(salt)
        if element.kind == SOURCE_VALUE and not element.element.startswith(HASHED)
        else element
        for element in elements
    ]
    return orjson.dumps([[e.kind, e.element] for e in kept]).decode()


def _hashed(row: sqlite3.Row, name: str) -> str | None:
    value = row[name]
    if value is None:
        return None
    if name == "envelope":  # the same before a purge and after it
        value = without_values(value, row["plan_digest"])
    return hashlib.sha256(str(value).encode()).hexdigest()
