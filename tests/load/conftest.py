"""Fixtures of the load's tests: a Nutshell put back before each test, and a project for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from load.audit.chain import broken_links
from load.audit.states import unknown_steps
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
def project(tmp_path: Path, sandbox: Sandbox) -> Iterator[Project]:
    """A project; whatever a test does, its writes go through life as the table says."""
    made = make_project(tmp_path, sandbox)
    yield made
    with suppress(sqlite3.Error):  # damaged by the test itself
        audit = made.audit()
        if not list(broken_links(audit.connection)):
            assert list(unknown_steps(audit)) == []
        audit.close()


@pytest.fixture
def loaded(project: Project) -> Callable[..., Project]:
    """Bring a project to where its full load may begin."""

    def prepare(**sizes: int) -> Project:
        small_practice(project, **sizes)
        return approved(project)

    return prepare
