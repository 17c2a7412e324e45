"""Where things lie below DATA_DIR, who may read them, and what a run is called. Reads no data."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from common.errors import UsageError

PROJECT_ROOT = Path(__file__).resolve().parents[1]
PARTIAL = ".partial"

_RUN_MOMENT = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True)
class DataPaths:
    """The layout of one data folder, as docs/interfaces.md draws it."""

    root: Path

    @property
    def raw(self) -> Path:
        """Committed runs: raw/<source>/<run>/<table>/part-*.parquet."""
        return self.root / "raw"

    @property
    def files(self) -> Path:
        """Attachments' bodies: files/<first two>/<sha256>."""
        return self.root / "files"

    @property
    def audit(self) -> Path:
        """The loader's journal."""
        return self.root / "audit.sqlite"

    @property
    def audit_parquet(self) -> Path:
        """What SQL reads of the journal: audit/<table>.parquet."""
        return self.root / "audit"

    @property
    def plans(self) -> Path:
        """Frozen plans: plans/<digest>.parquet and .json."""
        return self.root / "plans"

    @property
    def warehouse(self) -> Path:
        """What dbt derives: disposable."""
        return self.root / "warehouse.duckdb"

    @property
    def review(self) -> Path:
        """What reviewers open."""
        return self.root / "review.duckdb"

    @property
    def review_page(self) -> Path:
        """The review to look at, made of the former."""
        return self.root / "review.html"

    @property
    def tracebacks(self) -> Path:
        """Where errors of ours came from: places in code, no contents."""
        return self.root / "tracebacks"

    @property
    def lock(self) -> Path:
        """The one lock over extract, load and delta."""
        return self.root / "lock"

    def run(self, source: str, run_id: str) -> Path:
        """Return the folder of a committed run."""
        return self.raw / source / run_id

    def partial(self, source: str, run_id: str) -> Path:
        """Return the folder of a run being written."""
        return self.raw / PARTIAL / source / run_id

    def committed_runs(self, source: str) -> list[Path]:
        """Return the folders of committed runs, oldest first, without the empty one."""
        folder = self.raw / source
        if not folder.is_dir():
            return []
        return sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.endswith("-empty"))

    def partial_runs(self, source: str) -> list[Path]:
        """Return the folders of unfinished runs, oldest first."""
        folder = self.raw / PARTIAL / source
        return sorted(p for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []

    def file(self, sha256: str) -> Path:
        """Return where the body with this digest lies."""
        return self.files / sha256[:2] / sha256


def make_private() -> None:
    """Let everything that this process makes be readable by its user alone (0700, 0600)."""
    os.umask(0o077)


def close_to_others(folder: Path) -> None:
    """Take a folder that exists away from everybody but its user (0700); raise UsageError."""
    if not folder.is_dir() or not folder.stat().st_mode & 0o077:
        return
    try:
        folder.chmod(0o700)
    except OSError:
        raise UsageError(
            f"Others can open {folder}, and it holds patients' data. Have its owner close it:"
            f" chmod 700 {folder}"
        ) from None


def ensure_folder(path: Path) -> Path:
    """Make a folder and its missing parents, 0700 each, and return it."""
    missing = []
    folder = path
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    return path


def new_run_id(now: datetime | None = None) -> str:
    """
    Return a name that sorts by time: YYYYMMDDTHHMMSS.ffffffZ-<4 hex>, UTC.

    Which run is the newest is asked of the name alone: two of one second sort, too.
    """
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    return f"{moment:{_RUN_MOMENT}}-{secrets.token_hex(2)}"


def is_run(name: str) -> bool:
    """Return whether a folder's name is a run's, not something that a person put beside them."""
    try:
        moment_of_run(name)
    except ValueError:
        return False
    return True


def moment_of_run(run_id: str) -> datetime:
    """Return when a run was named, UTC; ValueError where the name is no run's."""
    return datetime.strptime(run_id.rpartition("-")[0], _RUN_MOMENT).replace(tzinfo=UTC)


def fsync_folder(path: Path) -> None:
    """Make the names in a folder durable (a rename is not, until its folder is)."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_durably(path: Path, content: bytes) -> None:
    """Write a small file so that it is either whole or absent, also after a power cut."""
    temporary = path.with_name(f".{path.name}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    fsync_folder(path.parent)
