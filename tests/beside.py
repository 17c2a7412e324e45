"""Folders that are not part of the repository, and stand beside it or above it where they stand."""

import os
from pathlib import Path

import pytest

_ABOVE = Path(__file__).resolve().parents


def find_beside(variable: str, place: str, proof: str) -> Path:
    """
    Return the folder that a variable names, else `place` beside the project or above it.

    `proof` is a file that tells the right folder. Skips where there is none; a variable that names
    another folder is a mistake, and fails.
    """
    if named := os.environ.get(variable):
        if not (Path(named) / proof).exists():
            pytest.fail(f"{variable} names a folder without {proof}: {named}")
        return Path(named)
    for folder in _ABOVE:
        if (folder / place / proof).exists():
            return folder / place
    pytest.skip(f"no {place} beside the project: set {variable} to such a folder to run this")
