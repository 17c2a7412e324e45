"""From an empty map to an approved plan by edits of CSVs only, on the real practice; counted."""

import shutil
from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.journeys.assert_sample import assert_sample
from tests.journeys.editor import look_through, map_files, rows_in, write_rows
from tests.journeys.road import FOR_FIELDS, PROJECT, Road

pytestmark = pytest.mark.journey

#: the lines of policies/settings.csv that differ from practice to practice
SETTINGS = {
    "cut_over_date": "2026-11-22",
    "rate_max_age_days": "30",
    "fallback_user_email": "rocco.neubert@brightwater-aesthetics.example",
}
MAPPER = PROJECT / "tests" / "practice_seeds"
FIRST_LOOK = ("--select", "+path:models/preflight")
#: what `load propose` reads of a build, once the fields are signed
FOR_VALUES = ("--select", "+preflight_value_maps", "+preflight_choices", "resource_type:seed")


@pytest.fixture
def seeds():
    """Give the seeds as they ship, with every map emptied, where dbt takes them from."""
    folder = PROJECT / "data" / f"from-empty-{datetime.now(UTC):%H%M%S%f}"
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    shutil.copytree(PROJECT / "seeds", folder)
    for path in map_files(folder):
        write_rows(path, [])
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def edit_settings(seeds):
    """Write what is this practice's own; return how many cells that were."""
    path = seeds / "policies" / "settings.csv"
    rows = rows_in(path)
    for row in rows:
        row["value"] = SETTINGS.get(row["name"], row["value"])
    write_rows(path, rows)
    return len(SETTINGS)


def propose(road, seeds):
    """Let rows be written; return how many of fields, and how many of others."""
    before = count(seeds)
    road.run("load", "propose")
    found = count(seeds) - before
    return found["fields"], found.total() - found["fields"]


def count(seeds):
    """Count the rows of each map."""
    return Counter({path.stem: len(rows_in(path)) for path in map_files(seeds)})


def gates(road):
    """Count the closed gates by class, without what `load fields` makes."""
    return dict(
        road.rows(
            "select blocker_class, count(*) from preflight.preflight_blockers"
            " where scope = 'gate' and blocker_class <> 'missing_definition' group by 1"
        )
    )


def told(page):
    """Give a page's words in one line."""
    return " ".join((PROJECT / page).read_text().split())


def test_a_person_gets_from_an_empty_map_to_an_approved_plan(tmp_path, practice_folder, seeds):
    """What a person types is counted; no gate is left, the sample is sound, the page says so."""
    road = Road(tmp_path, seeds=seeds)
    assert not count(seeds).total()
    settings = edit_settings(seeds)
    road.serve("--practice", str(practice_folder))
    try:
        for system in ("visual-practice", "nutshell", "rates"):
            road.run("extract", system)
        road.build(*FIRST_LOOK)
        closed = gates(road)
        fields, values = propose(road, seeds)
        first = look_through(seeds, MAPPER)
        road.run("load", "confirm", "--by", "tests", "--all")
        # which pick-lists move is known now: their values are asked for
        road.build(*FOR_VALUES)
        no_field, choices = propose(road, seeds)
        second = look_through(seeds, MAPPER)
        road.run("load", "confirm", "--by", "tests", "--all")
        road.build(*FOR_FIELDS)
        road.run("load", "fields", "--create", "--by", "tests")
        road.run("extract", "nutshell")
        road.build()
        left = gates(road)
        road.run("load", "plan")
        road.run("load", "approve", "--by", "tests")
    finally:
        road.stop()
    assert set(closed) == {"unmapped_field", "unmapped_value"}
    assert no_field == 0 and left == {}
    some = first.rows["fields"], first.rows.total() - first.rows["fields"]
    rows, cells = sum(some) + second.rows.total(), first.cells + second.cells
    page = told("docs/from_empty_map.md")
    for said in (
        f"| {settings} cells |",
        f"| 0; {sum(closed.values())} gates: {closed['unmapped_field']} fields and"
        f" {closed['unmapped_value']} values have no place |",
        f"| 0; {fields + values} rows are written: {fields} fields, {values} values of ",
        f"| {first.cells} cells of {sum(some)} rows, see below |",
        f"| 0; {choices} values of pick-lists, known now that their fields move, have no place |",
        f"; {choices} rows are written, {second.cells} cell of {second.rows.total()} row is edited",
        f"{some[0]} of {fields} fields: ",
        f"{some[1]} of {values} values: ",
        f"None of the {some[1]} carried a confidence above {first.surest_value:.2f}.",
        f"In all {settings} settings, {cells} cells of {rows} rows, and {fields + values + choices}"
        " proposals looked through.",
    ):
        assert said in page
    assert (
        f"{settings} settings, {cells} cells of {rows} rows typed by hand,"
        f" {fields + values + choices} proposals looked through"
    ) in told("README.md")
    assert_sample(road)
