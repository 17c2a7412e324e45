"""
The practice's records in one SQLite file that survives a restart, and its listings.

Not the API: it knows objects, filters and offsets, but neither HTTP nor tokens.
"""

from __future__ import annotations

import json
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.visual_practice.times import micros

Record = dict[str, Any]
_STRIDE = 100  # every hundredth id of a listing is kept, so that a deep page starts nearby
_KEPT_LISTINGS = 64
_SCHEMA = """
create table meta (name text primary key, value text not null);
create table records (
    object text not null, id text not null, modified integer not null,
    deleted integer not null, record text not null);
create table originals (object text not null, id text not null, record text,
    primary key (object, id));
create table copies (id text primary key, source_id text not null);
"""
_INDEX = "create index listing on records (object, id, modified, deleted)"


@dataclass(frozen=True)
class Filters:
    """What a listing asks for; times in microseconds since 1970, since inclusive."""

    object: str
    since: int | None = None
    before: int | None = None
    deleted: bool = False

    def where(self) -> tuple[str, list[Any]]:
        """Return the condition and its parameters."""
        parts, values = ["object = ?"], [self.object]
        bounds: list[Any] = values
        if self.since is not None:
            parts.append("modified >= ?")
            bounds.append(self.since)
        if self.before is not None:
            parts.append("modified < ?")
            bounds.append(self.before)
        if not self.deleted:
            parts.append("deleted = 0")
        return " and ".join(parts), bounds


@dataclass(frozen=True)
class Listing:
    """The shape of one listing at one state of the data."""

    version: int
    total: int
    anchors: list[str]


class Store:
    """One practice's state."""

    def __init__(self, path: Path) -> None:
        """Open a file that `create` has filled."""
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.execute("pragma mmap_size = 1073741824")
        self._listings: OrderedDict[Filters, Listing] = OrderedDict()
        self._versions: dict[str, int] = {}
        self.metadata: Record = json.loads(self.meta("metadata"))
        self.zone = ZoneInfo(self.metadata.get("server_time_zone") or "UTC")
        self.objects = [item["name"] for item in self.metadata["objects"]]

    @staticmethod
    def create(
        path: Path, identity: str, metadata: Record, streams: Iterable[tuple[str, Iterable[Record]]]
    ) -> None:
        """
        Fill a new file with a practice, streaming; it appears under its name only when whole.

        Records without a text id and repeated ids cannot be served: they are counted in `skipped`.
        """
        partial = path.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        zone = ZoneInfo(metadata.get("server_time_zone") or "UTC")
        connection = sqlite3.connect(partial, isolation_level=None)
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        connection.executescript(_SCHEMA)
        connection.execute("begin")
        for name, records in streams:
            connection.executemany(
                "insert into records values (?, ?, ?, ?, ?)",
                (row(name, record, zone) for record in records),
            )
        connection.execute(_INDEX)
        skipped = connection.execute(
            "delete from records where id = '' or rowid in (select records.rowid from records join "
            "(select object, id, min(rowid) as first from records group by object, id "
            "having count(*) > 1) using (object, id) where records.rowid > first)"
        ).rowcount
        values = {
            "identity": identity,
            "metadata": json.dumps(metadata),
            "start": metadata["server_time"],
            "now": metadata["server_time"],
            "advances": "0",
            "skipped": str(skipped),
        }
        connection.executemany("insert into meta values (?, ?)", values.items())
        connection.execute("commit")
        connection.close()
        partial.rename(path)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def meta(self, name: str) -> str:
        """Read one fact about the practice."""
        found = self._connection.execute("select value from meta where name = ?", (name,))
        return str(found.fetchone()[0])

    def set_meta(self, name: str, value: str) -> None:
        """Change one fact about the practice."""
        self._connection.execute("update meta set value = ? where name = ?", (value, name))

    @property
    def now(self) -> int:
        """The server's time, in microseconds since 1970."""
        return micros(self.meta("now"), self.zone)

    def listing(self, filters: Filters) -> Listing:
        """Return a listing's shape, from memory while its object has not changed."""
        version = self._versions.get(filters.object, 0)
        known = self._listings.get(filters)
        if known is not None and known.version == version:
            self._listings.move_to_end(filters)
            return known
        where, values = filters.where()
        rows = self._connection.execute(
            "select id, n from (select id, row_number() over (order by id) - 1 as n "  # noqa: S608
            f"from records where {where}) where n % {_STRIDE} = 0",
            values,
        ).fetchall()
        total = self._connection.execute(
            f"select count(*) from records where {where}",  # noqa: S608 no input in it
            values,
        ).fetchone()[0]
        made = Listing(version, total, [row[0] for row in rows])
        self._listings[filters] = made
        while len(self._listings) > _KEPT_LISTINGS:
            self._listings.popitem(last=False)
        return made

    def page(self, filters: Filters, offset: int, limit: int) -> list[str]:
        """Return the records from an offset on, as JSON texts, ordered by id."""
        listing = self.listing(filters)
        if offset >= listing.total:
            return []
        anchor, rest = divmod(offset, _STRIDE)
        where, values = filters.where()
        rows = self._connection.execute(
            f"select record from records where {where} and id >= ? "  # noqa: S608 no input in it
            "order by id limit ? offset ?",
            [*values, listing.anchors[anchor], limit, rest],
        )
        return [row[0] for row in rows]

    def get(self, name: str, record_id: str) -> Record | None:
        """Return one record, or None."""
        found = self._connection.execute(
            "select record from records where object = ? and id = ?", (name, record_id)
        ).fetchone()
        return json.loads(found[0]) if found else None

    def listing_total(self, name: str) -> int:
        """Count an object's records that are not deleted."""
        return self.listing(Filters(name)).total

    def live_ids(self, name: str) -> Iterable[str]:
        """Return the ids of the records that are not deleted, in order."""
        rows = self._connection.execute(
            "select id from records where object = ? and deleted = 0 order by id", (name,)
        )
        return (row[0] for row in rows)

    def values(self, name: str, key: str) -> set[str]:
        """Return the texts that stand in a field of an object's live records."""
        rows = self._connection.execute(
            "select distinct json_extract(record, ?) from records where object = ? and deleted = 0",
            (f'$."{key}"', name),
        )
        return {value for (value,) in rows if isinstance(value, str)}

    def put(self, name: str, record: Record) -> None:
        """Write one record, new or changed; what it was at the start is kept for `reset`."""
        execute = self._connection.execute
        key = (name, record["id"])
        execute(
            "insert or ignore into originals values (?, ?, "
            "(select record from records where object = ? and id = ?))",
            (*key, *key),
        )
        execute("delete from records where object = ? and id = ?", key)
        execute("insert into records values (?, ?, ?, ?, ?)", row(name, record, self.zone))
        self._versions[name] = self._versions.get(name, 0) + 1

    def copy_of(self, record_id: str) -> str:
        """Return whose bytes an attachment has: its own id, or that of the one it repeats."""
        found = self._connection.execute(
            "select source_id from copies where id = ?", (record_id,)
        ).fetchone()
        return str(found[0]) if found else record_id

    def set_copy(self, record_id: str, source_id: str) -> None:
        """Let an attachment have another one's bytes."""
        self._connection.execute("replace into copies values (?, ?)", (record_id, source_id))

    def __enter__(self) -> Store:
        """Begin a change that happens whole or not at all."""
        self._connection.execute("begin immediate")
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Commit, or take back on an error."""
        self._connection.execute("commit" if kind is None else "rollback")

    def reset(self) -> None:
        """Return to the state at the start."""
        with self:
            kept = self._connection.execute("select object, id, record from originals").fetchall()
            for name, record_id, record in kept:
                self._connection.execute(
                    "delete from records where object = ? and id = ?", (name, record_id)
                )
                if record is not None:
                    values = row(name, json.loads(record), self.zone)
                    self._connection.execute("insert into records values (?, ?, ?, ?, ?)", values)
                self._versions[name] = self._versions.get(name, 0) + 1
            self._connection.execute("delete from originals")
            self._connection.execute("delete from copies")
            self.set_meta("now", self.meta("start"))
            self.set_meta("advances", "0")

    def counts(self) -> dict[str, tuple[int, int]]:
        """Count all and deleted records per object."""
        rows = self._connection.execute(
            "select object, count(*), sum(deleted) from records group by object"
        )
        return {name: (total, gone) for name, total, gone in rows}

    def fingerprint(self) -> str:
        """Hash every record, in order: equal for practices that say the same."""
        digest = sha256()
        for name, record in self._connection.execute(
            "select object, record from records order by object, id"
        ):
            digest.update(f"{name}\0{record}\n".encode())
        return digest.hexdigest()


def row(name: str, record: Record, zone: ZoneInfo) -> tuple[str, str, int, int, str]:
    """Return a record as a row; an unreadable modification time sorts first."""
    given = record.get("id")
    try:
        modified = micros(record.get("modified_at") or record.get("created_at") or "", zone)
    except (ValueError, TypeError):
        modified = 0
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:  # half a surrogate pair: JSON can say it, UTF-8 can not
            text = json.dumps(record, separators=(",", ":"))
    deleted = 1 if record.get("deleted_at") else 0
    return name, given if isinstance(given, str) else "", modified, deleted, text
