"""
Who changed a record, and when, where Nutshell's change feed tells.

Not a history: the feed is read from its newest end only as far back as is asked for.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from apis.nutshell import WORDS, Nutshell
from common.errors import ApiError

MOST_PAGES = 50


class Events:
    """The change feed, read page by page as questions come."""

    def __init__(self, nutshell: Nutshell) -> None:
        self.nutshell = nutshell
        self._newest: dict[str, tuple[str, str]] = {}
        self._back_to = float("inf")
        self._max_id: str | None = None
        self._pages = 0

    async def last_change(self, kind: str, nutshell_id: int, since: float) -> tuple[str, str]:
        """Give who and when (ISO 8601, UTC) last changed a record since a Unix time; ("", "")."""
        key = f"{nutshell_id}-{WORDS[kind].rest}"
        while key not in self._newest and self._back_to > since and self._pages < MOST_PAGES:
            if not await self._page(since):
                break
        return self._newest.get(key, ("", ""))

    async def _page(self, since: float) -> bool:
        params: dict[str, Any] = {"since_time": int(since), "limit": 100}
        if self._max_id is not None:
            params["max_id"] = self._max_id
        self._pages += 1
        try:
            told = await self.nutshell.rest("GET", "/events", params=params)
        except ApiError:
            return False  # who it was is a courtesy: what is kept does not depend on it
        events = told.get("events") if isinstance(told, dict) else None
        for event in events or ():
            moment = float(event.get("createdTime") or 0)
            when = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            links = event.get("links") or {}
            for key in links.get("payloads") or ():
                self._newest.setdefault(str(key), (str(links.get("actor") or ""), when))
            self._back_to = min(self._back_to, moment)
            self._max_id = str(event["id"])
        return bool(events)
