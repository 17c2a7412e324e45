"""
`load plan`: what the warehouse plans, frozen into a file that carries its own digest.

Not a decision about any record: those are SQL's. What is refused is a warehouse that is stale.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson

from common.console import Console
from common.paths import DataPaths, ensure_folder, fsync_folder, write_durably
from load.audit.chain import link
from load.audit.entries import insert
from load.audit.questions import Audit
from load.plan.builds import Build, check_build
from load.plan.digests import Element, elements_digest, mapping_digest, mapping_files
from load.plan.frozen import COLUMNS, VERSION, Headline, plan_file
from load.plan.integrity import LINES, plan_digest, rows_digest
from load.warehouse import open_warehouse

#: Calls that a step costs, by method; `get` stands for the read before an update.
_CALLS = {
    ("record", "create"): ("new{}",),
    ("record", "update"): ("get{}", "edit{}"),
    ("value", "create"): ("manualValue",),
    ("value", "update"): ("get{}", "manualValue"),
    ("outcome", "create"): ("get{}", "edit{}"),
    ("outcome", "update"): ("get{}", "edit{}"),
}
_NOUNS = {"account": "Account", "contact": "Contact", "lead": "Lead", "activity": "Activity"}


def freeze(paths: DataPaths, *, audit: Audit, seeds: Path, host: str, console: Console) -> Headline:
    """Freeze the warehouse's plan; raise GateRefused where the warehouse is stale or failed."""
    with open_warehouse(paths) as warehouse:
        check_warehouse(warehouse, audit=audit, seeds=seeds)
        files = mapping_files(seeds)
        schema = _elements(warehouse, "plan.plan_schema")
        envelope = _elements(warehouse, "plan.plan_envelope")
        mapping, destination = mapping_digest(files), elements_digest(schema)
        counts = _counts(warehouse)
        with console.progress("Freezing", counts["operations"]) as task:
            rows = rows_digest(_lines(warehouse, task.advance))
        head = dict(
            version=VERSION,
            rows_digest=rows,
            mapping_digest=mapping,
            schema_digest=destination,
            host=host,
            files=files,
            envelope=sorted([e.kind, e.element] for e in envelope),
            schema=sorted([e.kind, e.element] for e in schema),
            definitions=_rows(
                warehouse, "select * from preflight.preflight_definitions order by all"
            ),
            **_blockers(warehouse),
            **counts,
        )
        digest = plan_digest(_as_read(head))
        _write_rows(warehouse, paths, digest)
    frozen_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    headline = Headline(digest=digest, frozen_at=frozen_at, **_as_read(head))
    write_durably(paths.plans / f"{digest}.json", orjson.dumps(headline.__dict__))
    return headline


def _as_read(head: dict[str, Any]) -> dict[str, Any]:
    """Give a head as it will be read back: what is digested now is digested again then."""
    read: dict[str, Any] = orjson.loads(orjson.dumps(head))
    return read


def note_plan(plan: Headline) -> Callable[[sqlite3.Connection], None]:
    """Give the work that notes a plan in the audit: no other is ever carried out."""

    def work(connection: sqlite3.Connection) -> None:
        known = "select 1 from plans where plan_digest = ?"
        if connection.execute(known, (plan.digest,)).fetchone() is None:
            insert(
                connection,
                "plans",
                plan_digest=plan.digest,
                mapping_digest=plan.mapping_digest,
                schema_digest=plan.schema_digest,
                host=plan.host,
                frozen_at=plan.frozen_at,
            )
            link(connection, "plans", plan.digest)

    return work


def check_warehouse(warehouse: duckdb.DuckDBPyConnection, *, audit: Audit, seeds: Path) -> None:
    """Raise GateRefused where the warehouse is not of this text and this audit, or not whole."""
    (build,) = warehouse.execute(
        "select invocation_id, coalesce(audit_version, 0) from plan.plan_build"
    ).fetchall()
    check_build(
        Build(str(build[0]), int(build[1])),
        audit_version=audit.version(),
        audit_changed_at=audit.changed_at(),
        seeds=seeds,
    )


def _elements(warehouse: duckdb.DuckDBPyConnection, table: str) -> set[Element]:
    statement = f"select element_kind, element from {table}"  # noqa: S608
    return {
        Element(str(kind), str(element))
        for kind, element in warehouse.execute(statement).fetchall()
    }


def _lines(warehouse: duckdb.DuckDBPyConnection, advance: Callable[[int], None]) -> Iterator[str]:
    """Give a line for every row, in the plan's order, in a stream."""
    cursor = warehouse.execute(
        f"select {LINES} from plan.plan_operations order by level, position, operation_key"  # noqa: S608
    )
    while rows := cursor.fetchmany(20_000):
        for (line,) in rows:
            yield line
        advance(len(rows))


def _write_rows(warehouse: duckdb.DuckDBPyConnection, paths: DataPaths, digest: str) -> None:
    """Write the rows by level, so that a walk through the file meets parents first."""
    ensure_folder(paths.plans)
    target = plan_file(paths, digest)
    partial = target.with_suffix(".partial")
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    place = str(partial).replace("'", "''")
    warehouse.execute("set preserve_insertion_order = true")
    warehouse.execute(
        f"copy (select {columns} from plan.plan_operations"  # noqa: S608
        f" order by level, position, operation_key) to '{place}'"
        " (format parquet, compression zstd, row_group_size 20000)"
    )
    partial.chmod(0o600)
    partial.replace(target)
    fsync_folder(paths.plans)


def _rows(warehouse: duckdb.DuckDBPyConnection, statement: str) -> list[dict[str, Any]]:
    cursor = warehouse.execute(statement)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _blockers(warehouse: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    gates = _rows(
        warehouse,
        """
        select blocker_class, source_object, source_id, subject, mend
        from preflight.preflight_blockers
        where scope = 'gate' and not coalesce(is_accepted, false)
        order by all
        """,
    )
    behind = _rows(
        warehouse,
        """
        select
            blocker_class, cause, count(*) as records, coalesce(is_accepted, false) as is_accepted,
            min(mend) as mend, count(distinct mend) as mends
        from preflight.preflight_blockers
        where scope = 'record'
        group by all order by is_accepted, records desc, cause
        """,
    )
    return {"gates": gates, "behind": behind}


def _counts(warehouse: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    counts = _rows(
        warehouse,
        """
        select
            source_object, bucket, operation, reason, count(*) as records,
            count(*) filter (where in_sample) as in_sample
        from plan.plan_operations
        where bucket is not null
        group by all order by all
        """,
    )
    calls: Counter[str] = Counter()
    for kind, step, operation, rows in warehouse.execute(
        "select kind, step, operation, count(*) from plan.plan_operations group by all"
    ).fetchall():
        for method in _CALLS.get((step, operation), ()):
            calls[method.format(_NOUNS.get(kind, ""))] += rows
    levels = warehouse.execute(
        "select level, count(distinct record_key) from plan.plan_operations"
        " where operation in ('create', 'update') group by all order by all"
    ).fetchall()
    (totals,) = warehouse.execute(
        "select count(distinct record_key), count(*),"
        " count(distinct record_key) filter (where in_sample) from plan.plan_operations"
    ).fetchall()
    return {
        "counts": counts,
        "calls": dict(sorted(calls.items())),
        "levels": {str(level): int(records) for level, records in levels},
        "records": int(totals[0]),
        "operations": int(totals[1]),
        "sample_records": int(totals[2]),
    }
