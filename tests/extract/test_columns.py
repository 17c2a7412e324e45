"""Records become columns without losing anything."""

import json
from decimal import Decimal

import orjson
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.declared import declared_tables, schema_of
from extract.columns import Received, dump, split_records, to_columns, unknown_fields
from extract.resources import OTHER, RESOURCES, resource_of

SCALAR = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "text", "nul\0", "=1+1", "9" * 40, "Ünïcödé 🦷"])
)
JSON = SCALAR | st.lists(SCALAR, max_size=2) | st.fixed_dictionaries({"value": SCALAR})
JSON |= st.lists(st.fixed_dictionaries({"label": SCALAR, "primary": SCALAR}), max_size=2)
COLUMNS = [n for n in schema_of("visual_practice", "people").names if not n.startswith("_")]


def landed(name, records):
    schema = schema_of("visual_practice", name)
    texts, locators = [dump(record) for record in records], ["x:1"] * len(records)
    columns = to_columns(schema, name, Received(records, texts, locators, []))
    for field in schema:
        if field.name in columns:
            value = columns[field.name]
            columns[field.name] = (
                value if isinstance(value, pa.Array) else pa.array(value, field.type)
            ).to_pylist()
    return columns


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.dictionaries(st.sampled_from([*COLUMNS, "new"]), JSON, max_size=4), max_size=3))
def test_whatever_comes_lands_and_the_record_stays_whole(records):
    """No value of any type stops a page; `_record` gives back what was sent."""
    columns = landed("people", records)
    assert len(records) == len(columns["id"])
    for record, text, misfits in zip(records, columns["_record"], columns["_misfits"], strict=True):
        assert record == json.loads(text)
        assert {name.partition(".")[0] for name in misfits} <= set(record)


def test_half_a_character_keeps_back_its_record_and_no_other():
    """JSON can say a lone surrogate, no file can hold it; a number beyond 64 bits may pass."""
    values = [{"id": "1", "notes": [{"text": "\ud800"}]}, {"id": "2", "n": 2**70, "text": "🦷"}]
    received = split_records(values, ["a", "b"], "id")
    assert received.records == values[1:]
    (row,) = received.refused
    assert (row["locator"], row["problem"]) == ("a", "half_a_character")
    assert json.loads(row["raw"]) == values[0]


def test_a_text_that_only_looks_like_half_a_character_passes():
    """A backslash before "ud" is a text like any other, and so is one beside a big number."""
    values = [{"id": "1", "text": "C:\\ud800"}, {"id": "2", "n": 2**70, "text": "\\ud800 🦷"}]
    received = split_records(values, ["a", "b"], "id")
    assert (received.records, received.refused) == (values, [])
    assert [json.loads(text) for text in received.texts] == values


def test_a_misfit_is_named_and_kept():
    """A text in a whole-number column leaves null and its name; its neighbours stay."""
    columns = landed("organizations", [{"id": "1", "employee_count": "many"}, {"id": "2"}])
    assert columns["employee_count"] == [None, None]
    assert columns["_misfits"] == [["employee_count"], []]
    assert "many" in columns["_record"][0]


def test_money_and_dates_stand_as_sent():
    """Text columns take numbers as their text; nothing is rounded or parsed."""
    columns = landed("deals", [{"id": 7, "amount": 12.50, "closed_at": "31/12/2024"}])
    assert tuple(columns[name] for name in ("id", "amount", "closed_at")) == (
        ["7"],
        ["12.5"],
        ["31/12/2024"],
    )
    assert columns["_misfits"] == [[]]


def test_empty_means_no_value_and_is_no_misfit():
    """Absent, null and "" are the same in a typed column."""
    columns = landed("activities", [{"id": "1", "completed": ""}, {"id": "2"}])
    assert (columns["completed"], columns["_misfits"]) == ([None, None], [[], []])


def test_a_misfit_in_a_list_spares_the_rest_of_the_record():
    """One bad phone list does not cost the other people theirs."""
    good = {"label": "work", "value": "1", "primary": True}
    columns = landed("people", [{"id": "1", "phones": "555"}, {"id": "2", "phones": [good]}])
    assert [None, [good]] == columns["phones"]


def test_what_is_no_record_is_set_aside_with_its_place():
    """Not an object, no id: each with file and line."""
    values = [{"id": "1"}, {"name": "x"}, 5, {"id": ""}]
    received = split_records(values, ["f:1", "f:2", "f:3", "f:4"], "id")
    assert (received.records, received.locators) == ([{"id": "1"}], ["f:1"])
    assert [(row["locator"], row["problem"]) for row in received.refused] == [
        ("f:2", "missing_id"),
        ("f:3", "not_an_object"),
        ("f:4", "missing_id"),
    ]
    assert orjson.loads(received.refused[0]["raw"]) == {"name": "x"}


@pytest.mark.parametrize(
    "identity",
    ["  ", ["p1"], {"value": "p1"}, True, 1.5, 12345678901234567890123.0, "1.23457E+12"],
)
def test_an_id_that_tells_nothing_apart_is_none(identity):
    """A blank, a list, a boolean, a number that lost digits: two such records would be one."""
    received = split_records([{"id": identity}], ["f:1"], "id")
    assert received.records == []
    assert received.refused[0]["problem"] in ("missing_id", "unusable_id")


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [("organizations", "employee_count", 12.5), ("activities", "duration_minutes", True)],
)
def test_no_number_is_cut_or_made_up(name, field, value):
    """What pyarrow would bend to fit is a misfit."""
    columns = landed(name, [{"id": "1", field: value}])
    assert (columns[field], columns["_misfits"]) == ([None], [[field]])


def test_a_text_may_say_a_number_or_a_truth():
    """Some exports write every value as a text; a CSV has nothing else."""
    activity = {"id": "1", "duration_minutes": "30", "completed": "TRUE"}
    columns = landed("activities", [activity, {"id": "2", "completed": "N"}])
    assert columns["duration_minutes"] == [30.0, None]
    assert columns["completed"] == [True, None]
    assert columns["_misfits"] == [[], ["completed"]]


def test_a_decimal_is_a_number():
    """Parquet has them where JSON has numbers."""
    assert landed("deals", [{"id": "1", "probability": Decimal("12.5")}])["probability"] == [12.5]
    organization = {"id": "1", "employee_count": Decimal("12.0")}
    assert landed("organizations", [organization])["employee_count"] == [12]


def test_a_link_by_number_meets_the_id():
    """Data frames write a column of numbers with gaps as 7.0."""
    columns = landed("leads", [{"id": 7, "person_id": 7.0, "estimated_value": 12.5}])
    assert (columns["id"], columns["person_id"]) == (["7"], ["7"])
    assert columns["estimated_value"] == ["12.5"]


def test_a_part_that_does_not_fit_spares_its_address():
    """An e-mail is kept whatever its `primary` says."""
    emails = [{"label": "work", "value": "a@b.example", "primary": "main"}]
    columns = landed("people", [{"id": "1", "emails": emails}])
    assert columns["emails"] == [[emails[0] | {"primary": None}]]
    assert columns["_misfits"] == [["emails.primary"]]


@pytest.mark.parametrize("identity", [7, 7.0, "7", "per_'x\"y/.."])
def test_an_id_may_be_of_any_form(identity):
    """Numbers, also as a spreadsheet writes them, and whatever text."""
    assert split_records([{"id": identity}], ["f:1"], "id").refused == []


@pytest.mark.parametrize("field", ["tags", "emails", "custom_fields"])
def test_a_text_where_a_list_belongs_is_no_list_of_letters(field):
    """It leaves null, its name, and itself in `_record`."""
    columns = landed("people", [{"id": "1", field: "gold"}, {"id": "2", field: None}])
    assert (columns[field], columns["_misfits"]) == ([None, None], [[field], []])


def test_unknown_fields_are_found_in_both_places():
    """Undeclared keys, and undeclared custom fields."""
    record = {"id": "1", "loyalty_tier": "gold", "custom_fields": {"known": 1, "hs_score": 2}}
    found = unknown_fields([record], frozenset({"id", "custom_fields"}), frozenset({"known"}))
    assert {"loyalty_tier", "custom_fields.hs_score"} == found


def test_the_table_of_resources_and_the_sources_yml_agree():
    """Every resource lands in a declared table, and every declared listing has a resource."""
    own = {"fields", "files", "quarantine", "runs", OTHER}
    assert set(declared_tables()["visual_practice"]) - own == {r.table for r in RESOURCES.values()}
    assert resource_of("claims").table == OTHER
