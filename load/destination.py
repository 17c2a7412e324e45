"""
Nutshell as the loader needs it: create, look, change, delete, settle, and files by their route.

Not the API: calls, words and guesses are in `apis.nutshell`; this only turns plan rows into them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apis.nutshell import WORDS, Nutshell
from apis.nutshell_files import upload_file
from apis.nutshell_settle import settle_create
from common.errors import MergedAway, NotFound, Rejected
from common.paths import DataPaths
from common.settings import LATE_SECONDS
from load.apply.comparison import TypeOf
from load.files.hosted import Host

_STEP_METHODS = {"value": "manualValue"}
#: What Nutshell calls an entity → our kind.
KIND_OF = {word.entity: word.kind for word in WORDS.values()}


class Unclear(Exception):
    """Whether a create took effect can not be told."""


class Destination:
    """One Nutshell account and the store from which attachments are hosted."""

    def __init__(
        self,
        nutshell: Nutshell,
        paths: DataPaths,
        host: Host,
        *,
        late_seconds: float = LATE_SECONDS,
    ) -> None:
        self.nutshell = nutshell
        self.paths = paths
        self.host = host
        self.late_seconds = late_seconds
        self._types: dict[str, dict[str, str]] = {}  # kind → custom field → its type

    async def learn_types(self) -> None:
        """Ask which type each custom field has: values are compared by it."""
        fields = await self.nutshell.custom_fields()
        self._types = {
            word.kind: {str(f.get("name")): str(f.get("type") or "") for f in fields[word.rest]}
            for word in WORDS.values()
            if word.rest in fields
        }

    def types_of(self, kind: str) -> TypeOf:
        """Give the types of a kind's custom fields; empty where it is not known."""
        types = self._types.get(kind, {})
        return lambda name: types.get(name, "")

    @staticmethod
    def method(step: str, kind: str) -> str:
        """Name the call that a step makes, for the audit."""
        if step in _STEP_METHODS:
            return _STEP_METHODS[step]
        verb = {"create": "new", "delete": "delete"}.get(step, "edit")
        return f"{verb}{WORDS[kind].singular}"

    async def create(self, kind: str, payload: Mapping[str, Any], key: str) -> dict[str, Any]:
        """Create a record and give it as Nutshell renders it."""
        return await self.nutshell.new(kind, payload, label=key)

    async def get(self, kind: str, nutshell_id: int) -> dict[str, Any]:
        """Give a record; raise MergedAway where it was merged, NotFound where it is gone."""
        record = await self.nutshell.get(kind, nutshell_id)
        if (into := merged_into(record)) is not None:
            raise MergedAway(f"{kind} {nutshell_id} was merged into {into}.", into=into)
        if record.get("deletedTime"):
            raise NotFound(f"{kind} {nutshell_id} is deleted in Nutshell.", status=404)
        return record

    async def edit(
        self, kind: str, nutshell_id: int, rev: str, payload: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Change the given keys and give the record."""
        return await self.nutshell.edit(kind, nutshell_id, rev, payload, label=str(nutshell_id))

    async def delete(self, kind: str, nutshell_id: int, rev: str) -> None:
        """Delete a record (softly, on Nutshell's side)."""
        await self.nutshell.delete(kind, nutshell_id, rev, label=str(nutshell_id))

    async def set_value(self, nutshell_id: int, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Set a lead's value, an exact decimal."""
        await self.nutshell.set_value(
            nutshell_id, str(payload["amount"]), str(payload["currency"]), label=str(nutshell_id)
        )
        return {}

    async def set_outcome(
        self, nutshell_id: int, payload: Mapping[str, Any], rev: str = ""
    ) -> dict[str, Any]:
        """Close a lead, or set it pending; raise Rejected where its status then is another."""
        status, label = int(payload["status"]), str(nutshell_id)
        if status == 1 and payload.get("outcomeId") is None:
            rev = rev or str((await self.get("lead", nutshell_id)).get("rev"))
            shown = await self.edit("lead", nutshell_id, rev, {"isPending": True})
        else:
            shown = await self.nutshell.set_outcome(
                nutshell_id, int(payload["outcomeId"]), label=label, rev=rev
            )
        if int(shown.get("status") or 0) != status:
            raise Rejected(f"{label}: not closed: status {shown.get('status')}, not {status}")
        return shown

    async def restore_value(self, nutshell_id: int, value: Any) -> None:
        """Give a lead the value back that it had; none is a value, too."""
        label = str(nutshell_id)
        if isinstance(value, Mapping) and value.get("amount") is not None:
            currency = str(value.get("currency") or value.get("currency_shortname"))
            amount = str(value["amount"])
            await self.nutshell.set_value(nutshell_id, amount, currency, label=label)
            return
        await self.nutshell.unset_value(nutshell_id, label=label)

    async def restore_status(self, nutshell_id: int, was: Mapping[str, Any]) -> None:
        """Open a lead again, or close it as it was."""
        outcome, status = was.get("outcome"), int(was.get("status") or 0)
        if isinstance(outcome, Mapping) and outcome.get("id") is not None:
            await self.set_outcome(nutshell_id, {"outcomeId": outcome["id"], "status": status})
            return
        rev = str((await self.get("lead", nutshell_id)).get("rev"))
        await self.edit(
            "lead", nutshell_id, rev, {"isPending": True} if status == 1 else {"status": 0}
        )

    async def find_created(  # noqa: PLR0917
        self,
        kind: str,
        payload: Mapping[str, Any],
        key: str,
        intended_at: str,
        above: int,
        looks: int = 2,
    ) -> dict[str, Any] | None:
        """
        Ask whether a create took effect; None: it did not, as far as `late_seconds` can tell.

        `above`: the id of a record that was there before the intent, 0 if none is known. Raises
        Unclear.
        """
        settled = await settle_create(
            self.nutshell,
            kind,
            key,
            hints(kind, payload),
            self.by_their_clock(intended_at),
            above=above,
            gap=self.late_seconds,
            looks=looks,
        )
        if settled.state == "unclear" or (settled.state == "found" and settled.record is None):
            raise Unclear(f"{key}: whether it was created can not be told yet")
        return dict(settled.record) if settled.record is not None else None

    def by_their_clock(self, moment: str) -> datetime | None:
        """Give a time of the audit's as their clock had it; None where no answer told its time."""
        offset = self.nutshell.http.clock.offset
        return None if offset is None else datetime.fromisoformat(moment) + offset

    def clock_offset(self) -> float:
        """Give the seconds by which their clock is ahead of ours, 0 where nobody knows."""
        offset = self.nutshell.http.clock.offset
        return 0.0 if offset is None else offset.total_seconds()

    async def put_file(self, payload: Mapping[str, Any], key: str) -> dict[str, Any]:
        """Bring a file to where its route says, proven by its SHA-256; raise Rejected."""
        source = self.paths.root / str(payload["path"])
        if not source.is_file():
            raise Rejected(f"{key}: its bytes are not in the data folder. Extract again.")
        if payload["route"] == "upload":
            parent = payload["parent"]
            kind, parent_id = KIND_OF[parent["entityType"]], int(parent["id"])
            name, sha256 = str(payload["file_name"]), str(payload["sha256"])
            file = await upload_file(
                self.nutshell, kind, parent_id, source, name, sha256, label=key
            )
            return {"id": file.file_id, "link": file.uri}
        name = str(payload["hosted_name"])
        await asyncio.to_thread(self.host.put, source, name, str(payload["sha256"]), key)
        return {"id": None, "link": None, "hosted_name": name}


def merged_into(record: Mapping[str, Any]) -> int | None:
    """Give the id of the record that a person merged this one into; a lead shows [] for none."""
    told = record.get("mergedInto")
    told = told[0] if isinstance(told, list) and told else told
    told = told.get("id") if isinstance(told, Mapping) else told
    return int(str(told)) if str(told or "").isdigit() else None


def hints(kind: str, payload: Mapping[str, Any]) -> dict[str, str]:
    """Give what Nutshell can be searched by: an e-mail address, a name, a tag."""
    found = {}
    if addresses := payload.get("email"):
        first = next(iter(addresses.values() if isinstance(addresses, Mapping) else addresses))
        found["email"] = str(first)
    name = payload.get("description") if kind == "lead" else payload.get("name")
    if isinstance(name, Mapping):
        parts = (name.get("givenName"), name.get("familyName"))
        name = name.get("displayName") or " ".join(str(part) for part in parts if part)
    if name:
        found["name"] = str(name)
    if tags := payload.get("tags"):
        found["tag"] = str(
            tags[-1]
        )  # any of them narrows the question; each create of ours has one
    return found
