"""
How often the first proposal is right, and whether its confidence says so. Not a test: it prints.

usage: python benchmarks/proposals.py [--practice METADATA_JSON] (tests/truth holds the answers)
"""

import argparse
import csv
import json
from collections.abc import Iterable
from pathlib import Path

from load.propose.fields import propose_field
from load.propose.gather import ENTITIES, standard_targets, vocabulary_of
from load.propose.proposal import LEAVE_OUT, Proposal, SourceField

ROOT = Path(__file__).resolve().parent.parent
TRUTH = ROOT / "tests" / "truth"


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


def truth_of(name: str) -> dict[tuple[str, str], dict[str, str]]:
    """Read the answers: one row per field, written by hand."""
    with (TRUTH / f"fields_{name}.csv").open(encoding="utf-8", newline="") as handle:
        return {(row["source_object"], row["source_field"]): row for row in csv.DictReader(handle)}


def is_right(proposal: Proposal, truth: dict[str, str]) -> bool:
    """Say whether a proposal is what the human wrote; a new field may have any name."""
    if truth["decision"] == LEAVE_OUT or proposal.decision == LEAVE_OUT:
        return proposal.decision == truth["decision"]
    if truth["target_type"] == "Standard" or proposal.target_type == "Standard":
        return proposal.target in truth["target_field"].split("|")
    return proposal.target_type == truth["target_type"]


def judge(name: str, fields: Iterable[SourceField], show: bool = False) -> list[tuple[float, bool]]:
    """Propose for every field that the truth knows; return confidence and rightness."""
    seeds = ROOT / "seeds"
    vocabulary, targets, truth = vocabulary_of(seeds), standard_targets(seeds), truth_of(name)
    known = {f"{field.source_object}.{field.name}" for field in fields}
    judged = []
    for field in fields:
        if (answer := truth.get((field.source_object, field.name))) is None:
            continue
        free = targets.get(ENTITIES.get(field.source_object, ""), [])
        if name == "foreign":  # another system's schema: nothing is filled from our columns
            free = [type(t)(t.name, t.type, t.label, t.synonyms) for t in free]
        proposal = propose_field(field, free, vocabulary)
        right = is_right(proposal, answer)
        judged.append((proposal.confidence, right))
        if show or not right:
            mark = "ok   " if right else "WRONG"
            print(
                f"  {mark} {field.source_object}.{field.name} → {proposal.decision} "
                f"{proposal.target} [{proposal.target_type}] {proposal.confidence} "
                f"({proposal.reason}); truth {answer['target_field'] or answer['decision']}"
            )
    assert known
    return judged


def report(name: str, judged: list[tuple[float, bool]]) -> None:
    """Print accuracy, the Brier score, and accuracy by band of confidence."""
    accuracy = sum(right for _, right in judged) / len(judged)
    brier = sum((sure - right) ** 2 for sure, right in judged) / len(judged)
    print(f"{name}: {len(judged)} fields, top-1 {accuracy:.1%}, Brier {brier:.3f}")
    for low in (0.0, 0.5, 0.7, 0.8, 0.9):
        high = {0.0: 0.5, 0.5: 0.7, 0.7: 0.8, 0.8: 0.9, 0.9: 1.01}[low]
        band = [right for sure, right in judged if low <= sure < high]
        if band:
            print(f"  {low:.1f}-{min(high, 1):.1f}: {sum(band)} of {len(band)} right")


def foreign_fields() -> list[SourceField]:
    """Read the schema of a system that we never saw, invented for this."""
    with (TRUTH / "fields_foreign.csv").open(encoding="utf-8", newline="") as handle:
        return [
            SourceField(
                source_object=row["source_object"],
                name=row["source_field"],
                type=row["source_type"],
                options=tuple(value for value in row["options"].split(";") if value),
            )
            for row in csv.DictReader(handle)
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--practice", type=Path, help="metadata.json of the real practice")
    parser.add_argument("--generated", type=Path, help="metadata.json of the generated practice")
    parser.add_argument("--show", action="store_true", help="print every proposal")
    args = parser.parse_args()
    for name in ("practice", "generated"):
        if path := getattr(args, name):
            judged = judge(name, fields_of(json.loads(path.read_text())), args.show)
            report(name, judged)
    report("foreign", judge("foreign", foreign_fields(), args.show))


if __name__ == "__main__":
    main()
