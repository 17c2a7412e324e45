"""
How far the other side's clock is from ours, told by the `Date` of its answers.

Nobody's clock is set by it: times of theirs are compared with ours by it, and nothing else is.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime
from statistics import median

KEPT = 15  # answers of which the middle one counts: some are late
EVERY = 0.5  # seconds between answers that are looked at


class Clock:
    """One system's clock, as far as its answers tell."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._apart: deque[float] = deque(maxlen=KEPT)
        self._last = float("-inf")

    @property
    def offset(self) -> timedelta | None:
        """What must be added to a time of ours to get theirs; None where no answer told."""
        return timedelta(seconds=median(self._apart)) if self._apart else None

    def heard(self, date: str | None, latency: float) -> None:
        """Learn from an answer's `Date`, and the seconds that it took."""
        now = self._now()
        if date is None or 0 <= now - self._last < EVERY:
            return
        try:
            told = parsedate_to_datetime(date).timestamp()
        except (ValueError, TypeError):
            return
        self._last = now
        # a date has whole seconds: half of one is lost on the way, as is half of the latency
        self._apart.append(told + 0.5 - (now - latency / 2))
