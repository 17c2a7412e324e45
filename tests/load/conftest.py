"""Fixtures of the load's tests: a Nutshell put back before each test, and a project for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.load.imitated import Sandbox, serve
from tests.load.practice import small_practice
from tests.load.project import Project, approved, make_project
from tests.waiting import STEP


@pytest.fixture(scope="session")
def served_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    made, process = serve(tmp_path_factory.mktemp("sandbox"), "--only", "nutshell")
    yield made
    process.terminate()
    process.wait(STEP)


@pytest.fixture
def sandbox(served_sandbox: Sandbox) -> Sandbox:
    served_sandbox.reset()
    return served_sandbox


@pytest.fixture
def project(tmp_path: Path, sandbox: Sandbox) -> Project:
    return make_project(tmp_path, sandbox)


@pytest.fixture
def loaded(project: Project) -> Callable[..., Project]:
    """Bring a project to where its full load may begin."""

    def prepare(**sizes: int) -> Project:
        small_practice(project, **sizes)
        return approved(project)

    return prepare
