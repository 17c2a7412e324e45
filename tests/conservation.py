"""
Conservation: every value that the practice holds is sent, or named with why not.

Reads a warehouse as it was built, and asks nothing of the way on which values were read: a value
is sent if each word of it stands in what its record (or the record that stands for it) sends. Links
count by the record that they lead to, numbers by their amount, times by their day, and what a map
translates by the map. Ids and fields only are told.
"""

from __future__ import annotations

import html
import json
import quopri
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import duckdb

OBJECTS = ("organizations", "people", "leads", "deals", "activities")
#: Columns that name another record, and the object of that.
LINKS = {
    "organization_id": "organizations", "parent_id": "organizations", "person_id": "people",
    "person_ids": "people", "lead_id": "leads", "deal_id": "deals", "converted_deal_id": "deals",
}  # fmt: skip
#: What says how a record stands, and is no value to be sent.
PLUMBING = {"id", "deleted_at", "is_deleted", "owner_id", "custom_fields", "completed"}
#: Maps by object and field; of a pick-list's values the seed has the field in each row.
MAPS = {
    ("leads", "status"): "lead_status", ("deals", "stage"): "deal_stage",
    ("leads", "source"): "source", ("deals", "source"): "source",
    ("activities", "type"): "activity_type",
}  # fmt: skip
NAMED = (
    "select object, source_id, field from preflight.preflight_invalid_values",
    "select source_object, source_id, field from preflight.preflight_long_values",
    "select source_object, source_id, link from preflight.preflight_orphans",
    "select object, source_id, field from preflight.preflight_superseded_values",
    "select 'organizations', source_id, 'parent_id' from preflight.preflight_hierarchy"
    " where parent_kept is null",
)
#: Named under another column than the one that holds the value.
TOLD_AS = {"estimated_value": "amount", "currency": "amount"}

#: Accents, control characters and what only formats.
UNSEEN = {"Mn", "Cc", "Cf"}

Leak = tuple[str, str, str]


class Books:
    """What a warehouse knows of the values of its records, and what it sends."""

    def __init__(self, warehouse: Path) -> None:
        self.link = duckdb.connect(str(warehouse), read_only=True)
        self.named = {tuple(row) for query in NAMED for row in self._rows(query)}
        self.behind = {
            (name, field)
            for name, field in self._rows(
                "select object, field from preflight.preflight_fields"
                # a field that nobody has mapped is a gate, by its name
                " where goes_to is null or goes_to like 'stays behind%'"
                " union select source_object, source_field from seeds.standard_fields"
                " where goes_to like 'stays behind%' or goes_to like '%goes by it'"
                " union select object, field from intermediate.int_fields_permitted"
                " where policy <> 'migrate'"
                # a source that the account has not yet is a gate
                " union select unnest(['leads', 'deals']), 'source'"
                " from preflight.preflight_definitions"
                " where definition_kind = 'source' and state <> 'present'"
            )
        }
        self.nothing = {row[0] for row in self._rows("select placeholder from seeds.placeholders")}
        self.targets = {
            (name, key): target
            for name, key, target in self._rows(
                "select source_object, source_id, target_key from intermediate.int_records_resolved"
            )
        }
        self.sent = dict(self._rows("select record_key, desired from records.records"))
        self.maps: dict[tuple[str, str, str], str | None] = {}
        for (name, field), seed in MAPS.items():
            for value, target in self._rows(f"select source_value, target_value from seeds.{seed}"):  # noqa: S608
                self.maps[name, field, (value or "").strip()] = target
        for name, field, value, target in self._rows(
            "select source_object, source_field, source_value, target_value"
            " from seeds.pick_list_values"
        ):
            self.maps[name, field, (value or "").strip()] = target

        self.unmapped: dict[tuple[str, str], set[str]] = {}
        for name, field, value in self._rows(
            "select source_object, source_field, source_value from preflight.preflight_value_maps"
            " where not is_mapped and source_value is not null"
        ):
            self.unmapped.setdefault((name, field), set()).update(words(value))

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.link.execute(query).fetchall()

    def records(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for key, text in self._rows(
            f"select id, _record from staging.base_visual_practice__{name} where not is_deleted"  # noqa: S608
        ):
            yield key, json.loads(text)


def unaccounted(warehouse: Path) -> list[Leak]:
    """List the values that are neither sent nor named: object, id and field, once each."""
    books = Books(warehouse)
    found: dict[Leak, None] = {}
    for name in OBJECTS:
        for key, record in books.records(name):
            text = books.sent.get(books.targets.get((name, key), ""))
            if text is None:
                continue  # its bucket says why nothing of it is sent
            payload = Payload(text)
            for field, value in leaves(record):
                if field == "currency" and not (
                    record.get("amount") or record.get("estimated_value")
                ):
                    continue  # of no amount: it says nothing
                if not _is_told(books, name, key, field, value) and not payload.holds(
                    books, name, field, value
                ):
                    found[name, key, field] = None
    return list(found)


def summary(leaks: list[Leak]) -> dict[str, int]:
    """Count leaks by object and field."""
    return dict(Counter(f"{name}.{field}" for name, _, field in leaks))


def leaves(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give each value with its field; parts of lists as `emails.value`, custom fields by name."""
    for key, value in record.items():
        if key not in PLUMBING:
            yield from _parts(key, value)
    custom = record.get("custom_fields")
    if isinstance(custom, dict):
        for key, value in custom.items():
            yield from ((key, text) for _, text in _parts(key, value))


def _parts(field: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for item in value:
            yield from _parts(field, item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _parts(f"{field}.{key}", item)
    elif value is not None and str(value).strip():
        yield field, str(value)


def _is_told(books: Books, name: str, key: str, field: str, value: str) -> bool:
    parts = field.split(".")
    wholes = {".".join(parts[:n]) for n in range(1, len(parts) + 1)}  # emails, emails.value …
    return (
        value.strip().lower() in books.nothing
        or bool({(name, one) for one in wholes} & books.behind)
        or bool({(name, key, one) for one in {*wholes, TOLD_AS.get(field)}} & books.named)
        # a choice that nobody has mapped is a gate, by its text
        or words(_plain(value)) <= books.unmapped.get((name, field), set())
    )


class Payload:
    """What one record sends, as words, digits, numbers and days."""

    def __init__(self, text: str) -> None:
        self.text = text
        whole = json.loads(text)
        parts = list(_parts("", whole))
        texts = [item for _, item in parts]
        # a label of a list stands there as a key
        self.words = set().union(*(words(f"{path} {item}") for path, item in parts), set())
        self.keys = set(whole)
        self.lasts = _minutes(whole.get("startTime"), whole.get("endTime"))
        self.digits = [re.sub(r"\D", "", item) for item in texts]
        self.numbers = {number for item in texts if (number := _number(item)) is not None}
        self.days = {day for item in texts for day in re.findall(r"\d{4}-\d\d-\d\d", item)}

    def holds(self, books: Books, name: str, field: str, value: str) -> bool:
        """Tell whether a value stands in it, in the form that its field has there."""
        if field in LINKS:
            target = books.targets.get((LINKS[field], value))
            return (
                target is None
                or json.dumps(target)[1:-1] in self.text
                or (field == "converted_deal_id")
            )
        if (name, field, value.strip()) in books.maps:
            target = books.maps[name, field, value.strip()]
            sent_by_id = {"type": "activityTypeId", "source": "sources"}.get(field)
            return target is None or sent_by_id in self.keys or words(target) <= self.words
        if field == "probability" and (number := _number(value)) is not None:
            return round(number) in self.numbers
        if field == "duration_minutes":
            return self.lasts is not None and self.lasts == _number(value)
        if field.endswith(".label"):
            return True  # of one number that came twice the first label stands
        return (
            words(_plain(value)) <= self.words
            or words(_plain(_unquoted(value))) <= self.words
            or self._has_digits(value)
            or self._has_number(value)
            or self._has_day(value)
            or (value in ("True", "False") and bool({"yes", "no"} & self.words))
            or value.strip().lower() in ("true", "false", "1", "0", "y", "n")
        )

    def _has_digits(self, value: str) -> bool:
        digits = re.sub(r"\.0+$|\D", "", unicodedata.normalize("NFKC", value))
        return len(digits) >= 5 and any(digits in one for one in self.digits)

    def _has_number(self, value: str) -> bool:
        number = _number(value)
        return number is not None and number in self.numbers

    def _has_day(self, value: str) -> bool:
        # a zone moves an instant by no more than a day
        return any(
            (day + timedelta(days=by)).isoformat() in self.days
            for day in _days(value)
            for by in (-1, 0, 1)
        )


def words(text: str) -> set[str]:
    """Split a text into its words, without case, accents and signs."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    # what nobody sees goes without parting a word
    seen = (c for c in folded if c.isspace() or unicodedata.category(c) not in UNSEEN)
    return set(re.findall(r"\w+", "".join(seen)))


def _days(value: str) -> Iterator[date]:
    """Give the day that a text begins with; of one with strokes both that it can be."""
    short = re.match(r"(\d\d?)/(\d\d?)/(\d\d)\b", value)
    one, other, year = short.groups() if short else ("", "", "")
    texts = (f"20{year}-{one:>02}-{other:>02}", f"20{year}-{other:>02}-{one:>02}")
    for text in texts if short else (value.strip()[:10],):
        with suppress(ValueError):
            yield date.fromisoformat(text)


def _plain(text: str) -> str:
    without = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.S | re.I)
    return html.unescape(re.sub(r"<[^<>]*>", " ", without))


def _unquoted(text: str) -> str:
    """Read quoted-printable, where it is some."""
    return quopri.decodestring(text.encode()).decode(errors="replace")


def _minutes(start: Any, end: Any) -> Decimal | None:
    try:
        lasts = datetime.fromisoformat(str(end)) - datetime.fromisoformat(str(start))
    except ValueError:
        return None
    return (Decimal(lasts.days * 86400 + lasts.seconds) / 60).normalize()


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(re.sub(r"[\s$€£,%]", "", text))
    except InvalidOperation:
        return None
    return number.normalize() if number.is_finite() else None
