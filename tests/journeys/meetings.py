"""The tables of docs/delta.md as cases: records, each for one meeting of both sides' edits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from tests.journeys.road import PROJECT

OF_THE_PRACTICE, OF_A_HUMAN = "The practice's new words", "A human's words"
EDITS = ("changed", "emptied", "filled")
DEFAULT = "destination_wins, keep"  # `description` is under it: of no consequence for who one is
Row = list[str]


@dataclass(frozen=True)
class Outcome:
    """How a field ends: whether it is written, what is listed of it, what Nutshell holds."""

    written: bool
    what: str | None  # as review_conflicts calls it
    decision: str | None
    holds: str


@dataclass(frozen=True)
class Meeting:
    """What the practice did to a field, or the record, since our write, and what a human did."""

    practice: str
    nutshell: str

    @property
    def name(self) -> str:
        """How the page and the tests call it."""
        return f"{self.practice} × {self.nutshell}"

    @property
    def was_empty(self) -> bool:
        """Whether the field had no value when it was loaded."""
        return {"filled", "still empty"} >= {self.practice, self.nutshell}

    @property
    def deletes(self) -> bool:
        """Whether a side deleted the record: then no policy is asked."""
        return "deleted" in (self.practice, self.nutshell)

    @property
    def has_later_one(self) -> bool:
        """Whether both sides edited the field, and one was the later."""
        return self.practice in EDITS and self.nutshell in EDITS


@dataclass(frozen=True)
class Field:
    """A field that both sides edit: its policy, and where it stands on each side."""

    policy: str
    source: str
    target: str

    @property
    def column(self) -> str:
        """The key at the practice, in `custom_fields` if it is no standard field."""
        return self.source.removeprefix("custom_fields.")

    def at_practice(self, value: str | None) -> dict[str, Any]:
        """Give an edit of it as the practice's side of the sandbox takes it."""
        place = "custom_fields" if self.source.startswith("custom_fields.") else "fields"
        return {place: {self.column: value}}

    def in_nutshell(self, value: str | None) -> dict[str, Any]:
        """Give what a record is edited with."""
        head, _, name = self.target.partition(".")
        return {head: {name: value} if name else value}

    def of(self, record: dict[str, Any]) -> Any:
        """Read it from a record as Nutshell shows it."""
        head, _, name = self.target.partition(".")
        return (record.get(head) or {}).get(name) if name else record.get(head)


@dataclass(frozen=True)
class Case:
    """A record that is taken through a meeting, all its fields alike."""

    object: str
    meeting: Meeting
    fields: tuple[Field, ...]
    practice_last: bool = False

    @property
    def name(self) -> str:
        """How tests call it."""
        whose = "" if self.object == "people" else f"{self.object}: "
        return f"{whose}{self.meeting.name}{', the practice last' if self.practice_last else ''}"

    @property
    def stands_edited(self) -> bool:
        """Whether a human's edit may be in a record that is still there."""
        return self.meeting.nutshell in EDITS

    def outcome(self, field: Field) -> Outcome:
        """Say how a field ends, by the page."""
        first = OUTCOMES[self.meeting]
        if field.policy == DEFAULT or self.meeting.deletes:
            return first
        cell = CELLS[self.meeting][field.policy]
        if cell == "the later one's":
            left = "nothing" if self.meeting.nutshell == "emptied" else "the human's"
            cell = (
                "**the practice's** (write)" if self.practice_last else f"{left} (keep_destination)"
            )
        bold, holds, decision = _CELL.fullmatch(cell).groups()  # type: ignore[union-attr]
        return Outcome(bool(bold), "field" if decision else None, decision, holds)


_CELL = re.compile(r"(?:(\*\*)(?=.*\*\*))?([\w' ]+?)(?:\*\*)?(?: \((\w+)\))?")


def _tables() -> dict[str, list[Row]]:
    """Read the page's tables, header first, by the header's beginning."""
    lines = iter((PROJECT / "docs" / "delta.md").read_text().splitlines())
    found = {}
    for line in lines:
        if line.startswith("|"):
            rows = [line, *takewhile(lambda text: text.startswith("|"), lines)]
            header, _, *cells = [
                [cell.strip() for cell in row.strip("|").replace("`", "").split("|")]
                for row in rows
            ]
            found["|".join(header[:3])] = [header, *cells]
    return found


def _first(row: Row) -> Outcome:
    _, _, written, listed, holds = row
    what, _, decision = listed.partition(", ")
    return Outcome(written == "yes", None if what == "–" else what, decision or None, holds)


_FOUND = _tables()
_, *_ROWS = _FOUND["at the practice|in Nutshell|the field is written"]
MEETINGS = [Meeting(*row[:2]) for row in _ROWS]
OUTCOMES = {Meeting(*row[:2]): _first(row) for row in _ROWS}
(_, _, *POLICIES), *_ROWS = _FOUND["at the practice|in Nutshell|source_wins, keep"]
CELLS = {Meeting(*row[:2]): dict(zip(POLICIES, row[2:], strict=True)) for row in _ROWS}
_, *OTHERS = _FOUND["object|at the practice|in Nutshell"]

#: a contact's field for each policy: the first is everybody's, the others are made by `note_fields`
OF_PEOPLE = (
    Field(DEFAULT, "description", "description"),
    *(
        Field(policy, f"custom_fields.note_{number}", f"customFields.Note under {policy}")
        for number, policy in enumerate(POLICIES, 1)
    ),
)


def seed_lines() -> dict[str, list[str]]:
    """Give the lines of fields.csv and conflicts.csv that these fields need."""
    notes = OF_PEOPLE[1:]
    return {
        "value_maps/fields.csv": [
            f'people,{note.column},"{note.target.removeprefix("customFields.")}",'
            "Text,map,,1,,demo,2026-11-22,"
            for note in notes
        ],
        "policies/conflicts.csv": [
            f'contact,"{note.target}",fill_blanks,{note.policy.replace(", ", ",")},'
            for note in notes
        ],
    }


def _cases() -> list[Case]:
    people = [
        Case("people", meeting, OF_PEOPLE, last)
        for meeting in OUTCOMES
        for last in ((False, True) if meeting.has_later_one else (False,))
    ]
    others = [
        Case(name, Meeting(*meeting.split(" × ")), (Field(DEFAULT, source, target),))
        for name, source, target, meetings in OTHERS
        for meeting in meetings.split(", ")
    ]
    return people + others


CASES = _cases()
