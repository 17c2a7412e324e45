"""
Creates that were given up as absent and took effect after all: found, so that SQL can name them.

Not their mend: `load rollback --extras` (`load.rollback.extras`).
"""

from __future__ import annotations

from collections.abc import Sequence

from apis.nutshell import WORDS
from apis.nutshell_settle import find_carriers
from load.audit.questions import Audit
from load.destination import Destination

Ids = dict[str, list[int]]
Marked = dict[int, str]  # Nutshell's id → record


def given_up(audit: Audit, since: str) -> dict[str, list[tuple[int, str]]]:
    """List, by kind, the creates settled as absent since a moment: write and record, in order."""
    found: dict[str, list[tuple[int, str]]] = {}
    for row in audit.rows(
        """
        select distinct intents.kind, intents.write_id,
            intents.source_object || ':' || intents.source_id as record_key
        from outcomes
        inner join intents using (write_id)
        where outcomes.settled_at >= ? and outcomes.cause_class = 'in_doubt_absent'
        and intents.operation = 'create' and intents.step = 'record'
        and intents.source_object <> 'probes'
        order by intents.write_id
        """,
        since,
    ):
        found.setdefault(row["kind"], []).append((row["write_id"], row["record_key"]))
    return found


async def latecomers(destination: Destination, audit: Audit, since: str) -> Ids:
    """Look for every record that carries a marker of those, in one pass over each kind's newest."""
    found: Ids = {}
    for kind, writes in given_up(audit, since).items():
        found[WORDS[kind].rest] = sorted(await marked(destination, audit, kind, writes))
    return found


async def marked(
    destination: Destination, audit: Audit, kind: str, writes: Sequence[tuple[int, str]]
) -> Marked:
    """Find the live records that carry the marker of one of these creates, oldest write first."""
    intended_at, above = audit.moment_of(writes[0][0])
    return await find_carriers(
        destination.nutshell,
        kind,
        [key for _, key in writes],
        destination.by_their_clock(intended_at),
        above=above,
    )
