"""The sample shows more than chance would, and stays small enough for a person to read."""

import random

import pytest

from tests.journeys.road import Road

pytestmark = pytest.mark.journey

SEEDS = 100


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """A generated practice, extracted and built beside a Nutshell account: nothing loaded yet."""
    road = Road(tmp_path_factory.mktemp("sample"))
    road.serve("--size", "300")
    try:
        for system in ("visual-practice", "nutshell", "rates"):
            road.run("extract", system)
    finally:
        road.stop()
    road.build("--select", "+review_sample_coverage", "--indirect-selection", "empty")
    return road


def seen_by_chance(road: Road) -> list[int]:
    """Count the features on as many records drawn at random, a hundred times over."""
    (size,) = road.rows("select count(*) from plan.plan_sample")[0]
    carried: dict[str, set[str]] = {}
    for key, feature in road.rows(
        "select verdicts.record_key, features.feature_kind || ': ' || features.feature"
        " from plan.plan_verdicts as verdicts left join plan.plan_sample_features as features"
        " on verdicts.record_key = features.record_key and features.is_visible"
        " where verdicts.bucket <> 'excluded' order by all"
    ):
        carried.setdefault(key, set())
        if feature:
            carried[key].add(feature)
    keys = sorted(carried)
    return [
        len(set().union(*(carried[key] for key in random.Random(seed).sample(keys, size))))
        for seed in range(SEEDS)
    ]


def assert_sample(road: Road) -> None:
    """Size, closure and coverage of a plan's sample."""
    (size,) = road.rows("select count(*) from plan.plan_sample")[0]
    assert 100 <= size <= 300
    open_ends = road.rows(
        "with needed as (select unnest(verdicts.depends_on) as record_key"
        " from plan.plan_verdicts as verdicts semi join plan.plan_sample using (record_key)"
        " where verdicts.bucket <> 'excluded')"
        " select needed.record_key from needed"
        " semi join plan.plan_verdicts using (record_key) anti join plan.plan_sample using (record_key)"
    )
    assert open_ends == []
    (shown,) = road.rows("select count(*) from review.review_sample_coverage where is_covered")[0]
    assert shown > max(seen_by_chance(road))
    # whatever can be seen is seen, or the sample is full; whatever is not has a reason
    assert (
        road.rows(
            "select feature_kind, feature from review.review_sample_coverage"
            " where not is_covered and (why_not is null or (why_not like 'no room%' and ? < 250))",
            size,
        )
        == []
    )


def test_the_sample_beats_chance(planned):
    """More features than any of a hundred random samples of its size; closed; 100 to 300."""
    assert_sample(planned)


def test_the_sample_is_the_same_every_time(planned):
    """A rebuild of the same data chooses the same records."""
    before = planned.rows("select * from plan.plan_sample order by all")
    planned.build("--select", "plan_sample_features+", "--indirect-selection", "empty")
    assert planned.rows("select * from plan.plan_sample order by all") == before
