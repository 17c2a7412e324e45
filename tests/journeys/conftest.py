"""
One practice, loaded once with the real commands; every journey starts from a copy of a stage.

The copies share the ports (plans and links name the address), so that one is served at a time.
"""

import re
import shutil
import signal
import socket
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.journeys.frozen import Frozen
from tests.journeys.meetings import seed_lines
from tests.journeys.reader import Reader
from tests.journeys.road import Road, copy_project
from tests.journeys.worked import Worked, write_notes
from tests.waiting import STEP, wait_until

SIZE = 200  # people: about 1,000 records
UNUSED = "Nurturing"  # a status that the maps know and no record has yet


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def settle_maps(road):
    """Do the mapper's work: append each line that preflight asks for, and tell if any."""
    mends = road.rows(
        "select distinct mend from preflight.preflight_blockers"
        " where blocker_class in ('unmapped_value', 'unmapped_field')"
    )
    for (mend,) in mends:
        name, line = re.fullmatch(r"append to seeds/value_maps/(\S+): (.*)", mend, re.S).groups()
        append(road, name, line)
    return bool(mends)


def decide_duplicates(road):
    """Do a human's work: call two organizations one, of which the one that stands has children."""
    found = duckdb.sql(
        f"""
        with organizations as (
            select id, coalesce(parent_id, '') as parent_id
            from read_parquet('{road.data}/raw/visual_practice/2*/organizations/*.parquet')
            where deleted_at is null
        ),
        roots as (
            select id, id in (select parent_id from organizations) as has_children
            from organizations where parent_id = ''
        )
        select max(id) filter (where has_children), max(id) filter (where not has_children)
        from roots
        """  # noqa: S608
    )
    ((survivor, other),) = found.fetchall()
    line = f"organizations,{survivor},{other},merge,<your name>,<date>,"
    append(road, "duplicate_decisions.csv", line, folder="policies")


CAPS = {"contacts,contacts,": "50", "open_leads,leads,": "30"}


@contextmanager
def capped(road):
    """Let the account's contract allow less than the practice has, as long as the body takes."""
    path = road.project / "seeds" / "reference" / "limits.csv"
    text = path.read_text()
    for line, most in CAPS.items():
        assert f"\n{line}," in text
        path.write_text(path.read_text().replace(f"\n{line}", f"\n{line}{most}"))
    try:
        yield
    finally:
        path.write_text(text)


def append(road, name, line, folder="value_maps"):
    with (road.project / "seeds" / folder / name).open("a") as seed:
        seed.write(line.replace("<your name>", "demo").replace("<date>", "2026-11-22") + "\n")


@dataclass
class Settled:
    """A copy of the project whose maps a test may settle."""

    project: Path

    @staticmethod
    def settle(road):
        settle_maps(road)


@pytest.fixture
def settled_project(tmp_path):
    """A copy of the project of one's own."""
    return Settled(copy_project(tmp_path / "project"))


class Stages:
    """The stages of one road, each a folder that can be copied and served again."""

    def __init__(self, folder):
        self.folder = folder
        self.project = copy_project(folder / "project")
        self.ports = ("--port-visual-practice", free_port(), "--port-nutshell", free_port())
        self.work = folder / "work"
        self.road = Road(self.work, project=self.project)
        self.said = {}
        self.bill = {}  # what the plan foretells: calls by method
        self.calls = Counter()  # what Nutshell counted from the signature to the end
        self.sample_bill = {}  # the same two for the sample alone
        self.sample_calls = Counter()
        self.fingerprint = ""
        self.copies = 0

    def serve(self, road):
        road.serve("--size", str(SIZE), *self.ports)

    def keep(self, stage):
        """Stop the sandbox, keep everything under the stage's name, and go on."""
        self.calls.update(self.road.control("stats"))
        self.road.stop()
        shutil.copytree(self.work, self.folder / stage, symlinks=True)
        self.serve(self.road)

    @contextmanager
    def at(self, stage):
        """Serve a copy of a stage; the project's text is put back afterwards."""
        self.copies += 1
        place = self.folder / f"copy-{self.copies}"
        shutil.copytree(self.folder / stage, place, symlinks=True)
        road = Road(place, project=self.project)
        kept = self.folder / f"text-{self.copies}"
        for name in ("models", "seeds"):
            shutil.copytree(self.project / name, kept / name)
        self.serve(road)
        try:
            yield road
        finally:
            road.stop()
            for name in ("models", "seeds"):
                shutil.rmtree(self.project / name)
                shutil.move(kept / name, self.project / name)
            shutil.rmtree(place)


@pytest.fixture(scope="session")
def stages(tmp_path_factory):
    """`open_gates`, `sampled` (loaded and read back, not reviewed), `loaded` (all of it)."""
    made = Stages(tmp_path_factory.mktemp("road"))
    road = made.road
    for name, target in (("status", "Working"), ("milestone", "Working"), ("outcome", "")):
        append(road, f"lead_{name}.csv", f"{UNUSED},{target},1,,<your name>,<date>,")
    for name, lines in seed_lines().items():
        for line in lines:
            append(road, name, line, folder="")
    made.serve(road)
    try:
        write_notes(road)
        made.fingerprint = road.fingerprint()
        road.run("extract", "visual-practice")
        road.run("extract", "nutshell")
        road.run("extract", "rates")
        decide_duplicates(road)
        with capped(road):
            road.build()
            if settle_maps(road):
                road.build()
        made.keep("open_gates")
        road.run("load", "fields", "--create", "--by", "demo")
        made.said["fields again"] = road.run("load", "fields", "--create", "--by", "demo")
        road.run("extract", "nutshell")
        road.build()
        made.said["plan"] = road.run("load", "plan")
        for name, column in (("bill", "calls"), ("sample_bill", "calls_in_sample")):
            query = f"select method, {column} from preflight.preflight_bill where is_write"  # noqa: S608
            setattr(made, name, dict(road.rows(query)))
        made.calls = Counter()
        made.calls.subtract(road.control("stats"))
        road.run("load", "approve", "--by", "demo")
        road.run("load", "apply", "--sample")
        road.run("load", "verify")
        made.keep("sampled")
        made.sample_calls = Counter(made.calls)
        road.run("load", "approve", "--sample-reviewed", "--by", "demo")
        made.said["apply"] = road.run("load", "apply")
        made.said["plan of an old warehouse"] = road.run("load", "plan", expect=2)
        made.said["verify"] = road.verify_tested()
        made.keep("loaded")
    finally:
        road.stop()
    yield made
    shutil.rmtree(made.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def delta(stages):
    """`delta`: both sides went on working after the load, and one `load delta` ran; what it did."""
    with stages.at("loaded") as road:
        told = Worked(road)
        told.both_sides()
        told.before = road.write_calls()
        reader = Reader(road.data / "review.duckdb")
        first = road.start("load", "delta")
        told.second = second_one(road, first)
        told.said, _ = first.communicate(timeout=STEP)
        told.code = first.returncode
        told.review_is_replaced, told.reader_reads_on = reader.is_replaced(), reader.reads_on()
        told.calls = road.write_calls() - told.before
        if told.code in (0, 1):
            told.read(road)
            road.stop()
            shutil.copytree(road.folder, stages.folder / "delta", symlinks=True)
    return told


def second_one(road, first):
    """Start a delta while another is at work, held still meanwhile; return what it says."""
    wait_until((road.data / "lock.holder").exists, first)
    first.send_signal(signal.SIGSTOP)
    try:
        return road.run("load", "delta", expect=0)
    finally:
        first.send_signal(signal.SIGCONT)


@pytest.fixture
def loaded(stages):
    """A practice whose plan is applied and read back."""
    with stages.at("loaded") as road:
        yield road


@pytest.fixture(scope="session")
def frozen(tmp_path_factory):
    """A smaller practice as far as a signed plan, for many short loads; `thaw()` starts over."""
    road = Frozen(tmp_path_factory.mktemp("frozen"))
    yield road
    road.stop()
