"""A reviewer who holds review.duckdb open, in a process of its own, while the commands work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.waiting import STEP

SCRIPT = """
import sys, duckdb
review = duckdb.connect(sys.argv[1], read_only=True)
count = "select sum(source_records) from review_summary"
first = review.execute(count).fetchone()
print("open", flush=True)
sys.stdin.readline()
print(review.execute(count).fetchone() == first)
"""


class Reader:
    """Opens the file, and keeps it open until it is asked whether it went on well."""

    def __init__(self, review: Path) -> None:
        self.review = review
        self.file = review.stat().st_ino
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(review)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "open\n"

    def is_replaced(self) -> bool:
        """Say whether a new file has taken the place of the one that is open."""
        return self.review.stat().st_ino != self.file

    def reads_on(self) -> bool:
        """Ask the open file once more what was asked first; close it."""
        said, _ = self.process.communicate("\n", timeout=STEP)
        return said == "True\n"
