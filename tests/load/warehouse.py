"""A warehouse as SQL would leave it, and what dbt would say of its build; small and known."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import duckdb

from common.paths import PROJECT_ROOT, DataPaths

BUILD = "11111111-2222-3333-4444-555555555555"
Tables = dict[str, list[tuple[Any, ...]]]

COLUMNS = {
    "position": "bigint",
    "level": "integer",
    "record_key": "varchar",
    "operation_key": "varchar",
    "source_object": "varchar",
    "source_id": "varchar",
    "kind": "varchar",
    "step": "varchar",
    "operation": "varchar",
    "reason": "varchar",
    "bucket": "varchar",
    "nutshell_id": "bigint",
    "survivor_key": "varchar",
    "payload": "varchar",
    "payload_hash": "varchar",
    "desired": "varchar",
    "desired_hash": "varchar",
    "seen": "varchar",
    "depends_on": "varchar[]",
    "in_sample": "boolean",
}


def write_warehouse(
    paths: DataPaths, environment: dict[str, str], tables: Tables, audit_version: int
) -> None:
    """Write the tables of the seam, and dbt's artefacts of a build without failures."""
    place = paths.warehouse
    place.unlink(missing_ok=True)
    link = duckdb.connect(str(place))
    link.execute("create schema plan; create schema preflight; create schema review")
    link.execute(
        f"create table plan.plan_operations ({', '.join(f'{k} {v}' for k, v in COLUMNS.items())})"
    )
    rows = []
    for position, row in enumerate(tables["operations"]):
        full = dict.fromkeys(COLUMNS) | dict(row) | {"position": position}
        full["payload_hash"] = hashlib.md5(str(full["payload"]).encode()).hexdigest()  # noqa: S324
        full["desired_hash"] = hashlib.md5(str(full["desired"]).encode()).hexdigest()  # noqa: S324
        rows.append([full[name] for name in COLUMNS])
    link.executemany(
        f"insert into plan.plan_operations values ({', '.join('?' * len(COLUMNS))})",  # noqa: S608
        rows,
    )
    # a spread reason is one that another record has first: that one is the cause
    link.execute(
        "create table plan.plan_verdicts as select distinct on (record_key) record_key, reason,"
        " bucket, survivor_key, null::varchar as cause_key from plan.plan_operations"
        " order by record_key, position"
    )
    link.executemany(
        "update plan.plan_verdicts set cause_key = ? where record_key = ?",
        [(cause, key) for key, cause in tables.get("causes", [("", "")])],
    )
    link.execute(
        "create table plan.plan_build as select ?::varchar as invocation_id, now() as built_at,"
        " ?::bigint as audit_version",
        [BUILD, audit_version],
    )
    for table, name in (("plan_envelope", "envelope"), ("plan_schema", "schema")):
        link.execute(f"create table plan.{table} (element_kind varchar, element varchar)")
        link.executemany(f"insert into plan.{table} values (?, ?)", tables[name])  # noqa: S608
    link.execute(
        "create table preflight.preflight_definitions (definition_kind varchar, entity varchar,"
        " name varchar, nutshell_type varchar, choices varchar, is_multiple boolean,"
        " state varchar, create_via varchar, note varchar, is_required boolean,"
        " default_value varchar, max_length integer, validation varchar)"
    )
    for definition in tables["definitions"]:  # the last four may be left out
        full = (*definition, *(None,) * (13 - len(definition)))
        link.execute(
            f"insert into preflight.preflight_definitions values ({', '.join('?' * 13)})",  # noqa: S608
            full,
        )
    link.execute(
        "create table preflight.preflight_blockers (blocker_class varchar, scope varchar,"
        " source_object varchar, source_id varchar, subject varchar, detail varchar, mend varchar,"
        " is_accepted boolean, cause varchar)"
    )
    for blocker in tables["blockers"]:
        link.execute("insert into preflight.preflight_blockers values (?,?,?,?,?,?,?,?,?)", blocker)
    link.close()
    write_artefacts(environment)


def write_artefacts(environment: dict[str, str], *, status: str = "success") -> None:
    target = Path(environment["DBT_TARGET_PATH"])
    target.mkdir(exist_ok=True)
    seeds = Path(environment["SEEDS_DIR"])
    nodes = {
        str(path): {
            "resource_type": "seed" if path.suffix == ".csv" else "model",
            "original_file_path": str(path),
            "checksum": {
                "name": "sha256",
                "checksum": hashlib.sha256(path.read_bytes()).hexdigest(),
            },
        }
        for path in [*(PROJECT_ROOT / "models").rglob("*.sql"), *seeds.rglob("*.csv")]
    }
    started = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 1)) + ".000000Z"
    (target / "manifest.json").write_text(
        json.dumps({"metadata": {"project_name": "p"}, "nodes": nodes, "macros": {}})
    )
    (target / "run_results.json").write_text(
        json.dumps(
            {
                "metadata": {"invocation_id": BUILD, "invocation_started_at": started},
                "args": {"which": "build"},
                "results": [{"unique_id": "model.p.some_model", "status": status}],
            }
        )
    )
