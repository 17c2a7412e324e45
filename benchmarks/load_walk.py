"""
One walk through a synthetic frozen plan, in a process of its own, so that its memory is its own.

The pieces are the loader's: plan stream, executor, journal, pace. Not the gates before them.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import uvloop

from apis.nutshell import Nutshell
from apis.pace import Pace
from benchmarks._bench import peak_mb
from common.cli import spare_the_collector
from common.paths import DataPaths
from common.settings import NutshellAccess
from load.apply.executor import Executor
from load.apply.walk import Walk
from load.audit.journal import Journal
from load.destination import Destination
from load.plan.frozen import stream_records


def _until(records: Iterator[Any], moment: float) -> Iterator[Any]:
    """Stop a stream at a moment."""
    return itertools.takewhile(lambda _: time.perf_counter() < moment, records)


async def walk(
    url: str, user: str, key: str, plan: Path, data: Path, **http: Any
) -> dict[str, Any]:
    """Load the plan into the server at `url` and tell what it took."""
    marks: list[tuple[float, int, int, int]] = []
    done = 0
    pace, until = http.pop("pace"), http.pop("until")
    with Journal(data / "audit.sqlite") as journal:
        journal.start_run("apply", run_id="benchmark", host=url)
        async with Nutshell.connect(NutshellAccess(url, user, key), pace=pace, **http) as nutshell:
            executor = Executor(
                journal,
                Destination(nutshell, DataPaths(data), data),
                run_id="benchmark",
                plan_digest="0" * 64,
            )

            def advance(count: int) -> None:
                nonlocal done
                done += count
                if done % 100 == 0:
                    moment = time.perf_counter() - began
                    marks.append((moment, done, pace.calls, pace.throttled_calls))

            began, cpu = time.perf_counter(), time.process_time()
            await Walk(executor, advance).run(_until(stream_records(plan), began + until))
            seconds = time.perf_counter() - began
            cpu = time.process_time() - cpu
        tally = dict(executor.tally.counts)
        journal.finish_run("benchmark", "done")
    return {
        "seconds": seconds,
        "cpu": cpu,
        "done": done,
        "tally": tally,
        "calls": pace.calls,
        "throttled": pace.throttled_calls,
        "peak_mb": peak_mb(),
        "marks": marks,
    }


def main(asked: dict[str, Any]) -> None:
    """Do what the JSON of the first argument says, and print JSON."""
    spare_the_collector()
    folder, plan = Path(asked["folder"]), Path(asked["plan"])
    http: dict[str, Any] = {
        "pace": Pace(**asked.get("pace", {})),
        "until": asked.get("until", float("inf")),
    }
    if asked.get("transport") == "httpx":
        http["transport"] = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=None))
    access = asked["url"], asked.get("user", "u"), asked.get("key", "k")
    told = uvloop.run(walk(*access, plan, folder, **http))
    told["audit_mb"] = sum(f.stat().st_size for f in folder.glob("audit.sqlite*")) / 1e6
    print(json.dumps(told))


if __name__ == "__main__":
    os.umask(0o077)
    main(json.loads(sys.argv[1]))
