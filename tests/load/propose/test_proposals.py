"""Proposals: right on schemas never seen, honest about doubt; confirmed rows stay untouched."""

import csv
import json
from pathlib import Path

import duckdb
import httpx
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from load.propose.cli import proposed_fields, proposed_value
from load.propose.fields import propose_field
from load.propose.gather import (
    Material,
    ValueInUse,
    fields_of,
    standard_targets,
    vocabulary_of,
)
from load.propose.language_model import LanguageModel
from load.propose.owners import Person, propose_owner
from load.propose.proposal import SourceField, TargetField
from load.propose.scoring import name_similarity
from load.propose.seed_files import SeedFile
from load.propose.values import propose_in_map, propose_value

ROOT = Path(__file__).resolve().parents[3]
VOCABULARY = vocabulary_of(ROOT / "seeds")
MEANINGS = vocabulary_of(ROOT / "seeds", "values")
TARGETS = standard_targets(ROOT / "seeds")
HEADER = "source_value,target_value,confidence,reason,confirmed_by,confirmed_on,note"


def test_the_row_that_is_written_sends_a_number_to_nutshells_own_list():
    """What models carry is written as Standard; what none carries as a field of its own."""
    fields = [
        SourceField("people", "handy", "Handy"),
        SourceField("people", "fax", "Fax", "phone"),
        SourceField("people", "employer", "Employer"),
    ]
    found = proposed_fields(Material(fields, TARGETS, [], {}, vocabulary=VOCABULARY))
    assert [(row.target, row.target_type) for _, row in found] == [
        ("phone", "Standard"),
        ("phone", "Standard"),
        ("Employer", "Text"),
    ]


def test_a_homonym_is_no_bridge():
    """A region may be a state, and a status may be called state: a region is no status."""
    field = SourceField("deals", "region", "Sales region", "picklist", options=("North", "South"))
    assert propose_field(field, TARGETS["leads"], VOCABULARY).target != "status"


def test_nothing_fits_is_not_said_surely_of_a_name_that_nobody_can_read():
    """An unknown word may mean anything: no threshold signs it."""
    field = SourceField("people", "xyzzy", "Xyzzy")
    assert propose_field(field, TARGETS["contacts"], VOCABULARY).confidence < 0.8


@pytest.mark.parametrize(
    ("name", "target"),
    [("Cell", "phone"), ("Zip", "address.postalCode"), ("Employer", "accounts")],
)
def test_synonyms_are_known(name, target):
    """Cell, zip and employer are found without their letters."""
    free = [TargetField(t.name, t.type, t.label, t.synonyms) for t in TARGETS["contacts"]]
    assert propose_field(SourceField("people", name), free, VOCABULARY).target == target


def test_two_equal_candidates_lower_confidence():
    """Who could be either is less sure than who can be one only."""
    one = [TargetField("Region", "Text")]
    two = [*one, TargetField("Regions", "Text")]
    field = SourceField("people", "region")
    alone = propose_field(field, one, VOCABULARY).confidence
    assert propose_field(field, two, VOCABULARY).confidence < alone


def test_where_nothing_fits_a_field_of_its_own_is_proposed_with_its_choices():
    """A pick-list that nobody knows becomes a new pick-list with its values."""
    field = SourceField("people", "skin_type", "Skin type", "picklist", options=("I", "II"))
    proposal = propose_field(field, TARGETS["contacts"], VOCABULARY)
    assert (proposal.target_type, proposal.choices) == ("Choice", ("I", "II"))


def test_patients_data_stay_unless_permitted():
    """A field marked as patients' data is proposed to stay behind."""
    field = SourceField("people", "mobile", type="phone", is_phi=True)
    assert propose_field(field, TARGETS["contacts"], VOCABULARY).decision == "leave_out"


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ("Contacted", "Working"),
        ("Unqualified", "Bad"),
        ("Open - Not Contacted", "New"),
        ("No Longer Interested", "Bad"),
        ("In Progress", "Working"),
    ],
)
def test_lead_statuses_find_their_meaning(value, target):
    """Statuses are told by meaning, also where a word is negated."""
    assert propose_value(value, ["New", "Working", "Bad"], MEANINGS).target == target


def test_a_closed_stage_goes_to_the_last_milestone():
    """Won has no stage of its own: the outcome closes it at the last one."""
    names = {"deal_milestone": ["Prospecting", "Closing"], "deal_outcome": ["Won", "Lost"]}
    assert propose_in_map("deal_milestone", "Won", names, MEANINGS).target == "Closing"
    assert propose_in_map("deal_outcome", "Proposal", names, MEANINGS).target == ""


def test_a_hash_is_not_guessed():
    """What nobody can read is proposed with next to no confidence."""
    hashed = "9f86d081884c7d659a2feaa0c55ad015"
    assert propose_value(hashed, ["New", "Bad"], MEANINGS).confidence <= 0.2


def test_owners_are_found_by_name_but_never_disabled_ones():
    """A renamed mailbox is found by the name; a disabled user is nobody."""
    ann = Person("ann.lee@new.example", "Ann Lee")
    assert propose_owner(Person("al@old.example", "Lee Ann"), [ann]).target == ann.email
    gone = Person("ann.lee@new.example", "Ann Lee", is_enabled=False)
    assert propose_owner(Person("al@old.example", "Ann Lee"), [gone]).target == ""


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_a_share_and_goes_both_ways_for_equals(left, right):
    """A similarity never leaves 0 to 1, and a name is like itself."""
    assert 0 <= name_similarity(left, right, VOCABULARY) <= 1
    assert name_similarity(left, left, VOCABULARY) in (0.0, 1.0)


def test_confirmed_rows_are_never_touched(tmp_path):
    """A proposal refreshes its own rows and leaves a human's alone, byte by byte."""
    path = tmp_path / "map.csv"
    path.write_text(f"{HEADER}\nA,Mine,1,,me,2026-01-01,kept\nB,Old,0.40,why,,,\nC,Typed,1,,,,\n")
    seed = SeedFile.read(path)
    new = {"target_value": "New", "confidence": "0.90", "reason": "r"}
    counts = seed.propose({"source_value": key, **new} for key in "ABCD")
    seed.write()
    rows = {row["source_value"]: row["target_value"] for row in csv.DictReader(path.open())}
    assert counts == (1, 1)
    assert rows == {"A": "Mine", "B": "New", "C": "Typed", "D": "New"}


def test_confirming_signs_only_rows_that_are_sure_enough(tmp_path):
    """A threshold leaves the doubtful rows open."""
    path = tmp_path / "map.csv"
    path.write_text(f"{HEADER}\nA,X,0.95,,,,\nB,Y,0.40,,,,\nC,Z,1,,me,2026-01-01,\n")
    seed = SeedFile.read(path)
    assert seed.confirm("you", "2026-02-02", 0.9) == 1
    seed.write()
    signed = {row["source_value"]: row["confirmed_by"] for row in csv.DictReader(path.open())}
    assert signed == {"A": "you", "B": "", "C": "me"}


def answering(seen, said):
    """A language model that notes what it is sent and answers with `said`, or fails."""

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.content.decode())
        if said is None:
            return httpx.Response(500)
        message = {"message": {"content": json.dumps(said)}}
        return httpx.Response(200, json={"choices": [message]})

    return LanguageModel("https://m.example/v1", "m", transport=httpx.MockTransport(answer))


def test_the_language_model_sees_declared_values_and_none_that_only_records_show():
    """Names, types, declared values and Nutshell's choices go out; what stands in records never."""
    seen = []
    model = answering(seen, {"target": "Tier", "confidence": 0.9, "reason": "alike"})
    field = SourceField(
        "people", "odd", "Odd", "picklist", options=("Seen In A Record",), declared=("Gold",)
    )
    targets = [TargetField("Tier", "Choice", choices=("Or",), is_standard=False)]
    assert model.ask(field, targets).target == "Tier"
    assert all(word in seen[0] for word in ("odd", "Odd", "picklist", "Gold", "Tier", "Or"))
    assert "Seen In A Record" not in seen[0]


def test_the_language_models_failure_is_no_failure():
    """An error is noted and the rest is offline: it is asked once."""
    seen = []
    model = answering(seen, None)
    field = SourceField("people", "odd")
    assert model.ask(field, TARGETS["contacts"]) is None
    assert model.trouble
    assert model.ask(field, TARGETS["contacts"]) is None
    assert len(seen) == 1


def test_no_cell_of_a_map_is_a_formula(tmp_path):
    """A value that a spreadsheet would run stands behind a blank, and is the same value again."""
    path = tmp_path / "deal_stage.csv"
    path.write_text(HEADER + "\n")
    value = '=cmd|"x"'
    for _ in range(2):
        file = SeedFile.read(path)
        file.propose([{"source_value": value, "target_value": "-", "confidence": "0.5"}])
        file.write()
    (line,) = path.read_text().splitlines()[1:]
    assert line.startswith('" =cmd|""x""", -,0.5')
    assert [row["source_value"] for row in SeedFile.read(path).rows] == [value]


def material(*values, **choices):
    return Material(
        fields=[], targets={}, values=list(values), meanings=MEANINGS,
        names={"deal_milestone": ["Start", "Talks"]},
        choices={("people", field): found for field, found in choices.items()},
    )  # fmt: skip


def test_a_value_goes_to_a_choice_that_nutshell_has_already():
    """Of a field that is there already the live choices are offered, before one of our own."""
    value = ValueInUse("pick_list_values", "people", "tier", "gold ")
    assert proposed_value(value, material(tier=["Silver", "Gold"])).target == "Gold"
    assert proposed_value(value, material()).target == "gold"


@pytest.mark.parametrize(("is_declared", "target"), [(True, "Talks"), (False, "Start")])
def test_the_language_model_is_asked_about_declared_values_only(is_declared, target):
    """What only a record shows stays here, and the offline proposal stands."""
    seen = []
    model = answering(seen, {"target": "Talks", "confidence": 0.9, "reason": "meaning"})
    value = ValueInUse("deal_milestone", "deals", "stage", "Palaver", is_declared)
    assert proposed_value(value, material(), model).target == target
    assert bool(seen) == is_declared


def test_what_models_carry_is_proposed_no_second_place():
    """A standard column that the metadata do not name goes its way already."""
    columns = {
        "label": "", "type_declared": "list", "type_seen": "list", "options_seen": [],
        "options_declared": [], "longest": 9, "filled": 3, "is_phi": False, "field_policy": "",
        "is_multiple": False, "references_object": "", "object_policy": "migrate",
        "origin": "undeclared", "is_in_map": True,
    }  # fmt: skip
    rows = [
        {"object": "people", "field": "emails", "goes_to": "contacts: email", "is_standard": True},
        {"object": "people", "field": "shoe_size", "goes_to": None, "is_standard": False},
    ]
    table = pa.Table.from_pylist([row | columns for row in rows])
    with duckdb.connect() as warehouse:
        warehouse.execute("create schema preflight")
        warehouse.register("found", table)
        warehouse.execute("create table preflight.preflight_fields as select * from found")
        assert [field.name for field in fields_of(warehouse)] == ["shoe_size"]
