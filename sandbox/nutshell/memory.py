"""The imitated account's memory: records, links, definitions, ids, the change feed; no rules."""

from __future__ import annotations

import time
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.nutshell import values
from sandbox.nutshell.behaviour import Behaviour
from sandbox.nutshell.definitions import TAGGED, starting_definitions
from sandbox.nutshell.exceptions import NotFound, Refused
from sandbox.nutshell.links import Key, Row, links_of
from sandbox.nutshell.search import WordIndex
from sandbox.nutshell.store import Store

ENTITIES = ("Accounts", "Contacts", "Leads", "Activities", "Notes")
WORDS = {
    "Accounts": "account", "Contacts": "contact", "Leads": "lead", "Activities": "activity",
    "Notes": "note",
}  # fmt: skip


class State:
    """Everything the account holds, in memory; `store.durable()` makes the changes last."""

    def __init__(self, folder: Path, seed: int = 0) -> None:
        self.folder = folder
        self.store = Store(folder / "nutshell.sqlite")
        self._seed = seed
        self.ahead: Callable[[], float] = lambda: 0.0  # seconds by which its clock is wrong
        self.clear()

    def clear(self) -> None:
        """Forget everything; the store is not touched."""
        self.records: dict[str, dict[int, Row]] = {entity: {} for entity in ENTITIES}
        self.live: dict[str, list[int]] = {entity: [] for entity in ENTITIES}
        self.backlinks: dict[Key, dict[Key, None]] = {}
        self.words = WordIndex()
        self.definitions: dict[str, dict[int, Row]] = {"Users": {}}
        self.tag_names: set[tuple[str, str]] = set()
        self.custom_fields: dict[tuple[str, str], Row] = {}
        self.events: list[Row] = []
        self.behaviour = Behaviour()
        self.made: dict[Key, float] = {}  # when this process made a record, by its own clock
        self._last_id: Counter[str] = Counter()
        self._second = (0, "")

    def load(self) -> None:
        """Remember what the store holds."""
        for entity in starting_definitions():
            self.definitions[entity] = {}
        for entity, row in self.store.records():
            if entity in self.records:
                self.save(entity, row, stored=True)
            else:
                self.put_definition(entity, row, stored=True)
        self.events = self.store.events()

    # ── definitions ─────────────────────────────────────────────────────────────────────────────

    def put_definition(self, entity: str, row: Row, *, stored: bool = False) -> None:
        """Add or replace a user, a stage, a tag, a custom field, a file …"""
        self.definitions[entity][row["id"]] = row
        self._last_id[entity] = max(self._last_id[entity], row["id"])
        if entity == "Tags":
            self.tag_names.add((row["tagType"], row["name"]))
        if entity == "Custom_Fields":
            self.custom_fields[row["entity"], row["name"]] = row
        if not stored:
            self.store.put(entity, row)

    def definition(self, entity: str, number: int, field: str) -> Row:
        """Return a row of a definition table; refuse where there is none."""
        try:
            return self.definitions[entity][number]
        except KeyError:
            raise Refused(f"{field}: no {entity} with id {number}") from None

    def new_definition(self, entity: str, /, **fields: Any) -> Row:
        """Make a definition row with the next id."""
        now = self.now()
        row = {"id": self.next_id(entity), "entityType": entity, "rev": "1", **fields}
        row |= {"createdTime": now, "modifiedTime": now}
        self.put_definition(entity, row)
        return row

    def administrator(self) -> int:
        """Return the id of the first user who is an administrator."""
        users = self.definitions["Users"].values()
        return next(
            (row["id"] for row in users if row["isAdministrator"]), min(self.definitions["Users"])
        )

    # ── records ─────────────────────────────────────────────────────────────────────────────────

    def get(self, entity: str, number: int) -> Row:
        """Return a record, a deleted one too; NotFound where there never was one."""
        try:
            return self.records[entity][number]
        except KeyError:
            raise NotFound(f"Invalid {WORDS[entity]}: {number}") from None

    def alive(self, entity: str, number: int, field: str) -> Row:
        """Return a record that a link may name: it exists and is not deleted."""
        record = self.records[entity].get(number)
        if record is None or record.get("deletedTime"):
            raise Refused(f"Invalid {WORDS[entity]}: {number}")
        return record

    def is_live(self, entity: str, number: int) -> bool:
        """Say whether a record exists and is not deleted."""
        record = self.records[entity].get(number)
        return record is not None and not record.get("deletedTime")

    def save(self, entity: str, record: Row, *, stored: bool = False) -> None:
        """Keep a record as it is now, with its links and words; the rules have had their say."""
        number = record["id"]
        side_contacts, side_leads = record.pop("_contacts", None), record.pop("_leads", None)
        before = self.records[entity].get(number)
        self.records[entity][number] = record
        self._last_id[entity] = max(self._last_id[entity], number)
        self._index(entity, number, before, record)
        if not stored:
            self.store.put(entity, record)
        if side_contacts is not None:
            self._relink("Contacts", "accounts", (entity, number), side_contacts)
        if side_leads is not None:
            self._relink("Leads", "contacts", (entity, number), side_leads)

    def _index(self, entity: str, number: int, before: Row | None, record: Row) -> None:
        was_live = before is not None and not before.get("deletedTime")
        is_live = not record.get("deletedTime")
        live = self.live[entity]
        if is_live and not was_live:
            insort(live, number)
        elif was_live and not is_live:
            del live[bisect_left(live, number)]
        old = set(links_of(entity, before)) if before else set()
        new = set(links_of(entity, record))
        for key in old - new:
            self.backlinks.get(key, {}).pop((entity, number), None)
        for key in new - old:
            self.backlinks.setdefault(key, {})[entity, number] = None
        self.words.replace(entity, before if was_live else None, record if is_live else None)

    def _relink(self, entity: str, field: str, target: Key, wanted: list[Row]) -> None:
        """Write a link that the other side keeps; its rev stays, as it was not edited itself."""
        by_id = {row["id"]: row["relationship"] for row in wanted}
        linked = {number for kind, number in self.backlinks.get(target, {}) if kind == entity}
        for number in linked | set(by_id):
            other = self.records[entity][number]
            kept = [row for row in other[field] if row["id"] != target[1]]
            if number in by_id:
                kept.append({"id": target[1], "relationship": by_id[number]})
            self.save(entity, {**other, field: kept})

    def linked(self, entity: str, number: int, kind: str) -> list[int]:
        """Return the ids of live records of `kind` that link to a record, oldest first."""
        keys = self.backlinks.get((entity, number), {})
        return sorted(n for k, n in keys if k == kind and self.is_live(k, n))

    # ── ids, clock, change feed ─────────────────────────────────────────────────────────────────

    def next_id(self, entity: str) -> int:
        """Return an id some steps on: live accounts count in fours, with gaps."""
        last = self._last_id[entity]
        gap = 4 + 4 * (hash((last * 2_654_435_761 + self._seed) & 0xFFFFFFFF) % 7 == 0)
        self._last_id[entity] = (last or 1003) + gap
        return self._last_id[entity]

    def young(self, entity: str, number: int, seconds: float) -> bool:
        """Say whether a record was made less than so many seconds ago."""
        made = self.made.get((entity, number))
        return made is not None and time.monotonic() - made < seconds

    def now(self) -> str:
        """Return the time as Nutshell renders it."""
        moment = datetime.now(UTC) + timedelta(seconds=self.ahead())
        second = int(moment.timestamp())
        if second != self._second[0]:
            self._second = (second, values.render_time(moment))
        return self._second[1]

    def log(self, actor: int, entity: str, number: int, action: str, changes: list[Row]) -> None:
        """Add an event to the change feed."""
        last = self.events[-1]["id"] if self.events else 15
        event = {"id": last + 4, "time": int(datetime.now(UTC).timestamp() + self.ahead())}
        event |= {"actor": actor, "entity": entity, "record": number}
        event |= {"action": action, "changes": changes}
        self.events.append(event)
        self.store.put_event(event)

    def close(self) -> None:
        """Commit and let go of the file."""
        self.store.close()


assert set(TAGGED) < set(ENTITIES)  # noqa: S101  # two lists of the same words
