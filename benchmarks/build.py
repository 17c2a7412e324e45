"""
How long `dbt build` takes on a generated practice, how much memory, and which models are slowest.

The practice goes through the real door: `sandbox export`, then `extract visual-practice --from`.
Nutshell is empty (a first load). Unit tests are left out; data tests are not. Bodies of attachments
are left out: they are the extraction's matter.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

from benchmarks._bench import ROOT, environment, sandbox, show

RECORDS_PER_PERSON = 4.733  # all objects of the generated practice together


@click.command()
@click.option(
    "--records", default=100_000, show_default=True, help="Source records of all objects."
)
@click.option("--threads", default=os.cpu_count() or 1, show_default=True, help="dbt's.")
def main(records: int, threads: int) -> None:
    """Measure one whole build: seconds, peak memory, the ten slowest models."""
    people = max(50, round(records / RECORDS_PER_PERSON))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        env = {
            "DATA_DIR": str(folder / "data"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        }
        total = _export(folder / "practice", people)
        _land(folder, env)
        command = [str(Path(sys.executable).with_name("dbt")), "build", "--threads", str(threads)]
        command += ["--exclude-resource-type", "unit_test"]
        seconds, peak = _measured(command, env)
        _show(folder / "target" / "run_results.json", total, seconds, peak, threads)


def _export(folder: Path, people: int) -> int:
    """Export the practice without its attachments' bytes; return its records."""
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.cli", "export", str(folder), "--size", str(people)],
        env=environment({}), cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    for body in (folder / "files").iterdir():
        body.unlink()
    return sum(int(line.split()[1]) for line in done.stdout.splitlines())


def _land(folder: Path, env: dict[str, str]) -> None:
    extract = [sys.executable, "-m", "extract.cli"]
    with sandbox(folder / "served", size=50, only="nutshell") as served:
        for arguments in (
            ["visual-practice", "--from", str(folder / "practice")],
            ["nutshell"],
            ["rates"],
        ):
            subprocess.run(
                [*extract, *arguments],
                env=environment({**served.env, **env}), cwd=ROOT, check=True, capture_output=True,
            )  # fmt: skip


def _measured(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    """Run a command; return its seconds and its peak memory in MB, asked while it runs."""
    began, peak = time.perf_counter(), 0.0
    process = subprocess.Popen(
        command, env=environment(env), cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    status = Path(f"/proc/{process.pid}/status")
    for _ in process.stdout:  # dbt says a line at each model's start and end
        found = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.exists() else None
        peak = max(peak, int(found[1]) / 1024 if found else 0.0)
    process.wait()
    return time.perf_counter() - began, peak


def _show(results: Path, total: int, seconds: float, peak: float, threads: int) -> None:
    told = json.loads(results.read_text(encoding="utf-8"))["results"]
    failed = [r["unique_id"] for r in told if r["status"] in ("error", "fail")]
    tests = sum(r["execution_time"] for r in told if r["unique_id"].startswith("test."))
    slowest = sorted(told, key=lambda result: -result["execution_time"])[:10]
    rows = [(result["unique_id"].split(".", 2)[2], result["execution_time"]) for result in slowest]
    show(
        f"dbt build of {total:,} source records: {seconds:.1f} s, peak memory {peak:,.0f} MB",
        ("the ten slowest", "seconds"),
        rows,
        f"{threads} threads; {len(told)} nodes, without unit tests; data tests took {tests:.1f} s"
        " of thread time.",
        f"Failed: {', '.join(failed) or 'none'}.",
    )


if __name__ == "__main__":
    main()
