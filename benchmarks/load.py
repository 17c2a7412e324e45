"""
How fast the loader writes, durably: against a server that answers at once, a slow one, a limit.

A synthetic frozen plan is walked by the loader's own pieces in a process of its own. Every write
is one intent and one outcome in the audit, each synced to disk before the next step.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import duckdb

from apis.pace import Pace
from benchmarks._bench import ROOT, environment, sandbox, show
from sandbox.fault_profiles import PROFILES

MOST_AT_ONCE = Pace().max_concurrency


@click.command()
@click.option("--records", default=20_000, show_default=True, help="Records of the plan.")
@click.option("--latency", default=0.1, show_default=True, help="Of the slow server, seconds.")
@click.option("--period", default=30.0, show_default=True, help="Seconds until the limit changes.")
@click.option("--warm-up", default=30.0, show_default=True, help="Seconds before the limit counts.")
@click.option("--limit/--no-limit", default=True, help="Measure against the hidden limit, too.")
def main(records: int, latency: float, period: float, warm_up: float, limit: bool) -> None:
    """Measure the loader: writes a second, share of what latency and a limit allow, memory."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _at_once(folder, records)
        _slow(folder, records, latency)
        if limit:
            for retry_after in ("none", PROFILES["hidden_limit"].retry_after):
                _limited(folder, period, warm_up, retry_after)


def _at_once(folder: Path, records: int) -> None:
    # the pace starts high: the climb from 50 calls a second is a matter of two seconds
    fast = {"rate": 5_000}
    rows = []
    with _stub(0.0) as url:
        asked = {"url": url, "pace": fast}
        rows += [
            _row("stub, httpx-aiohttp (what the loader uses)", _walk(folder, records, **asked)),
            _row("stub, plain httpx", _walk(folder, records // 5, transport="httpx", **asked)),
            _row("stub, ten times the records", _walk(folder, 10 * records, **asked)),
        ]
    with sandbox(folder / "served", size=50, only="nutshell") as served:
        told = _walk(folder, records // 2, pace=fast, **_access(served.env))
        rows.append(_row("the sandbox's Nutshell", told))
    show(
        "Load: a server that answers at once",
        ("server", "writes", "seconds", "writes/s", "CPU ms/write", "peak MB"),
        rows,
        "Each write: an intent synced before the call, its outcome after. The server shares the",
        "machine.",
    )


def _row(label: str, told: dict[str, Any]) -> tuple[Any, ...]:
    done, seconds = told["done"], told["seconds"]
    cpu = 1000 * told["cpu"] / done
    return label, done, f"{seconds:.1f}", done / seconds, f"{cpu:.2f}", told["peak_mb"]


def _slow(folder: Path, records: int, latency: float) -> None:
    records = min(records, int(12 * MOST_AT_ONCE / latency))
    with _stub(latency) as url:
        told = _walk(folder, records, url=url)
    ideal = MOST_AT_ONCE / latency
    begin, end = told["seconds"] * 0.25, told["seconds"] - 2 * latency
    steady = _between(told["marks"], begin, end)
    whole = told["done"] / told["seconds"]
    show(
        f"Load: {latency:g} s a call, {MOST_AT_ONCE} at once",
        ("part", "writes/s", "concurrency ÷ latency", "of it"),
        [
            (f"after a warm-up of {begin:.1f} s", steady["done"], ideal, _share(steady, ideal)),
            ("whole, climb included", whole, ideal, f"{whole / ideal:.1%}"),
        ],
    )


def _limited(folder: Path, period: float, warm_up: float, retry_after: str) -> None:
    """Measure whole cycles of the changing limit, after the warm-up."""
    profile = PROFILES["hidden_limit"]
    cycle = period * len(profile.rate_factors)
    allowed = profile.rate * sum(profile.rate_factors) / len(profile.rate_factors)
    records = int((warm_up + cycle) * allowed * 1.3)
    with sandbox(folder / f"limited-{retry_after}", size=50, only="nutshell") as served:
        faults = {"profile": "hidden_limit", "rate_period": period, "retry_after": retry_after}
        served.control("NUTSHELL_URL", "faults", faults)
        told = _walk(folder, records, until=warm_up + cycle, **_access(served.env))
    used = _between(told["marks"], warm_up, warm_up + cycle)
    throttled = used["throttled"] / used["calls"]
    rates = ", ".join(f"{profile.rate * factor:g}" for factor in profile.rate_factors)
    show(
        f"Load: a hidden limit of {rates} calls/s in turn, {period:g} s each;"
        f" Retry-After: {retry_after}",
        ("writes/s", "allowed/s", "of it", "429s of all calls"),
        [(f"{used['done']:.1f}", allowed, _share(used, allowed), f"{throttled:.2%}")],
        f"After a warm-up of {warm_up:g} s, over {cycle:g} s. Where the server asks to wait a",
        "second or more after each 429, that wait is kept, and lost.",
    )


def _between(marks: list[list[float]], begin: float, end: float) -> dict[str, float]:
    """Return what happened a second between two moments."""
    inside = [mark for mark in marks if begin <= mark[0] <= end]
    if len(inside) < 2:  # so short a run has no time of its own after the warm-up
        inside = marks
    first, last = inside[0], inside[-1]
    seconds = last[0] - first[0]
    names = ("done", "calls", "throttled")
    return {n: (last[i] - first[i]) / seconds for i, n in enumerate(names, start=1)}


def _share(told: dict[str, float], ideal: float) -> str:
    return f"{told['done'] / ideal:.1%}"


def _access(env: dict[str, str]) -> dict[str, str]:
    return {
        "url": env["NUTSHELL_URL"],
        "user": env["NUTSHELL_USERNAME"],
        "key": env["NUTSHELL_API_KEY"],
    }


def _walk(folder: Path, records: int, **asked: Any) -> dict[str, Any]:
    """Walk a plan of so many records in a process of its own."""
    plan = folder / f"plan-{records}.parquet"
    if not plan.exists():
        write_plan(plan, records)
    with tempfile.TemporaryDirectory(dir=folder) as data:
        wish = json.dumps({"folder": data, "plan": str(plan), **asked})
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.load_walk", wish],
            env=environment({}), cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@contextmanager
def _stub(latency: float) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.stub_server", str(latency)],
        env=environment({}), cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(10)


def write_plan(path: Path, records: int) -> None:
    """Write a plan of contacts, one create each, as `load plan` freezes them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    place = str(path).replace("'", "''")
    duckdb.execute(
        f"""
        copy (
            select
                i as position, 1 as level, 'people:' || i as record_key,
                'people:' || i || '/record' as operation_key, 'people' as source_object,
                i::varchar as source_id, 'contact' as kind, 'record' as step,
                'create' as operation, 'new' as reason, 'created' as bucket,
                null::bigint as nutshell_id, null::varchar as survivor_key,
                json_object(
                    'name', json_object('givenName', 'Given' || i, 'familyName', 'Family' || i),
                    'email', json_array('person' || i || '@people.example'),
                    'phone', json_array('+1 312 555 ' || lpad((i % 10000)::varchar, 4, '0')),
                    'address', json_array(json_object(
                        'address_1', i || ' Main Street', 'city', 'Chicago', 'state', 'IL',
                        'postalCode', '60601', 'country', 'US'
                    )),
                    'description', repeat('A person whom the practice knows. ', 4)
                )::varchar as payload,
                md5(i::varchar) as payload_hash, payload as desired, payload_hash as desired_hash,
                null::varchar as seen, []::varchar[] as depends_on, false as in_sample
            from range({records}) as counter (i)
            order by i
        ) to '{place}' (format parquet, compression zstd, row_group_size 20000)
        """  # noqa: S608 - our own words
    )


if __name__ == "__main__":
    main()
