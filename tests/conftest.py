"""Fixtures that every test may use."""

from pathlib import Path

import pytest

from tests.beside import find_beside


@pytest.fixture(scope="session")
def practice_folder() -> Path:
    """The real practice's export folder: read only; the test is skipped where it is absent."""
    return find_beside("PRACTICE_DIR", "shared/practice", "metadata.json")
