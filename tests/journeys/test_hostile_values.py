"""Hostile values in every column and every type of field: nothing stops, no record is lost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

import pytest

from extract.resources import RESOURCES
from tests.conservation import unaccounted
from tests.journeys.hostile_values import (
    hostile_records,
    write_hostile_practice,
    write_hostile_seeds,
)
from tests.journeys.road import Road

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
