"""
A missing variable, wrong credentials, nobody there: one line that names what to set, no write.

Each command, on a folder where it would have work to do; `extract`'s are in tests/extract.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.load.apply.test_road import sign_sample, written
from tests.load.imitated import Sandbox, serve
from tests.load.practice import small_practice
from tests.load.project import Project, approved, make_project
from tests.waiting import STEP

SECRET = "canary-secret"
NUTSHELL = ("NUTSHELL_URL", "NUTSHELL_USERNAME", "NUTSHELL_API_KEY")
PRACTICE = ("VISUAL_PRACTICE_URL", "VISUAL_PRACTICE_TOKEN")
#: commands that call Nutshell
CALLING = (
    "fields --create --by demo",
    "apply --sample",
    "apply",
    "verify",
    "rollback",
    "rollback --preview",
    "retry --cause rejected",
)
#: commands that only need to know which account is meant
KNOWING = ("plan", "approve --by demo", "approve --sample-reviewed --by demo")
#: commands that need no system
OFFLINE = ("fields", "status")


@dataclass
class Ready:
    """A project, and the systems that it was made for."""

    project: Project
    sandbox: Sandbox
    process: subprocess.Popen[str]

    def writes(self) -> tuple[int, int]:
        """Count what was written over there, and outcomes in the audit."""
        there = self.sandbox.writes() if self.process.poll() is None else 0
        return there, written(self.project)

    def unplug(self) -> None:
        """Stop the systems: whoever calls is refused a connection."""
        self.process.terminate()
        self.process.wait(STEP)

    def refused(self, command: str, code: int, says: str, **environment: str | None) -> None:
        """Run a command in an environment changed for it; a variable that is None is not set."""
        kept, before = dict(self.project.environment), self.writes()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.delenv(name, raising=False)
                del self.project.environment[name]
                if value is not None:
                    self.project.environment[name] = value
            try:
                said = self.project.quick(*command.split(), code=code)
            finally:
                self.project.environment = kept
        assert self.writes() == before
        assert says in self.project.complaint, said
        assert len(self.project.complaint.splitlines()) == 1, said
        assert "Traceback" not in said and SECRET not in said


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    """A load of which one record was refused: every command has something to do."""
    folder = tmp_path_factory.mktemp("circumstances")
    sandbox, process = serve(folder)
    project = make_project(folder, sandbox)
    small_practice(project, organizations=2, people=6, deals=2, activities=2, files=0)
    bad = next(r for r in project.warehouse["operations"] if r["record_key"] == "organizations:1")
    bad["payload"] = json.dumps({"name": "X", "owner": {"entityType": "Users", "id": 999999}})
    approved(project)
    project.quick("apply", "--sample", code=1)
    sign_sample(project)
    project.quick("apply", code=1)
    # a delta follows a whole run, from whichever door
    export = folder / "export"
    for command in (
        ("sandbox.cli", "export", str(export), "--size", "1"),
        ("extract.cli", "visual-practice", "--from", str(export)),
    ):
        subprocess.run(
            [sys.executable, "-m", *command],
            env=project.environment, check=True, capture_output=True,
        )  # fmt: skip
    made = Ready(project, sandbox, process)
    yield made
    made.unplug()


@pytest.mark.parametrize("name", NUTSHELL)
@pytest.mark.parametrize("command", [*CALLING, *KNOWING, "delta"])
def test_a_variable_that_is_not_set(ready, command, name):
    """Exit 2; the variable is named, and that nothing else is talked to instead."""
    ready.refused(command, 2, f"{name} is not set. Set it", **{name: None})


@pytest.mark.parametrize("name", PRACTICE)
def test_a_delta_needs_both_systems(ready, name):
    """The practice's variables are asked for before anything is done, like Nutshell's."""
    ready.refused("delta", 2, f"{name} is not set. Set it", **{name: None})


def test_all_that_is_missing_is_said_at_once(ready):
    """Not one variable for each attempt."""
    ready.refused("apply", 2, " and ".join(NUTSHELL) + " are not set", **dict.fromkeys(NUTSHELL))


@pytest.mark.parametrize("command", OFFLINE)
def test_what_asks_nobody_needs_no_variable(ready, command):
    """Looking at what there is works wherever the folder is."""
    known = ready.project.environment
    offline = {name: known[name] for name in known.keys() - {*NUTSHELL, *PRACTICE}}
    done = subprocess.run(
        [sys.executable, "-m", "load.cli", command], env=offline, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", CALLING)
def test_wrong_credentials(ready, command):
    """Exit 2; the variables are named, what stands in them is not."""
    names = "Check NUTSHELL_USERNAME and NUTSHELL_API_KEY"
    ready.refused(command, 2, names, NUTSHELL_API_KEY=SECRET)


def test_a_delta_with_wrong_credentials(ready):
    """Either system's: the part that was refused says so, in a line of its own."""
    for name in ("VISUAL_PRACTICE_TOKEN", "NUTSHELL_API_KEY"):
        said = ready.project.load("delta", code=2, **{name: SECRET})
        assert len(said.strip().splitlines()) == 1, said
        assert name in said and SECRET not in said


@pytest.fixture(scope="module")
def unplugged(ready: Ready) -> Ready:
    """The same with nobody there; the last of all, since nobody comes back."""
    ready.unplug()
    return ready


@pytest.mark.parametrize("command", CALLING)
def test_nobody_there(unplugged, command, monkeypatch):
    """Exit 3; the variable that holds the address is named."""
    monkeypatch.setattr("apis.http.random.uniform", lambda *_: 0.0)  # no waiting between tries
    unplugged.refused(command, 3, "can not be reached. Check NUTSHELL_URL")


def test_a_delta_with_nobody_there(unplugged):
    """What the extraction said is said once."""
    said = unplugged.project.load("delta", code=3)
    assert len(said.strip().splitlines()) == 1, said
    assert "can not be reached. Check VISUAL_PRACTICE_URL" in said
