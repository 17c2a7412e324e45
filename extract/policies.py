"""Which objects may be fetched at all, as the policy seeds say. It decides nothing itself."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.resources import RESOURCES

FETCH_MAX_BYTES = 1 << 30  # without a row `file_fetch_max_bytes` in policies/settings.csv


@dataclass(frozen=True)
class Policies:
    """What the seeds say of objects and files."""

    objects: dict[str, str]
    fetch_max_bytes: int

    def of(self, name: str, metadata: dict[str, Any]) -> str:
        """
        Return migrate, exclude, land_only or inventory for an object.

        An object that no row names is fetched if it is a CRM object, and excluded if any of its
        fields may hold patients' data: silence must not export claims.
        """
        if policy := self.objects.get(name):
            return policy
        if name in RESOURCES:
            return "migrate"
        return "exclude" if any(f.get("phi") for f in metadata.get("fields") or ()) else "inventory"


def read_policies(seeds: Path) -> Policies:
    """Read policies/objects.csv and the one setting that concerns files; absent files are empty."""
    settings = {row["name"]: row["value"] for row in _rows(seeds / "policies" / "settings.csv")}
    return Policies(
        objects={
            row["object"]: row["policy"].strip()
            for row in _rows(seeds / "policies" / "objects.csv")
        },
        fetch_max_bytes=int(settings.get("file_fetch_max_bytes") or FETCH_MAX_BYTES),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
