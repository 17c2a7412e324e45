"""Why writes wait and what mends each cause, from the audit. Not what is done about it."""

from __future__ import annotations

from load.audit import Audit

#: Cause class → what a person does before the command in the second place is run again.
MENDS = {
    "rejected": "read `cause` in review.review_writes, mend the record or the map, then",
    "not_found": "Nutshell has no such record any more: extract Nutshell, build and plan again, or",
    "malformed": "the answer was no answer: look whether the record is there, then",
    "conflict": "a person edited it since the plan: build and plan again, or",
    "dependency": "what it needs has failed: mend that one first, then",
    "unclear": "look in Nutshell whether it is there, then",
}
PASSING = "nothing to mend:"

_NEWEST = """
with failed as (
    select distinct intents.operation_key
    from outcomes join intents using (write_id)
    where outcomes.status in ('failed', 'conflict', 'blocked') and intents.reverses is null
),

newest as (
    select max(intents.write_id) as write_id
    from intents join failed using (operation_key)
    where intents.reverses is null
    group by intents.operation_key
),

waiting as (
    select writes.cause_class, writes.source_object || ':' || writes.source_id as record_key
    from writes join newest using (write_id)
    where writes.status in ('failed', 'conflict', 'blocked')
)
"""
_BY_CAUSE = f"""
{_NEWEST}
select cause_class, count(*) as writes, min(record_key) as example
from waiting
group by cause_class
order by 2 desc, 1
"""  # noqa: S608 - our own words
#: with those that waited for one of them: which one, only their links tell, and those are tried
_RECORDS = f"""
{_NEWEST}
select distinct record_key from waiting
where ? is null or cause_class in (?, 'dependency')
"""  # noqa: S608 - our own words


def waiting(audit: Audit) -> dict[str, int]:
    """Count the writes whose newest attempt failed, met a human's edit or lacked what it needs."""
    return {str(row["cause_class"]): int(row["writes"]) for row in audit.rows(_BY_CAUSE)}


def waiting_records(audit: Audit, cause: str | None) -> set[str]:
    """Name the records whose writes wait for a cause, or for any, and those that need others."""
    return {str(row["record_key"]) for row in audit.rows(_RECORDS, cause, cause)}


def waiting_table(audit: Audit) -> list[tuple[str, int, str, str]]:
    """Give cause, writes, one record as an example, and the mend with the command."""
    found = []
    for row in audit.rows(_BY_CAUSE):
        cause = str(row["cause_class"])
        again = "load apply" if cause not in MENDS else f"load retry --cause {cause}"
        mend = f"{MENDS.get(cause, PASSING)} `{again}`"
        found.append((cause, int(row["writes"]), str(row["example"]), mend))
    return found
