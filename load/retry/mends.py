"""
What the warehouse says of a cause that holds records back, and of what mends it.

Not a mend: those are SQL's words. A cause that is another record's is followed to that record.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from common.cli import Frame
from common.errors import GateRefused
from common.seeds import seed_rows
from load.audit.questions import Audit
from load.plan.freeze import check_warehouse
from load.warehouse import open_warehouse

SHOWN = 20
#: Reasons of a record that waits for another one: what blocks that one has the mend.
SPREAD = ("depends_on_blocked", "deal_blocked")

_OWN = f"""
select
    count(*) as records,
    min(coalesce(source_object || ':' || source_id, subject)) as example,
    mend
from preflight.preflight_blockers
where cause = ?
group by mend order by records desc, mend limit {SHOWN}
"""  # noqa: S608 - a number of our own
#: A step on from a merged record is its survivor, from any other what the plan names its cause.
_ROOTS = f"""
with recursive steps as (
    select record_key, reason, coalesce(survivor_key, cause_key) as next_key
    from plan.plan_verdicts
    where bucket = 'blocked'
),

climbed (waiting_key, cause_key) as (
    select record_key, next_key from steps where reason = $cause
    union
    select climbed.waiting_key, steps.next_key
    from climbed inner join steps on climbed.cause_key = steps.record_key
)

select
    count(distinct climbed.waiting_key) as records,
    min(climbed.cause_key) as example,
    count(distinct climbed.cause_key) - 1 as others,
    blockers.mend,
    blockers.cause
from climbed
inner join preflight.preflight_blockers as blockers
    on climbed.cause_key = blockers.source_object || ':' || blockers.source_id
where blockers.scope = 'record' and not list_contains($spread, blockers.cause)
group by blockers.mend, blockers.cause
order by records desc, blockers.mend limit {SHOWN}
"""  # noqa: S608 - a number of our own
_SECOND = (
    "The plan names one cause for each record that waits: where a second one holds it back,"
    " it shows after this mend."
)


@dataclass(frozen=True)
class Built:
    """What the warehouse says of a cause, and whether it is of today's text and audit."""

    is_fresh: bool
    records: int
    mends: list[str]


def built(frame: Frame, audit: Audit, cause: str) -> Built:
    """Ask the warehouse how many records a cause holds back now, and for the mends in words."""
    with open_warehouse(frame.paths) as warehouse:
        try:
            check_warehouse(warehouse, audit=audit, seeds=frame.settings.seeds_dir)
            is_fresh = True
        except GateRefused:
            is_fresh = False
        ((records,),) = warehouse.execute(
            "select count(*) from plan.plan_operations where operation = 'block' and reason = ?",
            [cause],
        ).fetchall()
        mends = _roots(warehouse, cause) if cause in SPREAD else []
        if not mends:
            mends = [
                f"{held} record(s), such as {example}: {mend}"
                for held, example, mend in warehouse.execute(_OWN, [cause]).fetchall()
            ]
    if records and not mends:
        reasons = seed_rows(frame.settings.seeds_dir / "reference" / "reasons.csv")
        mend = next((row["mend"] for row in reasons if row["reason"] == cause), "")
        mends = [f"{records} record(s): {mend}"] if mend else []
    return Built(is_fresh, int(records), mends)


def _roots(warehouse: duckdb.DuckDBPyConnection, cause: str) -> list[str]:
    """Say what the records wait for, with the mend of that and what writes them afterwards."""
    rows = warehouse.execute(_ROOTS, {"cause": cause, "spread": list(SPREAD)}).fetchall()
    said = [
        f"{records} record(s) wait for {key}{f' and {others} more' if others else ''}: {mend}."
        f" They move with it: `load retry --cause {root}`."
        for records, key, others, mend, root in rows
    ]
    return [*said, _SECOND] if said else []
