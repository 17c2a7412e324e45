"""Fixtures that every test may use."""

from pathlib import Path

import pytest

from tests.beside import find_beside


@pytest.fixture(scope="session")
def practice_folder() -> Path:
    """The real practice's export folder: read only; the test is skipped where it is absent."""
    return find_beside("PRACTICE_DIR", "shared/practice", "metadata.json")


#: Fixtures of a whole road: the files that start from one run in the worker that has made it.
ROADS = ("stages", "frozen")


@pytest.hookimpl(tryfirst=True)  # xdist reads the marks in this same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests in one worker, and with them the files that share a road."""
    for item in items:
        used = getattr(item, "fixturenames", ())
        shared = next((road for road in ROADS if road in used), item.path.stem)
        item.add_marker(pytest.mark.xdist_group(shared))
