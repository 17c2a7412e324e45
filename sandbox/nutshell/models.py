"""The imitated account's memory: records, links, the change feed; it speaks no HTTP."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.nutshell import references, rules, setters, values
from sandbox.nutshell.definitions import MADE, TAGGED, built_in_state, starting_definitions
from sandbox.nutshell.exceptions import NotFound, Refused, StaleRev
from sandbox.nutshell.references import Key, Row
from sandbox.nutshell.search import WordIndex
from sandbox.nutshell.store import Store

ENTITIES = ("Accounts", "Contacts", "Leads", "Activities", "Notes")
REV_IGNORE = "REV_IGNORE"


class State:
    """Everything the account holds, in memory; `store.durable()` makes the changes last."""

    def __init__(self, folder: Path, starting: Row | None = None, seed: int = 0) -> None:
        self.folder = folder
        self.store = Store(folder / "nutshell.sqlite")
        self._starting = starting
        self._seed = seed
        self._clear()
        if self.store.meta("seeded"):
            self._load()
        else:
            self._seed_store()

    def _clear(self) -> None:
        self.records: dict[str, dict[int, Row]] = {entity: {} for entity in ENTITIES}
        self.live: dict[str, list[int]] = {entity: [] for entity in ENTITIES}
        self.backlinks: dict[Key, dict[Key, None]] = {}
        self.words = WordIndex()
        self.definitions: dict[str, dict[int, Row]] = {"Users": {}}
        self.tag_names: set[tuple[str, str]] = set()
        self.custom_fields: dict[tuple[str, str], Row] = {}
        self.events: list[Row] = []
        self._last_id: Counter[str] = Counter()
        self._second = (0, "")

    # ── start, restart, reset ───────────────────────────────────────────────────────────────────

    def _seed_store(self) -> None:
        starting = self._starting or built_in_state()
        for entity, rows in starting_definitions().items():
            self.definitions[entity] = {}
            for row in rows:
                self.put_definition(entity, row)
        for row in starting["users"]:
            head = {"id": row["id"], "entityType": "Users", "rev": "1"}
            times = {"createdTime": MADE, "modifiedTime": MADE}
            self.put_definition("Users", {**head, **times, **row})
        for entity in ("accounts", "contacts"):
            for row in starting[entity]:
                self._adopt(entity.capitalize(), row)
        self.store.put_meta("seeded", True)
        self.store.flush()

    def _adopt(self, entity: str, row: Row) -> None:
        """Take over a record that was in the account before; it may be less tidy than a new one."""
        kept = {"rev": str(row.get("rev", "1"))}
        for key in ("createdTime", "modifiedTime"):
            kept[key] = row.get(key) or MADE
        record = {**rules.BLANK[entity], "id": row["id"], **kept, "creator": self.administrator()}
        fields = {key: row[key] for key in setters.SETTERS[entity] if row.get(key) is not None}
        # what was imported years ago was not checked: e-mails that are none, blanks in names
        for key in ("email", "name") if entity == "Accounts" else ("email",):
            if key in fields:
                record[key] = _as_it_was(fields.pop(key))
        rules.apply(self, entity, record, {"name": "-", **fields}, creating=True)
        if entity == "Accounts":
            record["name"] = row["name"]
        self._save(entity, record)

    def _load(self) -> None:
        for entity in starting_definitions():
            self.definitions[entity] = {}
        for entity, row in self.store.records():
            if entity in self.records:
                self._save(entity, row, stored=True)
            else:
                self.put_definition(entity, row, stored=True)
        self.events = self.store.events()

    def reset(self) -> None:
        """Return to the first day."""
        self.store.clear()
        self._clear()
        self._seed_store()

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
            raise NotFound(f"{entity} {number} does not exist") from None

    def alive(self, entity: str, number: int, field: str) -> Row:
        """Return a record that a link may name: it exists and is not deleted."""
        record = self.records[entity].get(number)
        if record is None or record.get("deletedTime"):
            raise Refused(f"{field}: no {entity} with id {number}")
        return record

    def is_live(self, entity: str, number: int) -> bool:
        """Say whether a record exists and is not deleted."""
        record = self.records[entity].get(number)
        return record is not None and not record.get("deletedTime")

    def create(self, entity: str, fields: Any, actor: int, /, **fixed: Any) -> Row:
        """Make a record: every call makes one, for Nutshell knows no idempotency key."""
        now = self.now()
        record: Row = {**rules.BLANK[entity], "id": 0, "rev": "0", "createdTime": now}
        record |= {"modifiedTime": now, "creator": actor, **fixed}
        rules.apply(self, entity, record, fields, creating=True)
        record["id"] = self.next_id(entity)
        if entity == "Leads":
            record["number"] = 1000 + len(self.records["Leads"])
        self._save(entity, record)
        self._log(actor, entity, record["id"], "create", [])
        return record

    def edit(self, entity: str, number: int, rev: str | None, fields: Any, actor: int) -> Row:
        """Change a live record whose rev is `rev` (None: whatever it is)."""
        before = self.checked(entity, number, rev)
        draft = dict(before)
        rules.apply(self, entity, draft, fields, creating=False)
        return self.replace(entity, before, draft, actor)

    def replace(
        self, entity: str, before: Row, draft: Row, actor: int, action: str = "edit"
    ) -> Row:
        """Store a changed copy of a record under its next rev."""
        changes = [
            {"attribute": key.lstrip("_"), "oldValue": before.get(key), "newValue": draft.get(key)}
            for key in draft
            if before.get(key) != draft.get(key)
        ]
        draft["rev"], draft["modifiedTime"] = str(int(before["rev"]) + 1), self.now()
        self._save(entity, draft)
        self._log(actor, entity, draft["id"], action, changes)
        return draft

    def delete(self, entity: str, number: int, rev: str | None, actor: int) -> None:
        """Delete softly."""
        before = self.checked(entity, number, rev)
        draft = {**before, "deletedTime": self.now()}
        self.replace(entity, before, draft, actor, "delete")

    def undelete(self, entity: str, number: int, actor: int) -> Row:
        """Bring a deleted record back."""
        before = self.get(entity, number)
        if not before.get("deletedTime"):
            raise Refused(f"{entity} {number} is not deleted")
        draft = {key: value for key, value in before.items() if key != "deletedTime"}
        return self.replace(entity, before, draft, actor, "undelete")

    def checked(self, entity: str, number: int, rev: str | None) -> Row:
        """Return a live record after comparing its rev."""
        record = self.get(entity, number)
        if record.get("deletedTime"):
            raise NotFound(f"{entity} {number} has been deleted")
        if rev is not None and rev not in (record["rev"], REV_IGNORE):
            raise StaleRev
        return record

    def _save(self, entity: str, record: Row, *, stored: bool = False) -> None:
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
        old = set(references.links_of(entity, before)) if before else set()
        new = set(references.links_of(entity, record))
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
            self._save(entity, {**other, field: kept})

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

    def now(self) -> str:
        """Return the time as Nutshell renders it."""
        moment = datetime.now(UTC)
        second = int(moment.timestamp())
        if second != self._second[0]:
            self._second = (second, values.render_time(moment))
        return self._second[1]

    def _log(self, actor: int, entity: str, number: int, action: str, changes: list[Row]) -> None:
        last = self.events[-1]["id"] if self.events else 15
        event = {"id": last + 4, "time": int(datetime.now(UTC).timestamp()), "actor": actor}
        event |= {"entity": entity, "record": number, "action": action, "changes": changes}
        self.events.append(event)
        self.store.put_event(event)

    def close(self) -> None:
        """Commit and let go of the file."""
        self.store.close()


def _as_it_was(value: Any) -> Any:
    """Return a value, or labelled values, as they stand; a list gets the labels 0, 1, …"""
    if not isinstance(value, list):
        return value
    labelled = {str(index): entry for index, entry in enumerate(value)}
    return {**labelled, values.PRIMARY: value[0]} if value else {}


assert set(TAGGED) < set(ENTITIES)  # noqa: S101  # two lists of the same words
