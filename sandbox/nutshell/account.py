"""The imitated account as its users work on it: made, changed and deleted by the rules; no HTTP."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from sandbox.nutshell import links, rules, setters, values
from sandbox.nutshell.definitions import LIMITS, MADE, built_in_state, starting_definitions
from sandbox.nutshell.exceptions import NotFound, Refused, StaleRev
from sandbox.nutshell.links import Row
from sandbox.nutshell.memory import WORDS, State

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
        """
        Make a record: every call makes one, for Nutshell knows no idempotency key.

        `creator` may be None: the company's domain as login is nobody.
        """
        now = self.now()
        record: Row = {**rules.BLANK[entity], "id": 0, "rev": "0", "createdTime": now}
        record |= {"modifiedTime": now, "creator": actor, **fixed}
        fields, notes = _without_notes(entity, fields)
        rules.apply(self, entity, record, fields, creating=True)
        record["id"] = self.next_id(entity)
        if entity == "Leads":
            record["number"] = 1000 + len(self.records["Leads"])
        self.made[entity, record["id"]] = time.monotonic()
        self.save(entity, record)
        self.log(actor, entity, record["id"], "create", [])
        self._append(entity, record["id"], notes, actor)
        return record

    def _append(self, entity: str, number: int, notes: list[str], actor: int) -> None:
        for text in notes:
            parent = {"entityType": entity, "id": number}
            self.create("Notes", {"note": text}, actor, entity=parent)

    def edit(self, entity: str, number: int, rev: str | None, fields: Any, actor: int) -> Row:
        """Change a live record whose rev is `rev` (None: whatever it is)."""
        before = self.checked(entity, number, rev)
        draft = dict(before)
        fields, notes = _without_notes(entity, fields)
        rules.apply(self, entity, draft, fields, creating=False)
        edited = self.replace(entity, before, draft, actor)
        self._append(entity, number, notes, actor)
        return edited

    def merge(self, entity: str, winner: int, loser: int, actor: int) -> None:
        """
        Merge two records as a human does in the web pages: there is no way back.

        Lists, links and what hangs on the loser go to the winner; its custom fields stay its own.
        """
        kept, gone = self.checked(entity, winner, None), self.checked(entity, loser, None)
        draft = dict(kept)
        for key in ("email", "phone", "url", "address"):
            if key in kept:
                more = [v for v in gone[key].values() if v not in kept[key].values()]
                taken = {f"{len(kept[key]) + n}": entry for n, entry in enumerate(more)}
                first = {values.PRIMARY: more[0]} if more and not kept[key] else {}
                draft[key] = {**kept[key], **taken, **first}
        draft["tags"] = sorted({*kept["tags"], *gone["tags"]})
        if "accounts" in kept:
            there = {row["id"] for row in kept["accounts"]}
            more = [row for row in gone["accounts"] if row["id"] not in there]
            draft["accounts"] = [*kept["accounts"], *more]
        for kind, number in list(self.backlinks.get((entity, loser), {})):
            other = self.records[kind][number]
            self.save(kind, links.renamed(other, entity, loser, winner))
        self.replace(entity, self.get(entity, winner), {**self.get(entity, winner), **draft}, actor)
        end = {"deletedTime": self.now(), "mergedInto": winner}
        self.replace(entity, gone, {**self.get(entity, loser), **end}, actor, "merge")

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
        if before.get("mergedInto"):
            raise Refused(f"{entity} {number} is part of another one")
        draft = {key: value for key, value in before.items() if key != "deletedTime"}
        # documented: neither tags nor company associations come back
        lost: Row = {"tags": [], "accounts": [], "primaryAccountId": None}
        draft |= {key: value for key, value in lost.items() if key in draft}
        if entity == "Accounts":
            for kind, other in list(self.backlinks.get((entity, number), {})):
                self.save(kind, links.renamed(self.records[kind][other], entity, number, None))
        return self.replace(entity, before, draft, actor, "undelete")

    def checked(self, entity: str, number: int, rev: str | None) -> Row:
        """Return a live record after comparing its rev."""
        record = self.get(entity, number)
        if record.get("mergedInto") and self.behaviour.merged != "invalid":
            raise Refused(f"{WORDS[entity]} has been merged")
        if record.get("deletedTime"):
            raise NotFound(f"Invalid {WORDS[entity]}: {number}")
        skipped = REV_IGNORE if self.behaviour.rev_ignore == "skips" else None
        if rev is not None and rev not in (record["rev"], skipped):
            raise StaleRev
        return record


def _without_notes(entity: str, fields: Any) -> tuple[Any, list[str]]:
    """Take `note`, a text or several that are appended, out of what is sent."""
    if entity == "Notes" or not isinstance(fields, dict) or "note" not in fields:
        return fields, []
    told = fields["note"]
    told = told if isinstance(told, list) else [told]
    notes = [values.required_text(text, "note", LIMITS["long_text"]) for text in told]
    return {key: value for key, value in fields.items() if key != "note"}, notes


def _as_it_was(value: Any) -> Any:
    """Return a value, or labelled values, as they stand; a list gets the labels 0, 1, …"""
    if not isinstance(value, list):
        return value
    labelled = {str(index): entry for index, entry in enumerate(value)}
    return {**labelled, values.PRIMARY: value[0]} if value else {}
