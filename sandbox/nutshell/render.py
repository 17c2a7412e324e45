"""Records as JSON-RPC answers them, full and stub, with the recordings' key sets."""

from __future__ import annotations

import re
from typing import Any

from sandbox.nutshell.definitions import CURRENCY, PAGES
from sandbox.nutshell.models import State
from sandbox.nutshell.values import PRIMARY, render_number

Row = dict[str, Any]

_SLUG = re.compile(r"[^a-z0-9]+")
EMBEDDED = 100  # the documented "first 100 only" of an account's leads, taken for every such list


class Renderer:
    """Turns stored rows into answers; `base` is the URL that the server was reached at."""

    def __init__(self, state: State, base: str) -> None:
        self._state = state
        self.base = base
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
        if row["files"]:
            rendered["files"] = [self.file(number) for number in row["files"]]
        return rendered

    # ── stubs ───────────────────────────────────────────────────────────────────────────────────

    def stub(self, entity: str, row: Row) -> Row:
        """Return the short form, as find* answers and as records stand inside others."""
        if entity == "Notes":
            return self.full(entity, row)
        rendered = _stub_head(entity, row)
        if entity == "Contacts":
            rendered |= {"name": row["name"]["displayName"], "jobTitle": job_title(row)}
        elif entity == "Accounts":
            rendered["name"] = row["name"]
            if regions := _regions(row):
                rendered["regions"] = regions
        elif entity == "Leads":
            rendered |= self._lead_stub(row)
        elif entity == "Activities":
            rendered |= {key: row.get(key) for key in ("name", "startTime", "endTime")}
            rendered |= {"isAllDay": row["isAllDay"], "isTimed": not row["isAllDay"]}
            rendered |= {"isFlagged": row["isFlagged"], "activityType": self._activity_type(row)}
            rendered |= {"status": self._activity_status(row), "logNote": self._log_note(row)}
        if row.get("deletedTime"):
            rendered["deletedTime"] = row["deletedTime"]
        return rendered

    def hit(self, entity: str, number: int) -> Row:
        """Return what a search answers for a record: less than a stub."""
        row = self._state.records[entity][number]
        rendered: Row = {"stub": True, "id": number, "entityType": entity}
        if entity == "Contacts":
            return rendered | {"name": row["name"]["displayName"], "jobTitle": job_title(row)}
        if entity == "Leads":
            return rendered | {"name": self._lead_name(row), "description": row["description"]}
        return rendered | {"name": row["name"]}

    def definition(self, row: Row, *, stub: bool = True) -> Row:
        """Return a user, team, stage, outcome, type, source, market …"""
        entity = row["entityType"]
        hidden = {"entity", "createdTime"} if entity not in ("Users", "Teams") else set()
        if entity in ("Activity_Types", "Milestones", "Lead_Outcomes"):
            hidden |= {"modifiedTime"}
        if entity == "Stagesets":
            hidden |= {"rev"}
        head: Row = {} if entity in ("Stagesets", "Milestones", "Lead_Outcomes") else {"stub": True}
        rendered = head | {key: value for key, value in row.items() if key not in hidden}
        if entity == "Users" and not stub:
            first, _, last = row["name"].partition(" ")
            rendered |= {"firstName": first, "lastName": last}
            del rendered["stub"]
        return rendered

    def principal(self, reference: Row | None) -> Row | None:
        """Return the user or team that owns something."""
        if reference is None:
            return None
        return self.definition(self._state.definitions[reference["entityType"]][reference["id"]])

    def user(self, number: int | None) -> Row | None:
        """Return a user's stub."""
        return None if number is None else self.principal({"entityType": "Users", "id": number})

    def file(self, number: int) -> Row:
        """Return a file as the documented note has it."""
        row = self._state.definitions["Files"][number]
        shown = {key: row[key] for key in ("entityType", "id", "name", "mime", "rev")}
        return shown | {"uri": f"{self.base}/rest/files/{number}", "size": str(row["size"])}

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
            "legacyId": None,
            "territory": None,
            "mergedInto": [],
            "audiences": [],
            "customFields": row["customFields"],
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
            "legacyId": None,
            "tags": row["tags"],
            "industry": self._chosen("Industries", row["industryId"]),
            "accountType": self._chosen("Account_Types", row["accountTypeId"]),
            "creator": self.user(row["creator"]),
            "owner": self.principal(row["owner"]),
            "leads": self._embedded("Leads", "Accounts", row),
            "contacts": contacts,
            "notes": self._notes("Accounts", row),
            "territory": None,
            "mergedInto": [],
            "lastContactedDate": None,
            "customFields": row["customFields"],
        }
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
        money = _money(row)
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
            "products": [],
            "contacts": self._related("Contacts", row["contacts"]),
            "accounts": self._related("Accounts", row["accounts"]),
            "tags": row["tags"],
            "mergedWith": None,
            "mergedInto": [],
            "clonedFrom": None,
            "priority": row["priority"],
            "channels": [],
            "dueTime": row["dueTime"],
            "nextStepDueTime": None,
            "value": money,
            "normalizedValue": money,
            "processes": [self._process(row, stageset)],
            "notes": self._notes("Leads", row),
            "estimatedValue": money,
            "customFields": row["customFields"],
        }
        if row["closedTime"]:
            rendered["closedTime"] = row["closedTime"]
            rendered["outcome"] = self._chosen("Lead_Outcomes", row["outcomeId"])
        return rendered

    def _lead_stub(self, row: Row) -> Row:
        primary = self._primary_account(row)
        contact = next(iter(self._related("Contacts", row["contacts"][:1])), None)
        rendered: Row = {
            "name": self._lead_name(row),
            "description": row["description"],
            "status": row["status"],
            "completion": self._completion(row),
            "value": _money(row),
            "primaryAccountName": primary["name"] if primary else None,
            "primaryContactName": contact["name"] if contact else None,
            "isOverdue": self._is_overdue(row),
            "lastContactedDate": None,
            "dueTime": row["dueTime"],
            "nextStepDueTime": None,
        }
        return rendered | ({"closedTime": row["closedTime"]} if row["closedTime"] else {})

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

    # ── parts ───────────────────────────────────────────────────────────────────────────────────

    def _chosen(self, entity: str, number: int | None) -> Row | None:
        return None if number is None else self.definition(self._state.definitions[entity][number])

    def _embedded(self, kind: str, entity: str, row: Row) -> list[Row]:
        numbers = self._state.linked(entity, row["id"], kind)[:EMBEDDED]
        return [self.stub(kind, self._state.records[kind][number]) for number in numbers]

    def _notes(self, entity: str, row: Row) -> list[Row]:
        numbers = self._state.linked(entity, row["id"], "Notes")[:EMBEDDED]
        return [self._note(self._state.records["Notes"][number]) for number in numbers]

    def _related(self, entity: str, links: list[Row], also: str | None = None) -> list[Row]:
        rendered = []
        for link in links:
            if not self._state.is_live(entity, link["id"]):
                continue
            row = self._state.records[entity][link["id"]]
            shown = self.stub(entity, row) | {"description": row["description"]}
            shown["relationship"] = link["relationship"]
            if also:
                shown[also] = link["relationship"]
            rendered.append(shown)
        return rendered

    def _primary_account(self, row: Row) -> Row | None:
        number = row["primaryAccountId"]
        if number is None or not self._state.is_live("Accounts", number):
            return None
        return self._related("Accounts", [{"id": number, "relationship": None}])[0]

    def _activity_type(self, row: Row) -> Row:
        return self.definition(self._state.definitions["Activity_Types"][row["activityTypeId"]])

    def _activity_status(self, row: Row) -> int:
        end = row.get("endTime")
        return -1 if row["status"] == 0 and end and end < self._state.now() else int(row["status"])

    def _log_note(self, row: Row) -> Row | None:
        return (
            None
            if row["logNote"] is None
            else {"note": row["logNote"], "noteMarkup": row["logNote"]}
        )

    def _lead_name(self, row: Row) -> str:
        return f"Lead-{row['number']}"

    def _is_overdue(self, row: Row) -> bool:
        return bool(row["status"] < 10 and row["dueTime"] and row["dueTime"] < self._state.now())

    def _completion(self, row: Row) -> int:
        if row["status"] >= 10:
            return 100
        position: int = self._state.definitions["Milestones"][row["milestoneId"]]["position"]
        return 20 * position

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


def job_title(row: Row) -> str:
    """Return a contact's job title: what the first account link says."""
    return next((link["relationship"] for link in row["accounts"] if link["relationship"]), "")


def _stub_head(entity: str, row: Row) -> Row:
    return {
        "stub": True,
        "id": row["id"],
        "rev": row["rev"],
        "entityType": entity,
        "modifiedTime": row["modifiedTime"],
        "createdTime": row["createdTime"],
    }


def _reachable(row: Row) -> Row:
    """Return the labelled values; as in the recordings, a kind that has none has no key."""
    return {key: row[key] for key in ("address", "email", "phone", "url") if row[key]}


def _regions(row: Row) -> list[str]:
    primary = row["address"].get(PRIMARY) if row["address"] else None
    place = [primary[key] for key in ("city", "state") if primary[key]] if primary else []
    return [", ".join(place)] if place else []


def _money(row: Row) -> Row:
    value = row["value"] or {"currency": CURRENCY, "amount": "0"}
    return {"currency": value["currency"], "amount": render_number(value["amount"])}
