"""
Nutshell's API: its words and its calls. It decides nothing about data and keeps no state.

JSON-RPC writes; REST does what RPC lacks. What nobody could check against a live account stands in
`Guesses`, by name, and the sample migration's read-back proves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apis.nutshell_answers import SYSTEM, entries
from apis.nutshell_wire import Wire
from common.errors import EffectUnknown, NotFound, Rejected


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


class Reading(Wire):
    """The calls that change nothing."""

    # reading

    async def find_page(
        self,
        method: str,
        page: int,
        *,
        newest_first: bool = False,
        stubs: bool = False,
        query: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return one page (1-based) of a find method, of what `query` asks; empty past the end."""
        if not self.parameters:
            await self.check_methods(NEEDED_TO_READ)
        asked = {
            "orderBy": self.guesses.order_by,
            "orderDirection": "DESC" if newest_first else "ASC",
            "limit": self.guesses.page_size,
            "page": page,
            "stubResponses": stubs,
            **({"query": query} if query else {}),
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

    async def find_tagged(self, kind: str, tag: str, page: int) -> list[dict[str, Any]]:
        """Return one page (1-based) of stubs with a tag, newest first."""
        method = f"find{WORDS[kind].entity}"
        found = await self.find_page(
            method, page, newest_first=True, stubs=True, query={"tag": tag}
        )
        return [record for record in found or () if isinstance(record, dict)]


class Nutshell(Reading):
    """A client; every method is one call unless it says otherwise."""

    # writing: never repeated once it may have taken effect

    async def new(self, kind: str, record: Mapping[str, Any], *, label: str) -> dict[str, Any]:
        """Create a record and return it."""
        result = await self.rpc(
            f"new{WORDS[kind].singular}", {kind: self._sent(record)}, writes=True, label=label
        )
        return _whole(result, f"new{WORDS[kind].singular} {label}")

    async def edit(
        self, kind: str, nutshell_id: int, rev: str, record: Mapping[str, Any], *, label: str
    ) -> dict[str, Any]:
        """Change the given keys of a record (lists are replaced whole) and return it."""
        if "customFields" in record and self.guesses.custom_fields_on_edit == "all":
            kept = (await self.get(kind, nutshell_id)).get("customFields") or {}
            record = {**record, "customFields": {**kept, **record["customFields"]}}
        if self.guesses.stageset == "create_only" and record.get("milestoneId") is not None:
            # a stage belongs to one pipeline: it brings the lead there
            record = {key: value for key, value in record.items() if key != "stagesetId"}
        result = await self.rpc(
            f"edit{WORDS[kind].singular}",
            {f"{kind}Id": nutshell_id, "rev": self._rev(rev), kind: self._sent(record)},
            writes=True,
            label=label,
        )
        return _whole(result, f"edit{WORDS[kind].singular} {label}")

    def _rev(self, rev: str) -> str:
        return rev if self.guesses.rev == "read" else "REV_IGNORE"

    def _sent(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give a record with several choices as the account takes them."""
        held = record.get("customFields")
        if self.guesses.multi_in == "list" or not isinstance(held, Mapping):
            return record
        texts = {k: ", ".join(v) if isinstance(v, list) else v for k, v in held.items()}
        return {**record, "customFields": texts}

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
        way = self.guesses.value
        if way == "none":
            raise Rejected(f"{SYSTEM} takes no value of a lead, by policies/nutshell_behaviour.csv")
        if way == "rest":
            money = {"amount": amount, "currency": currency}
            await self.patch(f"/leads/{lead_id}", self.guesses.value_path, money, label=label)
            return
        change: dict[str, Any] = {"value": {"amount": amount, "currency": currency}}
        if way == "product":
            price = {"currency_shortname": currency, "amount": amount}
            line = {"id": await self._value_product(), "quantity": 1, "price": price}
            change = {"products": [line]}
        rev = str((await self.get("lead", lead_id))["rev"])
        await self.edit("lead", lead_id, rev, change, label=label)

    async def unset_value(self, lead_id: int, *, label: str) -> None:
        """Take a lead's value away."""
        if self.guesses.value == "rest":
            await self.patch(f"/leads/{lead_id}", self.guesses.value_path, None, label=label)
            return
        rev = str((await self.get("lead", lead_id))["rev"])
        is_product = self.guesses.value == "product"
        change: dict[str, Any] = {"products": []} if is_product else {"value": None}
        await self.edit("lead", lead_id, rev, change, label=label)

    async def patch(self, path: str, member: str, value: Any, *, label: str) -> None:
        """Set one member of a REST resource, or remove it (None)."""
        step = {"op": "remove", "path": member}
        if value is not None:
            step = {"op": "replace", "path": member, "value": value}
        await self.rest(
            "PATCH",
            path,
            [step],
            content_type="application/json-patch+json",
            writes=True,
            label=f"{member.rpartition('/')[2]} {label}",
        )

    async def _value_product(self) -> int:
        name = self.guesses.value_product
        for product in await self.find_page("findProducts", 1):
            if product.get("name") == name:
                return int(product["id"])
        made = await self.rpc("newProduct", {"product": {"name": name}}, writes=True)
        return int(made["id"])

    async def set_outcome(
        self, lead_id: int, outcome_id: int, *, label: str, rev: str = ""
    ) -> dict[str, Any]:
        """
        Close a lead with an outcome, whose type is the status; return the lead as it is then.

        Only an outcome closes: `status` takes nothing but 0, which opens a lead again.
        """
        way = self.guesses.close
        if way == "rest":
            path = f"/leads/{lead_id}/status"
            body = {"outcomeId": outcome_id}
            await self.rest("POST", path, body, writes=True, label=f"status {label}")
            return await self.get("lead", lead_id)
        rev = rev or str((await self.get("lead", lead_id))["rev"])
        by_id: Any = outcome_id if way == "outcomeId" else {"id": outcome_id}
        change: dict[str, Any] = {way: by_id}
        return await self.edit("lead", lead_id, rev, change, label=label)

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


def _whole(result: Any, name: str) -> dict[str, Any]:
    if isinstance(result, dict) and result.get("id") is not None:
        return result
    raise EffectUnknown(f"{SYSTEM} answered {name} without a record.")
