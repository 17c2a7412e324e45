"""Which objects may be fetched at all, as the policy seeds say. It decides nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.seeds import seed_rows, setting_of
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
    return Policies(
        objects={
            row["object"]: row["policy"].strip()
            for row in seed_rows(seeds / "policies" / "objects.csv")
        },
        fetch_max_bytes=int(setting_of(seeds, "file_fetch_max_bytes") or FETCH_MAX_BYTES),
    )
