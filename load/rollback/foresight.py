"""
What a preview would have changed by now: records are shown as they would be after that.

Not a copy of Nutshell: only what is gone, and which links have ended with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from load.audit.questions import Write
from load.rollback.judgement import LINKED, Link, Verdict


class Foresight:
    """Empty where things are really done: then each record shows by itself what has become."""

    def __init__(self) -> None:
        self.gone: set[Link] = set()
        #: links that restoring one side would have ended: (that side, the other)
        self._unlinked: set[tuple[Link, Link]] = set()
        #: writes to a record that another one made, which would have been taken back
        self._undone: dict[Link, list[Write]] = defaultdict(list)
        #: how many of a lead's activities would be gone
        self._activities: Counter[Link] = Counter()

    def foresee(
        self, me: Link, writes: list[Write], current: Mapping[str, Any], verdict: Verdict
    ) -> None:
        """Remember what carrying a verdict out would do to other records."""
        if not any(write.operation == "create" for write in writes):
            self._undone[me] += writes
        if verdict.delete:
            self.deleted(me, current)
        for key, kind in LINKED.items():
            if key in verdict.restore:
                stay = {x.get("id") for x in verdict.restore[key] or () if isinstance(x, Mapping)}
                for link in current.get(key) or ():
                    if link["id"] not in stay:
                        self._unlinked.add((me, (kind, int(link["id"]))))

    def deleted(self, me: Link, current: Mapping[str, Any]) -> None:
        """Remember that a record is no more."""
        self.gone.add(me)
        if me[0] == "activity":
            self._activities.update(
                ("lead", int(lead["id"])) for lead in current.get("leads") or ()
            )

    def undone(self, me: Link, writes: list[Write]) -> list[Write]:
        """Give the writes that would have been taken back from a record that these made."""
        made = any(write.operation == "create" for write in writes)
        return self._undone.get(me, []) if made else []

    def as_seen(self, me: Link, current: dict[str, Any]) -> dict[str, Any]:
        """Show a record without the links that would have ended."""
        if not self.gone and not self._unlinked:
            return current
        seen = dict(current)
        for key, kind in LINKED.items():
            if isinstance(seen.get(key), list):
                seen[key] = [link for link in seen[key] if self._stays((kind, link["id"]), me)]
        if fewer := self._activities[me]:
            counts = current.get("activitiesCount") or {}
            seen["activitiesCount"] = {"left": sum(map(int, counts.values())) - fewer}
        return seen

    def _stays(self, other: Link, me: Link) -> bool:
        return other not in self.gone and (other, me) not in self._unlinked
