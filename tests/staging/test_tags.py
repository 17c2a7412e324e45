"""The tags of columns say what the policy of fields says: a yml shows what is patients' data."""

import csv
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
STAGING = ROOT / "models/staging/visual_practice"
NUTSHELL = sorted((ROOT / "models/nutshell").glob("*__models.yml"))
OBJECTS = {"users", "organizations", "people", "leads", "deals", "activities", "attachments"}
#: columns in which whole records stand, or any of their fields
WHOLE = {"custom_fields", "customFields", "payload", "_record"}


def tags(columns: list[dict]) -> dict[str, set[str]]:
    return {
        column["name"]: {*column.get("tags", []), *column.get("config", {}).get("tags", [])}
        for column in columns
    }


def classes() -> dict[tuple[str, str], str]:
    with (ROOT / "seeds/policies/field_classes.csv").open(newline="") as file:
        return {(row["object"], row["field"]): row["class"] for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("path", "section", "prefix"),
    [
        (STAGING / "_visual_practice__models.yml", "models", "stg_visual_practice__"),
        (STAGING / "_visual_practice__sources.yml", "sources", ""),
    ],
)
def test_a_field_is_tagged_with_its_class(path, section, prefix):
    """phi and contact where a row says so, and nowhere else; business needs no tag."""
    declared = yaml.safe_load(path.read_text())[section]
    tables = declared if section == "models" else declared[0]["tables"]
    found = {
        (table["name"].removeprefix(prefix), name): seen & {"phi", "contact"}
        for table in tables
        if table["name"].startswith(prefix) and table["name"].removeprefix(prefix) in OBJECTS
        for name, seen in tags(table.get("columns", [])).items()
        if name not in WHOLE
    }
    said = {key: {found} for key, found in classes().items() if found != "business"}
    assert found == {key: said.get(key, set()) for key in found}
    assert ("people", "date_of_birth") in found


@pytest.mark.parametrize("path", NUTSHELL, ids=lambda path: path.stem)
def test_columns_that_carry_people_are_tagged(path):
    """Names, ways to reach people, texts, and whatever holds whole records."""
    for model in yaml.safe_load(path.read_text())["models"]:
        found = tags(model["columns"])
        people = model["name"] == "nutshell_people"
        assert not people or "phi" in found["name"]
        for name in ("email", "phone", "address"):
            assert ("contact" in found.get(name, set())) is (people and name in found), name
        for name in ("description", "customFields.Description", "customFields.Lost reason"):
            assert "free_text" in found.get(name, {"free_text"}), (model["name"], name)
        for name in WHOLE & found.keys():
            assert "free_text" in found[name], (model["name"], name)
            assert ("phi" in found[name]) is people, (model["name"], name)
