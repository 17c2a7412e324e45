"""The road under every fault profile, two commands at once, and the pace under a hidden limit."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from sandbox.fault_profiles import PROFILES
from tests.journeys.frozen import Frozen, exactly_once
from tests.journeys.road import Road

pytestmark = pytest.mark.journey

#: what the issue asks a sandbox to be able to do, and the settings that do it
ASKED = {
    "a hidden limit that changes": ("rate", "rate_factors", "retry_after"),
    "5xx before the effect": ("error_before",),
    "the effect, then a dropped connection, a timeout, a 500": (
        "lost_drop", "lost_timeout", "lost_500",
    ),
    "an effect that comes late": ("late_commit",),
    "heavy-tailed latency": ("tail",),
    "malformed and truncated bodies": ("malformed", "truncated"),
    "200 with an error body": ("error_body",),
    "pages that shift, and people at work": ("disturb",),
    "a lying total": ("lying_total",),
    "connections reset": ("reset_before",),
    "an attachment cut midway": ("cut_file",),
    "credentials that expire": ("expire_after",),
}  # fmt: skip
MOST_RERUNS = 8


@pytest.fixture
def road(frozen: Frozen) -> Iterator[Frozen]:
    """The signed plan, nothing but its sample loaded."""
    yield frozen.thaw()
    frozen.stop()


def elsewhere(road: Frozen) -> Road:
    """The same systems seen from another data folder."""
    other = Road(road.folder / "second")
    other.env = {**road.env, "DATA_DIR": str(other.data)}
    return other


def people(road: Road) -> set[str]:
    """Give the ids of people that the newest extraction landed."""
    files = max((road.data / "raw" / "visual_practice").glob("2*")) / "people" / "*.parquet"
    rows = duckdb.execute("select distinct id from read_parquet(?)", [str(files)]).fetchall()
    return {row[0] for row in rows}


def test_every_fault_that_was_asked_for_exists():
    """Each is in a profile of its own kind, switched on; what is not asked for is not here."""
    for what, settings in ASKED.items():
        for setting in settings:
            default = getattr(PROFILES["none"], setting)
            assert any(getattr(p, setting) != default for p in PROFILES.values()), (what, setting)


@pytest.mark.parametrize("profile", sorted(PROFILES.keys() - {"none"}))
def test_the_road_survives(road, profile):
    """Extract and apply end well, rerun where they say so; every planned record once, none lost."""
    other = elsewhere(road)
    road.faults(profile)
    commands = {"extract": (other, "visual-practice"), "load": (road, "apply")}
    for rerun in range(MOST_RERUNS):  # noqa: B007 - told below
        running = {name: on.start(name, rest) for name, (on, rest) in commands.items()}
        for name, process in running.items():
            said, _ = process.communicate(timeout=300)
            assert "Traceback" not in said, said[-3000:]
            assert process.returncode in (0, 1, 2, 3), said[-3000:]
            if process.returncode in (0, 1) and (name == "extract" or not _in_doubt(road)):
                del commands[name]
            elif process.returncode == 2:
                assert "credentials" in said, said[-2000:]
                road.faults("none")  # the administrator renewed them
        if not commands:
            break
    assert not commands, f"{list(commands)} did not end in {MOST_RERUNS} runs"
    road.faults("none")
    print(f"{profile}: {rerun} rerun(s), {exactly_once(road)}")
    # whoever works meanwhile changes records, but deletes and hides none
    assert people(other) >= people(road)


def _in_doubt(road: Frozen) -> bool:
    return bool(road.audited("select * from open_writes"))


def test_two_at_once(road):
    """Over one folder a second command is told who is at work; kill -9 leaves no lock behind."""
    road.faults(replaced(latency=0.3), "NUTSHELL")
    first = road.start("load", "apply")
    try:
        until = time.monotonic() + 20
        while not (road.data / "lock.holder").exists():
            assert time.monotonic() < until and first.poll() is None
            time.sleep(0.05)
        before = road.write_calls()
        for second in (("load", "apply"), ("load", "rollback"), ("load", "plan"),
                       ("extract", "visual-practice"), ("extract", "nutshell")):  # fmt: skip
            said = road.run(*second, expect=2)
            assert f"`load apply` (pid {first.pid}, since " in said
            assert len(said.strip().splitlines()) == 1, said
        assert first.poll() is None and road.write_calls() >= before
    finally:
        first.send_signal(signal.SIGKILL)
        first.communicate()
    road.faults("none")
    road.run("extract", "nutshell")  # at once: the lock died with its holder
    road.run("load", "apply")
    exactly_once(road)


def replaced(**settings: float) -> dict[str, object]:
    """A profile of one fault."""
    replace(PROFILES["none"], **settings)  # a setting that does not exist is an error
    return {"profile": "none", **settings}
