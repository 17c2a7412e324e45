"""What every sample must be: closed, small enough to read, and better than chance."""

import random

from tests.journeys.road import Road

DRAWS = 100


def seen_by_chance(road: Road, size: int) -> list[int]:
    """Count what as many records drawn at random show, a hundred times over."""
    shown: dict[str, set[str]] = {}
    for key, feature in road.rows(
        """
        select verdicts.record_key, features.feature_kind || ': ' || features.feature
        from plan.plan_verdicts as verdicts
        left join plan.plan_sample_features as features
            on verdicts.record_key = features.record_key and features.is_visible
        order by all
        """
    ):
        shown.setdefault(key, set()).update([feature] if feature else [])
    keys = sorted(shown)
    return [
        len(set().union(*(shown[key] for key in random.Random(draw).sample(keys, size))))
        for draw in range(DRAWS)
    ]


def assert_sample(road: Road) -> None:
    """Check a built plan's sample: size, closure, coverage, and a reason for what is missing."""
    size = road.value("select count(*) from plan.plan_sample")
    assert 100 <= size <= 300
    without = road.rows(
        """
        with needed as (
            select unnest(verdicts.depends_on) as record_key
            from plan.plan_verdicts as verdicts
            semi join plan.plan_sample as sample on verdicts.record_key = sample.record_key
        )

        select needed.record_key
        from needed
        inner join plan.plan_verdicts as verdicts
            on needed.record_key = verdicts.record_key and verdicts.bucket <> 'excluded'
        anti join plan.plan_sample as sample on needed.record_key = sample.record_key
        """
    )
    assert without == []
    covered = road.value("select count(*) from review.review_sample_coverage where is_covered")
    assert covered > max(seen_by_chance(road, size))
    missing = road.rows(
        "select feature, why_not, records_to_see from review.review_sample_coverage"
        " where not is_covered"
    )
    # what can be seen is shown while there is room; what can not has its reason
    assert all(why for _, why, _ in missing)
    assert size > 250 or not [feature for feature, _, records in missing if records]
