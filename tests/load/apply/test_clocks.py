"""Nutshell's clock is 20 minutes behind: what it made is found by it all the same, and once."""

import pytest

from tests.load.apply.test_road import markers, planned
from tests.load.practice import small_practice
from tests.load.project import approved

LOST = {"lost_drop": 0.4, "only_writes": True}


@pytest.mark.parametrize("seconds", [-1200, 5400])
def test_lost_answers_by_a_wrong_clock(project, sandbox, seconds):
    """The first create of a kind, for which no id is known before, and those after it."""
    sandbox.faults({"clock_seconds": seconds})
    small_practice(project, organizations=3, people=8, deals=1, activities=12, files=0)
    for row in project.warehouse["operations"]:
        row["in_sample"] = True
    approved(project)
    sandbox.faults(LOST | {"clock_seconds": seconds})
    project.quick("apply", "--sample")
    assert sandbox.control("stats")["fault lost_drop"] > 2
    assert markers(sandbox) == planned(project)
    sandbox.faults("none")
    assert "kept" not in project.quick("rollback")
    assert markers(sandbox) == []
