"""The imitated account as its users work on it: made, changed and deleted by the rules; no HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sandbox.nutshell import rules, setters, values
from sandbox.nutshell.definitions import MADE, built_in_state, starting_definitions
from sandbox.nutshell.exceptions import NotFound, Refused, StaleRev
from sandbox.nutshell.links import Row
from sandbox.nutshell.memory import State

REV_IGNORE = "REV_IGNORE"


class Account(State):
    """The account's memory, and what may be done to it."""

    def __init__(self, folder: Path, starting: Row | None = None, seed: int = 0) -> None:
        super().__init__(folder, seed)
        self._starting = starting
        if self.store.meta("seeded"):
            self.load()
        else:
            self._seed_store()

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
        self.save(entity, record)

    def reset(self) -> None:
        """Return to the first day."""
        self.store.clear()
        self.clear()
        self._seed_store()

    def create(self, entity: str, fields: Any, actor: int, /, **fixed: Any) -> Row:
        """Make a record: every call makes one, for Nutshell knows no idempotency key."""
        now = self.now()
        record: Row = {**rules.BLANK[entity], "id": 0, "rev": "0", "createdTime": now}
        record |= {"modifiedTime": now, "creator": actor, **fixed}
        rules.apply(self, entity, record, fields, creating=True)
        record["id"] = self.next_id(entity)
        if entity == "Leads":
            record["number"] = 1000 + len(self.records["Leads"])
        self.save(entity, record)
        self.log(actor, entity, record["id"], "create", [])
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
        self.save(entity, draft)
        self.log(actor, entity, draft["id"], action, changes)
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


def _as_it_was(value: Any) -> Any:
    """Return a value, or labelled values, as they stand; a list gets the labels 0, 1, …"""
    if not isinstance(value, list):
        return value
    labelled = {str(index): entry for index, entry in enumerate(value)}
    return {**labelled, values.PRIMARY: value[0]} if value else {}
