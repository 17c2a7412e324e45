"""
A word for each field that the practice's metadata or the policy calls a person's, made from them.

Not a list: a field that is marked tomorrow has its word by itself, and the place it may reach.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

#: Types that are ways to reach people, whatever the policy says of the field.
REACHING = ("email", "phone")
#: Our people at the practice are matched to Nutshell's users by them, so they must be real.
AS_THEY_ARE = frozenset({"users.email"})
FIRST_DAY = date(1931, 1, 1)

Row = Mapping[str, str]


@dataclass(frozen=True)
class Canary:
    """One field, the word that is looked for, and the value that holds it."""

    object: str
    field: str
    is_custom: bool
    kind: str  # moving, phi, land_only, excluded: how far it may come
    word: str
    value: Any

    @property
    def place(self) -> str:
        """The field's name with its object's."""
        return f"{self.object}.{self.field}"


def sensitive(objects: Sequence[Mapping[str, Any]], classes: Sequence[Row]) -> list[str]:
    """Name the fields that the metadata mark as PHI, or that are contact data by class or type."""
    classed = {(r["object"], r["field"]) for r in classes if r["class"] in ("phi", "contact")}
    return [
        f"{entry['name']}.{field['name']}"
        for entry in objects
        for field in entry["fields"]
        if field["phi"] or (entry["name"], field["name"]) in classed or _reaches(field)
        if f"{entry['name']}.{field['name']}" not in AS_THEY_ARE
    ]


def plant(
    objects: Sequence[Mapping[str, Any]], policies: Mapping[str, str], classes: Sequence[Row]
) -> list[Canary]:
    """Make a canary for each of them; a field whose type can hold no word is left out."""
    fields = {
        f"{entry['name']}.{field['name']}": (entry["name"], field)
        for entry in objects
        for field in entry["fields"]
    }
    by_class = {(row["object"], row["field"]): row for row in classes}
    planted = []
    for number, place in enumerate(sensitive(objects, classes)):
        name, field = fields[place]
        made = _value(field, "zq" + "".join(filter(str.isalpha, place)), number)
        if made is not None:
            row = by_class.get((name, field["name"]), {})
            # of an object that no row names nothing is fetched, if it holds PHI
            policy = policies.get(name, "exclude")
            planted.append(
                Canary(name, field["name"], field["custom"], _kind(policy, row, field), *made)
            )
    return planted


def _reaches(field: Mapping[str, Any]) -> bool:
    return field["type"] in REACHING or field["name"] == "addresses"


def _kind(policy: str, row: Row, field: Mapping[str, Any]) -> str:
    """Say how far a field may come, by the words of SECURITY.md."""
    if policy == "exclude":
        return "excluded"
    if policy != "migrate":
        return "land_only"
    is_phi = field["phi"] or row.get("class") == "phi"
    if (is_phi and not row.get("permitted_by")) or row.get("policy", "migrate") != "migrate":
        return "phi"
    return "moving"


def _value(field: Mapping[str, Any], word: str, number: int) -> tuple[str, Any] | None:
    """Give the word and the value that holds it, each as the field's type wants it."""
    kind, several = field["type"], field["multiple"]
    day = (FIRST_DAY + timedelta(days=7 * number)).isoformat()
    dialled, amount = f"21755501{number:02d}", f"19{number:04d}.77"
    values: dict[str, tuple[str, Any]] = {
        "date": (day, day),
        "datetime": (day, f"{day}T09:00:00Z"),
        "currency": (amount, amount),
        "decimal": (amount, amount),
        "integer": (f"7{number:04d}1931", int(f"7{number:04d}1931")),
        "email": (word, f"{word}@people.example"),
        "phone": (dialled, f"+1{dialled}"),
        **dict.fromkeys(("text", "longtext", "picklist", "reference", "url"), (word, word)),
    }
    if field["name"] == "addresses":
        where = {"street": f"1 {word}", "city": "Springfield", "region": "IL"}
        rest = {"postal_code": "62701", "country": "USA", "label": "work", "primary": True}
        return word, [{**where, **rest}]
    if kind not in values:
        return None
    found, value = values[kind]
    if several:
        labelled = {"label": "work", "value": value, "primary": True}
        return found, [labelled if kind in REACHING else value]
    return found, value
