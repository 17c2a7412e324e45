"""
Whether the last `dbt build` may be trusted: whole, without failures, of this text, of this audit.

Not a build: dbt's own artefacts are read, nothing is run.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from common.errors import GateRefused
from common.paths import PROJECT_ROOT

BUILD = "Run `dbt build`, then `load plan` again."
FINE = ("success", "pass", "warn", "no-op")


@dataclass(frozen=True, slots=True)
class Build:
    """What `plan.plan_build` says of the build that the warehouse came from."""

    invocation_id: str
    audit_version: int


def target_folder() -> Path:
    """Give dbt's folder of artefacts."""
    folder = Path(os.environ.get("DBT_TARGET_PATH") or "target")
    return folder if folder.is_absolute() else PROJECT_ROOT / folder


def check_build(
    build: Build, *, audit_version: int, audit_changed_at: str | None, seeds: Path
) -> None:
    """Raise GateRefused, with the way out, where a plan must not be frozen from this build."""
    if build.audit_version != audit_version:
        raise GateRefused(
            f"The warehouse knows the audit up to write {build.audit_version}, and the audit is at"
            f" {audit_version}. {BUILD}"
        )
    results = _artefact("run_results.json")
    if results["metadata"]["invocation_id"] != build.invocation_id:
        raise GateRefused(f"The last dbt command was not the build of this warehouse. {BUILD}")
    _check_whole(results)
    started = results["metadata"].get("invocation_started_at")
    if started and audit_changed_at and _time(started) < _time(audit_changed_at):
        raise GateRefused(f"The audit went on while the warehouse was built. {BUILD}")
    if stale := stale_files(_artefact("manifest.json"), seeds):
        raise GateRefused(f"Changed since the build: {_some(stale)}. {BUILD}")


def _artefact(name: str) -> dict[str, Any]:
    try:
        content: dict[str, Any] = orjson.loads((target_folder() / name).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        raise GateRefused(f"dbt's {name} is not there or not whole. {BUILD}") from None
    return content


def _check_whole(results: dict[str, Any]) -> None:
    arguments = results.get("args", {})
    if arguments.get("which", "build") != "build":
        raise GateRefused(f"The last dbt command was no build. {BUILD}")
    if arguments.get("select") or arguments.get("exclude") or arguments.get("selector"):
        raise GateRefused(f"The last build was of a selection. {BUILD}")
    bad = [
        result["unique_id"].split(".")[2]
        for result in results["results"]
        if result["status"] not in FINE
    ]
    if bad:
        raise GateRefused(f"The last build failed at {_some(bad)}. Mend it and build again.")


def stale_files(manifest: dict[str, Any], seeds: Path) -> list[str]:
    """Name models, seeds and macros whose text is not the one that was built."""
    stale = set()
    built = set()
    for node in manifest["nodes"].values():
        if node["resource_type"] not in ("model", "seed"):
            continue
        path = _place(node["original_file_path"])
        built.add(path.resolve())
        checksum = node["checksum"]
        if checksum["name"] == "sha256" and checksum["checksum"] not in _checksums(path):
            stale.add(node["original_file_path"])
    for macro in manifest["macros"].values():
        path = PROJECT_ROOT / macro["original_file_path"]
        if macro["package_name"] != manifest["metadata"]["project_name"]:
            continue
        if not path.is_file() or macro["macro_sql"].strip() not in path.read_text("utf-8"):
            stale.add(macro["original_file_path"])
    folders = ((PROJECT_ROOT / "models", "*.sql"), (_place(str(seeds)), "*.csv"))
    for folder, pattern in folders:
        stale |= {p.name for p in folder.rglob(pattern) if p.resolve() not in built}
    return sorted(stale)


def _place(path: str) -> Path:
    return Path(path) if Path(path).is_absolute() else PROJECT_ROOT / path


def _checksums(path: Path) -> set[str]:
    """Give the checksums that dbt may have taken of a file: of its text, stripped or as it is."""
    if not path.is_file():
        return set()
    content = path.read_bytes()
    text = content.decode("utf-8", "replace")
    return {hashlib.sha256(c).hexdigest() for c in (content, text.strip().encode(), text.encode())}


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
