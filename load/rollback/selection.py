"""
What a rollback is to take back: all, or a run's, an object's or a record's writes.

Not what becomes of them: that is judged record by record in `load.rollback.judgement`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import orjson

from load.apply.resolve import references
from load.audit.questions import Audit, Write

#: Those who link come before those who are linked to.
KINDS = ("file", "activity", "lead", "contact", "account")

Place = tuple[str, str]  # source object, source id


@dataclass(frozen=True, slots=True)
class Selection:
    """What to take back; None is everything."""

    run: str | None = None
    source_object: str | None = None
    record: str | None = None
    #: records of ours that link to what is chosen, and are to go with it whoever wrote them
    linked: frozenset[Place] = frozenset()
    #: nothing but copies of ours that the audit does not know (`load.rollback.extras`)
    extras: bool = False

    @property
    def is_all(self) -> bool:
        """Whether nothing narrows it."""
        return (self.run, self.source_object, self.record, self.extras) == (None, None, None, False)

    def records(self, audit: Audit, kind: str) -> Iterator[Place]:
        """Stream the records of a kind that still hold something of ours, newest first."""
        if self.extras:
            return
        for row in audit.rows(
            """
            select
                source_object,
                source_id,
                max(
                    (?1 is null or run_id = ?1)
                    and (?2 is null or source_object = ?2)
                    and (?3 is null or ?3 in (source_id, source_object || ':' || source_id))
                ) as is_chosen
            from writes
            where
                kind = ?4
                and status = 'done'
                and operation in ('create', 'update')
                and source_object <> 'probes'
            group by source_object, source_id
            order by max(write_id) desc
            """,
            self.run,
            self.source_object,
            self.record,
            kind,
        ):
            place = (row["source_object"], row["source_id"])
            if row["is_chosen"] or place in self.linked:
                yield place

    def count(self, audit: Audit) -> int:
        """Count them."""
        return sum(1 for kind in KINDS for _ in self.records(audit, kind))

    def writes(self, audit: Audit, place: Place) -> list[Write]:
        """
        Give what to take back of a record, oldest first.

        A run's part of it goes with everything that later runs wrote to the record.
        """
        done = list(
            audit.writes(
                "source_object = ? and source_id = ? and status = 'done'"
                " and operation in ('create', 'update')",
                *place,
            )
        )
        if self.run is None or place in self.linked:
            return done
        first = min(write.write_id for write in done if write.run_id == self.run)
        return [write for write in done if write.write_id >= first]

    def has_later(self, place: Place, writes: list[Write]) -> bool:
        """Say whether later runs wrote to a record that goes for the sake of its run."""
        later = any(write.run_id != self.run for write in writes)
        return self.run is not None and place not in self.linked and later

    def with_linked(self, audit: Audit) -> Selection:
        """Widen it by the records of ours that link to those chosen, and to those, and so on."""
        linking: dict[str, list[Place]] = defaultdict(list)
        for row in audit.rows(
            "select source_object, source_id, desired from records"
            " where state in ('created', 'matched') and desired is not null"
        ):
            for key in set(references(orjson.loads(row["desired"]))):
                linking[key].append((row["source_object"], row["source_id"]))
        chosen = {place for kind in KINDS for place in self.records(audit, kind)}
        found: set[Place] = set()
        ahead = list(chosen)
        while ahead:
            for place in linking.get(":".join(ahead.pop()), ()):
                if place not in found:
                    found.add(place)
                    ahead.append(place)
        return replace(self, linked=frozenset(found - chosen))
