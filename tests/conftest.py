"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest


def _find_practice() -> Path | None:
    """Look where PRACTICE_DIR says, else for `shared/practice` beside the project or above it."""
    named = os.environ.get("PRACTICE_DIR")
    places = [Path(named)] if named else []
    places += [parent / "shared" / "practice" for parent in Path(__file__).resolve().parents]
    return next((place for place in places if (place / "metadata.json").is_file()), None)


@pytest.fixture(scope="session")
def practice_folder() -> Path:
    """The real practice's export folder: read only; the test is skipped where it is absent."""
    found = _find_practice()
    if found is None:
        pytest.skip("the real practice is not here: set PRACTICE_DIR to its export folder")
    return found
