"""`load status` beside a process at work: counts, rate and time to go; and progress in a pipe."""

import re
import signal
from types import SimpleNamespace

import pytest

from tests.load.apply.test_road import planned, sign_sample, through_sample
from tests.waiting import STEP, wait_until

AT_WORK = re.compile(
    r"`load (?P<command>[a-z -]+)` at work: (?P<done>[\d,]+) of (?P<all>[\d,]+) (writes|records)"
    r" done, (?P<rate>[\d.,]+)/s, about (?P<eta>\d+ (s|min)|[\d.]+ h) to go"
)
#: what comes after some calls waits, so that there is something to look at for as long as it takes
HELD = {"hold_after": 12, "only_writes": True}


def begun(project, sandbox, process, counts="outcomes"):
    """Wait until a command has done something, and waits."""
    before = rows(project, counts)
    sandbox.wait_for_held(process)
    wait_until(lambda: rows(project, counts) >= before + 3, process)


def rows(project, table):
    audit = project.audit()
    try:
        return audit.value(f"select count(*) from {table}")  # noqa: S608 - ours
    finally:
        audit.close()


@pytest.mark.parametrize("command", ["apply --sample", "apply", "rollback"])
def test_status_tells_how_far_a_load_is(loaded, sandbox, command, monkeypatch):
    """Each command that takes long: how many of how many, how fast, and how long yet."""
    project = loaded(people=24)
    if command != "apply --sample":
        through_sample(project)
    if command == "rollback":
        project.quick("apply")
    sandbox.faults(HELD)
    process = project.start(*command.split())
    begun(project, sandbox, process, "reversals" if command == "rollback" else "outcomes")
    monkeypatch.setattr("load.status.WINDOW", STEP)  # however long ago it did something
    told = AT_WORK.search(project.quick("status"))
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    sandbox.faults("none")
    process.communicate(timeout=STEP)
    assert told, project.quick("status")
    assert told["command"] == command
    assert 0 < int(told["done"]) < int(told["all"]) <= 2 * len(planned(project))
    assert "at work" not in project.quick("status")


def test_watch_goes_on_until_the_load_ends(loaded, sandbox, monkeypatch):
    """A line every moment, counting up, and then the command ends by itself."""
    project = loaded(people=30)
    monkeypatch.setattr("load.status.WINDOW", STEP)
    sandbox.faults(HELD)
    load = project.start("apply", "--sample")
    begun(project, sandbox, load)
    pauses = []

    def pause(seconds):
        pauses.append(seconds)
        if len(pauses) == 3:
            sandbox.faults("none")
            assert load.wait(STEP) == 0

    monkeypatch.setattr("load.status.time", SimpleNamespace(sleep=pause))
    said = project.quick("status", "--watch")
    assert len(pauses) == 3
    told = list(AT_WORK.finditer(said))
    assert told
    done = [int(match["done"]) for match in told]
    assert done == sorted(done)


def test_a_killed_load_is_not_at_work(loaded, sandbox):
    """After kill -9 the audit still says running: status says what to do, and does not wait."""
    project = loaded(people=10)
    sandbox.faults(HELD)
    process = project.start("apply", "--sample")
    begun(project, sandbox, process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.communicate()
    sandbox.faults("none")
    said = project.quick("status", "--watch")
    assert "`load apply --sample` was killed" in said and "at work" not in said


def test_progress_in_a_pipe_is_plain_lines(loaded, sandbox, monkeypatch):
    """Where nobody sees a bar there are lines with count, rate and time to go; no control codes."""
    monkeypatch.setattr("common.console.PLAIN_LINE_EVERY", 0.2)
    project = loaded(people=20)
    project.quick("apply", "--sample")
    sign_sample(project)
    sandbox.faults({"profile": "slow", "latency": 0.1})
    said = project.quick("apply")
    lines = [line for line in said.splitlines() if line.startswith("Loading:")]
    assert lines and all(
        re.fullmatch(r"Loading: [\d,]+ of [\d,]+, [\d,]+/s, about \d+ s to go", line)
        for line in lines
    ), said
    assert "\x1b" not in said and "\r" not in said
