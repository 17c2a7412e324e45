"""Proposals: right on schemas never seen, honest about doubt; confirmed rows stay untouched."""

import csv
import json
import os
import stat
from pathlib import Path
from types import SimpleNamespace

import duckdb
import httpx
import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from common.console import Console
from common.errors import UsageError
from load.propose.cli import proposed_fields, proposed_value, proposed_values
from load.propose.confirm import command as confirm
from load.propose.fields import propose_field
from load.propose.gather import (
    Material,
    ValueInUse,
    bookkeeping_of,
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


NAMES = {
    "lead_status": ["New", "Working", "Bad"],
    "lead_milestone": ["New", "Working", "Qualified", "Nurturing"],
    "lead_outcome": ["Won", "Lost", "Cancelled"],
    "deal_stage": ["Prospecting", "Proposal", "Negotiation", "Closed Won", "Closed Lost"],
    "deal_milestone": ["Prospecting", "Proposal", "Negotiation", "Closing"],
    "deal_outcome": ["Won", "Lost: price", "Lost: rival", "No decision", "Cancelled"],
}
SHARED_WORDS = (
    "Proposal/Price Quote", "Budget Approved", "Consultation booked", "On Hold", "No-show",
    "Awaiting Decision", "Price talks", "Rival evaluated", "Almost won", "Not lost", "Won?",
    "Won - awaiting deposit", "Lost, reopened", "Won/Lost", "Won by a rival", "Lost luggage",
    "Appointment cancelled", "Cita cancelada", "Rendez-vous annulé", "Termin abgesagt",
    "Insurance refused", "Refus de prise en charge", "Financement refusé", "Cancellation terms",
    "Win-win workshop", "Void form sent", "Loss report", "Dead line set", "Decision maker away",
    "No decision maker yet", "Accepted for trial", "Signed the consent", "Paid the deposit",
    "Closed for the holidays", "Fast gewonnen", "Noch nicht verloren", "Casi ganada", "Closed",
)  # fmt: skip


def sure_of(value, name):
    proposal = propose_in_map(name, value, NAMES, MEANINGS)
    return (proposal.target, proposal.confidence)


@pytest.mark.parametrize("value", SHARED_WORDS)
def test_no_open_deal_is_closed_by_a_word_that_it_shares(value):
    """Neither by an outcome nor by a closed stage or a lead that is given up, not at 0.6."""
    for name, over in (("deal_stage", {"Closed Won", "Closed Lost"}), ("lead_status", {"Bad"})):
        target, confidence = sure_of(value, name)
        assert target not in over or confidence < 0.6
    for name in ("deal_outcome", "lead_outcome"):
        target, confidence = sure_of(value, name)
        assert not target or confidence < 0.6


@pytest.mark.parametrize(
    ("value", "outcome", "stage"),
    [
        ("closedwon", "Won", "Closed Won"),
        ("3 - Closed Won (100%)", "Won", "Closed Won"),
        ("GAGNÉE", "Won", "Closed Won"),
        ("ganada", "Won", "Closed Won"),
        ("Gewonnen", "Won", "Closed Won"),
        ("Lost: price", "Lost: price", "Closed Lost"),
        ("Closed Lost to Rival", "Lost: rival", "Closed Lost"),
        ("Verloren (zu teuer)", "Lost: price", "Closed Lost"),
        ("Perdue - prix", "Lost: price", "Closed Lost"),
        ("No Decision", "No decision", None),
        ("Closed Lost - no decision", "No decision", "Closed Lost"),
        ("storniert", "Cancelled", None),
        ("Anulada", "Cancelled", None),
    ],
)
def test_an_outcome_is_said_by_a_value_as_a_whole(value, outcome, stage):
    """In six languages, with and without accents; the reason chooses among several."""
    target, confidence = sure_of(value, "deal_outcome")
    assert (target, confidence >= 0.8) == (outcome, True)
    if stage:
        closed, as_sure = sure_of(value, "deal_stage")
        assert closed == stage and as_sure <= confidence


@pytest.mark.parametrize("value", ["Dead", "abgelehnt", "Refusé", "rechazada", "closedlost"])
def test_which_of_several_reasons_it_was_is_not_said(value):
    """Lost, and no name says just that: one of them, to be looked at."""
    target, confidence = sure_of(value, "deal_outcome")
    assert target.startswith("Lost") and confidence <= 0.5
    assert sure_of(value, "deal_stage")[0] == "Closed Lost"


@pytest.mark.parametrize(
    ("value", "target"),
    [("Proposal sent", "Working"), ("Lost", "Bad"), ("Gagnée", "Working"), ("Xyzzy", "Working")],
)
def test_a_lead_s_status_follows_from_stage_and_outcome(value, target):
    """Where it says nothing itself; what nothing explains is being worked on, to be looked at."""
    found, confidence = sure_of(value, "lead_status")
    assert found == target
    assert confidence <= 0.5 or value != "Xyzzy"


@pytest.mark.parametrize(
    ("name", "stays"),
    [
        ("_fivetran_synced", True), ("_sdc_received_at", True), ("_airbyte_meta", True),
        ("SystemModstamp", True), ("is_deleted", True), ("PhotoUrl", True),
        ("RecordTypeId", True), ("hs_object_id", True), ("Contacts Involved", True),
        ("num_associated_deals", True), ("time_in_stage", True),
        ("best_time_to_call", False), ("batch_number", False), ("year_of_birth", False),
        ("patient_age", False), ("portable", False), ("segment_name", False),
        ("children_count", False), ("sessions", False), ("days_in_hospital", False),
        ("image_quality", False), ("closed_on_mondays", False), ("private", False),
    ],
)  # fmt: skip
def test_what_a_system_keeps_for_itself_stays_behind(name, stays):
    """By a seed of patterns, with the reason; what somebody typed is none of them."""
    kinds = bookkeeping_of(ROOT / "seeds")
    found = propose_field(SourceField("people", name), TARGETS["contacts"], VOCABULARY, kinds)
    assert (found.decision == "leave_out") == stays
    assert not stays or "bookkeeping" in found.reason


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


def test_the_language_model_is_sent_no_value_declared_or_seen():
    """SECURITY.md: names, labels and types of fields; a list's values name staff and treatments."""
    seen = []
    model = answering(seen, {"target": "Tier", "confidence": 0.9, "reason": "alike"})
    field = SourceField(
        "people", "odd", "Odd", "picklist", options=("Dr. Seen",), declared=("Dr. Declared",)
    )
    targets = [TargetField("Tier", "Choice", choices=("Dr. Choice",), is_standard=False)]
    assert model.ask(field, targets).target == "Tier"
    assert all(word in seen[0] for word in ("odd", "Odd", "picklist", "Tier", "Choice"))
    assert not any(word in seen[0] for word in ("Dr. Seen", "Dr. Declared", "Dr. Choice"))
    said = " ".join((ROOT / "SECURITY.md").read_text().split())
    assert "sends names, labels and types of fields, never a value" in said


def test_the_language_models_failure_is_no_failure():
    """An error is noted and the rest is offline: it is asked once."""
    seen = []
    model = answering(seen, None)
    field = SourceField("people", "odd")
    assert model.ask(field, TARGETS["contacts"]) is None
    assert model.trouble
    assert model.ask(field, TARGETS["contacts"]) is None
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (f"{HEADER}\nNeu für,New,1,,me,,\n".encode("cp1252"), "line 2: not saved as UTF-8"),
        (HEADER.replace(",", ";").encode(), "line 1: saved with semicolons"),
        (HEADER.encode("utf-16"), "line 1: not saved as UTF-8"),
    ],
)
def test_a_map_that_a_spreadsheet_saved_is_told_with_its_line(tmp_path, content, told):
    """File, line and what to do; no traceback."""
    path = tmp_path / "lead_status.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=told):
        SeedFile.read(path)


def test_a_signature_is_on_the_disk_before_it_is_told(tmp_path, monkeypatch):
    """The file is synced, and then the folder that names it."""
    path = tmp_path / "map.csv"
    path.write_text(f"{HEADER}\nA,X,0.95,,,,\n")
    kinds = []

    def noted(handle):
        kinds.append(stat.S_ISDIR(os.fstat(handle).st_mode))

    monkeypatch.setattr(os, "fsync", noted)
    seed = SeedFile.read(path)
    seed.confirm("you", "2026-02-02")
    seed.write()
    assert kinds == [False, True]


def confirmed(seeds, *arguments):
    """Run `load confirm` on some seeds; return what it says."""
    frame = SimpleNamespace(settings=SimpleNamespace(seeds_dir=seeds), console=Console())
    found = CliRunner().invoke(confirm, arguments, obj=frame, catch_exceptions=False)
    assert found.exit_code == 0
    return found.output


def test_confirming_shows_what_closes_a_deal_one_by_one(tmp_path):
    """Outcomes always, the others with a threshold, the least sure first; a preview signs none."""
    folder = tmp_path / "value_maps"
    folder.mkdir()
    deals = folder / "deal_outcome.csv"
    deals.write_text(f"{HEADER}\nDone,Won,0.95,,,,\nGone,Lost,0.91,,,,\nTalks,,0.92,,,,\n")
    (folder / "source.csv").write_text(f"{HEADER}\nFair,Trade show,0.93,,,,\n")
    unsigned = deals.read_text()
    said = confirmed(tmp_path, "--by", "me", "--all", "--preview")
    assert all(word in said for word in ("Done", "Won", "Gone", "Lost", "stays open"))
    assert "Trade show" not in said and deals.read_text() == unsigned
    said = confirmed(tmp_path, "--by", "me", "--min-confidence", "0.92")
    assert said.index("Talks") < said.index("Done") and "Gone" not in said and "Trade show" in said
    assert deals.read_text().count(",me,") == 2


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


def test_values_that_differ_in_capitals_become_one_choice():
    """`High` beside `high`: one choice, spelt as the metadata declare it; `A+` and `A-` are two."""
    seen = [
        ValueInUse("pick_list_values", "deals", "urgency", "HIGH "),
        ValueInUse("pick_list_values", "deals", "urgency", "high", is_declared=True),
        ValueInUse("pick_list_values", "deals", "blood", "A+"),
        ValueInUse("pick_list_values", "deals", "blood", "A-"),
        ValueInUse("pick_list_values", "deals", "blood", "Type A"),
        ValueInUse("pick_list_values", "deals", "blood", "Type"),
    ]
    found = {value.value: proposal.target for value, proposal in proposed_values(material(*seen))}
    assert found == {"HIGH ": "high", "high": "high"} | {
        value: value for value in ("A+", "A-", "Type A", "Type")
    }


def test_a_proposal_is_a_name_that_nutshell_takes():
    """No control character, no longer than it may be, never without a name; and less sure."""
    limits = {"text_length": 20, "custom_field_name_length": 12}
    values = [ValueInUse("pick_list_values", "people", "f", text) for text in ("a\0b", "v" * 30)]
    fields = [SourceField("people", name) for name in ("", '"', "*", "\\", "n" * 30, "x\ny\0")]
    found = Material(fields, {}, values, {}, vocabulary=VOCABULARY, limits=limits)
    assert [proposal.target for _, proposal in proposed_values(found)] == ["a b", "v" * 19 + "…"]
    assert all(proposal.confidence <= 0.5 for _, proposal in proposed_values(found))
    names = [proposal.target for _, proposal in proposed_fields(found)]
    assert names == ["", '"', "*", "\\", "N" + "n" * 10 + "…", "X y"]


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
