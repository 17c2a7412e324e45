"""Every policy that the seed ships has a case in the unit test of the model that obeys it."""

from __future__ import annotations

import csv
from typing import Any

import yaml

from tests.journeys.road import PROJECT

POLICY = ("kind", "field", "on_match", "on_conflict", "on_null")


def test_each_policy_of_conflicts_is_a_case() -> None:
    """The shipped row stands in the unit test, word for word, and a cell there is of its field."""
    with (PROJECT / "seeds" / "policies" / "conflicts.csv").open() as seed:
        shipped = {tuple(row[name] for name in POLICY) for row in csv.DictReader(seed)}
    given = _given("every_meeting_of_source_and_destination_has_one_outcome")
    policies = {tuple(row[name] for name in POLICY) for row in given["ref('conflicts')"]}
    assert shipped and shipped <= policies
    cells = {(row["kind"], row["field"]) for row in given["ref('plan_cells_compared')"]}
    fields = {field for _, field in cells}
    for kind, field, *_ in shipped:
        assert field == "*" or (field in fields if kind == "*" else (kind, field) in cells)
    # and each of the four policies is asked for
    wins = {row[3] for row in policies}
    assert wins == {"source_wins", "destination_wins", "newest", "ask"}


def _given(name: str) -> dict[str, list[dict[str, Any]]]:
    tests = yaml.safe_load((PROJECT / "models/plan/_plan__unit_tests.yml").read_text())
    (found,) = (test for test in tests["unit_tests"] if test["name"] == name)
    return {source["input"]: source["rows"] for source in found["given"]}
