"""The sample and the bill: what a person signs, and what it costs, known before it happens."""

import sqlite3

import duckdb
import pytest

from tests.journeys.assert_sample import assert_sample
from tests.journeys.road import Road

pytestmark = pytest.mark.journey

#: how the bill calls what the sandbox counts by verb and path
PATHS = {
    "PATCH /rest/leads/*": "manualValue",
    "POST /rest/leads/*/status": "status",
}


def test_the_sample_beats_chance(stages):
    """Closed under references, 100 to 300 records, more to see than in any of 100 random ones."""
    assert_sample(Road(stages.folder / "open_gates", project=stages.project))


def test_the_sample_is_the_same_every_time(stages):
    """Two builds of the same data choose the same records; the frozen plan holds them."""
    built = Road(stages.folder / "open_gates", project=stages.project)
    chosen = built.rows("select record_key from plan.plan_sample order by 1")
    (plan,) = (stages.folder / "sampled" / "data" / "plans").glob("*.parquet")
    frozen = duckdb.execute(
        "select distinct record_key from read_parquet(?) where in_sample order by 1", [str(plan)]
    ).fetchall()
    assert frozen == chosen


@pytest.mark.parametrize(("calls", "bill"), [("sample_calls", "sample_bill"), ("calls", "bill")])
def test_the_bill_is_what_it_cost(stages, calls, bill):
    """Write calls by method, foretold before the signature: of the sample, and of all of it."""
    counted = {
        PATHS.get(name, name): number
        for name, number in getattr(stages, calls).items()
        if number and name.startswith(("new", "edit", "delete", "POST ", "PATCH ", "PUT "))
    }
    foretold = {name: number for name, number in getattr(stages, bill).items() if number}
    assert counted == foretold
    assert sum(foretold.values()) > 100


def test_retry_writes_what_failed_for_the_cause_and_nothing_else(stages):
    """A file whose bytes are gone fails by itself; once they are back, retry brings just it."""
    with stages.at("sampled") as road:
        road.run("load", "approve", "--sample-reviewed", "--by", "demo")
        (path,) = road.rows(
            """
            select min(json_extract_string(payload, '$.path'))
            from plan.plan_operations
            where step = 'file' and operation = 'create' and not in_sample
            """
        )[0]
        body = road.data / path
        aside = body.with_suffix(".aside")
        body.rename(aside)
        road.run("load", "apply", expect=1)
        said = road.run("load", "status")
        flat = " ".join(said.replace("│", " ").split())
        assert "load retry --cause rejected_bytes_missing" in flat
        aside.rename(body)
        assert "No write failed for unclear" in road.run(
            "load", "retry", "--cause", "unclear", expect=2
        )
        road.run("load", "retry", "--cause", "rejected_bytes_missing")
        with sqlite3.connect(road.data / "audit.sqlite") as audit:
            (brought,) = audit.execute(
                "select count(*) from writes where status = 'done'"
                " and run_id = (select max(run_id) from runs)"
            ).fetchone()
        assert brought == len(
            road.rows(
                "select 1 from plan.plan_operations where step = 'file' and operation = 'create'"
                " and json_extract_string(payload, '$.path') = ?",
                path,
            )
        )
