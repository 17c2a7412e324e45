"""The short forms: how find* answers, and how records stand inside other records."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.nutshell.memory import State
from sandbox.nutshell.values import PRIMARY, render_number

Row = dict[str, Any]


class Stubs:
    """Turns stored rows into short answers; `base` is the URL that the server was reached at."""

    def __init__(self, state: State, base: str) -> None:
        self._state = state
        self.base = base

    def stub(self, entity: str, row: Row) -> Row:
        """Return the short form, as find* answers and as records stand inside others."""
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
        """Return a file as the older page has it: its size is 0 until its bytes are posted."""
        row = self._state.definitions["Files"][number]
        shown = {key: row[key] for key in ("entityType", "id", "name", "mime", "rev")}
        return shown | {"uri": f"{self.base}/file/api/{number}", "size": row["size"]}

    def _lead_stub(self, row: Row) -> Row:
        primary = self._primary_account(row)
        contact = next(iter(self._related("Contacts", row["contacts"][:1])), None)
        rendered: Row = {
            "name": self._lead_name(row),
            "description": row["description"],
            "status": row["status"],
            "completion": self._completion(row),
            "primaryAccountName": primary["name"] if primary else None,
            "primaryContactName": contact["name"] if contact else None,
            "isOverdue": self._is_overdue(row),
            "lastContactedDate": None,
        }
        held = {"value": money(row), "dueTime": row["dueTime"], "closedTime": row["closedTime"]}
        return rendered | {key: value for key, value in held.items() if value is not None}

    def _primary_account(self, row: Row) -> Row | None:
        number = row["primaryAccountId"]
        if number is None or not self._state.is_live("Accounts", number):
            return None
        return self._related("Accounts", [{"id": number, "relationship": None}])[0]

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
        return 20 * (position - 1)


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


def _regions(row: Row) -> list[str]:
    primary = row["address"].get(PRIMARY) if row["address"] else None
    place = [primary[key] for key in ("city", "state") if primary[key]] if primary else []
    return [", ".join(place)] if place else []


def money(row: Row) -> Row | None:
    """Return a lead's value: what was set, else what its product lines cost, else nothing."""
    value = row["value"]
    if value is None and row["products"]:
        lines = [(line["quantity"], Decimal(line["price"]["amount"])) for line in row["products"]]
        total = sum((quantity * price for quantity, price in lines), Decimal())
        value = {"currency": row["products"][0]["price"]["currency"], "amount": str(total)}
    if value is None:
        return None
    return {"currency": value["currency"], "amount": render_number(value["amount"])}
