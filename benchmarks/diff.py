"""
How fast the field-level diff compares cells: `plan_cells_compared` beside a naive unpivot and join.

The model's own SQL runs on synthetic cells of contacts: three sides (wanted, ours, now), one cell
in a hundred different in Nutshell, half of those by form alone. Making cells out of JSON is not in
it: that is in the benchmark of the whole build.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import duckdb
import jinja2
import yaml

from benchmarks._bench import ROOT, peak_mb, show

FIELDS = {
    "name": "'Given' || i || ' Family' || i",
    "owner": "'Users:' || i % 40",
    "description": "'Known since ' || (1990 + i % 30) || ', referred by a friend of the house'",
    "email": "'person' || i || '@people.example'",
    "phone": "'1312555' || lpad((i % 10000)::varchar, 4, '0')",
    "address": "i || ' Main Street, Chicago, IL, 60601, US'",
    "accounts": "'organizations:' || i // 3",
    "tags": "'Patient;Newsletter'",
    "customFields.Visual Practice ID": "'people:' || i",
    "customFields.Visual Practice created": "(date '2020-01-01' + (i % 2000)::integer)::varchar",
    "customFields.Insurance carrier": "'Carrier ' || i % 12",
    "customFields.Last visit": "(date '2024-01-01' + (i % 700)::integer)::varchar",
}
#: both ends of a naive diff: every cell of every side a row, all joined, then compared
NAIVE = """
with wanted as (
    select record_key, kind, unnest(map_entries(cells), recursive := true)
    from records_desired
), ours as (
    select record_key, unnest(map_entries(cells), recursive := true) from records_last_written
), present as (
    select record_key, unnest(map_entries(cells), recursive := true) from records_live
), joined as (
    select
        coalesce(wanted.record_key, ours.record_key, present.record_key) as record_key,
        coalesce(wanted.key, ours.key, present.key) as field,
        'contact' as kind, wanted.value as wanted, ours.value as ours, present.value as now
    from wanted
    full join ours on wanted.record_key = ours.record_key and wanted.key = ours.key
    full join present
        on coalesce(wanted.record_key, ours.record_key) = present.record_key
        and coalesce(wanted.key, ours.key) = present.key
), keyed as (
    select
        joined.*,
        {{ comparable('wanted', 'comparison') }} as wanted_key,
        {{ comparable('ours', 'comparison') }} as ours_key,
        {{ comparable('now', 'comparison') }} as now_key
    from joined
    inner join stg_declarations__comparisons as rules
        on joined.kind = rules.kind and split_part(joined.field, '.', 1) = rules.field
)
select * from keyed
where {{ differs('wanted_key', 'now_key') }} or {{ differs('ours_key', 'now_key') }}
    or {{ differs('wanted', 'now') }}
"""


@click.command()
@click.option("--records", default=500_000, show_default=True, help="Contacts, 12 cells each.")
@click.option("--rounds", default=3, show_default=True, help="The median counts.")
@click.option("--threads", default=os.cpu_count() or 1, show_default=True, help="DuckDB's.")
def main(records: int, rounds: int, threads: int) -> None:
    """Measure the diff: cells a second, and the ratio to the naive way."""
    with tempfile.TemporaryDirectory() as place:
        link = duckdb.connect(str(Path(place) / "cells.duckdb"), config={"threads": threads})
        _make_cells(link, records)
        took: dict[str, list[float]] = {"model": [], "naive": []}
        found: dict[str, int] = {}
        for _ in range(rounds):
            for name, times in took.items():
                began = time.perf_counter()
                for statement in _models() if name == "model" else [_naive()]:
                    link.execute(statement)
                times.append(time.perf_counter() - began)
                found[name] = _count(link, f"found_{name}")
        assert found["model"] == found["naive"], found
    cells = records * len(FIELDS)
    median = {name: statistics.median(times) for name, times in took.items()}
    labels = {
        "model": "records_differing, plan_cells_compared",
        "naive": "unpivot all three sides, join, compare",
    }
    show(
        f"Field-level diff of {records:,} records: {cells:,} cells on each of three sides",
        ("way", "seconds", "million cells/s", "to the model"),
        [
            (
                labels[name],
                median[name],
                f"{cells / median[name] / 1e6:.1f}",
                f"{median[name] / median['model']:.1f} ×",
            )
            for name in took
        ],
        f"Both find the same {found['model']:,} cells ({found['model'] / cells:.2%}).",
        f"Medians of {rounds} rounds; DuckDB {duckdb.__version__}, {threads} threads;"
        f" peak memory of the whole benchmark {peak_mb():,.0f} MB.",
    )


def _make_cells(link: duckdb.DuckDBPyConnection, records: int) -> None:
    link.execute("set preserve_insertion_order = false")
    names = ", ".join(f"'{name}'" for name in FIELDS)
    plain = ", ".join(FIELDS.values())
    # half of what differs does so by form alone: a space, which the comparison folds
    spoiled = ", ".join(
        f"case hash(i, {place}) % 200 when 0 then {text} || ' x' when 1 then {text} || ' '"
        f" else {text} end"
        for place, text in enumerate(FIELDS.values())
    )
    key = "'people:' || i as record_key, 'contact' as kind"
    for table, texts in (("desired", plain), ("last_written", plain), ("live", spoiled)):
        link.execute(
            f"create table records_{table} as select {key},"  # noqa: S608 - our own words
            f" map([{names}], [{texts}]) as cells,"
            " hash(cells) as cells_hash, false as is_gone, null::timestamptz as modified_at"
            f" from range({records}) as counter (i)"
        )
    link.execute(
        "create table record_keys as select 'account' as kind, 'organizations:' || i as record_key,"  # noqa: S608
        f" 'https://crm.example/account/' || i as html_url from range({records} // 3) as c (i)"
    )
    for seed in ("reference/kinds", "reference/field_types", "policies/settings"):
        place = str(ROOT / "seeds" / f"{seed}.csv")
        name = seed.rpartition("/")[2]
        link.execute(f"create table {name} as select * from read_csv(?)", [place])  # noqa: S608
    link.execute(
        "create table stg_declarations__fields (kind varchar, name varchar, comparison varchar);"
        "create table nutshell_custom_fields (entity varchar, name varchar, type varchar);"
        "create table stg_declarations__comparisons (kind varchar, field varchar, part_of varchar,"
        " comparison varchar, payload_key varchar, seen_key varchar, is_list boolean,"
        " is_defaulted boolean)"
    )
    link.executemany(
        "insert into stg_declarations__comparisons values ('contact', ?, ?, ?, ?, ?, ?, false)",
        [
            (name, meta["step"], meta["compare"], name, name, meta.get("list", False))
            for name, meta in _declared("nutshell_people")
            if "compare" in meta
        ],
    )


def _declared(model: str) -> list[tuple[str, dict[str, Any]]]:
    """Read what the mapping declares of a model's fields."""
    place = ROOT / "models" / "nutshell" / "_nutshell__models.yml"
    models = yaml.safe_load(place.read_text(encoding="utf-8"))["models"]
    columns = next(each["columns"] for each in models if each["name"] == model)
    return [
        (column["name"], column["config"]["meta"])
        for column in columns
        if "meta" in column.get("config", {})
    ]


def _models() -> list[str]:
    """Give the models' own statements: which records differ, then their cells."""
    statements = []
    for name, table in (
        ("records/records_differing", "records_differing"),
        ("plan/plan_cells_compared", "found_model"),
    ):
        text = (ROOT / "models" / f"{name}.sql").read_text(encoding="utf-8")
        statements.append(f"create or replace table {table} as {_rendered(text)}")
    return statements


def _naive() -> str:
    return f"create or replace table found_naive as {_rendered(NAIVE)}"


def _rendered(text: str) -> str:
    """Render SQL with the macros that a comparison is made of."""
    macros = [
        (ROOT / "macros" / f"{name}.sql").read_text(encoding="utf-8")
        for name in ("comparable", "differs", "exact_decimal", "setting")
    ]
    template = jinja2.Environment(autoescape=False).from_string("".join([*macros, text]))  # noqa: S701
    return template.render(ref=lambda name: name)


def _count(link: duckdb.DuckDBPyConnection, table: str) -> int:
    row = link.execute(f"select count(*) from {table}").fetchone()  # noqa: S608
    assert row is not None
    return int(row[0])


if __name__ == "__main__":
    main()
