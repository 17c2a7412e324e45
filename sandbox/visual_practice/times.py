"""
Times as the practice writes them, to one scale that can be compared: microseconds since 1970.

Not the migration's reading of times: that is SQL's, and has rules of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def micros(text: str, zone: ZoneInfo) -> int:
    """
    Read an RFC 3339 time, one without a zone, or a bare date (both in the deployment's zone).

    Raises ValueError on anything else.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def written(value: int) -> str:
    """Write a time the way the server writes its own, in whole seconds."""
    return datetime.fromtimestamp(value // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
