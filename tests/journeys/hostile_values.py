"""
An export folder in which every column of every object holds every kind of value that it should not.

The columns are the sources' own, the fields of the practice's own are one of each type, under names
that are hostile themselves.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from extract.resources import RESOURCES
from sandbox.generator.export import write_folder
from tests.journeys.road import PROJECT

TIMES = {"created_at": "2024-01-02T03:04:05Z", "modified_at": "2024-01-02T03:04:05Z"}
DEFAULTS: dict[str, dict[str, Any]] = {
    "users": {"name": "Ada Moor", "email": "ada.moor@practice.example", "active": True},
    "organizations": {"name": "Clinic"},
    "people": {"first_name": "Pat", "last_name": "Doe"},
    "leads": {"title": "Lead", "status": "New"},
    "deals": {"name": "Deal", "stage": "Proposal", "amount": "10.00", "currency": "USD"},
    "activities": {"type": "call", "subject": "Call", "started_at": "2024-01-02T03:04:05Z"},
    "attachments": {"file_name": "x.pdf", "parent_type": "people", "parent_id": "nowhere"},
}
#: kind → value: as JSON can write it, and no more
VALUES: dict[str, Any] = {
    "true": True,
    "zero": 0,
    "negative": -17,
    "fraction": 0.1,
    "large": 10**23 + 7,
    "larger": 1e300,
    "nan_text": "NaN",
    "infinite_text": "-Infinity",
    "exponent_text": "1e400",
    "digits_text": "9" * 60,
    "list": ["quince", None, 3, ["medlar"]],
    "object": {"quince": {"medlar": None}, "": 1},
    "reference": {"$ref": "people:nowhere", "$url": "people:nowhere"},
    "empty_list": [],
    "blank": " \t ",
    "control": "quince\0\x07\x1b[31mmedlar",
    "lines": "quince\r\nmedlar\u2028loquat",
    "old_lines": "\rquince\rmedlar\r",
    "quotes": "quince'; drop table x;--\"medlar\\",
    "markup": "<b onclick=x>quince</b>&#039;<script>medlar()</script>",
    "template": "{{ quince }} ${medlar} %s $1 \\1",
    "formula": '=HYPERLINK("https://quince.example","medlar")',
    "right_to_left": "\u202equince\u202c שלום",
    "emoji": "quince 🦷👩‍⚕️ e\u0301",
    "separators": "quince, medlar; | loquat / ·",
    "path": "../../quince\\medlar:loquat*?",
    "long": "quince " * 15_000,
    "year_0": "0000-00-00",
    "year_10000": "10000-01-01T00:00:00Z",
    "forever": "infinity",
    "any_zone": "2024-01-02 03:04 Quince/Medlar",
    "two_readings": "1/2/24 10:00",
    "placeholder": "n/a",
    "no_such_id": "people:quince medlar",
}
#: the practice's own fields: name → (type at the practice, type in Nutshell)
OWN_FIELDS = {
    '"': ("text", "Text"),
    "*": ("longtext", "LongText"),
    "\\": ("decimal", "Number"),
    "$.a[0]": ("date", "Date"),
    "it's": ("picklist", "Choice"),
    "`x`": ("boolean", "Checkbox"),
    "customFields.a.b": ("text", "Text"),
    'a"b.c': ("text", "Text"),
    '"."': ("decimal", "Number"),
    "[0]": ("date", "Date"),
    "/x/y": ("picklist", "Choice"),
    "a ": ("text", "Text"),
}


def columns_of(name: str) -> list[str]:
    """Give the columns of an object that the practice fills, but the id."""
    return [c for c in RESOURCES[name].schema.names if not c.startswith("_") and c != "id"]


def shapes_of(name: str, column: str, value: Any) -> Iterator[Any]:
    """Give the value itself; of a list also as an entry, and as each part of one."""
    kind = RESOURCES[name].schema.field(column).type
    yield value
    if str(kind).startswith("list"):
        yield [value]
        parts = getattr(kind.value_type, "fields", []) if kind.value_type.num_fields else []
        for part in parts:
            yield [{part.name: value}]


def hostile_records(name: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give column, kind of value and record: one of each, and one id of each length and mark."""
    base = DEFAULTS[name] | TIMES | {"owner_id": "usr_hostile"}
    for column in columns_of(name):
        for kind, value in VALUES.items():
            for number, shape in enumerate(shapes_of(name, column, value)):
                key = f"{column}-{kind}-{number}"
                yield column, kind, {**base, column: shape, "id": key}
    if name != "users":
        for field in OWN_FIELDS:
            for kind, value in VALUES.items():
                fields = {field: value, "": value}
                key = f"own-{list(OWN_FIELDS).index(field)}-{kind}"
                yield f"own.{field}", kind, {**base, "custom_fields": fields, "id": key}
    for key in ("x" * 300, "a\nb", " a", "a ", "a:b", "'\"\\", "ä🦷", "$ref"):
        yield "id", "id", {**base, "id": key}


def write_hostile_practice(folder: Path) -> None:
    """Write a generated practice, and all of these beside it."""
    write_folder(folder, 5, 1)
    for name in RESOURCES:
        lines = [json.dumps(record) for _, _, record in hostile_records(name)]
        lines.append('{"id": "half-a-character", "name": "\\ud83e", "first_name": "\\udd77"}')
        with (folder / f"{name}.jsonl").open("a") as file:
            file.write("\n".join(lines) + "\n")
    metadata = json.loads((folder / "metadata.json").read_text())
    for described in metadata["objects"]:
        if described["name"] in RESOURCES and described["name"] != "users":
            described["fields"] += [
                {"name": field, "label": field, "type": source, "custom": True}
                for field, (source, _) in OWN_FIELDS.items()
            ]
    (folder / "metadata.json").write_text(json.dumps(metadata))


def write_hostile_seeds(folder: Path) -> Path:
    """Copy the seeds, with a row of the map for each field of the practice's own."""
    shutil.copytree(PROJECT / "seeds", folder)
    with (folder / "value_maps" / "fields.csv").open("a", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        for name in ("organizations", "people", "leads", "deals"):
            for number, (field, (_, target)) in enumerate(OWN_FIELDS.items()):
                # the first and the last go to one field
                goal = f'Own "{number % 6}" * \\ of {name}'
                rows.writerow(
                    [name, field, goal, target, "map", "", 1, "test", "demo", "2026-10-30", ""]
                )
    return folder
