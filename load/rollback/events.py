"""
Who changed a record, and when, where Nutshell's change feed tells.

Not a history: the feed is read from its newest end only as far back as is asked for.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from apis.nutshell import WORDS, Nutshell
from apis.nutshell_pages import all_pages
from common.errors import ApiError
from load.audit.questions import Write

MOST_PAGES = 200
SECONDS_OF_A_CALL = 60  # a write that was settled later than this took effect before

Span = tuple[float, float]  # Unix times
ALWAYS: Span = (float("-inf"), float("inf"))


class Events:
    """The change feed, read page by page as questions come."""

    def __init__(self, nutshell: Nutshell) -> None:
        self.nutshell = nutshell
        self._of: dict[str, list[tuple[float, str]]] = defaultdict(list)  # newest first
        self._back_to = float("inf")
        self._max_id: str | None = None
        self._pages = 0
        self._reading = asyncio.Lock()
        self.us: str | None = None  # our user, `7-users`

    async def begin(self) -> None:
        """Read back from here, since what is changed from now on we change; learn who we are."""
        await self._page(0)
        try:
            async for users in all_pages(self.nutshell, "findUsers"):
                for user in users:
                    emails = [str(email).lower() for email in user.get("emails") or ()]
                    if self.nutshell.login.lower() in emails:
                        self.us = f"{user['id']}-users"
                        return
        except ApiError:
            return  # then any change at the time of a write of ours is taken for ours

    async def last_change(
        self, kind: str, nutshell_id: int, since: float, ours: Sequence[Span] = ()
    ) -> tuple[str, str]:
        """
        Give who and when (ISO 8601, UTC) last changed a record since a Unix time; ("", "").

        `ours`: when we ourselves wrote to it; the feed does not say what a change was.
        """
        key = f"{nutshell_id}-{WORDS[kind].rest}"
        async with self._reading:
            while self._back_to > since and self._pages < MOST_PAGES and not self._found(key, ours):
                if not await self._page(since):
                    break
        return self._found(key, ours) or ("", "")

    def _found(self, key: str, ours: Sequence[Span]) -> tuple[str, str] | None:
        for moment, who in self._of.get(key, ()):
            if self.us not in (None, who) or not any(a <= moment <= b for a, b in ours):
                return who, datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return None

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
            links = event.get("links") or {}
            for key in links.get("payloads") or ():
                self._of[str(key)].append((moment, str(links.get("actor") or "")))
            self._back_to = min(self._back_to, moment)
            self._max_id = str(event["id"])
        return bool(events)


def span_of(write: Write, offset: float) -> Span:
    """Give the seconds in which a write took effect by Nutshell's clock, so far ahead of ours."""
    began = _unix(write.intended_at) + offset
    ended = _unix(write.settled_at or write.intended_at) + offset
    return began - 2, min(ended, began + SECONDS_OF_A_CALL) + 2


def _unix(moment: str) -> float:
    return datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp()
