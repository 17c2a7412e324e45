"""A Nutshell that asks for a pause: waited for where it is short, come back to where it is long."""

import re
import signal

import pytest

from tests.load.apply.test_road import markers, planned, through_sample
from tests.waiting import STEP, wait_until


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


def test_ctrl_c_is_heard_in_a_pause_and_twice_ends_at_once(loaded, sandbox):
    """A pause of fifteen minutes is left; asked again, calls that nobody answers are, too."""
    project = through_sample(loaded(people=10))
    sandbox.faults({"rate": 0.001, "burst": 25, "retry_after": "890"})
    waiting = project.start("apply")
    wait_until(lambda: sandbox.control("stats").get("http 429"), waiting)
    waiting.send_signal(signal.SIGINT)
    _, err = waiting.communicate(timeout=600)  # who held to the pause would need longer
    assert waiting.returncode == 130, err
    assert "Traceback" not in err
    sandbox.faults({"hold_after": 3, "only_writes": True})
    held = project.start("apply")
    try:
        sandbox.wait_for_held(held)
        held.send_signal(signal.SIGINT)
        assert "Ctrl-C again" in held.stderr.readline()
        held.send_signal(signal.SIGINT)
        _, err = held.communicate(timeout=STEP)
    finally:
        sandbox.faults("none")
    assert held.returncode == 130, err
    assert "Traceback" not in err
    project.quick("apply")
    assert markers(sandbox) == planned(project)
