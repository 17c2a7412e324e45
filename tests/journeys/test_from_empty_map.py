"""From an empty map to an approved plan by edits of CSVs only, on the real practice; counted."""

import csv
import shutil
from datetime import UTC, datetime

import pytest

from tests.journeys.assert_sample import assert_sample
from tests.journeys.road import PROJECT, Road

pytestmark = pytest.mark.journey

#: the lines of policies/settings.csv that differ from practice to practice
SETTINGS = {
    "cut_over_date": "2026-11-22",
    "rate_max_age_days": "30",
    "fallback_user_email": "rocco.neubert@brightwater-aesthetics.example",
}
PREFLIGHT = ("--select", "+path:models/preflight")


@pytest.fixture
def seeds():
    """Give the seeds as they ship, with every map emptied, where dbt takes them from."""
    folder = PROJECT / "data" / f"from-empty-{datetime.now(UTC):%H%M%S%f}"
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    shutil.copytree(PROJECT / "seeds", folder)
    for path in (folder / "value_maps").glob("*.csv"):
        path.write_text(path.read_text().splitlines()[0] + "\n")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def edit_settings(seeds):
    """Write what is this practice's own; return how many lines that were."""
    path = seeds / "policies" / "settings.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["value"] = SETTINGS.get(row["name"], row["value"])
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(SETTINGS)


def confirm(road, seeds):
    """Propose, look through, sign; return how many rows were signed."""
    road.run("load", "propose")
    before = signed(seeds)
    road.run("load", "confirm", "--by", "tests", "--all")
    return signed(seeds) - before


def signed(seeds):
    """Count the signed rows of all maps."""
    found = 0
    for path in (seeds / "value_maps").glob("*.csv"):
        with path.open(newline="") as file:
            found += sum(bool(row["confirmed_by"]) for row in csv.DictReader(file))
    return found


def gates(road):
    """Count the closed gates by class, without what `load fields` makes."""
    return dict(
        road.rows(
            "select blocker_class, count(*) from preflight.preflight_blockers"
            " where scope = 'gate' and blocker_class <> 'missing_definition' group by 1"
        )
    )


def test_a_person_gets_from_an_empty_map_to_an_approved_plan(
    tmp_path, practice_folder, seeds, record_property
):
    """Three lines typed, all others proposed and signed; no gate is left, the sample is sound."""
    road = Road(tmp_path, seeds=seeds)
    typed = edit_settings(seeds)
    road.serve("--practice", str(practice_folder))
    try:
        for system in ("visual-practice", "nutshell", "rates"):
            road.run("extract", system)
        road.build(*PREFLIGHT)
        assert {"unmapped_value", "unmapped_field"} <= set(gates(road))
        fields = confirm(road, seeds)
        # which pick-lists move is known now: their values are asked for
        road.build(*PREFLIGHT)
        assert set(gates(road)) == {"unmapped_value"}
        values = confirm(road, seeds)
        road.build(*PREFLIGHT)
        assert gates(road) == {}
        road.run("load", "fields", "--create", "--by", "tests")
        road.run("extract", "nutshell")
        road.build()
        road.run("load", "plan")
        road.run("load", "approve", "--by", "tests")
    finally:
        road.stop()
    assert typed == 3
    record_property("rows signed", (fields, values))
    print(f"typed {typed}, signed {fields} then {values}")
    assert_sample(road)
