"""
One extraction run: what it holds, what was odd, how it ends. It fetches nothing.

Both doors (API and folder) hand their records to `Run.land`, so both land the same.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson

from common.landing import Landing
from common.manifests import newest_manifest
from common.paths import DataPaths
from extract.columns import dump, split_records, to_columns, unknown_fields
from extract.names import TWIN, Names, is_blank
from extract.policies import Policies
from extract.resources import OTHER, RESOURCES, SOURCE, resource_of

TIDIED = "\x01tidied ids"  # a note beside those of unknown fields, and no field's name


@dataclass
class Count:
    """What happened to one object in this run."""

    policy: str
    rows: int = 0
    ids: int = 0
    pages: int = 0
    quarantined: int = 0
    total: int | None = None
    unknown: set[str] = field(default_factory=set)
    remark: str = ""
    is_short: bool = False

    def lacks(self, remark: str) -> None:
        """Note why records may be missing; of what moves, that must not pass for a success."""
        self.remark, self.is_short = remark, self.policy == "migrate"


class Run:
    """A run of the practice's data being landed."""

    def __init__(
        self, landing: Landing, metadata: Mapping[str, Any], policies: Policies, origin: str
    ) -> None:
        """Know the objects, their declared fields and their policies."""
        self.landing, self.metadata, self.origin = landing, metadata, origin
        self.started = datetime.now(UTC)
        self.objects = {entry["name"]: entry for entry in metadata["objects"]}
        self.declared = {*self.objects}
        for name in RESOURCES:  # always there, declared or not
            self.objects.setdefault(name, {"name": name, "fields": []})
        self.counts = {n: Count(policies.of(n, entry)) for n, entry in self.objects.items()}
        for name, count in self.counts.items():  # a resumed run counts the pages that it has
            units = landing.units_done(resource_of(name).table)
            count.pages = sum(unit.startswith(f"{name}/") for unit in units)
        self._declared = {name: _declared(name, entry) for name, entry in self.objects.items()}
        self._names = {name: Names(*told) for name, told in self._declared.items()}

    def fetched(self) -> list[str]:
        """Return the objects that the policy lets in, in the metadata's order."""
        return [name for name, count in self.counts.items() if count.policy != "exclude"]

    def land(
        self, name: str, values: Sequence[Any], locators: Sequence[str], unit: str | None = None
    ) -> int:
        """Land records of an object; quarantine what is none. Return how many were landed."""
        resource, count = resource_of(name), self.counts[name]
        names = self._names[name]
        if any(map(is_blank, values)):
            kept = [pair for pair in zip(values, locators, strict=True) if not is_blank(pair[0])]
            values, locators = [value for value, _ in kept], [locator for _, locator in kept]
        values = [names.tidied(value) if type(value) is dict else value for value in values]
        received = split_records(values, locators, resource.key, name)
        records = received.records
        self.quarantine(name, received.refused)
        if unit:  # what a page holds beside its records must not get lost when the page is done
            self.landing.flush("quarantine")
        declared, custom = self._declared[name]
        unknown = unknown_fields(records, declared, custom)
        count.unknown |= unknown
        columns = to_columns(resource.schema, name, received)
        notes = [*unknown, *([TIDIED] if received.has_tidied_ids else [])]
        self.landing.add(
            resource.table,
            columns,
            len(records),
            units=[unit] if unit else [],
            note={f"{name}\0{key}": 1 for key in notes},
        )
        return len(records)

    def quarantine(self, name: str, refused: Iterable[Mapping[str, Any]]) -> None:
        """Land what was received and is no record."""
        if rows := [{"object": name, **row} for row in refused]:
            self.landing.add_rows("quarantine", rows)

    def land_fields(self) -> None:
        """Land the metadata: one row per object and field."""
        if "fields" in self.landing.units_done("fields"):
            return
        rows = [
            {
                "object": name,
                "object_label": _text(entry.get("label")),
                "name": self._landed_name(name, fld),
                "label": _text(fld.get("label")),
                "type": _text(fld.get("type")),
                "required": bool(fld.get("required")),
                "custom": bool(fld.get("custom")),
                "max_length": fld["max_length"] if type(fld.get("max_length")) is int else None,
                "picklist": dump(fld["picklist"]) if fld.get("picklist") else None,
                "multiple": bool(fld.get("multiple")),
                "references": _text(fld.get("references")),
                "phi": bool(fld.get("phi")),
            }
            for name, entry in self.objects.items()
            for fld in entry.get("fields") or ()
        ]
        self.landing.add_rows("fields", rows, units=["fields"])

    def _landed_name(self, name: str, fld: Mapping[str, Any]) -> str:
        told = str(fld.get("name"))
        return self._names[name].of_custom(told) if fld.get("custom") else told

    def recount(self, name: str) -> Count:
        """Count what whole parts hold of an object: rows and distinct ids."""
        resource, count = resource_of(name), self.counts[name]
        self.landing.flush(resource.table)
        for note in self.landing.notes(resource.table):
            count.unknown |= {key.split("\0")[1] for key in note if key.startswith(f"{name}\0")}
        if TIDIED in count.unknown:
            count.unknown.discard(TIDIED)
            self._part_ids(name)
        self.landing.flush("quarantine")
        count.rows, count.ids = self._ask(resource.table, "count(*), count(distinct id)", name)
        (count.quarantined,) = self._ask("quarantine", "count(*)", name)
        return count

    def _part_ids(self, name: str) -> None:
        """
        Set aside what would share an id only because ids were tidied: ` 7` and `7.0` beside `7`.

        The one that was written so keeps it: nobody knows whether the others are the same record.
        """
        resource = resource_of(name)
        files = str(self.landing.folder / resource.table / "*.parquet")
        with duckdb.connect(config={"threads": 1}) as connection:
            told = connection.read_parquet(files)
            if resource.table == OTHER:
                told = told.filter(
                    duckdb.ColumnExpression("object") == duckdb.ConstantExpression(name)
                )
            connection.register("told", told)
            found = connection.execute(
                "with sent as (select *, json_extract_string(_record, ?) as sent_id from told)"
                " select _locator, _record from sent"
                " qualify sent_id <> id and count(distinct sent_id) over (partition by id) > 1",
                [f"$.{resource.key}"],
            ).fetchall()
        if not found:
            return
        self.quarantine(
            name, [{"locator": at, "problem": "unusable_id", "raw": raw} for at, raw in found]
        )
        self.landing.flush("quarantine")
        places = {*found}
        self.landing.rewrite(
            resource.table,
            lambda part: [
                place not in places
                for place in zip(
                    part["_locator"].to_pylist(), part["_record"].to_pylist(), strict=True
                )
            ],
        )

    def ids_of(self, name: str) -> set[str]:
        """Return the ids that whole parts hold of an object with a table of its own."""
        if not self.landing.rows(name):
            return set()
        files = self.landing.folder / name / "*.parquet"
        with duckdb.connect(config={"threads": 1}) as connection:
            found = connection.execute("select distinct id from read_parquet(?)", [str(files)])
            return {row[0] for row in found.fetchall()}

    def _ask(self, table: str, what: str, name: str) -> tuple[int, ...]:
        files = self.landing.folder / table / "*.parquet"
        if not self.landing.rows(table):
            return (0,) * (what.count(",") + 1)
        by_object = table in (OTHER, "quarantine")
        with duckdb.connect(config={"threads": 1}) as connection:
            rows = connection.execute(
                f"select {what} from read_parquet(?)"  # noqa: S608 - `what` is ours
                + (" where object = ?" if by_object else ""),
                [str(files), *([name] if by_object else [])],
            ).fetchall()
        return tuple(int(value) for value in rows[0])

    def commit(self, kind: str, watermark: str | None, watermarks: Mapping[str, str]) -> Path:
        """Land the run's own rows and commit it."""
        rows = [
            {
                "run_id": self.landing.run_id,
                "source": SOURCE,
                "kind": kind,
                "origin": self.origin,
                "object": name,
                "rows": count.rows,
                "quarantined": count.quarantined,
                "total_reported": count.total,
                "pages": count.pages,
                "watermark": watermark,
                "server_time": _text(self.metadata.get("server_time")),
                "server_time_zone": _text(self.metadata.get("server_time_zone")) or "UTC",
                "started_at": self.started,
                "finished_at": datetime.now(UTC),
            }
            for name, count in self.counts.items()
            if count.policy != "exclude"
        ]
        self.landing.add_rows("runs", rows)
        manifest = {
            "kind": kind,
            "origin": self.origin,
            "watermark": watermark,
            "watermarks": dict(watermarks),
            "objects": {n: {"policy": c.policy, "rows": c.rows} for n, c in self.counts.items()},
        }
        return self.landing.commit(manifest)


def open_landing(paths: DataPaths, state: Mapping[str, Any]) -> tuple[Landing, bool]:
    """Take up the newest unfinished run of the same kind and origin, or start one."""
    wanted = ("kind", "origin", "policy")
    for folder in reversed(paths.partial_runs(SOURCE)):
        landing = Landing.resume(folder, paths) if state.get("resumable") else None
        if landing and all(landing.state.get(key) == state.get(key) for key in wanted):
            return landing, True
        shutil.rmtree(folder)  # abandoned: another kind of run was asked for since
    return Landing.start(paths, SOURCE, state), False


def last_watermarks(paths: DataPaths) -> dict[str, str] | None:
    """
    Return object → modified_since of the next delta, from the newest committed run.

    None if there is no run; empty if it did not tell what time it was at the source.
    """
    manifest = newest_manifest(paths, SOURCE, ("full", "delta"))
    return dict(manifest.get("watermarks") or {}) if manifest else None


def policy_digest(policies: Policies) -> str:
    """Return what changes when the policies do: a resumed run must not mix two."""
    told = {"objects": policies.objects, "fetch_max_bytes": policies.fetch_max_bytes}
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _declared(name: str, entry: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    fields = entry.get("fields") or ()
    standard = {str(fld.get("name")) for fld in fields if not fld.get("custom")}
    known = {column for column in resource_of(name).schema.names if not column.startswith("_")}
    custom = {str(fld.get("name")) for fld in fields if fld.get("custom")}
    custom |= {f"{fld}{TWIN}" for fld in custom & (standard | known)}
    # `object` is our own column, which tells the objects of one table apart
    standard |= known if name in RESOURCES else known - {"object"}
    return frozenset(standard), frozenset(custom)


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else dump(value)
