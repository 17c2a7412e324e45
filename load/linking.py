"""
Who links to a record: the activities that are about it, and the names of those that are ours.

Not a judgement: that a link keeps a record is said in `load.reversal`.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from common.errors import ApiError
from load.audit import Audit
from load.destination import KIND_OF, Destination
from load.executor import Stop
from load.reversal import Link

CLOCKS_DIFFER = timedelta(minutes=15)  # how far Nutshell's may be behind ours


class Linking:
    """The activities younger than our first write, read once, when first asked for."""

    def __init__(self, audit: Audit, destination: Destination) -> None:
        self.audit = audit
        self.destination = destination
        self._about: dict[Link, list[int]] = defaultdict(list)
        self._is_read = False

    async def read(self) -> None:
        """List them, newest first; raise Stop where Nutshell does not give them."""
        if self._is_read:
            return
        self._is_read = True
        first = self.audit.value("select min(intended_at) from intents")
        oldest = datetime.fromisoformat(first.replace("Z", "+00:00")) - CLOCKS_DIFFER
        met: set[int] = set()
        page = 1
        while records := await self._page(page):
            page += 1
            for record in records:
                if record["id"] not in met and not record.get("deletedTime"):
                    self._note(record)
            ids = [int(record["id"]) for record in records]
            met.update(ids)
            # a list that is not newest first after all is read to its end
            if ids == sorted(ids, reverse=True) and _created(records[0]) < oldest:
                break

    async def _page(self, page: int) -> list[dict[str, Any]]:
        try:
            return (
                await self.destination.nutshell.find_page("findActivities", page, newest_first=True)
                or []
            )
        except ApiError as error:
            raise Stop(error) from error

    def _note(self, record: dict[str, Any]) -> None:
        for link in (*(record.get("leads") or ()), *(record.get("participants") or ())):
            if kind := KIND_OF.get(link.get("entityType")):
                self._about[kind, int(link["id"])].append(int(record["id"]))

    def activities(self, me: Link, gone: set[Link]) -> list[int]:
        """Give the ids of the activities about a record, without those that are gone."""
        return [number for number in self._about.get(me, ()) if ("activity", number) not in gone]

    def ours(self, link: Link) -> str | None:
        """Give the key of the record of ours that a link leads to: `people:per_1`."""
        key: str | None = self.audit.value(
            "select source_object || ':' || source_id from records"
            " where nutshell_id = ? and kind = ? and state in ('created', 'matched')",
            link[1],
            link[0],
        )
        return key


def _created(record: dict[str, Any]) -> datetime:
    moment = datetime.fromisoformat(str(record["createdTime"]))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
