"""
How often the first proposal is right, and whether its confidence says so. Not a test: it prints.

usage: python -m benchmarks.proposals [--practice METADATA] [--generated METADATA] [--show]

The answers stand in tests/truth. `foreign` and `practice` were looked at while the proposer was
made; `held_out` was written before its results were known and is never tuned on.
"""

import argparse
import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from load.propose.fields import propose_field
from load.propose.gather import ENTITIES, standard_targets, vocabulary_of
from load.propose.proposal import LEAVE_OUT, Proposal, SourceField, TargetField
from load.propose.values import propose_in_map, propose_value

ROOT = Path(__file__).resolve().parent.parent
TRUTH = ROOT / "tests" / "truth"
SEEDS = ROOT / "seeds"
BANDS = (0.0, 0.5, 0.7, 0.8, 0.9, 1.01)

#: what Nutshell has as it comes out of its box; a live account's names come from the warehouse
NAMES = {
    "lead_status": ["New", "Working", "Bad"],
    "lead_milestone": ["New", "Working", "Qualified", "Nurturing"],
    "lead_outcome": ["Won", "Lost", "Cancelled"],
    "deal_milestone": ["Prospecting", "Proposal", "Negotiation", "Closing"],
    "deal_outcome": ["Won", "Lost", "Cancelled"],
    "activity_type": ["Phone Call", "Meeting", "Email/Letter", "Note"],
    "source": ["Web", "Referral", "Trade show", "Purchased list", "Walk-in"],
}

Judged = list[tuple[float, bool]]


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Read a CSV."""
    with path.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def fields_of(metadata: dict) -> list[SourceField]:
    """Custom fields of a practice's metadata."""
    return [
        SourceField(
            source_object=thing["name"],
            name=field["name"],
            label=field.get("label") or "",
            type=field["type"],
            options=tuple(option["value"] for option in field.get("picklist") or []),
            is_phi=bool(field.get("phi")),
            is_multiple=bool(field.get("multiple")),
        )
        for thing in metadata["objects"]
        for field in thing["fields"]
        if field["custom"]
    ]


def invented_fields(name: str) -> list[SourceField]:
    """Read the schema of a system that nobody has: invented, its answers beside it."""
    return [
        SourceField(
            source_object=row["source_object"],
            name=row["source_field"],
            label=row.get("label", ""),
            type=row["source_type"],
            options=_split(row["options"]),
            is_phi=row.get("phi") == "true",
        )
        for row in rows_of(TRUTH / f"fields_{name}.csv")
    ]


def truth_of(name: str) -> dict[tuple[str, str], dict[str, str]]:
    """Read the answers: one row per field, written by hand."""
    rows = rows_of(TRUTH / f"fields_{name}.csv")
    return {(row["source_object"], row["source_field"]): row for row in rows}


def live_fields(name: str) -> dict[str, list[TargetField]]:
    """Read the custom fields that the destination has already, if the truth names any."""
    path = TRUTH / f"destination_{name}.csv"
    found: dict[str, list[TargetField]] = {}
    for row in rows_of(path) if path.exists() else ():
        field = TargetField(
            row["name"], row["type"], choices=_split(row["choices"]), is_standard=False
        )
        found.setdefault(row["entity"], []).append(field)
    return found


def is_right(proposal: Proposal, truth: dict[str, str], live: Sequence[TargetField]) -> bool:
    """Say whether a proposal is what the human wrote; a new field may have any name."""
    if truth["decision"] == LEAVE_OUT or proposal.decision == LEAVE_OUT:
        return proposal.decision == truth["decision"]
    there = {field.name for field in live}
    if (
        truth["target_type"] == "Standard"
        or proposal.target_type == "Standard"
        or {truth["target_field"], proposal.target} & there
    ):
        return proposal.target in truth["target_field"].split("|")
    return proposal.target_type == truth["target_type"]


def judge(name: str, fields: Iterable[SourceField], *, show: bool = False) -> Judged:
    """Propose for every field that the truth knows; return confidence and rightness."""
    vocabulary, standard, truth = vocabulary_of(SEEDS), standard_targets(SEEDS), truth_of(name)
    live = live_fields(name)
    judged = []
    for field in fields:
        if (answer := truth.get((field.source_object, field.name))) is None:
            continue
        entity = ENTITIES.get(field.source_object, "")
        targets = standard.get(entity, [])
        if name in ("foreign", "held_out"):  # nothing is filled from our source's columns
            targets = [replace(target, filled_from="") for target in targets]
        there = live.get(entity, [])
        proposal = propose_field(field, [*targets, *there], vocabulary)
        right = is_right(proposal, answer, there)
        judged.append((proposal.confidence, right))
        if show or not right:
            _print(
                right,
                f"{field.source_object}.{field.name} → {proposal.decision} {proposal.target}"
                f" [{proposal.target_type}]",
                proposal,
                answer["target_field"] or answer["target_type"] or answer["decision"],
            )
    return judged


def judge_values(name: str, *, show: bool = False) -> Judged:
    """Propose for every value that the truth knows; return confidence and rightness."""
    vocabulary = vocabulary_of(SEEDS, "values")
    choices = {field.name: field.choices for some in live_fields(name).values() for field in some}
    fields = truth_of(name)
    judged = []
    for row in rows_of(TRUTH / f"values_{name}.csv"):
        if row["map"] == "pick_list_values":
            thing, _, field = row["source_field"].partition(".")
            offered = choices.get(fields[thing, field]["target_field"], ())
            proposal = propose_value(row["source_value"], offered, vocabulary, keep=True)
        else:
            proposal = propose_in_map(row["map"], row["source_value"], NAMES, vocabulary)
        right = proposal.target in row["target_value"].split("|")
        judged.append((proposal.confidence, right))
        if show or not right:
            said = f"{row['map']} {row['source_value']} → {proposal.target or '(empty)'}"
            _print(right, said, proposal, row["target_value"] or "(empty)")
    return judged


def report(name: str, judged: Judged) -> None:
    """Print accuracy, the Brier score, and accuracy by band of confidence."""
    accuracy = sum(right for _, right in judged) / len(judged)
    brier = sum((sure - right) ** 2 for sure, right in judged) / len(judged)
    print(f"{name}: {len(judged)}, top-1 {accuracy:.1%}, Brier {brier:.3f}")
    for low, high in pairwise(BANDS):
        band = [right for sure, right in judged if low <= sure < high]
        if band:
            print(f"  {low:.1f}-{min(high, 1):.1f}: {sum(band)} of {len(band)} right")


def _print(right: bool, said: str, proposal: Proposal, truth: str) -> None:
    mark = "ok   " if right else "WRONG"
    print(f"  {mark} {said} {proposal.confidence} ({proposal.reason}); truth {truth}")


def _split(text: str) -> tuple[str, ...]:
    return tuple(value for value in text.split(";") if value)


def main() -> None:
    """Judge every schema whose answers are at hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--practice", type=Path, help="metadata.json of the real practice")
    parser.add_argument("--generated", type=Path, help="metadata.json of the generated practice")
    parser.add_argument("--show", action="store_true", help="print every proposal")
    args = parser.parse_args()
    for name in ("practice", "generated"):
        if path := getattr(args, name):
            report(name, judge(name, fields_of(json.loads(path.read_text())), show=args.show))
    for name in ("foreign", "held_out"):
        report(name, judge(name, invented_fields(name), show=args.show))
    report("held_out values", judge_values("held_out", show=args.show))


if __name__ == "__main__":
    main()
