"""The two systems as a test sees them: the practice's own records, and Nutshell's over RPC."""

from __future__ import annotations

import json
import re
import zipfile
from csv import reader
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from extract.rates import bundled_file
from tests.journeys.road import Road

Row = dict[str, Any]
OBJECTS = ("organizations", "people", "leads", "deals", "activities", "attachments")
KEY = "Visual Practice ID"


def source_records(folder: Path, objects: tuple[str, ...] = OBJECTS) -> dict[str, dict[str, Row]]:
    """Read an export folder's records, by object and id."""
    found: dict[str, dict[str, Row]] = {}
    for name in objects:
        lines = (folder / f"{name}.jsonl").read_text().split("\n")
        found[name] = {row["id"]: row for row in map(json.loads, filter(None, lines))}
    return found


def entries(labelled: Any) -> list[Any]:
    """Give the values of e-mails, phones or links as Nutshell shows them: label → value."""
    values = labelled.items() if isinstance(labelled, dict) else enumerate(labelled or [])
    return [value for label, value in values if label != "--primary"]


class Held:
    """All that Nutshell holds, asked as any client would: whole records, page by page."""

    def __init__(self, road: Road) -> None:
        self.accounts = self._all(road, "findAccounts")
        self.contacts = self._all(road, "findContacts")
        self.leads = self._all(road, "findLeads")
        self.activities = self._all(road, "findActivities")
        self.users = {row["id"]: row for row in road.rpc("findUsers", limit=100)}
        self.by_key = {
            row["customFields"][KEY]: row
            for row in (*self.accounts, *self.contacts, *self.leads)
            if (row.get("customFields") or {}).get(KEY)
        }
        for row in self.activities:
            marker = (row["description"] or "").splitlines()[-1:]
            if marker and marker[0].startswith("Visual Practice activities:"):
                self.by_key[marker[0].removeprefix("Visual Practice ")] = row

    @staticmethod
    def _all(road: Road, method: str) -> list[Row]:
        rows: list[Row] = []
        page = 1
        while found := road.rpc(method, query={}, limit=100, page=page, stubResponses=False):
            rows += found
            page += 1
        return rows

    def marked(self, prefix: str) -> list[str]:
        """Give the keys of what was loaded of an object, once for each time that it is there."""
        rows = (*self.accounts, *self.contacts, *self.leads)
        keys = [str((row.get("customFields") or {}).get(KEY)) for row in rows]
        keys += [
            (row["description"] or "").splitlines()[-1].removeprefix("Visual Practice ")
            for row in self.activities
            if row["description"]
        ]
        return [key for key in keys if key.startswith(f"{prefix}:")]


def moment(text: str, zone: str) -> datetime:
    """Read a time as the contract says: Z, an offset, none (the deployment's zone), a date."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))


def day(text: str, zone: str) -> str:
    """Give the day of a time where the practice is, as a Date custom field keeps it."""
    return moment(text, zone).astimezone(ZoneInfo(zone)).date().isoformat()


class Rates:
    """The ECB's history, read from its own file and not from ours."""

    def __init__(self) -> None:
        self.days: dict[date, dict[str, Decimal]] = {}
        with zipfile.ZipFile(bundled_file()) as archive:
            text = archive.read(archive.namelist()[0]).decode()
        (_, *codes), *rows = reader(text.splitlines())
        for first, *cells in rows:
            self.days[date.fromisoformat(first)] = {
                code: Decimal(cell)
                for code, cell in zip(codes, cells, strict=False)
                if code.strip() and cell not in ("", "N/A")
            }

    def at(self, currency: str, day: date, oldest: int) -> tuple[Decimal, date] | None:
        """Give units per euro on a day, or on the last one before it within the policy's age."""
        if currency == "EUR":
            return Decimal(1), day
        for age in range(oldest + 1):
            when = date.fromordinal(day.toordinal() - age)
            if currency in self.days.get(when, {}):
                return self.days[when][currency], when
        return None

    def convert(
        self, amount: Decimal, currency: str, day: date, *, oldest: int = 7
    ) -> Decimal | None:
        """Convert into dollars and cents, rounded once, to even; None without a rate."""
        source, target = self.at(currency, day, oldest), self.at("USD", day, oldest)
        if amount == 0 or currency == "USD":
            return amount.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
        if source is None or target is None:
            return None
        with localcontext() as context:
            context.prec = 60
            return (amount * target[0] / source[0]).quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def decimal_of(text: Any) -> Decimal | None:
    """Read an amount: a plain decimal, with a dollar sign and thousands set off or without."""
    plain = re.fullmatch(
        r"([+-]?)\$?\s?(\d{1,20}|\d{1,3}(?:,\d{3})+)(\.\d*)?", str(text or "").strip()
    )
    return (
        Decimal("".join(part or "" for part in plain.groups()).replace(",", "")) if plain else None
    )
