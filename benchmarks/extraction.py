"""
How fast `extract visual-practice` lands a practice, beside dlt's rest_api source on the same pages.

Both are whole commands, interpreter start included, against the same sandbox, in turn. Files are
left out of both: the peer has no counterpart. Ours also lands provenance, quarantine and a manifest
with checksums, re-reads what changed meanwhile, and makes every part durable; that is in its time.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import duckdb

from apis.pace import Pace
from benchmarks._bench import ROOT, Sandbox, environment, sandbox, show

OBJECTS = ("users", "organizations", "people", "leads", "deals", "activities")
MOST_AT_ONCE = Pace().max_concurrency


@click.command()
@click.option("--size", default=20_000, show_default=True, help="People; 4.6 times as many rows.")
@click.option("--rounds", default=3, show_default=True, help="The median counts.")
@click.option("--latency", default=1.0, show_default=True, help="Of the slow API, seconds a page.")
@click.option("--peer/--no-peer", default=True, help="Measure dlt beside it.")
def main(size: int, rounds: int, latency: float, peer: bool) -> None:
    """Measure extraction: rows a second and the ratio to dlt; then against a slow API."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        seeds = _seeds_without_files(folder)
        with sandbox(folder, size=size, only="visual-practice") as served:
            _compare(served, folder, seeds, size=size, rounds=rounds, peer=peer)
            _slow(served, folder, seeds, size, latency)


def _compare(
    served: Sandbox, folder: Path, seeds: Path, *, size: int, rounds: int, peer: bool
) -> None:
    peers = ("plain", "tuned") if peer else ()
    took: dict[str, list[tuple[float, float]]] = {"ours": [], **{name: [] for name in peers}}
    rows = 0
    for _ in range(rounds):
        rows, spent = _ours(served, folder, seeds)
        took["ours"].append(spent)
        for name in peers:
            landed, spent = _dlt(served, folder, name)
            assert landed == rows, f"dlt landed {landed} rows, ours {rows}"
            took[name].append(spent)
    labels = {
        "ours": "extract visual-practice",
        "plain": "dlt rest_api, as it comes",
        "tuned": "dlt rest_api, parallelized, no tables for lists",
    }
    wall = {name: statistics.median(t[0] for t in each) for name, each in took.items()}
    cpu = {name: statistics.median(t[1] for t in each) for name, each in took.items()}
    show(
        f"Extraction of {rows:,} rows ({size:,} people)",
        ("what", "seconds", "rows/s", "to ours", "CPU seconds", "to ours"),
        [
            (
                labels[name],
                wall[name],
                rows / wall[name],
                f"{wall[name] / wall['ours']:.1f} ×",
                cpu[name],
                f"{cpu[name] / cpu['ours']:.1f} ×",
            )
            for name in took
        ],
        f"Medians of {rounds} rounds. The server shares the machine: CPU seconds tell the commands",
        "apart even when others are at work on it.",
    )


def _slow(served: Sandbox, folder: Path, seeds: Path, size: int, latency: float) -> None:
    served.control("VISUAL_PRACTICE_URL", "faults", {"latency": latency})
    before = _pages(served)
    rows, (took, _) = _ours(served, folder, seeds)
    pages = _pages(served) - before
    served.control("VISUAL_PRACTICE_URL", "faults", {})
    ideal = MOST_AT_ONCE / latency
    show(
        f"Extraction from a slow API: {latency:g} s a page, {rows:,} rows ({size:,} people)",
        ("seconds", "pages/s", f"{MOST_AT_ONCE} at once ÷ latency", "of it"),
        [(f"{took:.2f}", pages / took, ideal, f"{pages / took / ideal:.0%}")],
    )


def _ours(served: Sandbox, folder: Path, seeds: Path) -> tuple[int, tuple[float, float]]:
    data = folder / "ours"
    shutil.rmtree(data, ignore_errors=True)
    env = environment({**served.env, "DATA_DIR": str(data), "SEEDS_DIR": str(seeds)})
    _, spent = _run([sys.executable, "-m", "extract.cli", "visual-practice"], env, folder)
    rows = 0
    for name in OBJECTS:
        files = str(data / "raw" / "visual_practice" / "*" / name / "*.parquet")
        (count,) = duckdb.execute("select count(*) from read_parquet(?)", [files]).fetchall()
        rows += int(count[0])
    return rows, spent


def _dlt(served: Sandbox, folder: Path, tuned: str) -> tuple[int, tuple[float, float]]:
    target = folder / "peer"
    shutil.rmtree(target, ignore_errors=True)
    env = environment({**served.env, "RUNTIME__DLTHUB_TELEMETRY": "false"})
    command = [sys.executable, str(ROOT / "benchmarks" / "peer_dlt.py"), str(target), tuned]
    out, spent = _run([*command, *OBJECTS], env, folder)
    return int(out.split()[-1]), spent


def _run(command: list[str], env: dict[str, str], folder: Path) -> tuple[str, tuple[float, float]]:
    """Run a command; return what it says, its seconds, and its CPU's."""
    before, began = os.times(), time.perf_counter()
    done = subprocess.run(
        command, env=env, cwd=folder, check=True, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    seconds, after = time.perf_counter() - began, os.times()
    cpu = after.children_user + after.children_system
    return done.stdout, (seconds, cpu - before.children_user - before.children_system)


def _seeds_without_files(folder: Path) -> Path:
    """Copy the seeds, with attachments excluded."""
    seeds = folder / "seeds"
    shutil.copytree(ROOT / "seeds", seeds)
    objects = seeds / "policies" / "objects.csv"
    text = objects.read_text(encoding="utf-8")
    objects.write_text(text.replace("attachments,migrate", "attachments,exclude"), "utf-8")
    return seeds


def _pages(served: Sandbox) -> int:
    stats = served.control("VISUAL_PRACTICE_URL", "stats")
    return sum(calls for name, calls in stats.items() if name.startswith("GET /api/v1/"))


if __name__ == "__main__":
    main()
