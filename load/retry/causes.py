"""
Why writes wait and what mends each cause: the audit's classes, told apart by the seed of failures.

Not what is done about it. `preflight_writes_waiting` says the same to SQL, as of the last build.
"""

from __future__ import annotations

import re
from pathlib import Path

import orjson

from common.seeds import seed_rows
from load.audit.questions import Audit

PASSING = "nothing to mend:"

#: the newest attempt of each write that failed, with the row of the seed that fits its words best
_WAITING = """
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

failures as (
    select
        value ->> 'cause_class' as cause_class, value ->> 'pattern' as pattern,
        value ->> 'cause' as cause, value ->> 'mend' as mend, value ->> 'command' as command
    from json_each(?)
),

recognized as (
    select
        writes.cause_class,
        writes.source_object || ':' || writes.source_id as record_key,
        coalesce(failures.cause, writes.cause_class) as cause,
        mended(coalesce(failures.pattern, ''), failures.mend, coalesce(writes.cause, '')) as mend,
        failures.command,
        row_number() over (
            partition by writes.write_id order by length(failures.pattern) desc
        ) as place
    from writes join newest using (write_id)
    left join failures
        on writes.cause_class = failures.cause_class
        and coalesce(writes.cause, '') regexp failures.pattern
    where writes.status in ('failed', 'conflict', 'blocked')
),

waiting as (select * from recognized where place = 1)
"""
_BY_CAUSE = f"""
{_WAITING}
select cause, cause_class, mend, command, count(*) as writes, min(record_key) as example
from waiting
group by cause, cause_class, mend, command
order by writes desc, cause, mend
"""  # noqa: S608 - our own words
#: with those that waited for one of them: which one, only their links tell, and those are tried
_RECORDS = f"""
{_WAITING}
select distinct record_key from waiting
where ? is null or ? in (cause, cause_class) or cause_class = 'dependency'
"""  # noqa: S608 - our own words


class Causes:
    """The writes that failed, met a human's edit or lacked what they need, by cause."""

    def __init__(self, audit: Audit, seeds: Path) -> None:
        """Read the seed of failures; without one each class of the audit is one cause."""
        self._audit = audit
        self._failures = orjson.dumps(seed_rows(seeds / "reference" / "failures.csv")).decode()
        link = audit.connection
        link.create_function("regexp", 2, _fits, deterministic=True)
        link.create_function("mended", 3, _mended, deterministic=True)
        self.rows = list(audit.rows(_BY_CAUSE, self._failures))

    def classes(self) -> dict[str, str]:
        """Give each cause, and each class as a whole, with the class that the audit has."""
        named = {str(row["cause_class"]): str(row["cause_class"]) for row in self.rows}
        return named | {str(row["cause"]): str(row["cause_class"]) for row in self.rows}

    def records(self, cause: str | None) -> set[str]:
        """Name the records that wait for a cause, or for any, and those that need others."""
        rows = self._audit.rows(_RECORDS, self._failures, cause, cause)
        return {str(row["record_key"]) for row in rows}

    def table(self) -> list[tuple[str, int, str, str]]:
        """Give cause, writes, one record as an example, and the mend with the command."""
        found = []
        for row in self.rows:
            again = "load apply"
            if row["command"] == "retry":
                again = f"load retry --cause {row['cause']}"
            mend = f"{row['mend'] or PASSING} `{again}`"
            found.append((str(row["cause"]), int(row["writes"]), str(row["example"]), mend))
        return found


def _fits(pattern: str | None, words: str) -> bool:
    return pattern is not None and re.search(pattern, words) is not None


def _mended(pattern: str, mend: str | None, words: str) -> str | None:
    met = re.search(pattern, words)
    return met.expand(mend) if met and mend else mend
