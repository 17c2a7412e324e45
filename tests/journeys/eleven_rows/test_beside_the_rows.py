"""What goes along with every row, and what stays behind."""

import re
from collections import Counter
from decimal import Decimal

import pytest

from tests.conservation import summary, unaccounted
from tests.journeys.both_sides import day, moment, source_records
from tests.journeys.eleven_rows.expected import ZONE, alone, fields_of, living, loaded, tags_of

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("name", ["organizations", "people", "leads", "deals"])
def test_created_and_modified(practice, held, buckets, name):
    """When a record was made can not be told: Date fields keep the day, Text the instant."""
    for key, (row, there) in loaded(held, name, practice[name]).items():
        if buckets[key][0] == "created" and alone(key.split(":")[1], buckets):
            assert fields_of(there)["Visual Practice created"] == day(row["created_at"], ZONE), key
            assert fields_of(there)["Visual Practice modified"] == day(row["modified_at"], ZONE)
            for column in ("created", "modified"):
                told = fields_of(there)[f"Visual Practice {column} at"]
                assert moment(told, ZONE) == moment(row[f"{column}_at"], ZONE), key


def test_tags(practice, held, buckets):
    """Tags come along."""
    compared = 0
    for name in ("organizations", "people", "leads", "deals"):
        for key, (row, there) in loaded(held, name, practice[name]).items():
            if buckets[key][0] == "created":
                assert {tag.strip() for tag in row["tags"]} - {""} <= tags_of(there), key
                compared += len(row["tags"])
    assert compared > 5


def test_each_record_is_there_once(practice, held, buckets):
    """No key twice, nothing of what was deleted, merged, blocked or excluded."""
    for name in ("organizations", "people", "leads", "deals", "activities"):
        keys = held.marked(name)
        assert len(keys) == len(set(keys))
        moved = {
            key for key, (bucket, *_) in buckets.items()
            if key.startswith(f"{name}:") and bucket in ("created", "matched", "updated")
        }  # fmt: skip
        assert set(keys) == moved
        assert len(practice[name]) == sum(key.startswith(f"{name}:") for key in buckets)


def test_what_does_not_move_is_listed(road, export):
    """Workflows, templates and integrations are named, each of them, for rebuilding by hand."""
    listed = Counter(
        kind for (kind,) in road.rows(
            "select object from preflight.preflight_not_migrating", database="review"
        )
    )  # fmt: skip
    there = source_records(export, ("workflows", "email_templates", "integrations"))
    for name, rows in there.items():
        assert listed[name] == len(living(rows)) > 0


def test_what_was_never_asked_for_is_not_counted_as_none(road, export):
    """Excluded modules are listed without a number, and with the reason; the source has some."""
    there = source_records(export, ("claims", "eligibility", "imaging_studies"))
    assert all(there.values())
    for table in ("preflight_not_migrating", "preflight_scope"):
        told = {
            name: (records, remark) for name, records, remark in road.rows(
                f"select object, records, remark from preflight.{table}"  # noqa: S608
                " where policy = 'exclude'", database="review",
            )
        }  # fmt: skip
        assert set(there) <= set(told)
        for name in there:
            records, remark = told[name]
            assert records is None
            assert remark.startswith("not counted")


def test_the_end_of_the_road_says_what_became_of_it(stages, road):
    """Per object the buckets, per currency the money, per class the cells: the review's sums."""
    said = stages.said["verify"]
    lines = [re.split(r"\s*[│┃]\s*", line.strip(" │┃")) for line in said.splitlines()]
    told = {tuple(line) for line in lines}
    for table in ("review_summary", "review_money"):
        rows = road.rows(f"from {table}", database="review")
        assert rows
        assert [row for row in rows if tuple(map(_shown, row)) not in told] == []
    assert {"moved_amount", "converted_amount"} <= {*_table(said, "Money")[0]}
    counts = road.rows(
        "select kind, diff_class, sum(cells) from review_field_counts group by all having kind"
        " in ('account', 'contact', 'lead', 'activity')",
        database="review",
    )
    for kind in {kind for kind, *_ in counts}:
        title = "Cells of activities" if kind == "activity" else f"Cells of {kind}s compared"
        shown = _table(said, title)
        sums = {name: sum(int(row[name].replace(",", "")) for row in shown) for name in shown[0]
                if name != "field"}  # fmt: skip
        wanted = {name: cells for of, name, cells in counts if of == kind}
        assert {name: cells for name, cells in sums.items() if cells} == wanted, kind
    assert "review.duckdb" in said


def _shown(cell):
    """Give a cell as a command prints it."""
    if isinstance(cell, Decimal):
        cell = cell.quantize(Decimal("0.01"))
    is_number = isinstance(cell, int | Decimal) and not isinstance(cell, bool)
    return "" if cell is None else f"{cell:,}" if is_number else str(cell)


def _table(said, title):
    """Read a printed table: its rows by column."""
    _, _, rest = said.partition(f"{title} ")
    cells = [
        [cell.strip() for cell in re.split("[│┃]", line)[1:-1]]
        for line in rest.partition("└")[0].splitlines()
        if line[:1] in "│┃"
    ]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[1:]]


def test_patients_modules_are_absent_everywhere(road, export, practice):
    """Claims, eligibility, imaging patients' numbers: not landed, written or journalled."""
    modules = ("claims", "eligibility", "imaging_studies")
    secret = set()
    for name in modules:
        secret |= {key.encode() for key in source_records(export, (name,))[name]}
    for row in practice["people"].values():
        number = (row.get("custom_fields") or {}).get("patient_number")
        secret |= {number.encode()} if number else set()
    assert len(secret) > 20
    sandbox = road.folder / "sandbox" / "nutshell.sqlite"
    places = [sandbox, *sandbox.parent.glob("nutshell.sqlite*")]
    places += [road.data / "audit.sqlite"]
    landed = {name for (name,) in road.rows(
        "select distinct object from staging.stg_visual_practice__other_records"
    )}  # fmt: skip
    assert "workflows" in landed and landed.isdisjoint(modules)
    found = set()
    for place in places:
        content = place.read_bytes()
        found |= {word for word in secret if word in content}
    assert found == set()


def test_every_value_is_sent_or_named(road):
    """Nothing that the practice holds is lost unsaid: each value moves, or a table says why not."""
    assert summary(unaccounted(road.data / "warehouse.duckdb")) == {}
