"""Records as JSON-RPC answers them whole, with the recordings' key sets; it decides nothing."""

from __future__ import annotations

import re
from typing import Any

from sandbox.nutshell.definitions import PAGES
from sandbox.nutshell.memory import State
from sandbox.nutshell.stubs import Stubs, money
from sandbox.nutshell.values import JOINED, render_number

Row = dict[str, Any]

_SLUG = re.compile(r"[^a-z0-9]+")
EMBEDDED = 100  # the documented "first 100 only" of an account's leads, taken for every such list


class Renderer(Stubs):
    """Turns stored rows into whole answers as well."""

    def __init__(self, state: State, base: str) -> None:
        super().__init__(state, base)
        self._full = {
            "Accounts": self._account,
            "Contacts": self._contact,
            "Leads": self._lead,
            "Activities": self._activity,
            "Notes": self._note,
        }

    def full(self, entity: str, row: Row) -> Row:
        """Return the whole record, as get*, new* and edit* answer."""
        rendered = self._full[entity](row)
        if row.get("deletedTime"):
            rendered["deletedTime"] = row["deletedTime"]
        if row.get("mergedInto"):
            winner = self._state.records[entity][row["mergedInto"]]
            rendered["mergedInto"] = [self.stub(entity, winner)]
        if row["files"]:
            rendered["files"] = [self.file(number) for number in row["files"]]
        if row.get("customFields"):
            rendered["customFields"] = self._custom(row["customFields"])
        return rendered

    def _custom(self, held: Row) -> Row:
        """Return custom values: strings, several choices as the account shows them."""
        joined = self._state.behaviour.multi_out == "joined"
        return {
            name: JOINED.join(value) if joined and isinstance(value, list) else value
            for name, value in held.items()
        }

    # ── whole records ───────────────────────────────────────────────────────────────────────────

    def _head(self, entity: str, row: Row, page: str) -> Row:
        return {
            "id": row["id"],
            "entityType": entity,
            "rev": row["rev"],
            "modifiedTime": row["modifiedTime"],
            "createdTime": row["createdTime"],
            "htmlUrl": self.base + page,
            "htmlUrlPath": page,
            "avatarUrl": f"{self.base}/avatar/{entity.lower()}/{row['id']}",
        }

    def _contact(self, row: Row) -> Row:
        rendered = self._head("Contacts", row, page_of("Contacts", row))
        rendered |= {
            "name": row["name"],
            "creator": self.user(row["creator"]),
            "owner": self.principal(row["owner"]),
            "leads": self._embedded("Leads", "Contacts", row),
            "accounts": self._related("Accounts", row["accounts"], "jobTitle"),
            "notes": self._notes("Contacts", row),
            "lastContactedDate": None,
            "contactedCount": 0,
            "tags": row["tags"],
            "description": row["description"],
            "legacyId": row.get("legacyId"),
            "audiences": [],
        }
        return rendered | _reachable(row)

    def _account(self, row: Row) -> Row:
        rendered = self._head("Accounts", row, page_of("Accounts", row))
        contacts = []
        for number in self._state.linked("Accounts", row["id"], "Contacts")[:EMBEDDED]:
            contact = self._state.records["Contacts"][number]
            link = next(link for link in contact["accounts"] if link["id"] == row["id"])
            contacts.append(self.stub("Contacts", contact) | {"relationship": link["relationship"]})
        rendered |= {
            "name": row["name"],
            "description": row["description"],
            "legacyId": row.get("legacyId"),
            "tags": row["tags"],
            "industry": self._chosen("Industries", row["industryId"]),
            "accountType": self._chosen("Account_Types", row["accountTypeId"]),
            "creator": self.user(row["creator"]),
            "owner": self.principal(row["owner"]),
            "leads": self._embedded("Leads", "Accounts", row),
            "contacts": contacts,
            "notes": self._notes("Accounts", row),
            "lastContactedDate": None,
        }
        if row.get("parentAccountId"):
            parent = self._state.records["Accounts"][row["parentAccountId"]]
            rendered["parentAccount"] = self.stub("Accounts", parent)
        return rendered | _reachable(row)

    def _lead(self, row: Row) -> Row:
        rendered = self._head("Leads", row, page_of("Leads", row))
        counts = {"0": 0, "1": 0, "2": 0, "-1": 0}
        for number in self._state.linked("Leads", row["id"], "Activities"):
            counts[str(self._activity_status(self._state.records["Activities"][number]))] += 1
        primary = self._primary_account(row)
        stageset = self._state.definitions["Stagesets"][row["stagesetId"]]
        milestone = self._state.definitions["Milestones"][row["milestoneId"]]
        shown_stage = {key: milestone[key] for key in ("id", "rev", "entityType", "name")}
        shown_set = {key: stageset[key] for key in ("id", "entityType", "modifiedTime", "name")}
        worth = money(row)
        rendered |= {
            "name": self._lead_name(row),
            "description": row["description"],
            "creator": self.user(row["creator"]),
            "primaryAccount": primary,
            "milestone": {"stub": True, **shown_stage},
            "stageset": {"stub": True, **shown_set},
            "activitiesCount": counts,
            "status": row["status"],
            "confidence": row["confidence"],
            "completion": self._completion(row),
            "urgency": "0",
            "isOverdue": self._is_overdue(row),
            "lastContactedDate": None,
            "market": self._chosen("Markets", row["marketId"]),
            "assignee": self.principal(row["assignee"]),
            "sources": [self._chosen("Sources", number) for number in row["sources"]],
            "competitors": [],
            "products": [self._product(line) for line in row["products"]],
            "contacts": self._related("Contacts", row["contacts"]),
            "accounts": self._related("Accounts", row["accounts"]),
            "tags": row["tags"],
            "mergedWith": None,
            "mergedInto": [],
            "clonedFrom": None,
            "priority": row["priority"],
            "channels": [],
            "processes": [self._process(row, stageset)],
            "notes": self._notes("Leads", row),
        }
        if row["dueTime"]:
            rendered["dueTime"] = row["dueTime"]
        if worth:
            rendered |= dict.fromkeys(("value", "normalizedValue", "estimatedValue"), worth)
        if row["closedTime"]:
            rendered["closedTime"] = row["closedTime"]
            rendered["outcome"] = self._chosen("Lead_Outcomes", row["outcomeId"])
        return rendered

    def _activity(self, row: Row) -> Row:
        leads = [
            self.stub("Leads", self._state.records["Leads"][link["id"]])
            for link in row["leads"]
            if self._state.is_live("Leads", link["id"])
        ]
        participants = []
        for link in row["participants"]:
            entity, number = link["entityType"], link["id"]
            if entity == "Users":
                participants.append({**(self.user(number) or {}), "status": 3})
            elif self._state.is_live(entity, number):
                participants.append(
                    {**self.stub(entity, self._state.records[entity][number]), "status": 3}
                )
        note = self._log_note(row)
        return {
            "id": row["id"],
            "entityType": "Activities",
            "rev": row["rev"],
            "modifiedTime": row["modifiedTime"],
            "createdTime": row["createdTime"],
            "name": row["name"],
            "description": row["description"],
            "activityType": self._activity_type(row),
            "lead": leads[0] if leads else None,
            "leads": leads,
            "startTime": row.get("startTime"),
            "endTime": row.get("endTime"),
            "isAllDay": row["isAllDay"],
            "isTimed": not row["isAllDay"],
            "isFlagged": row["isFlagged"],
            "status": self._activity_status(row),
            "loggedBy": self.user(row["creator"]) if row["status"] == 1 else None,
            "participants": participants,
            "logDescription": row["logNote"],
            "logNote": note,
            "htmlUrl": self.base + page_of("Activities", row),
            "htmlUrlPath": page_of("Activities", row),
        }

    def _note(self, row: Row) -> Row:
        parent = row["entity"]
        record = self._state.records[parent["entityType"]][parent["id"]]
        return {
            "id": row["id"],
            "entityType": "Notes",
            "rev": row["rev"],
            "createdTime": row["createdTime"],
            "user": self.user(row["creator"]),
            "originId": None,
            "note": row["note"],
            "noteMarkup": row["note"],
            "noteHtml": row["note"],
            "date": row["createdTime"],
            parent["entityType"].lower().removesuffix("s"): self.stub(parent["entityType"], record),
            "mentions": [],
        }

    def _product(self, line: Row) -> Row:
        price = line["price"]
        shown = {"currency": price["currency"], "amount": render_number(price["amount"])}
        more = {"relationship": line["relationship"], "price": shown, "quantity": line["quantity"]}
        row = self._state.definitions["Products"][line["id"]]
        return {**self.definition(row), "createdTime": row["createdTime"], **more}

    # ── parts ───────────────────────────────────────────────────────────────────────────────────

    def _chosen(self, entity: str, number: int | None) -> Row | None:
        return None if number is None else self.definition(self._state.definitions[entity][number])

    def _embedded(self, kind: str, entity: str, row: Row) -> list[Row]:
        numbers = self._state.linked(entity, row["id"], kind)[:EMBEDDED]
        return [self.stub(kind, self._state.records[kind][number]) for number in numbers]

    def _notes(self, entity: str, row: Row) -> list[Row]:
        numbers = self._state.linked(entity, row["id"], "Notes")[:EMBEDDED]
        return [
            {"stub": True, **self._note(self._state.records["Notes"][number])} for number in numbers
        ]

    def _process(self, row: Row, stageset: Row) -> Row:
        return {
            "stub": True,
            "id": row["id"] + 1,
            "rev": row["rev"],
            "entityType": "Processes",
            "name": stageset["name"],
            "type": "0",
            "startedTime": row["createdTime"],
            "closedTime": row["closedTime"],
            "currentMilestoneId": str(row["milestoneId"]),
            "processTemplateId": str(stageset["id"]),
        }


def page_of(entity: str, row: Row) -> str:
    """Return the path of a record's web page, as the recordings have it."""
    if entity == "Leads":
        return f"/lead/{row['number']}"
    if entity == "Activities":
        return f"/activity/open-modal/{row['id']}"
    shown = row["name"]["displayName"] if isinstance(row["name"], dict) else row["name"]
    slug = _SLUG.sub("-", shown.lower()).strip("-")
    return f"/{PAGES[entity]}/{row['id']}-{slug}"


def _reachable(row: Row) -> Row:
    """Return the labelled values; as in the recordings, a kind that has none has no key."""
    return {key: row[key] for key in ("address", "email", "phone", "url") if row[key]}
