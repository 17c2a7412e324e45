"""The policy of fields, for every standard field of every object: what may not pass does not."""

import csv
import json
from pathlib import Path

import duckdb
import jinja2
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "models/staging/visual_practice/permitted"
LISTS = {"tags", "phones", "emails", "addresses", "person_ids"}
ALWAYS = "is_vanished", "is_deleted", "_locator", "_run_id", "_extracted_at"


#: staged, and in no place of Nutshell's
BESIDES = [("organizations", name) for name in ("industry", "employee_count", "annual_revenue")]


def standard_fields() -> list[tuple[str, str]]:
    """Give each standard field but the ids: one that is withheld closes a gate."""
    with (ROOT / "seeds/reference/standard_fields.csv").open(newline="") as file:
        rows = {(row["source_object"], row["source_field"]) for row in csv.DictReader(file)}
    mapping = yaml.safe_load((ROOT / "models/nutshell/_nutshell__models.yml").read_text())
    for column in (column for model in mapping["models"] for column in model["columns"]):
        sent_from = column.get("config", {}).get("meta", {}).get("from", [])
        rows |= {tuple(source.split(".")) for source in sent_from}
    rows |= set(BESIDES)
    return sorted((name, field) for name, field in rows if field != "id" and "." not in field)


def fields_of(source_object: str) -> set[str]:
    return {field for name, field in standard_fields() if name == source_object}


def record_of(source_object: str) -> dict:
    """Give a record whose every field says which one it is."""
    fields = {
        name: [f"<{name}>"] if name in LISTS else f"<{name}>" for name in fields_of(source_object)
    }
    return {**fields, "id": "r1", "undeclared": "<undeclared>", "custom_fields": {"own": "<own>"}}


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create table int_fields_permitted (object text, field text, policy text)")
    seed = ROOT / "seeds/reference/standard_fields.csv"
    connection.execute(f"create table standard_fields as from read_csv('{seed}')")
    return connection


@pytest.fixture
def read(connection):
    """Read a record as the object's model gives it; its columns are texts and lists of them."""

    def one(source_object: str, record: dict, policies: dict[str, str]) -> dict:
        columns = {
            **{field: record[field] or None for field in fields_of(source_object)},
            **{column: column for column in ALWAYS},
            "id": record["id"],
            "_misfits": ["size_bytes"],
            "custom_fields": json.dumps(record["custom_fields"]),
            "_record": json.dumps(record),
        }
        types = {name: "text[]" if name in {*LISTS, "_misfits"} else "text" for name in columns}
        wanted = ", ".join(f"?::{types[name]} as {name}" for name in columns)
        connection.execute(
            f"create or replace table base_visual_practice__{source_object} as select {wanted}",
            [*columns.values()],
        )
        connection.execute("delete from int_fields_permitted")
        for field, policy in policies.items():
            row = [source_object, field, policy]
            connection.execute("insert into int_fields_permitted values (?, ?, ?)", row)
        source = (ROOT / "macros/json_member.sql").read_text()
        source += (ROOT / "macros/permitted_record.sql").read_text()
        source += (ROOT / "macros/permitted_records.sql").read_text()
        source += (MODELS / f"stg_visual_practice__{source_object}.sql").read_text()
        sql = jinja2.Environment(autoescape=False).from_string(source)  # noqa: S701
        found = connection.execute(sql.render(ref=lambda name: name))
        names = [column[0] for column in found.description]
        (row,) = found.fetchall()
        return dict(zip(names, row, strict=True))

    return one


@pytest.mark.parametrize("policy", ["exclude", "mask"])
@pytest.mark.parametrize(("source_object", "field"), standard_fields())
def test_what_may_not_pass_is_nowhere(read, source_object, field, policy):
    """Neither in its column nor in the record; what is free to pass stands as it was sent."""
    record = record_of(source_object)
    row = read(source_object, record, {field: policy})
    assert f"<{field}>" not in str(row)
    assert row[field] in (None, [], "***")
    others = {name for name in record if name not in (field, "custom_fields")} & row.keys()
    assert {name: row[name] for name in others} == {name: record[name] for name in others}
    told = json.loads(row["_record"])
    assert told.pop(field, None) in (None, "***")
    assert told == {name: value for name, value in record.items() if name != field}


@pytest.mark.parametrize("policy", ["exclude", "mask"])
def test_a_part_that_may_not_pass_takes_its_list_with_it(read, policy):
    """A list of addresses without streets is none; a part that no column has is nobody's matter."""
    policies = {"addresses": "migrate", "addresses.street": policy, "phones.fax": policy}
    row = read("people", record_of("people"), policies)
    assert (row["addresses"], row["phones"]) == ([], ["<phones>"])
    assert "addresses" not in json.loads(row["_record"])


def test_every_standard_field_has_a_column(read):
    """No field that moves comes by another way than through its policy."""
    for source_object in {name for name, _ in standard_fields()}:
        row = read(source_object, record_of(source_object), {})
        assert fields_of(source_object) <= row.keys()
        assert json.loads(row["_record"]) == record_of(source_object)


def test_a_mask_covers_what_is_there_and_nothing_else(read):
    """A text reads ***, a blank stays one; what can not read *** stays behind, as if excluded."""
    record = record_of("people") | {"suffix": "", "middle_name": None}
    policies = dict.fromkeys(["first_name", "emails", "suffix", "date_of_birth"], "mask")
    row = read("people", record, policies | {"last_name": "exclude", "middle_name": "mask"})
    assert (row["first_name"], row["last_name"], row["middle_name"]) == ("***", None, None)
    assert (row["emails"], row["date_of_birth"]) == ([], None)
    told = json.loads(row["_record"])
    assert told["first_name"] == "***"
    assert told["suffix"] == ""
    assert {"last_name", "emails", "date_of_birth"}.isdisjoint(told)


def test_the_practice_s_own_fields_are_kept_back_as_well(read):
    """Out of the custom fields, and out of the record, declared or not."""
    policies = {"own": "exclude", "undeclared": "exclude"}
    row = read("people", record_of("people"), policies)
    assert "<own>" not in str(row) and "<undeclared>" not in str(row)
    assert json.loads(row["custom_fields"]) == {}
