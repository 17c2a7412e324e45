"""Between a load and a delta: what both sides do, to whom, and what the delta made of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.journeys.meetings import (
    CASES,
    EDITS,
    OF_A_HUMAN,
    OF_PEOPLE,
    OF_THE_PRACTICE,
    Case,
    Field,
)
from tests.journeys.road import Road

#: Nutshell's entity and its method for a record of each object
NUTSHELL = {
    "organizations": ("Accounts", "getAccount", "accountId"),
    "people": ("Contacts", "getContact", "contactId"),
    "leads": ("Leads", "getLead", "leadId"),
    "deals": ("Leads", "getLead", "leadId"),
    "activities": ("Activities", "getActivity", "activityId"),
}


def write_notes(road: Road) -> None:
    """
    Give whoever has a description a note under each policy, before anything is extracted.

    Each stays stamped as it was: for all but the notes the practice is the generated one.
    """
    for person in road.practice_has("people"):
        if person.get("description"):
            notes = {note.column: f"{note.column} as it was" for note in OF_PEOPLE[1:]}
            body = {"object": "people", "id": person["id"], "custom_fields": notes}
            body["at"] = person["modified_at"]
            road.control("edit", body, system="VISUAL_PRACTICE")


def choose(road: Road, busy: set[str]) -> dict[str, tuple[str, int]]:
    """
    Give each case a record that we created, by source id and Nutshell's; no two alike.

    None that the practice worked on by itself, none that leans on another one; those that are
    deleted are the ones on which the fewest lean.
    """
    taken: dict[str, tuple[str, int]] = {}
    keys = set(busy)
    for name in NUTSHELL:
        cases = [case for case in CASES if case.object == name]
        found = _candidates(road, name, cases[0].fields[0])
        for case in sorted(cases, key=lambda case: not case.meeting.deletes):
            taken[case.name] = _next(found, name, keys, was_empty=case.meeting.was_empty)
        if name == "people":  # and one of whom the practice changes another field than the human
            taken["human"] = _next(found, name, keys, was_empty=False)
    return taken


def _candidates(road: Road, name: str, field: Field) -> list[tuple[Any, ...]]:
    head, _, rest = field.target.partition(".")
    path = f'$.{head}."{rest}"' if rest else f"$.{head}"
    return road.rows(
        """
        with links as (
            select record_key, unnest(depends_on) as needed from plan.plan_verdicts
        )
        select
            verdicts.source_id, verdicts.known_id, verdicts.depends_on,
            json_extract_string(held.payload, $1) is null as is_empty
        from plan.plan_verdicts as verdicts
        inner join records.records as held using (record_key)
        where
            verdicts.state = 'created' and verdicts.reason = 'unchanged'
            and verdicts.source_object = $2
            and verdicts.record_key not in (
                select survivor_key from plan.plan_verdicts where survivor_key is not null
            )
        order by
            (select count(*) from links where links.needed = verdicts.record_key),
            verdicts.source_id
        """,
        path,
        name,
    )


def _next(
    found: list[tuple[Any, ...]], name: str, keys: set[str], *, was_empty: bool
) -> tuple[str, int]:
    for source_id, number, needs, is_empty in found:
        key = f"{name}:{source_id}"
        if is_empty == was_empty and key not in keys and keys.isdisjoint(needs):
            keys.add(key)
            return source_id, number
    message = f"too few of {name}"
    raise AssertionError(message)


class Worked:
    """What both sides did between a load and a delta, and what the delta made of it."""

    before: int  # calls that write, before the delta
    calls: int
    said: str
    second: str
    code: int

    def __init__(self, road: Road) -> None:
        """Let the practice work for a day, and choose who else is met."""
        self.road = road
        since = road.ask_practice("metadata")["server_time"]
        road.control("advance", {"hours": 24}, system="VISUAL_PRACTICE")
        busy = {
            f"{name}:{row['id']}"
            for name in NUTSHELL
            for row in road.practice_has(name, modified_since=since, include_deleted="true")
        }
        self.ids = choose(road, busy)
        self.held = self.values()
        # two records of one person, merged: the one that stands for both, and its contact
        ((self.twin, self.ids["survivor"]),) = [
            (twin, (survivor.removeprefix("people:"), known_id))
            for twin, survivor, known_id in road.rows(
                "select min(record_key), survivor_key, min(known_id) from plan.plan_verdicts"
                " where source_object = 'people' and reason = 'duplicate_of'"
                " group by survivor_key having count(*) = 1 order by survivor_key limit 1"
            )
        ]

        # two organizations that a human has merged: the same
        ((self.heir, survivor, self.account),) = road.rows(
            "select merged.record_key, merged.survivor_key, survivor.known_id"
            " from plan.plan_verdicts as merged inner join plan.plan_verdicts as survivor"
            " on merged.survivor_key = survivor.record_key"
            " where merged.source_object = 'organizations' and merged.reason = 'duplicate_of'"
        )
        self.ids["organization"] = (survivor.removeprefix("organizations:"), self.account)
        self.children = self.children_of(survivor)

    def children_of(self, key: str) -> set[str]:
        """Name the organizations whose parent it is."""
        query = (
            "select record_key from records.records where source_object = 'organizations'"
            " and list_contains(depends_on, ?)"
        )
        return {child for (child,) in self.road.rows(query, key)}

    def key(self, name: str, of: str = "people") -> str:
        """Give the key of who is called so."""
        return f"{of}:{self.ids[name][0]}"

    def values(self) -> dict[str, Any]:
        """Ask Nutshell for each case's fields, by target; "no record" of what is deleted."""
        told = {}
        for case in CASES:
            _, method, parameter = NUTSHELL[case.object]
            record = self.road.rpc(method, **{parameter: self.ids[case.name][1]})
            told[case.name] = {
                field.target: "no record" if record.get("deletedTime") else field.of(record)
                for field in case.fields
            }
        return told

    def both_sides(self) -> None:
        """Edit, delete and empty on both sides; last those edits of the practice that are later."""
        for case in CASES:
            if not case.practice_last:
                self._at_practice(case)
        self._edit_practice("human", fields={"suffix": "III"})  # another field than the human's
        self._edit_practice("survivor", delete=True)
        self._edit_practice("organization", "organizations", delete=True)
        for case in CASES:
            self._in_nutshell(case)
        self._edit_nutshell("human", fields={"description": "A human's other words"})
        # Nutshell's clock is the machine's
        later = f"{datetime.now(UTC) + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
        for case in CASES:
            if case.practice_last:
                self._at_practice(case, at=later)

    def _at_practice(self, case: Case, **when: str) -> None:
        did = case.meeting.practice
        if did == "deleted":
            self._edit_practice(case.name, case.object, delete=True, **when)
        elif did in EDITS:
            change: dict[str, Any] = {}
            for field in case.fields:
                for place, value in field.at_practice(after(did, None, OF_THE_PRACTICE)).items():
                    change.setdefault(place, {}).update(value)
            self._edit_practice(case.name, case.object, **change, **when)

    def _in_nutshell(self, case: Case) -> None:
        did = case.meeting.nutshell
        if did == "deleted":
            self._edit_nutshell(case.name, case.object, delete=True)
        elif did in EDITS:
            change: dict[str, Any] = {}
            for field in case.fields:
                for head, value in field.in_nutshell(after(did, None, OF_A_HUMAN)).items():
                    nested = isinstance(value, dict)
                    change[head] = {**change.get(head, {}), **value} if nested else value
            self._edit_nutshell(case.name, case.object, fields=change)

    def _edit_practice(self, name: str, of: str = "people", **change: Any) -> None:
        body = {"object": of, "id": self.ids[name][0], **change}
        self.road.control("edit", body, system="VISUAL_PRACTICE")

    def _edit_nutshell(self, name: str, of: str = "people", **change: Any) -> None:
        self.road.control("edit", {"entity": NUTSHELL[of][0], "id": self.ids[name][1], **change})

    def read(self, road: Road) -> None:
        """Ask the warehouse what the delta brought and what it wrote."""
        run = max(path.name for path in (road.data / "raw" / "visual_practice").glob("2*"))
        self.changed = set()
        for name in (*NUTSHELL, "attachments"):
            place = road.data / "raw" / "visual_practice" / run / name / "*.parquet"
            if list(place.parent.glob("*.parquet")):
                query = f"select '{name}:' || id from read_parquet('{place}')"  # noqa: S608
                self.changed |= {key for (key,) in road.rows(query)}
        self.written = {
            key
            for (key,) in road.rows(
                "select distinct record_key from review.review_writes where status = 'done'"
                " and run_id = (select max(run_id) from review.review_writes)"
            )
        }
        # the fields that it sent, by record
        self.sent = set(
            road.rows(
                """
                with sent as (
                    select record_key, cast(payload as json) as payload
                    from staging.stg_audit__writes
                    where
                        status = 'done' and step = 'record'
                        and run_id = (select max(run_id) from review.review_writes)
                )
                select record_key, unnest(json_keys(payload)) from sent
                union all
                select
                    record_key,
                    'customFields.' || unnest(json_keys(json_extract(payload, '$.customFields')))
                from sent
                """
            )
        )
        self.touched = {
            key
            for (key,) in road.rows(
                """
                select parent_key from intermediate.int_attachments_routed
                where list_contains($changed, 'attachments:' || source_id)
                union all
                select survivor_key from plan.plan_verdicts
                where survivor_key is not null and list_contains($changed, record_key)
                union all
                select record_key from (
                    select record_key, unnest(depends_on) as needed from plan.plan_verdicts
                ) where list_contains($changed, needed)
                """.replace("$changed", str(sorted(self.changed)))
            )
        }
        # these live on in what the deleted ones became
        self.touched |= {self.twin, self.heir, *self.children}
        self.children_now = self.children_of(self.heir)
        self.verdicts = {
            key: rest
            for key, *rest in road.rows(
                "select record_key, reason, known_id from plan.plan_verdicts"
            )
        }
        self.conflicts = {
            (key, what, field): rest
            for key, what, field, *rest in road.rows(
                "select record_key, what, field, before, ours, now, wanted, decision"
                " from review.review_conflicts"
            )
        }
        self.holds = self.values()
        self.planned = dict(
            road.rows("select record_key, planned_bucket from review.review_buckets")
        )


def after(did: str, was: str | None, words: str) -> str | None:
    """Give a field's value on one side after what was done there."""
    return {"changed": words, "filled": words, "emptied": None}.get(did, was)
