"""
One practice, loaded once with the real commands; every journey starts from a copy of a stage.

The copies share the ports (plans and links name the address), so that one is served at a time.
"""

import re
import shutil
import socket
from contextlib import contextmanager

import pytest

from tests.journeys.road import Road, copy_project

SIZE = 200  # people: about 1,000 records
UNUSED = "Nurturing"  # a status that the maps know and no record has yet


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def settle_maps(road):
    """Do the reviewer's work: append each line that preflight asks for, with a target."""
    for (mend,) in road.rows(
        "select distinct mend from preflight.preflight_blockers"
        " where blocker_class in ('unmapped_value', 'unmapped_field')"
    ):
        name, line = re.fullmatch(r"append to seeds/value_maps/(\S+): (.*)", mend, re.S).groups()
        value = line.split(",<target>")[0].rsplit(",", 1)[-1]
        target = {
            "deal_milestone.csv": "Proposal",
            "lead_milestone.csv": "New",
            "deal_outcome.csv": "",
            "lead_outcome.csv": "",
            "lead_status.csv": "New",
            "deal_stage.csv": "Proposal",
        }.get(name, value)
        if name == "fields.csv":
            line = line.replace("<target>,<type>,map", ",,leave_out")
        append(road, name, line.replace("<target>", target))


def append(road, name, line):
    with (road.project / "seeds" / "value_maps" / name).open("a") as seed:
        seed.write(line.replace("<your name>", "demo").replace("<date>", "2026-11-22") + "\n")


class Stages:
    """The stages of one road, each a folder that can be copied and served again."""

    def __init__(self, folder):
        self.folder = folder
        self.project = copy_project(folder / "project")
        self.ports = ("--port-visual-practice", free_port(), "--port-nutshell", free_port())
        self.work = folder / "work"
        self.road = Road(self.work, project=self.project)
        self.said = {}
        self.fingerprint = ""
        self.copies = 0

    def serve(self, road):
        road.serve("--size", str(SIZE), *self.ports)

    def keep(self, stage):
        """Stop the sandbox, keep everything under the stage's name, and go on."""
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
    made.serve(road)
    try:
        made.fingerprint = road.fingerprint()
        road.run("extract", "visual-practice")
        road.run("extract", "nutshell")
        road.run("extract", "rates")
        road.build("--exclude-resource-type", "test")
        settle_maps(road)
        road.build("--exclude-resource-type", "test")
        made.keep("open_gates")
        road.run("load", "fields", "--create", "--by", "demo")
        made.said["fields again"] = road.run("load", "fields", "--create", "--by", "demo")
        road.run("extract", "nutshell")
        road.build()
        made.said["plan"] = road.run("load", "plan")
        road.run("load", "approve", "--by", "demo")
        road.run("load", "apply", "--sample")
        road.run("load", "verify")
        made.keep("sampled")
        road.run("load", "approve", "--sample-reviewed", "--by", "demo")
        made.said["apply"] = road.run("load", "apply")
        made.said["plan of an old warehouse"] = road.run("load", "plan", expect=2)
        made.said["verify"] = road.run("load", "verify")
        made.keep("loaded")
    finally:
        road.stop()
    yield made
    shutil.rmtree(made.folder, ignore_errors=True)


@pytest.fixture
def loaded(stages):
    """A practice whose plan is applied and read back."""
    with stages.at("loaded") as road:
        yield road
