"""Calls that take effect after we gave them up: seen within the second look, or at the next run."""

import signal

from tests.load.apply.test_road import markers, planned, through_sample
from tests.waiting import wait_until

#: given up at once, and most of them there long before anybody would make them again
LATE = {"late_commit": 0.2, "hang_seconds": 0.2, "only_writes": True}


def test_what_comes_within_the_second_look_is_there_once(loaded, sandbox):
    """An effect that comes after the client has given up, and before it looks again, is found."""
    project = through_sample(loaded(people=30))
    sandbox.faults({**LATE, "late_seconds": 0.6})
    said = project.load("apply", NUTSHELL_LATE_SECONDS="1.5")
    assert sandbox.control("stats")["fault late_commit"] > 5
    assert "settled: present" in said
    assert markers(sandbox) == planned(project)


def test_what_comes_between_two_runs_is_there_once(loaded, sandbox):
    """Settled as absent by one run and there by the next: it is looked for before it is made."""
    project = through_sample(loaded(organizations=24, people=4))
    sandbox.faults({"late_commit": 1.0, "late_seconds": 3600.0, "hang_seconds": 60.0,
                    "only_writes": True})  # fmt: skip
    process = project.start("apply")
    wait_until(lambda: sandbox.control("stats").get("fault late_commit", 0) >= 8, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    sandbox.faults("none")
    before = len(markers(sandbox))
    project.environment["NUTSHELL_LATE_SECONDS"] = "0"
    assert "settled: absent" in project.quick("apply", "--sample")  # and makes none of them
    assert len(markers(sandbox)) == before < len(planned(project))
    assert sandbox.all_come() >= 8
    assert len(markers(sandbox)) - before >= 8
    assert "settled: present" in project.quick("apply")
    assert markers(sandbox) == planned(project)


def test_how_long_is_a_number(loaded, sandbox):
    """Nonsense in the setting is refused before anything is called."""
    project = loaded(people=2)
    for nonsense in ("soon", "-1", "nan", "1e9"):
        project.environment["NUTSHELL_LATE_SECONDS"] = nonsense
        said = project.quick("apply", "--sample", code=2)
        assert "NUTSHELL_LATE_SECONDS" in said and len(said.strip().splitlines()) == 1
    assert markers(sandbox) == []
