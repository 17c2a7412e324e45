"""What the load commands print of plans, walks and runs. Ids and counts, never contents."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from common.console import Console
from load.plan.digests import short, some
from load.plan.frozen import Headline
from load.tally import Tally

#: Calls a second that an account was seen to allow, where nothing better is known.
ASSUMED_RATE = 10.0
#: How many gates of a class are printed.
OF_A_CLASS = 5
ORDER = (
    "created",
    "updated",
    "value",
    "outcome",
    "files",
    "deleted",
    "restored",
    "skipped",
    "already done",
    "settled: present",
    "settled: absent",
    "kept",
    "conflicts",
    "merged by somebody",
    "in doubt",
    "blocked",
    "failed",
    "failed before",
    "errored",
)


def print_plan(console: Console, plan: Headline, rate: float | None) -> None:
    """Print what will happen, what stands in the way, what it costs, and the digests."""
    console.table(
        f"Plan {short(plan.digest)} for {plan.host}",
        ("object", "bucket", "operation", "reason", "records", "in sample"),
        [
            (
                c["source_object"],
                c["bucket"],
                c["operation"],
                c["reason"] or "",
                c["records"],
                c["in_sample"],
            )
            for c in plan.counts
        ],
    )
    console.table("Calls that it takes", ("method", "calls"), list(plan.calls.items()))
    console.say(_bill(plan, rate))
    console.table(
        "Open gates: they stop approval",
        ("class", "subject", "mend"),
        list(gate_rows(plan.gates)),
    )
    console.table(
        "Records that stay behind, by cause",
        ("class", "cause", "records", "by policy", "mend, then `load retry --cause CAUSE`"),
        [
            (
                b["blocker_class"],
                b["cause"],
                b["records"],
                "accepted" if b["is_accepted"] else "not accepted",
                b["mend"] + (f" (and {b['mends'] - 1} more)" if b["mends"] > 1 else ""),
            )
            for b in plan.behind
        ],
    )
    console.say(f"plan     {plan.digest}")
    console.say(f"mapping  {plan.mapping_digest}")
    console.say(f"schema   {plan.schema_digest}")


def _bill(plan: Headline, rate: float | None) -> str:
    """Say what a plan costs."""
    used = rate or ASSUMED_RATE
    how = "as last observed" if rate else "assumed; the first load tells"
    # what was observed is a rate of writes, with the reads before them in it: as in preflight_bill
    writes = sum(n for method, n in plan.calls.items() if not method.startswith("get"))
    return (
        f"{sum(plan.calls.values()):,} calls, {writes:,} of them writes: about"
        f" {duration(writes / used)} at {used:,.0f} writes/s ({how})."
    )


def as_json(plan: Headline, rate: float | None, values: list[dict[str, Any]]) -> str:
    """Give a plan for a program: what `print_plan` prints, all gates, and the sums of values."""
    names = ("host", "frozen_at", "records", "operations", "sample_records", "counts", "calls")
    said: dict[str, Any] = {name: getattr(plan, name) for name in names}
    said |= {"plan": plan.digest, "mapping": plan.mapping_digest, "schema": plan.schema_digest}
    said |= {"gates": plan.gates, "behind": plan.behind, "values": values, "writes_a_second": rate}
    return json.dumps(said, indent=2, ensure_ascii=False)


def as_markdown(plan: Headline, rate: float | None, values: list[dict[str, Any]]) -> str:
    """Give a plan for a pull request: counts, sums, gates and digests; no record's content."""
    counted = ("source_object", "bucket", "operation", "reason", "records", "in_sample")
    behind = ("blocker_class", "cause", "records", "is_accepted", "mend")
    return "\n".join(
        (
            f"## Plan `{short(plan.digest)}` for {plan.host}\n",
            _table(counted, [[row[name] for name in counted] for row in plan.counts]),
            f"{_bill(plan, rate)}\n",
            "### Values written\n",
            _table(("currency", "deals", "amount"), [list(row.values()) for row in values]),
            "### Open gates: they stop approval\n",
            _table(("class", "subject", "mend"), list(gate_rows(plan.gates))),
            "### Records that stay behind, by cause\n",
            _table(behind, [[row[name] for name in behind] for row in plan.behind]),
            f"- plan `{plan.digest}`\n- mapping `{plan.mapping_digest}`",
            f"- schema `{plan.schema_digest}`",
        )
    )


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Give a table in Markdown; what would end a cell is written so that it does not."""

    def line(cells: Sequence[object]) -> str:
        told = ("" if cell is None else " ".join(str(cell).split()) for cell in cells)
        return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in told)} |"

    if not rows:
        return "(none)\n"
    return "\n".join([line(columns), line(["---"] * len(columns)), *map(line, rows), ""])


def gate_rows(gates: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """Give a few gates of each class, and how many more there are; the rarest class first."""
    by_class: dict[str, list[dict[str, Any]]] = {}
    for gate in gates:
        by_class.setdefault(gate["blocker_class"], []).append(gate)
    # fifty fields that one command makes must not hide the one value that nobody mapped
    for name, found in sorted(by_class.items(), key=lambda each: len(each[1])):
        for gate in found[:OF_A_CLASS]:
            yield name, gate["subject"] or gate["source_object"], gate["mend"]
        if (more := len(found) - OF_A_CLASS) > 0:
            yield name, f"… {more} more", "each with its mend: preflight.preflight_blockers"


def print_tally(console: Console, tally: Tally) -> None:
    """Print what a walk did, and name what needs a person."""
    rows = [(word, tally.counts[word]) for word in ORDER if tally.counts[word]]
    console.table("What was done", ("", "count"), rows)
    name_trouble(console, tally)
    if tally.causes:
        console.table("Causes", ("class", "records"), list(tally.causes.most_common()))


def name_trouble(console: Console, tally: Tally) -> None:
    """Name the records that did not go well, the first few of each kind of trouble."""
    trouble = ("failed", "failed before", "blocked", "in doubt", "conflicts", "errored", "kept")
    for word in (*trouble, "merged by somebody"):
        if names := tally.named.get(word):
            console.say(f"{word}: {some(names, '; ')}")


def clean(tally: Tally) -> bool:
    """Say whether nothing failed, was blocked or stayed unclear in a walk."""
    return not any(
        tally.counts[word]
        for word in ("failed", "failed before", "blocked", "in doubt", "conflicts", "errored")
    )


def duration(seconds: float) -> str:
    """Give a length of time in words."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
