"""Hostile values in every column and every type of field: nothing stops, no record is lost."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from extract.resources import RESOURCES
from tests.conservation import unaccounted
from tests.journeys.hostile_values import (
    hostile_records,
    write_hostile_practice,
    write_hostile_seeds,
)
from tests.journeys.road import PROJECT, Road

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    """The whole of it extracted, built once and planned: each command ends well."""
    folder = tmp_path_factory.mktemp("hostile")
    road = Road(folder, seeds=write_hostile_seeds(folder / "seeds"))
    write_hostile_practice(folder / "export")
    road.serve("--only", "nutshell", "--size", "5")
    road.run("extract", "visual-practice", "--from", str(folder / "export"))
    road.run("extract", "nutshell")
    road.run("extract", "rates")
    road.build()
    road.run("load", "plan", expect=0)
    yield road
    road.stop()
    shutil.rmtree(folder)


def test_every_value_moves_or_is_named(built: Road) -> None:
    """In a payload, or in a table that says why not: each kind of value in each column."""
    leaks = unaccounted(built.data / "warehouse.duckdb")
    # a choice of 1e300 is listed as JSON has read it: 1e+300
    assert [leak for leak in leaks if "larger" not in leak[1]] == []


def test_every_record_has_a_bucket(built: Road) -> None:
    """No value takes its record, or another's, out of the plan."""
    wanted = {
        (name, record["id"])
        for name in RESOURCES
        if name != "users"
        for _, _, record in hostile_records(name)
    }
    found = set(built.rows("select source_object, source_id from review.review_buckets"))
    quarantined = {
        json.loads(raw)["id"]
        for (raw,) in built.rows(
            "select raw from staging.stg_visual_practice__quarantine"
            " where problem <> 'half_a_character'"
        )
    }
    missing = {(name, key) for name, key in wanted - found if key not in quarantined}
    assert missing == set()


def test_every_line_to_paste_is_one_row_of_its_csv(built: Road, tmp_path: Path) -> None:
    """As dbt reads a seed: quotes, line breaks of any kind and formulas within values."""
    lines = defaultdict(list)
    for file, line in built.rows(
        "select distinct csv_file, csv_line from preflight.preflight_value_maps where not is_mapped"
    ):
        lines[file].append(line)
    assert lines
    for file, rows in lines.items():
        header = (PROJECT / file).read_text().splitlines()[0]
        pasted = tmp_path / "pasted.csv"
        pasted.write_text("\n".join([header, *rows, ""]), newline="")
        link = duckdb.connect()
        link.execute(f"create table seed ({', '.join(f'{c} varchar' for c in header.split(','))})")
        link.execute(f"copy seed from '{pasted}' (format csv, header true, delimiter ',')")
        assert link.sql("select count(*) from seed").fetchone() == (len(rows),), file
