"""The road under every fault profile, two commands at once, and the pace under a hidden limit."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace

import duckdb
import pytest

from sandbox.fault_profiles import PROFILES
from sandbox.faults import ONE_OF
from tests.journeys.frozen import SYSTEMS, Frozen, exactly_once
from tests.journeys.road import Road
from tests.waiting import STEP, wait_until

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
    "a clock that is wrong": ("clock_seconds",),
}  # fmt: skip
MOST_RERUNS = 8
#: of the calls: so few are made here that a rarer fault may meet none of them
LEAST_OF_ALL, LEAST = 0.04, {"cut_file": 0.3, "lying_total": 0.3}
TWICE = "from preflight.preflight_duplicates_in_nutshell"
ENTITIES = {
    "account": "Accounts", "contact": "Contacts", "lead": "Leads", "activity": "Activities",
}  # fmt: skip


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


@pytest.mark.parametrize("profile", sorted(PROFILES.keys() - {"none", "too_late"}))
def test_the_road_survives(road, profile):
    """Extract and apply end well, rerun where they say so; each record once, each fault struck."""
    other = elsewhere(road)
    road.faults(stronger(profile))
    commands = {"extract": (other, "visual-practice"), "load": (road, "apply")}
    for rerun in range(MOST_RERUNS):  # noqa: B007 - told below
        running = {name: on.start(name, rest) for name, (on, rest) in commands.items()}
        for name, process in running.items():
            said, _ = process.communicate(timeout=STEP)
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
    struck = sum((Counter(road.control("stats", system=s)) for s in SYSTEMS), Counter())
    missed = [name for name in wanted(profile) if not struck[name]]
    assert not missed, f"{profile} never met {missed}: {struck}"
    road.faults("none")
    met = {name: struck[name] for name in wanted(profile)}
    print(f"{profile}: {rerun} rerun(s), {exactly_once(road)}, {met}")
    # whoever works meanwhile changes records, but deletes and hides none
    assert people(other) >= people(road)
    print(f"{humans_words_stand(road)} human edits stand")


def stronger(profile: str) -> dict[str, object]:
    """Give a profile whose faults strike a road as short as this one, and hang no longer."""
    settings = asdict(PROFILES[profile])
    for name in (*ONE_OF, "disturb", "tail"):
        if settings[name]:
            settings[name] = max(settings[name], LEAST.get(name, LEAST_OF_ALL))
    for name, most in (("hang_seconds", 1.0), ("rate", 20.0), ("burst", 3.0)):
        settings[name] = min(settings[name], most)
    return settings


def wanted(profile: str) -> list[str]:
    """Name the counters that a profile moves; steady slowness has none."""
    settings = asdict(PROFILES[profile])
    names = [f"fault {name}" for name in (*ONE_OF, "disturb", "tail") if settings[name]]
    return (
        names
        + ["http 429"] * bool(settings["rate"])
        + ["http 401"] * bool(settings["expire_after"])
    )


def humans_words_stand(road: Road) -> int:
    """Assert that what people last wrote into Nutshell meanwhile is there; give how many did."""
    last = {(e["entity"], e["id"], e["field"]): e["value"] for e in road.control("edits")}
    for (entity, number, field), value in last.items():
        record = road.rpc(f"get{entity[:-1]}", **{f"{entity[:-1].lower()}Id": number})
        shown = record.get(field) or None
        assert shown == value, f"{entity} {number}: a human's {field} was overwritten"
    return len(last)


def test_a_commit_too_late_for_any_look_is_named_and_taken_back(road):
    """
    What comes after the second look stands there twice: `load verify` names both, a gate closes.

    No key of Nutshell's forbids it. `load rollback --extras`, which the mend names, takes back
    what nobody worked on; then each planned record is there once, and the gate is open.
    """
    road.env["NUTSHELL_LATE_SECONDS"] = "0.5"
    road.faults({"profile": "too_late", "late_seconds": 3600.0}, "NUTSHELL")
    road.run("load", "apply")
    assert road.control("stats")["fault late_commit"] > 5
    road.faults("none")
    road.control("late", {})  # all that is still under way
    marked, held = road.marked(), road.held()
    assert set(marked) == road.planned()
    doubled = {key: set(ids) for key, ids in marked.items() if len(ids) > 1}
    assert doubled, "no commit was late enough"

    said = road.run("load", "verify", expect=0)
    assert "More than once in Nutshell" in said and "`load rollback --extras --preview`" in said
    named = set(road.rows(f"select record_key, nutshell_id, keep_id, kind {TWICE}"))
    assert {(key, extra, keep) for key, extra, keep, _ in named} == {
        (key, extra, held[key]) for key, ids in doubled.items() for extra in ids - {held[key]}
    }
    road.run("load", "plan")
    said = road.run("load", "approve", "--by", "demo", expect=2)
    assert "duplicate_in_nutshell" in said and "load rollback --extras --preview" in said

    worked_on = next((row for row in named if row[3] != "activity"), next(iter(named)))
    entity = ENTITIES[worked_on[3]]
    edit = {"fields": {"description": "A human's words"}}
    road.control("edit", {"entity": entity, "id": worked_on[1], **edit})
    known, calls = road.held(), road.write_calls()
    preview = road.run("load", "rollback", "--extras", "--preview")
    assert road.write_calls() == calls
    said = road.run("load", "rollback", "--extras", expect=0)
    assert buckets(said) == buckets(preview)
    kept = f"{worked_on[0]}, extra {worked_on[3]} {worked_on[1]}"
    for told in (preview, said):
        assert [line for line in told.splitlines() if line.startswith("kept: ")] == [
            line for line in told.splitlines() if f"kept: {kept} description (edited since" in line
        ]
    assert road.held() == known
    assert road.marked() == {
        key: sorted([held[key], worked_on[1]]) if key == worked_on[0] else [held[key]]
        for key in marked
    }
    gone = road.audited("select nutshell_id from reversals where outcome = 'reversed'")
    assert sorted(row[0] for row in gone) == sorted(e for _, e, *_ in named - {worked_on})

    road.control("edit", {"entity": entity, "id": worked_on[1], "delete": True})
    assert road.marked() == {key: [held[key]] for key in marked}
    assert not _in_doubt(road)
    road.run("extract", "nutshell")
    road.build("--select", "int_markers_held", "preflight_duplicates_in_nutshell",
               "preflight_blockers")  # fmt: skip
    assert road.value(f"select count(*) {TWICE}") == 0
    gates = "from preflight.preflight_blockers where blocker_class = 'duplicate_in_nutshell'"
    assert road.value(f"select count(*) {gates}") == 0
    road.run("load", "rollback", expect=0)
    assert road.fingerprint() == road.untouched


def buckets(said: str) -> list[str]:
    """Read the rows of the table that a rollback or its preview prints."""
    return [line for line in said.splitlines() if line.startswith("│")]


def _in_doubt(road: Frozen) -> bool:
    return bool(road.audited("select * from open_writes"))


def test_two_at_once(road):
    """Over one folder a second command is told who is at work; kill -9 leaves no lock behind."""
    road.faults(replaced(hold_after=20, only_writes=True), "NUTSHELL")
    first = road.start("load", "apply")
    try:
        wait_until(lambda: road.control("stats").get("held"), first)
        before = road.write_calls()
        for second in (("load", "apply"), ("load", "rollback"), ("load", "plan"),
                       ("extract", "visual-practice"), ("extract", "nutshell")):  # fmt: skip
            said = road.run(*second, expect=2)
            assert f"`load apply` (pid {first.pid}, since " in said
            assert len(said.strip().splitlines()) == 1, said
        assert first.poll() is None and road.write_calls() == before
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
