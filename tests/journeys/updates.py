"""A plan of nothing but updates, made from a loaded one: every record's text and lists anew."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from common.paths import DataPaths
from load.apply.comparison import shown_as
from load.apply.shapes import field_values, shows
from load.audit.journal import Journal
from load.plan.freeze import note_plan
from load.plan.frozen import Headline
from load.plan.integrity import LINES, plan_digest, rows_digest
from tests.journeys.frozen import Frozen

SINGULAR = {"account": "Account", "contact": "Contact", "lead": "Lead", "activity": "Activity"}
Wanted = dict[str, tuple[str, int, dict[str, Any]]]  # record → kind, id, what it shall be


def plan_updates(road: Frozen, turn: int) -> Wanted:
    """Freeze one as `load plan` would, under the standing approval; say what each shall be."""
    paths = DataPaths(road.data)
    newest = max(
        paths.plans.glob("*.json"), key=lambda path: json.loads(path.read_bytes())["frozen_at"]
    )
    table = pq.read_table(newest.with_suffix(".parquet"))
    held, wanted, rows = road.held(), {}, []
    for row in table.to_pylist():
        key, kind = row["record_key"], row["kind"]
        if row["step"] != "record" or kind not in SINGULAR or key not in held:
            continue
        shown = road.rpc(f"get{SINGULAR[kind]}", **{f"{kind}Id": held[key]})
        payload = _edit(kind, shown, turn)
        seen = {shown_as(name): value for name, value in field_values(shown, payload).items()}
        text = orjson.dumps(payload).decode()
        wanted[key] = (kind, held[key], payload)
        rows.append(
            row
            | {"operation": "update", "bucket": "updated", "reason": None, "nutshell_id": held[key]}
            | {"payload": text, "payload_hash": hashlib.md5(text.encode()).hexdigest()}  # noqa: S324
            | {"seen": orjson.dumps(seen).decode(), "depends_on": [], "desired": row["desired"]}
        )
    _write(paths, json.loads(newest.read_bytes()), table.schema, rows)
    return wanted


def _edit(kind: str, shown: dict[str, Any], turn: int) -> dict[str, Any]:
    if kind == "lead":
        return {
            "description": f"{str(shown['description'])[:80]} ({turn})",
            "confidence": 40 + turn,
        }
    if kind == "activity":
        return {"name": f"{str(shown['name'])[:80]} ({turn})"}
    return {
        "description": f"Seen in turn {turn}",
        "email": [f"front{turn}@clinic.example", f"back{turn}@clinic.example"],
        "phone": [f"303-555-{turn:04}"],
    }


def _write(paths: DataPaths, head: dict[str, Any], schema: pa.Schema, rows: list[Any]) -> None:
    partial = paths.plans / "updates.partial"
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), partial)
    lines = duckdb.execute(f"select {LINES} from read_parquet(?)", [str(partial)]).fetchall()  # noqa: S608
    records = len({row["record_key"] for row in rows})
    head |= {"records": records, "operations": len(rows), "sample_records": 0}
    head["rows_digest"] = rows_digest(line for (line,) in lines)
    head |= {"digest": plan_digest(head), "frozen_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"}
    place: Path = paths.plans / f"{head['digest']}.json"
    partial.rename(place.with_suffix(".parquet"))
    place.write_bytes(orjson.dumps(head))
    with Journal(paths.audit) as journal:
        journal.write(note_plan(Headline(**head)))


def updated(road: Frozen, wanted: Wanted) -> int:
    """Assert that each record is just what it shall be, no less and no more; give how many are."""
    for key, (kind, number, payload) in wanted.items():
        shown = road.rpc(f"get{SINGULAR[kind]}", **{f"{kind}Id": number})
        assert shows("record", payload, shown), f"{key} is not as it was planned"
    return len(wanted)


def drop_updates(road: Frozen) -> None:
    """Take the plans of updates away: the signed one is the newest again."""
    _, *later = sorted(
        DataPaths(road.data).plans.glob("*.json"),
        key=lambda path: json.loads(path.read_bytes())["frozen_at"],
    )
    for path in later:
        path.unlink()
        path.with_suffix(".parquet").unlink()
