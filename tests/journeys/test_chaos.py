"""kill -9 at random instants under lost answers and late commits: every record once, none lost."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.journeys.frozen import Frozen, exactly_once
from tests.journeys.updates import drop_updates, plan_updates, updated

pytestmark = pytest.mark.journey

#: the profile of lost answers, by a clock that is 20 minutes behind ours, and slow enough that a
#: kill meets calls under way
FIRE = {
    "profile": "lost_answers",
    "clock_seconds": -1200,
    "latency": 0.03,
    "tail": 0.02,
    "tail_most": 0.5,
}
#: what can befall those who read
HAZE = {"profile": "garbled", "latency": 0.03, "reset_before": 0.03, "cut_file": 0.3, "tail": 0.02}

#: of the newest word on a write that was in doubt
SETTLED = {"done": "took effect", "reverted": "took effect", "failed": "did not, and was repeated"}


class Chaos:
    """Kills commands, counts, and compares when they are done."""

    def __init__(self, road: Frozen, kills: int, seed: int) -> None:
        self.road, self.wanted = road, kills
        self.random = random.Random(seed)
        self.kills: Counter[str] = Counter()
        self.in_doubt: set[int] = set()

    @property
    def left(self) -> int:
        return self.wanted - self.kills.total()

    def outcomes(self) -> int:
        return _ask(self.road.data / "audit.sqlite", "select count(*) from outcomes")[0][0]

    def open_writes(self) -> set[int]:
        rows = _ask(self.road.data / "audit.sqlite", "select write_id from open_writes")
        return {row[0] for row in rows}

    def until_done(self, *command: str, kills: int) -> None:
        """Start a command over and over and kill it, then let it end."""
        name = " ".join(command)
        for _ in range(kills):
            process = self.road.start(*command)
            if self.random.random() < 0.4:  # any instant at all: starting, settling, writing
                _wait(process, self.random.uniform(0.1, 4.0))
            else:  # in the midst of writing
                begun, more = self.outcomes(), self.random.randrange(1, 60)
                until = time.monotonic() + 12
                while time.monotonic() < until and self.outcomes() < begun + more:
                    if not _wait(process, 0.01):
                        break
            if process.poll() is not None:
                break
            process.send_signal(signal.SIGKILL)
            process.communicate()
            self.kills[name] += 1
            self.in_doubt |= self.open_writes()
        self.finish(*command)

    def finish(self, *command: str) -> None:
        """Run a command until it has nothing left to settle; what is in doubt may take a rerun."""
        for _ in range(6):
            said = self.road.run(*command)
            if not self.open_writes():
                return
        raise AssertionError(f"{command} leaves writes in doubt\n{said[-2000:]}")

    def extract(self, kills: int) -> None:
        """Kill an extraction into a folder of its own; then the same rows land as undisturbed."""
        env, self.road.env = self.road.env, dict(self.road.env)
        folder = self.road.folder / "second"
        self.road.env["DATA_DIR"] = str(folder)
        try:
            for _ in range(kills):
                process = self.road.start("extract", "visual-practice")
                _wait(process, self.random.uniform(0.2, 2.5))
                if process.poll() is None:
                    process.send_signal(signal.SIGKILL)
                    self.kills["extract visual-practice"] += 1
                process.communicate()
            while True:
                self.road.run("extract", "visual-practice")
                assert landed(folder) == landed(self.road.data)
                shutil.rmtree(folder)
                if not missed(self.road, "VISUAL_PRACTICE", "cut_file", "reset_before"):
                    break
        finally:
            self.road.env = env

    def report(self, figures: dict[str, int]) -> str:
        """Say what happened."""
        doubted = self.in_doubt | {
            row[0]
            for row in self.road.audited(
                "select distinct write_id from outcomes where status = 'in_doubt'"
                " or cause_class = 'in_doubt_absent'"
            )
        }
        settled: dict[str, Counter[str]] = defaultdict(Counter)
        for write_id, operation, step, status in self.road.audited(
            "select write_id, operation, step, status from writes"
        ):
            if write_id in doubted:
                what = "file" if step == "file" else operation
                settled[what][SETTLED.get(status, status)] += 1
        writes = self.road.audited("select count(*) from intents")[0][0]
        return (
            f"kills {self.kills.total()} ({json.dumps(self.kills)}) · writes {writes}"
            f" · in doubt {len(doubted)} ({json.dumps(settled)})"
            f" · records {figures['records']}"
            f" · duplicates {figures['duplicates']} · losses {figures['losses']}"
        )


def landed(data: Path) -> dict[str, set[str]]:
    """Give what the newest whole extraction landed: table → records."""
    runs = sorted((data / "raw" / "visual_practice").glob("2*"))
    found = {}
    for table in sorted(path.name for path in runs[-1].iterdir() if path.is_dir()):
        files = f"{runs[-1]}/{table}/*.parquet"
        if table == "runs" or not list((runs[-1] / table).glob("*.parquet")):
            continue
        rows = duckdb.execute(
            "select * exclude (_run_id, _extracted_at) from read_parquet(?)",
            [files],
        ).fetchall()
        found[table] = {str(row) for row in rows}
    return found


def _ask(path: Path, sql: str) -> list[tuple[int, ...]]:
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=30)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def _wait(process: subprocess.Popen[str], seconds: float) -> bool:
    """Wait, or less if the process ends; say whether it still runs."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    return False


def burn(road: Frozen, kills: int, seed: int) -> str:
    """Kill extract, apply and rollback in turns, comparing with the sandbox after each."""
    chaos = Chaos(road, kills, seed)
    road.faults(HAZE, "VISUAL_PRACTICE")
    road.faults(FIRE, "NUTSHELL")
    chaos.extract(max(3, kills // 12))
    in_turn = max(4, kills // 8)
    chaos.until_done("load", "apply", kills=in_turn)
    figures = exactly_once(road)
    turn = 0
    while chaos.left > 0:
        turn += 1
        wanted = plan_updates(road, turn)
        chaos.until_done("load", "apply", kills=min(in_turn, max(1, chaos.left // 2)))
        figures["updates"] = updated(road, wanted)
        assert exactly_once(road)["records"] == figures["records"]
        chaos.until_done("load", "rollback", kills=min(in_turn, max(1, chaos.left // 2)))
        assert road.marked() == {}
        assert road.fingerprint() == road.untouched
        assert not [path for path in (road.data / "hosted").rglob("*") if path.is_file()]
        # what was gone before its turn had been deleted by us, and the audit knows
        assert road.audited(
            "select source_object, source_id from reversals where reason = 'was gone already'"
            " except select source_object, source_id from writes"
            " where operation = 'delete' and status = 'done'"
        ) == []  # fmt: skip
        # what Nutshell held before us and nobody touched stays known as matched
        assert road.audited("select * from records where state not in ('deleted', 'matched')") == []
        drop_updates(road)
        chaos.until_done("load", "apply", kills=min(in_turn, chaos.left))
        figures |= exactly_once(road)
    assert not missed(road, "NUTSHELL", "lost_drop", "lost_500")
    road.faults("none")
    before = road.write_calls()
    road.run("load", "apply")
    assert road.write_calls() == before  # a second run writes nothing
    assert not list((road.data / "hosted").rglob("*.partial"))
    return chaos.report(figures)


def missed(road: Frozen, system: str, *faults: str) -> list[str]:
    """Name the faults that were switched on and never met."""
    told = road.control("stats", system=system)
    return [name for name in faults if not told.get(f"fault {name}")]


@pytest.fixture
def road(frozen: Frozen) -> Iterator[Frozen]:
    """The signed plan, nothing but its sample loaded."""
    yield frozen.thaw()
    frozen.stop()


def test_kills_lose_and_double_nothing(road):
    """Extract, apply and rollback killed at random; Nutshell holds the plan, each record once."""
    print(burn(road, kills=12, seed=int(os.environ.get("SEED") or 1)))


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_two_hundred_kills(road):
    """The same, 200 times: `make chaos`, `make chaos KILLS=1000 SEED=7`."""
    kills, seed = int(os.environ.get("KILLS") or 200), int(os.environ.get("SEED") or 1)
    print(f"\nseed {seed}: {burn(road, kills, seed)}")
