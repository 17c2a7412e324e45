"""
Who links to a record that does not show it: activities, and organizations whose parent it is.

Not a judgement: that a link keeps a record is said in `load.rollback.judgement`.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from apis.nutshell_pages import all_pages
from common.errors import ApiError
from load.apply.resolve import links
from load.apply.shapes import each_field
from load.apply.writer import Stop
from load.audit.questions import Audit
from load.destination import KIND_OF, Destination
from load.rollback.extras import Extra
from load.rollback.judgement import Link
from load.rollback.selection import Place

PAGES_AT_ONCE = 8
SAY_EVERY = 10.0  # seconds
MOST_LEVELS = 50  # of a hierarchy; a circle ends here


class Linking:
    """
    All activities and the organizations of ours, read once.

    However old an activity is, somebody may have tied it to a record of ours since; and only on
    leads a record shows how many it has.
    """

    def __init__(self, audit: Audit, destination: Destination) -> None:
        self.audit = audit
        self.destination = destination
        self._linking: dict[Link, list[Link]] = defaultdict(list)
        self._parents: dict[Link, list[Link]] = {}  # organization → those whose address it gives
        self._seconds: set[Place] | None = None
        self._is_read = False
        self._extras: Sequence[Extra] = ()

    def also(self, extras: Sequence[Extra]) -> None:
        """Tell of late extras, before anything is read."""
        self._extras = extras

    async def read(self, say: Callable[[str], object]) -> None:
        """List both to the end; raise Stop where Nutshell does not give its activities."""
        if self._is_read:
            return
        self._is_read = True
        self._read_parents()
        held = {
            (row["kind"], row["nutshell_id"])
            for row in self.audit.rows(
                "select kind, nutshell_id from records where state in ('created', 'matched')"
            )
        } | {extra.me for extra in self._extras}
        met, said = 0, time.monotonic()
        try:
            async for records in all_pages(
                self.destination.nutshell, "findActivities", at_once=PAGES_AT_ONCE
            ):
                for record in records:
                    self._note(record, held)
                met += len(records)
                if time.monotonic() - said >= SAY_EVERY:
                    said = time.monotonic()
                    say(f"Reading who is linked to by activities: {met:,} activities so far")
        except ApiError as error:
            raise Stop(error) from error

    def _note(self, record: dict[str, Any], held: set[Link]) -> None:
        if record.get("deletedTime"):
            return
        for link in (*(record.get("leads") or ()), *(record.get("participants") or ())):
            me = (KIND_OF.get(str(link.get("entityType")), ""), int(link["id"]))
            if me in held:
                self._linking[me].append(("activity", int(record["id"])))

    def _read_parents(self) -> None:
        for row in self.audit.rows(
            "select nutshell_id, desired from records where kind = 'account'"
            " and state in ('created', 'matched') and desired like '%\"$url\"%'"
        ):
            me = ("account", row["nutshell_id"])
            for key in links(orjson.loads(row["desired"])):
                parent = self.audit.record_by_key(key)
                if parent is not None and parent.exists:
                    above = (parent.kind, parent.nutshell_id or 0)
                    self._gives_address(me, above)
        children = [extra for extra in self._extras if extra.write.kind == "account"]
        if not children:
            return
        accounts = {
            row["html_url"]: ("account", int(row["nutshell_id"]))
            for row in self.audit.rows(
                "select html_url, nutshell_id from records where kind = 'account'"
                " and state in ('created', 'matched') and html_url is not null"
            )
        }
        for extra in children:
            payload = orjson.loads(extra.write.payload or "{}")
            for _, value in each_field(payload):
                if isinstance(value, str) and value in accounts:
                    self._gives_address(extra.me, accounts[value])

    def _gives_address(self, me: Link, above: Link) -> None:
        self._parents.setdefault(me, []).append(above)
        self._linking[above].append(me)

    def in_waves(self, places: Sequence[Place]) -> list[list[Place]]:
        """Put organizations into groups, those that give an address before those whose it is."""
        height: Counter[Link] = Counter()
        for _ in range(MOST_LEVELS):
            before = height.total()
            for me, above in self._parents.items():
                for parent in above:
                    height[parent] = max(height[parent], height[me] + 1)
            if height.total() == before:
                break
        waves: dict[int, list[Place]] = defaultdict(list)
        for place in places:
            record = self.audit.record(*place)
            waves[height[record.kind, record.nutshell_id or 0] if record else 0].append(place)
        return [waves[level] for level in sorted(waves)]

    def second(self, places: Sequence[Place]) -> list[Place]:
        """Give those that live on in a record which another one of ours made."""
        if self._seconds is None:
            self._seconds = {
                (row["source_object"], row["source_id"])
                for row in self.audit.rows(
                    "select second.source_object, second.source_id from records as second"
                    " inner join records as first using (kind, nutshell_id)"
                    " where second.state = 'matched' and first.state = 'created'"
                )
            }
        return [place for place in places if place in self._seconds]

    def others(self, me: Link, gone: set[Link]) -> list[Link]:
        """Give those that link to a record, without those that are gone."""
        return [link for link in self._linking.get(me, ()) if link not in gone]

    def ended(self, me: Link) -> None:
        """Note that an organization gives no address any more that we wrote."""
        for parent in self._parents.get(me, ()):
            if me in self._linking[parent]:
                self._linking[parent].remove(me)

    def ours(self, link: Link) -> str | None:
        """Give the key of the record of ours that a link leads to: `people:per_1`."""
        key: str | None = self.audit.value(
            "select source_object || ':' || source_id from records"
            " where nutshell_id = ? and kind = ? and state in ('created', 'matched')",
            link[1],
            link[0],
        )
        return key
