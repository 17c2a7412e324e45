"""The table of docs/delta.md, worked: one person for each meeting of both sides' edits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.journeys.road import PROJECT, Road

FIELD = "description"  # of no consequence for who somebody is
OF_THE_PRACTICE, OF_A_HUMAN = "The practice's new words", "A human's words"
UNTOUCHED = ("unchanged", "still empty")


@dataclass(frozen=True)
class Meeting:
    """A row of the table, its cells as they stand there."""

    practice: str
    nutshell: str
    written: str
    listed: str
    holds: str

    @property
    def name(self) -> str:
        """What to call the person by, in tests."""
        return f"{self.practice} × {self.nutshell}"

    @property
    def was_empty(self) -> bool:
        """Whether the field had no value when it was loaded."""
        return {"filled", "still empty"} >= {self.practice, self.nutshell}

    @property
    def stands_edited(self) -> bool:
        """Whether a human's edit is in a record that is still there."""
        return self.nutshell in ("changed", "emptied", "filled")


def the_table() -> list[Meeting]:
    """Read the first table of docs/delta.md."""
    lines = (PROJECT / "docs" / "delta.md").read_text().splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("|---"))
    return list(_rows(lines[first + 1 :]))


def _rows(lines: list[str]) -> Iterator[Meeting]:
    for line in lines:
        if not line.startswith("|"):
            return
        yield Meeting(*(cell.strip() for cell in line.strip("|").split("|")))


MEETINGS = the_table()


def choose(road: Road) -> dict[str, tuple[str, int]]:
    """Give each meeting a person that we created, by source id and contact; no two alike."""
    found = road.rows(
        """
        select
            verdicts.source_id,
            verdicts.known_id,
            json_extract_string(people.payload, '$.description') is null as is_empty
        from plan.plan_verdicts as verdicts
        inner join nutshell.nutshell_people as people using (record_key)
        where
            verdicts.state = 'created' and verdicts.reason = 'unchanged'
            and verdicts.record_key not in (
                select survivor_key from plan.plan_verdicts where survivor_key is not null
            )
        order by verdicts.source_id
        """
    )
    people = {
        was_empty: iter([row[:2] for row in found if row[2] == was_empty])
        for was_empty in (False, True)
    }
    chosen = {meeting.name: next(people[meeting.was_empty]) for meeting in MEETINGS}
    # and one of whom the practice changes another field than the human does
    return {**chosen, "human": next(people[False])}


def words_held(road: Road, ids: dict[str, tuple[str, int]]) -> dict[str, str | None]:
    """Ask Nutshell for each one's words; "no record" of who is deleted."""
    contacts = {
        meeting.name: road.rpc("getContact", contactId=ids[meeting.name][1]) for meeting in MEETINGS
    }
    return {
        name: "no record" if contact.get("deletedTime") else contact.get(FIELD)
        for name, contact in contacts.items()
    }


def edit(what: str, words: str) -> dict[str, Any]:
    """Give what one side does, as the sandbox's `edit` takes it; nothing if it does nothing."""
    if what in UNTOUCHED:
        return {}
    if what == "deleted":
        return {"delete": True}
    return {"fields": {FIELD: None if what == "emptied" else words}}
