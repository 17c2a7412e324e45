"""What dbt people expect of a project: every model says its grain, and its key is tested."""

import json
import os
import re
import subprocess

import pytest

from tests.journeys.road import BIN, PROJECT

#: A row is told by its key, or there is only one.
KEY_TESTS = {"key"}
#: Logs, and what was found, record by record: the same may come twice.
KEYLESS = {
    "preflight_entries_counted",
    "preflight_invalid_values",
    "preflight_placeholders",
    "preflight_points_left_out",
    "preflight_values_misfitting",
    "review_losses_foreseen",
    # a view that is opened one record at a time: a test would make every row that exists
    "review_record",
    "stg_audit__conflicts",
    "stg_audit__definitions",
    "stg_audit__reversals",
    "stg_visual_practice__quarantine",
}
#: The layers that decide what moves and what is told of it.
DECIDING = {"intermediate", "nutshell", "preflight", "plan", "review"}
#: They rename, unite or join on a key, and decide nothing that a few rows could show.
NOTHING_TO_DECIDE = {
    "int_records_resolved": "the five objects in one list",
    "plan_gone": "one flag of int_records_standing, for the loader",
    "preflight_destination": "fields and users of Nutshell in one list",
    "preflight_limits_measured": "four measurings in one list",
    "review_cards": "name, owner and amount beside a record's key",
    "review_names": "what several tables call their ids, in one list",
    "review_cells": "wanted beside now, by the record's key",
}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    """The project as dbt reads it."""
    target = tmp_path_factory.mktemp("parsed")
    env = os.environ | {
        "DATA_DIR": str(target), "DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(target),
        "SEEDS_DIR": "seeds",
    }  # fmt: skip
    subprocess.run([BIN / "dbt", "--quiet", "parse"], cwd=PROJECT, env=env, check=True)
    return json.loads((target / "manifest.json").read_text())


@pytest.fixture(scope="module")
def models(manifest):
    """The models by name."""
    nodes = manifest["nodes"].values()
    return {node["name"]: node for node in nodes if node["resource_type"] == "model"}


def test_every_model_says_its_grain_first(models):
    """`One row per …`, or `One row: …` where there is only one."""
    said = {name: node["description"] for name, node in models.items()}
    assert {
        name: text for name, text in said.items() if not re.match(r"One row( per |:)", text)
    } == {}


def test_every_described_column_and_all_of_the_mapping_says_what_it_holds(models):
    """A column that stands in a yml has words; in nutshell/ every column stands there."""
    mute = {
        f"{name}.{column}"
        for name, node in models.items()
        for column, told in node["columns"].items()
        if not told["description"]
    }
    assert mute == set()
    mapping = [node for node in models.values() if node["fqn"][1] == "nutshell"]
    assert len(mapping) == 7
    assert all(node["contract"]["enforced"] and node["columns"] for node in mapping)


def test_every_table_has_a_key_that_is_tested(manifest, models):
    """By the test `key`; an ephemeral part of another has none."""
    keyed = {
        name
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and (node.get("test_metadata") or {}).get("name") in KEY_TESTS
        for name in node["depends_on"]["nodes"]
    }
    assert (
        sorted(
            name
            for name, node in models.items()
            if node["unique_id"] not in keyed
            and name not in KEYLESS
            and node["config"]["materialized"] != "ephemeral"
            and not node["description"].startswith("One row:")
        )
        == []
    )


def test_every_model_that_decides_has_a_unit_test(manifest, models):
    """A few rows show what it does; who needs none is listed with the reason, and only they are."""
    tested = {node["model"] for node in manifest["unit_tests"].values()}
    deciding = {name for name, node in models.items() if node["fqn"][1] in DECIDING}
    assert deciding - tested == set(NOTHING_TO_DECIDE)


def test_every_seed_column_has_a_type_and_words(manifest):
    """`007` is 7 otherwise; and who edits a CSV does not read SQL."""
    seeds = [node for node in manifest["nodes"].values() if node["resource_type"] == "seed"]
    for seed in seeds:
        path = PROJECT / seed["original_file_path"]
        header = path.read_text().splitlines()[0].split(",")
        assert set(header) == set(seed["config"]["column_types"]), seed["name"]
        told = seed["columns"]
        assert [column for column in header if not told.get(column, {}).get("description")] == [], (
            seed["name"]
        )


def test_the_practices_seeds_are_the_same_set():
    """A seed that came, or went, does so for the real practice's road, too."""
    ours, practices = (
        {str(path.relative_to(folder)) for path in folder.rglob("*.csv") if path.exists()}
        for folder in (PROJECT / "seeds", PROJECT / "tests" / "practice_seeds")
    )
    assert practices == ours
