"""The maps as CSV files, rewritten without touching a confirmed row. Not what stands in them."""

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from common.errors import UsageError
from common.paths import fsync_folder
from common.seeds import seed_text
from load.spreadsheets import FORMULA, as_text

Row = dict[str, str]
TAIL = ("confidence", "reason", "confirmed_by", "confirmed_on", "note")


@dataclass
class SeedFile:
    """One map: its header, its rows, and what tells one row from another."""

    path: Path
    header: list[str]
    rows: list[Row]
    key: Sequence[str] = ("source_value",)
    changed: bool = field(default=False)

    @classmethod
    def read(cls, path: Path, key: Sequence[str] = ("source_value",)) -> "SeedFile":
        """Read a map; a missing one is a mistake in SEEDS_DIR (UsageError)."""
        if not path.is_file():
            raise UsageError(f"{path} does not exist. Set SEEDS_DIR to the folder of the seeds.")
        reader = csv.DictReader(io.StringIO(seed_text(path), newline=""))
        try:
            rows = [
                {name: _as_meant(value or "") for name, value in row.items() if name}
                for row in reader
            ]
        except csv.Error as error:
            raise UsageError(f"{path}, line {reader.line_num}: {error}. Mend that line.") from None
        header = list(reader.fieldnames or [])
        if missing := [name for name in (*key, "confirmed_by") if name not in header]:
            raise UsageError(f"{path} lacks the column {missing[0]}. Restore its header.")
        return cls(path, header, rows, key)

    def propose(self, rows: Iterable[Row]) -> tuple[int, int]:
        """Add or refresh unconfirmed rows; return how many are new, and how many were refreshed."""
        known = {self._key(row): row for row in self.rows}
        added = refreshed = 0
        for row in rows:
            old = known.get(self._key(row))
            if old is None:
                new = {name: row.get(name, "") for name in self.header}
                self.rows.append(new)
                known[self._key(new)] = new
                added += 1
            elif _is_ours(old) and any(old.get(name, "") != row[name] for name in row):
                old.update(row)
                refreshed += 1
        self.changed = self.changed or bool(added or refreshed)
        return added, refreshed

    def to_confirm(self, at_least: float | None = None) -> list[Row]:
        """Give the unconfirmed rows, all or those at least that sure, the least sure first."""
        rows = [
            row
            for row in self.rows
            if not row["confirmed_by"] and (at_least is None or sureness(row) >= at_least)
        ]
        return sorted(rows, key=sureness)

    def confirm(self, by: str, on: str, at_least: float | None = None) -> int:
        """Sign the unconfirmed rows, all or those at least that sure; return how many."""
        rows = self.to_confirm(at_least)
        for row in rows:
            row["confirmed_by"], row["confirmed_on"] = by, on
        self.changed = self.changed or bool(rows)
        return len(rows)

    def unconfirmed(self) -> int:
        """Count the rows that nobody has signed."""
        return sum(not row["confirmed_by"] for row in self.rows)

    def write(self) -> None:
        """Replace the file in one step, through links, if anything changed; a signature lasts."""
        if not self.changed:
            return
        target = self.path.resolve()
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, self.header, lineterminator="\n", extrasaction="ignore")
            writer.writeheader()
            # a NUL in it, and no seed can be read
            writer.writerows(
                {k: as_text(v.replace("\0", "")) for k, v in row.items()} for row in self.rows
            )
            out.flush()
            os.fsync(out.fileno())
        # mkstemp makes 0600; a seed is a file of the project, like its neighbours
        mode = target.stat().st_mode & 0o777
        Path(name).chmod(mode)
        Path(name).replace(target)
        fsync_folder(target.parent)
        self.changed = False

    def _key(self, row: Row) -> tuple[str, ...]:
        return tuple(row.get(name, "") for name in self.key)


def _as_meant(cell: str) -> str:
    return cell[1:] if cell.startswith(" ") and cell[1:].startswith(FORMULA) else cell


def sureness(row: Row) -> float:
    """Read how sure a row is; what says nothing, or no number, is not sure at all."""
    try:
        return float(row.get("confidence") or 0)
    except ValueError:
        return 0.0


def _is_ours(row: Row) -> bool:
    # confirmed rows are a human's; so is one that says 1, or nothing, of how sure it is
    return not row["confirmed_by"] and 0 < sureness(row) < 1
