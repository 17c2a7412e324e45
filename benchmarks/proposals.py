"""
How often a row that `load propose` writes is right, and whether its confidence says so.

usage: python -m benchmarks.proposals [--schema FOLDER --truth FILE [--values FILE]] [--show]

The answers stand in tests/truth. `foreign`, `practice` and `generated` were looked at while the
proposer was made; the others were written before their results were known. A wrong value is
dangerous where it closes something (an outcome that the truth has not, a closed stage, a lead that
is given up) or leaves open what the truth closes. Where the truth is a field of Nutshell's own that
no model fills from a map, no row can say so, and the right one is a field of one's own of the type
that carries it.
"""

import argparse
import csv
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from load.propose.cli import proposed_fields
from load.propose.fields import new_field
from load.propose.gather import (
    ENTITIES,
    Material,
    bookkeeping_of,
    standard_targets,
    vocabulary_of,
)
from load.propose.owners import Person, propose_owner
from load.propose.proposal import LEAVE_OUT, Proposal, SourceField, TargetField
from load.propose.values import propose_in_map, propose_value
from sandbox.generator.nutshell import starting_state
from sandbox.generator.schema import metadata as generated_metadata

ROOT = Path(__file__).resolve().parent.parent
TRUTH = ROOT / "tests" / "truth"
SEEDS = ROOT / "seeds"
PRACTICE = Path(os.environ.get("PRACTICE_DIR", ROOT.parent / "shared" / "practice"))
BANDS = (0.0, 0.5, 0.7, 0.8, 0.9, 1.01)

#: what Nutshell has as it comes out of its box; a live account's names come from the warehouse
NAMES = {
    "lead_status": ["New", "Working", "Bad"],
    "lead_milestone": ["New", "Working", "Qualified", "Nurturing"],
    "lead_outcome": ["Won", "Lost", "Cancelled"],
    "deal_stage": ["Prospecting", "Proposal", "Negotiation", "Closed Won", "Closed Lost"],
    "deal_milestone": ["Prospecting", "Proposal", "Negotiation", "Closing"],
    "deal_outcome": ["Won", "Lost", "Cancelled"],
    "activity_type": ["Phone Call", "Meeting", "Email/Letter", "Note"],
    "source": ["Web", "Referral", "Trade show", "Purchased list", "Walk-in"],
}

#: what says of a record that it is over, beside the outcomes
CLOSES = {"Closed Won", "Closed Lost", "Bad"}
BLIND = ("held_out", "opticians", "exports", "clinics", "suites", "branches", "depots")

Judged = list[tuple[float, bool]]
Row = dict[str, str]


def rows_of(path: Path) -> Iterator[Row]:
    """Read a CSV."""
    with path.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def fields_of(metadata: dict[str, Any]) -> list[SourceField]:
    """Fields of an export's metadata, custom and standard."""
    return [
        SourceField(
            source_object=thing["name"],
            name=field["name"],
            label=field.get("label") or "",
            type=field["type"],
            options=tuple(option["value"] for option in field.get("picklist") or []),
            is_phi=bool(field.get("phi")),
            is_multiple=bool(field.get("multiple")),
            references=field.get("references") or "",
        )
        for thing in metadata["objects"]
        for field in thing["fields"]
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


def is_right(
    source: SourceField, proposal: Proposal, truth: Row, targets: Sequence[TargetField]
) -> bool:
    """Say whether a row is what the human would write; a new field may have any name."""
    if truth["decision"] == LEAVE_OUT or proposal.decision == LEAVE_OUT:
        return proposal.decision == truth["decision"]
    wanted = truth["target_field"].split("|")
    kind = truth["target_type"]
    if kind == "Standard":
        if {target.name for target in targets if target.takes_more} & set(wanted):
            return proposal.target_type == "Standard" and proposal.target in wanted
        kind = new_field(source).target_type
    if {target.name for target in targets if not target.is_standard} & {*wanted, proposal.target}:
        return proposal.target in wanted
    return proposal.target_type == kind


def judge(
    name: str, fields: Iterable[SourceField], *, truth: Path | None = None, show: bool = False
) -> Judged:
    """Make the row of every field that the truth knows; return confidence and rightness."""
    rows = rows_of(truth or TRUTH / f"fields_{name}.csv")
    answers = {(row["source_object"], row["source_field"]): row for row in rows}
    targets, live = standard_targets(SEEDS), live_fields(name)
    for entity, some in live.items():
        targets.setdefault(entity, []).extend(some)
    asked = [field for field in fields if (field.source_object, field.name) in answers]
    known = vocabulary_of(SEEDS)
    material = Material(asked, targets, [], {}, vocabulary=known, bookkeeping=bookkeeping_of(SEEDS))
    judged = []
    for field, proposal in proposed_fields(material):
        answer = answers[field.source_object, field.name]
        there = targets.get(ENTITIES.get(field.source_object, ""), [])
        right = is_right(field, proposal, answer, there)
        judged.append((proposal.confidence, right))
        said = f"{field.source_object}.{field.name} → {proposal.decision} {proposal.target}"
        wanted = answer["target_field"] or answer["target_type"] or answer["decision"]
        _print(right, show, f"{said} [{proposal.target_type}]", proposal, wanted)
    return judged


def mapped_values(folder: Path) -> Iterator[Row]:
    """Read what a human wrote into the maps of values."""
    for path in sorted((folder / "value_maps").glob("*.csv")):
        if path.stem in NAMES or path.stem == "pick_list_values":
            yield from ({"map": path.stem, **row} for row in rows_of(path))


def names_of(name: str) -> dict[str, list[str]]:
    """Read the names of an account of its own, or give those of Nutshell's box."""
    path = TRUTH / f"names_{name}.csv"
    if not path.exists():
        return NAMES
    found: dict[str, list[str]] = {}
    for row in rows_of(path):
        found.setdefault(row["map"], []).append(row["name"])
    return found


def closes(value_map: str, target: str) -> bool:
    """Say whether a record with this target is over."""
    return bool(target) if value_map.endswith("_outcome") else target in CLOSES


def judge_values(
    name: str,
    rows: Iterable[Row] | None = None,
    *,
    show: bool = False,
    dangers: list[float] | None = None,
) -> Judged:
    """Judge every value that the truth knows; `dangers` gets how sure each one was."""
    vocabulary = vocabulary_of(SEEDS, "values")
    choices = {field.name: field.choices for some in live_fields(name).values() for field in some}
    path = TRUTH / f"fields_{name}.csv"
    fields = {
        f"{row['source_object']}.{row['source_field']}": row["target_field"]
        for row in (rows_of(path) if path.exists() else ())
    }
    judged = []
    names = names_of(name)
    for row in rows or rows_of(TRUTH / f"values_{name}.csv"):
        if row["map"] == "pick_list_values":
            offered = choices.get(fields.get(row["source_field"], ""), ())
            proposal = propose_value(row["source_value"], offered, vocabulary, keep=True)
        else:
            proposal = propose_in_map(row["map"], row["source_value"], names, vocabulary)
        answers = row["target_value"].split("|")
        right = proposal.target in answers
        judged.append((proposal.confidence, right))
        # it closes what is open, or opens what every answer closes
        ends = closes(row["map"], proposal.target) or all(
            closes(row["map"], one) for one in answers
        )
        if dangers is not None and not right and ends:
            dangers.append(proposal.confidence)
        said = f"{row['map']} {row['source_value']} → {proposal.target or '(empty)'}"
        _print(right, show, said, proposal, row["target_value"] or "(empty)")
    return judged


def invented_users(name: str) -> list[Person]:
    """Read the users of a Nutshell account that nobody has."""
    return [
        Person(row["email"], row["name"], row["is_enabled"] == "true")
        for row in rows_of(TRUTH / f"users_{name}.csv")
    ]


def users_at_first(practice: Path | None) -> list[Person]:
    """Give the users of the account that the real or the generated practice moves into."""
    return [
        Person(user["emails"][0], user["name"], user["isEnabled"])
        for user in starting_state(practice, 300, 1)["users"]
    ]


def judge_owners(name: str, there: Sequence[Person], *, show: bool = False) -> Judged:
    """Propose for every user that the truth knows; return confidence and rightness."""
    judged = []
    for row in rows_of(TRUTH / f"owners_{name}.csv"):
        proposal = propose_owner(Person(row["source_value"], row["name"]), there)
        right = proposal.target == row["target_value"]
        judged.append((proposal.confidence, right))
        said = f"owner {row['source_value']} → {proposal.target or '(fallback)'}"
        _print(right, show, said, proposal, row["target_value"] or "(fallback)")
    return judged


def report(name: str, judged: Judged, dangers: Sequence[float] = ()) -> None:
    """Print accuracy, the Brier score, accuracy by band of confidence, and what is dangerous."""
    accuracy = sum(right for _, right in judged) / len(judged)
    brier = sum((sure - right) ** 2 for sure, right in judged) / len(judged)
    print(f"{name}: {len(judged)}, top-1 {accuracy:.1%}, Brier {brier:.3f}")
    for low, high in pairwise(BANDS):
        band = [right for sure, right in judged if low <= sure < high]
        if band:
            print(f"  {low:.1f}-{min(high, 1):.1f}: {sum(band)} of {len(band)} right")
    wrong = sum(not right for sure, right in judged if sure >= 0.8)
    print(f"  wrong at 0.8 or surer: {wrong}; dangerous at 0.6: {sum(d >= 0.6 for d in dangers)}")


def _print(right: bool, show: bool, said: str, proposal: Proposal, truth: str) -> None:
    if show or not right:
        mark = "ok   " if right else "WRONG"
        print(f"  {mark} {said} {proposal.confidence} ({proposal.reason}); truth {truth}")


def _split(text: str) -> tuple[str, ...]:
    return tuple(value for value in text.split(";") if value)


def main() -> None:
    """Judge a schema of one's own, or every one whose answers are at hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schema", type=Path, help="export folder with a metadata.json")
    parser.add_argument("--truth", type=Path, help="its answers: a CSV like tests/truth/fields_*")
    parser.add_argument("--values", type=Path, help="a CSV like tests/truth/values_*")
    parser.add_argument("--show", action="store_true", help="print every proposal")
    args = parser.parse_args()
    if args.schema and args.truth:
        fields = fields_of(json.loads((args.schema / "metadata.json").read_text()))
        name = args.truth.stem
        report(name, judge(name, fields, truth=args.truth, show=args.show))
        if args.values:
            report(f"{name} values", judge_values(name, rows_of(args.values), show=args.show))
        return
    schemas = {"generated": generated_metadata("2026-10-30T12:00:00Z")}
    if PRACTICE.is_dir():
        schemas["practice"] = json.loads((PRACTICE / "metadata.json").read_text())
    for name, metadata in schemas.items():
        report(name, judge(name, fields_of(metadata), show=args.show))
    for name, folder in (("generated", SEEDS), ("practice", ROOT / "tests" / "practice_seeds")):
        report(f"{name} values", judge_values(name, mapped_values(folder), show=args.show))
    for name in ("foreign", *BLIND):
        report(name, judge(name, invented_fields(name), show=args.show))
    for name in BLIND:
        dangers: list[float] = []
        judged = judge_values(name, show=args.show, dangers=dangers)
        report(f"{name} values", judged, dangers)
    users = {"opticians": invented_users("opticians"), "generated": users_at_first(None)}
    if PRACTICE.is_dir():
        users["practice"] = users_at_first(PRACTICE)
    for name, there in users.items():
        report(f"{name} owners", judge_owners(name, there, show=args.show))


if __name__ == "__main__":
    main()
