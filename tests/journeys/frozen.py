"""A road as far as a signed plan, kept on disk so that many tests start from it with one build."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb

from common.paths import DataPaths
from load.audit.journal import Journal
from tests.journeys.road import Road


class Frozen(Road):
    """A road with a signed plan and sample; `thaw` brings all of it back to that moment."""

    def __init__(self, folder: Path, *, size: int = 60) -> None:
        super().__init__(folder / "road")
        self.saved = folder / "saved"
        self.serve("--size", str(size))
        self.prepare()
        self.untouched = self.fingerprint()
        self.approve()
        self.run("load", "apply", "--sample")
        self.note_read_back()
        self.run("load", "approve", "--sample-reviewed", "--by", "demo")
        self.stop()
        shutil.copytree(self.folder, self.saved)

    def thaw(self) -> Frozen:
        """Put folder and sandbox back to the signed plan; the servers keep their ports."""
        self.stop()
        shutil.rmtree(self.folder)
        shutil.copytree(self.saved, self.folder)
        ports = {name: urlsplit(self.env[f"{name}_URL"]).port for name in SYSTEMS}
        self.serve("--port-visual-practice", str(ports["VISUAL_PRACTICE"]),
                   "--port-nutshell", str(ports["NUTSHELL"]), "--size", "60")  # fmt: skip
        return self

    def faults(self, profile: str | dict[str, Any], *systems: str) -> None:
        """Let servers misbehave from now on."""
        for system in systems or SYSTEMS:
            self.control("faults", profile, system=system)

    # what was planned, what is there, and what the audit says

    def planned(self) -> set[str]:
        """Name the records that the plan makes or marks as ours, without what Nutshell refused."""
        heads = (self.data / "plans").glob("*.json")
        first = min(heads, key=lambda path: json.loads(path.read_bytes())["frozen_at"])
        plan = first.with_suffix(".parquet")
        rows = duckdb.execute(
            "select record_key from read_parquet(?) where step = 'record' and kind <> 'file'"
            " and (operation = 'create' or (operation = 'update'"
            " and payload like '%\"Visual Practice ID\"%'))",
            [str(plan)],
        ).fetchall()
        refused = self.audited(
            "select source_object || ':' || source_id from writes where cause_class = 'rejected'"
        )
        assert len(refused) <= len(rows) / 50, refused
        return {key for (key,) in rows} - {key for (key,) in refused}

    def marked(self) -> dict[str, list[int]]:
        """Ask Nutshell for every live record that carries our marker: key → ids."""
        found: dict[str, list[int]] = {}
        for entity in ("Accounts", "Contacts", "Leads", "Activities"):
            page = 1
            while records := self.rpc(f"find{entity}", limit=100, page=page, stubResponses=False):
                page += 1
                for record in records:
                    if key := _marker(entity, record):
                        found.setdefault(key, []).append(record["id"])
        return found

    def held(self) -> dict[str, int]:
        """Give what the audit says that Nutshell holds of ours: key → id."""
        with Journal(DataPaths(self.data).audit) as journal:
            return {
                f"{row['source_object']}:{row['source_id']}": row["nutshell_id"]
                for row in journal.audit.rows(
                    "select * from records where state in ('created', 'matched')"
                    " and kind <> 'file' and source_object <> 'probes'"
                )
            }

    def audited(self, sql: str) -> list[tuple[Any, ...]]:
        """Query the audit."""
        with Journal(DataPaths(self.data).audit) as journal:
            return [tuple(row) for row in journal.audit.rows(sql)]


SYSTEMS = ("VISUAL_PRACTICE", "NUTSHELL")


def _marker(entity: str, record: dict[str, Any]) -> str | None:
    if record.get("deletedTime"):
        return None
    if entity == "Activities":
        last = str(record.get("description") or "").rstrip().rsplit("\n", 1)[-1]
        return last.removeprefix("Visual Practice ") if "Visual Practice" in last else None
    fields = record.get("customFields") or {}
    return fields.get("Visual Practice ID")


def exactly_once(road: Frozen) -> dict[str, int]:
    """Compare plan, Nutshell and audit row by row; give the figures."""
    planned, marked, held = road.planned(), road.marked(), road.held()
    duplicates = {key: ids for key, ids in marked.items() if len(ids) > 1}
    losses = planned - set(marked)
    assert not duplicates, f"more than once in Nutshell: {json.dumps(duplicates)[:500]}"
    assert not losses, f"not in Nutshell: {sorted(losses)[:20]}"
    assert set(marked) == planned, f"unplanned: {sorted(set(marked) - planned)[:20]}"
    differing = {key: ids for key, ids in marked.items() if held.get(key) != ids[0]}
    assert not differing, f"the audit says otherwise: {json.dumps(differing)[:500]}"
    assert road.audited("select * from open_writes") == []
    return {"records": len(planned), "duplicates": len(duplicates), "losses": len(losses)}
