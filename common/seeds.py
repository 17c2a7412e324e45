"""Reads seeds that commands need before, or without, a warehouse. It decides nothing itself."""

from __future__ import annotations

import csv
from pathlib import Path


def seed_rows(path: Path) -> list[dict[str, str]]:
    """Return a seed's rows by their columns' names; an absent file has none."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def setting_of(seeds: Path, name: str) -> str:
    """Return a value of policies/settings.csv; empty without a row."""
    rows = seed_rows(seeds / "policies" / "settings.csv")
    return next((row["value"].strip() for row in rows if row["name"] == name), "")
