"""
Which records plans held back for a cause, and which of them a newer plan writes.

Not why a record is held back, nor what mends it: SQL says both, in the plan and in preflight.
"""

from __future__ import annotations

from typing import Any

import duckdb

from common.paths import DataPaths
from load.audit.questions import Audit
from load.plan.frozen import Headline, all_plans, plan_file

#: A record held back for the cause; and one that waits for such a record, and so on.
_HELD = """
with recursive blocked as (
    select record_key, reason, list_append(coalesce(depends_on, []), survivor_key) as needs
    from read_parquet($plan)
    where operation = 'block'
),

waiting as (
    select record_key, unnest(needs) as needed_key
    from blocked
    where reason in ('depends_on_blocked', 'deal_blocked')
),

held as (
    select record_key from blocked where reason = $cause
    union
    select waiting.record_key
    from waiting inner join held on waiting.needed_key = held.record_key
)

select record_key from held
"""


def held(paths: DataPaths, plan: Headline, cause: str) -> set[str]:
    """Name the records that a plan holds back for a cause, and those that wait for them."""
    if cause not in reasons(plan):
        return set()
    rows = _ask(_HELD, plan=str(plan_file(paths, plan.digest)), cause=cause)
    return {str(key) for (key,) in rows}


def reasons(plan: Headline) -> set[str]:
    """Give the causes for which a plan holds records back."""
    return {str(count["reason"]) for count in plan.counts if count["operation"] == "block"}


def held_before(paths: DataPaths, audit: Audit, plan: Headline, cause: str) -> set[str]:
    """Name the records that an earlier plan held back, and that nobody has written since."""
    since: dict[str, str] = {}
    for earlier in all_plans(paths):
        if earlier.frozen_at < plan.frozen_at and earlier.host == plan.host:
            since.update(dict.fromkeys(held(paths, earlier, cause), earlier.frozen_at))
    if since:
        # what this plan wrote is none of it: a retry that was interrupted goes on with its record
        for row in audit.rows(
            "select source_object || ':' || source_id as record_key, max(settled_at) as written_at"
            " from writes where status = 'done' and reverses is null and plan_digest is not ?"
            " group by 1",
            plan.digest,
        ):
            if row["written_at"] > since.get(row["record_key"], "~"):
                del since[row["record_key"]]
    return set(since)


def to_write(paths: DataPaths, plan: Headline, records: set[str]) -> dict[str, bool]:
    """Name those of the records that a plan writes, and say of each whether it is in the sample."""
    rows = _ask(
        """
        select record_key, bool_and(coalesce(in_sample, false))
        from read_parquet($plan)
        where operation in ('create', 'update') and list_contains($records, record_key)
        group by record_key
        """,
        plan=str(plan_file(paths, plan.digest)),
        records=sorted(records),
    )
    return {str(key): bool(in_sample) for key, in_sample in rows}


def _ask(statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with duckdb.connect(config={"threads": 1}) as connection:
        return connection.execute(statement, parameters).fetchall()
