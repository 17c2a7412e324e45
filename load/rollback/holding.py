"""
What others put on a record of ours and no field of it shows: files, todos.

Not a judgement: that it keeps the record is said in `load.rollback.walk`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from common.errors import NotFound, Rejected
from load.audit.questions import Audit
from load.destination import KIND_OF, Destination
from load.rollback.judgement import Link

WITH_FILES = ("account", "contact", "lead")  # whose files REST lists


class Holding:
    """Asks for the files of a record that is about to go; knows our own uploads."""

    def __init__(self, audit: Audit, destination: Destination) -> None:
        self.audit = audit
        self.destination = destination
        self._uploads: dict[Link, set[int]] | None = None
        self._nameless: Counter[Link] = Counter()  # uploads of which no id was answered

    async def others(self, me: Link, current: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Name by their ids what others put there: (field, why it keeps)."""
        uploads = self._read_uploads()
        files = _ids(current.get("files")) | await self._listed(me)
        foreign = sorted(files - uploads.get(me, set()))
        found = {"files": foreign if len(foreign) > self._nameless[me] else []}
        found["todos"] = sorted(_ids(current.get("todos")))
        return [
            (field, f"not ours: {', '.join(map(str, numbers))}")
            for field, numbers in found.items()
            if numbers
        ]

    async def _listed(self, me: Link) -> set[int]:
        """Ask REST, since whether RPC shows files on other records than notes is not known."""
        if me[0] not in WITH_FILES:
            return set()
        try:
            return _ids(await self.destination.nutshell.files_of(*me))
        except (NotFound, Rejected):
            return set()  # an account that does not answer this shows what RPC shows

    def _read_uploads(self) -> dict[Link, set[int]]:
        if self._uploads is None:
            self._uploads = defaultdict(set)
            for write in self.audit.writes(
                "kind = 'file' and method = 'upload file' and status in ('done', 'reverted')"
                " and payload is not null"
            ):
                parent = orjson.loads(write.payload or "{}").get("parent") or {}
                place = (KIND_OF.get(str(parent.get("entityType")), ""), int(parent.get("id") or 0))
                if write.nutshell_id is None:
                    self._nameless[place] += 1
                else:
                    self._uploads[place].add(write.nutshell_id)
        return self._uploads


def _ids(shown: Iterable[Any] | None) -> set[int]:
    """Read ids from stubs (RPC) or from names like `429-files` (REST)."""
    names = (one.get("id") if isinstance(one, Mapping) else one for one in shown or ())
    numbers = (str(name).split("-", maxsplit=1)[0] for name in names)
    return {int(number) for number in numbers if number.isdigit()}
