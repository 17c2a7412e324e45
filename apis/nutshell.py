"""
Nutshell's API: its words and its calls. It decides nothing about data and keeps no state.

JSON-RPC writes; REST does what RPC lacks. What nobody could check against a live account stands in
`Guesses`, by name, and the sample migration's read-back proves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apis.nutshell_answers import SYSTEM, entries
from apis.nutshell_wire import Wire
from common.errors import EffectUnknown, GateRefused, NotFound


@dataclass(frozen=True)
class Word:
    """What one of our kinds is called over there."""

    kind: str
    ours: tuple[str, ...]
    entity: str  # entityType, find<entity>
    singular: str  # get/new/edit/delete<singular>
    rest: str


#: ours → theirs; the only place where both stand together
WORDS = {
    word.kind: word
    for word in (
        Word("account", ("organizations",), "Accounts", "Account", "accounts"),
        Word("contact", ("people",), "Contacts", "Contact", "contacts"),
        Word("lead", ("leads", "deals"), "Leads", "Lead", "leads"),
        Word("activity", ("activities",), "Activities", "Activity", "activities"),
    )
}

#: raw table → the call that lists it; definitions first, records last
LISTINGS = {
    "users": "findUsers",
    "teams": "findTeams",
    "stagesets": "findStagesets",
    "milestones": "findMilestones",
    "outcomes": "findLead_Outcomes",
    "activity_types": "findActivityTypes",
    "tags": "findTags",
    "sources": "findSources",
    **{word.rest: f"find{word.entity}" for word in WORDS.values()},
}

NEEDED_TO_READ = frozenset(LISTINGS.values()) | {
    "findCustomFields",
    *(f"get{word.singular}" for word in WORDS.values()),
}
NEEDED_TO_WRITE = NEEDED_TO_READ | {
    "searchByEmail",
    "searchContacts",
    "searchAccounts",
    "searchLeads",
    "newTag",
    "newSource",
    *(f"{verb}{w.singular}" for verb in ("new", "edit", "delete") for w in WORDS.values()),
}


class Nutshell(Wire):
    """A client; every method is one call unless it says otherwise."""

    # reading

    async def find_page(
        self, method: str, page: int, *, newest_first: bool = False, stubs: bool = False
    ) -> Any:
        """Return one page (1-based) of a find method; empty past the end."""
        if not self.parameters:
            await self.check_methods(NEEDED_TO_READ)
        asked = {
            "orderBy": self.guesses.order_by,
            "orderDirection": "DESC" if newest_first else "ASC",
            "limit": self.guesses.page_size,
            "page": page,
            "stubResponses": stubs,
        }
        # the methods differ in what they take, and an unknown parameter is an error
        taken = self.parameters[method]
        return await self.rpc(method, {name: v for name, v in asked.items() if name in taken})

    async def get(self, kind: str, nutshell_id: int) -> dict[str, Any]:
        """Return a whole record; raise NotFound."""
        word = WORDS[kind]
        result = await self.rpc(
            f"get{word.singular}", {f"{kind}Id": nutshell_id}, label=str(nutshell_id)
        )
        if not isinstance(result, dict):
            raise NotFound(f"{SYSTEM} has no {kind} {nutshell_id}.", status=404)
        return result

    async def files_of(self, kind: str, nutshell_id: int) -> list[str]:
        """Return the names (`429-files`) of the files on an account, contact or lead."""
        word = WORDS[kind].rest
        answer = await self.rest("GET", f"/{word}/{nutshell_id}")
        shown = answer.get(word) if isinstance(answer, dict) else None
        links = shown[0].get("links") if isinstance(shown, list) and shown else None
        return list((links or {}).get("files") or ())

    async def search_by_email(self, address: str) -> dict[str, Any]:
        """Return {contacts: stubs, accounts: stubs} that have this address."""
        found = await self.rpc("searchByEmail", {"emailAddressString": address})
        return found if isinstance(found, dict) else {}

    async def search(self, kind: str, text: str) -> list[dict[str, Any]]:
        """Return stubs whose name matches; accounts, contacts and leads only."""
        found = await self.rpc(
            f"search{WORDS[kind].entity}", {"string": text, "limit": self.guesses.search_limit}
        )
        return found if isinstance(found, list) else []

    async def custom_fields(self) -> dict[str, list[dict[str, Any]]]:
        """Return accounts, contacts and leads → [{name, type, choices, isMultiple}]; four calls."""
        told = await self.rpc("findCustomFields")
        fields: dict[str, list[dict[str, Any]]] = {}
        for word in WORDS.values():
            if word.kind == "activity":
                continue
            attributes = await self.rest("GET", f"/{word.rest}/customfields/attributes")
            by_name = {str(entry.get("name")): entry for entry in entries(attributes)}
            for entry in entries((told or {}).get(word.entity) if isinstance(told, dict) else []):
                name = str(entry.get("name"))
                by_name[name] = {**entry, **by_name.get(name, {})}
            fields[word.rest] = list(by_name.values())
        return fields

    async def events(self, since: int, *, deleted: bool = False) -> Any:
        """Return a page of the change feed since a Unix time: who changed what."""
        path = "/events/deleted" if deleted else "/events"
        return await self.rest("GET", path, params={"since_time": since, "limit": 100})

    # writing: never repeated once it may have taken effect

    async def new(self, kind: str, record: Mapping[str, Any], *, label: str) -> dict[str, Any]:
        """Create a record and return it."""
        result = await self.rpc(
            f"new{WORDS[kind].singular}", {kind: record}, writes=True, label=label
        )
        return _whole(result, f"new{WORDS[kind].singular} {label}")

    async def edit(
        self, kind: str, nutshell_id: int, rev: str, record: Mapping[str, Any], *, label: str
    ) -> dict[str, Any]:
        """Change the given keys of a record (lists are replaced whole) and return it."""
        if "customFields" in record and not self.guesses.custom_fields_merge:
            kept = (await self.get(kind, nutshell_id)).get("customFields") or {}
            record = {**record, "customFields": {**kept, **record["customFields"]}}
        result = await self.rpc(
            f"edit{WORDS[kind].singular}",
            {f"{kind}Id": nutshell_id, "rev": rev, kind: record},
            writes=True,
            label=label,
        )
        return _whole(result, f"edit{WORDS[kind].singular} {label}")

    async def delete(self, kind: str, nutshell_id: int, rev: str, *, label: str) -> None:
        """Delete a record softly."""
        await self.rpc(
            f"delete{WORDS[kind].singular}",
            {f"{kind}Id": nutshell_id, "rev": rev},
            writes=True,
            label=label,
        )

    async def undelete(self, kind: str, nutshell_id: int, *, label: str) -> None:
        """Bring a deleted account, contact or lead back (30 days)."""
        path = f"/{WORDS[kind].rest}/{nutshell_id}/undelete"
        await self.rest("POST", path, writes=True, label=f"undelete {label}")

    async def set_value(self, lead_id: int, amount: str, currency: str, *, label: str) -> None:
        """Set a lead's value: an exact decimal in the account's currency."""
        if self.guesses.value_by == "rpc":
            rev = str((await self.get("lead", lead_id))["rev"])
            value = {"value": {"amount": amount, "currency": currency}}
            await self.edit("lead", lead_id, rev, value, label=label)
            return
        money = {"amount": amount, "currency": currency}
        patch = [{"op": "replace", "path": self.guesses.value_path, "value": money}]
        await self.rest(
            "PATCH",
            f"/leads/{lead_id}",
            patch,
            content_type="application/json-patch+json",
            writes=True,
            label=f"manualValue {label}",
        )

    async def set_outcome(self, lead_id: int, outcome_id: int, status: int, *, label: str) -> None:
        """Close a lead with an outcome (`status` is the outcome's type: 10, 11 or 12)."""
        if self.guesses.outcome_by == "rpc":
            rev = str((await self.get("lead", lead_id))["rev"])
            by_outcome = self.guesses.outcome_key == "outcome"
            outcome: dict[str, Any] = {"outcome": {"id": outcome_id}}
            change = outcome if by_outcome else {"status": status}
            await self.edit("lead", lead_id, rev, change, label=label)
            return
        await self.rest(
            "POST",
            f"/leads/{lead_id}/status",
            {"outcomeId": outcome_id},
            writes=True,
            label=f"status {label}",
        )

    async def new_tag(self, name: str, entity: str) -> Any:
        """Make a tag for an entity type (Accounts, Contacts, Leads); a second one is refused."""
        return await self.rpc("newTag", {"tag": {"name": name, "entityType": entity}}, writes=True)

    async def new_source(self, name: str) -> Any:
        """Make a source, or get the one that there is."""
        return await self.rpc("newSource", {"name": name}, writes=True)

    async def create_custom_field(
        self, rest: str, name: str, type_: str, choices: list[str] | None, *, multiple: bool
    ) -> Any:
        """Make a custom field on accounts, contacts or leads."""
        body = {"name": name, "type": type_, "choices": choices or [], "isMultiple": multiple}
        return await self.rest("POST", f"/{rest}/customfield", body, writes=True)

    async def upload_file(
        self, kind: str, nutshell_id: int, path: Path, file_name: str, *, label: str
    ) -> Any:
        """Attach a file to a record: an assumption, off unless NUTSHELL_ASSUMED_UPLOAD is on."""
        if not self.guesses.upload:
            raise GateRefused(
                f"{label}: {SYSTEM} documents no way to upload files. Route them to `host` or"
                " `exclude`, or set NUTSHELL_ASSUMED_UPLOAD=on where the call is known to work."
            )
        where = self.guesses.upload_path.format(rest=WORDS[kind].rest, id=nutshell_id)
        return await self.send_file(where, path, file_name, label=f"upload {label}")


def _whole(result: Any, name: str) -> dict[str, Any]:
    if isinstance(result, dict) and result.get("id") is not None:
        return result
    raise EffectUnknown(f"{SYSTEM} answered {name} without a record.")
