"""
Absent means absent twice, some seconds apart: a call that was given up may still take effect.

For what is looked at by its id. Creates, which have none yet, are `apis.nutshell_settle`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Shown = Mapping[str, Any] | None  # None: gone


async def looked_twice(
    look: Callable[[], Awaitable[Shown]], is_so: Callable[[Shown], bool], apart: float
) -> tuple[bool, Shown]:
    """Say whether something came true, if not at once then so many seconds later; what showed."""
    shown = await look()
    if not is_so(shown):
        await asyncio.sleep(apart)
        shown = await look()
    return is_so(shown), shown
