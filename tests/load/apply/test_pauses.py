"""A Nutshell that asks for a pause: waited for where it is short, come back to where it is long."""

import re

import pytest

from tests.load.apply.test_road import markers, planned, through_sample


def test_a_pause_of_a_day_ends_the_load(loaded, sandbox):
    """Exit 3 at once, and when to come back; the same command goes on then, each record once."""
    project = through_sample(loaded(people=10))
    sandbox.faults({"rate": 0.001, "burst": 25, "retry_after": "86400"})
    said = project.quick("apply", code=3)  # who held to it would be here tomorrow
    assert re.search(r"Nutshell asks for no calls before \d{4}-\d\d-\d\d \d\d:\d\d UTC", said)
    sandbox.faults("none")
    assert len(markers(sandbox)) < len(planned(project))
    project.quick("apply")
    assert markers(sandbox) == planned(project)


@pytest.mark.parametrize("nonsense", ["inf", "-7", "tomorrow"])
def test_nonsense_for_a_pause_holds_nobody(loaded, sandbox, nonsense):
    """Our own pause stands where theirs can not be read."""
    project = loaded(people=3)
    sandbox.faults({"rate": 20.0, "burst": 5, "retry_after": nonsense})
    project.quick("apply", "--sample")
    assert sandbox.control("stats")["http 429"] > 0
