"""The canaries come from the metadata and the policy: no field that is marked lacks its word."""

from collections import Counter

from sandbox.generator import schema
from tests.journeys.canary_practice import (
    CANARIES,
    CLASSES,
    POLICIES,
    WORDS,
    planted_in,
    without_a_canary,
)
from tests.journeys.planting import plant


def field(name, **more):
    """Declare a field as the metadata do."""
    usual = {"type": "text", "phi": True, "custom": True, "multiple": False}
    return {"name": name, **usual, **more}


def widened(*fields, **objects):
    """Give the practice's metadata with more fields on people, and more objects."""
    entries = schema.objects()
    people = next(entry for entry in entries if entry["name"] == "people")
    people["fields"] += fields
    return [*entries, *({"name": name, "fields": list(more)} for name, more in objects.items())]


def test_every_marked_field_has_a_word_of_its_own():
    """Also those that the policy calls contact data, and ways to reach people by their type."""
    assert without_a_canary(schema.objects(), CANARIES) == set()
    marked = {
        f"{entry['name']}.{fld['name']}"
        for entry in schema.objects()
        for fld in entry["fields"]
        if fld["phi"]
    }
    places = [canary.place for canary in CANARIES]
    assert marked < {*places}
    assert {"people.suffix", "organizations.phones", "organizations.emails"} < {*places}
    assert max(Counter(canary.word for canary in CANARIES).values()) == 1
    # else the one would be found wherever the other may be
    for word, kind in WORDS.items():
        assert {WORDS[other] for other in WORDS if word in other} == {kind}


def test_a_new_field_is_covered_by_itself():
    """Marked in the metadata, and nothing else: it has a word, in a record, and may not move."""
    objects = widened(
        field("blood_group"), field("born_on", type="date", custom=False),
        charts=(field("id", phi=False), field("note", type="longtext", custom=False)),
    )  # fmt: skip
    canaries = plant(objects, POLICIES, CLASSES)
    assert without_a_canary(objects, canaries) == set()
    assert without_a_canary(objects, CANARIES) == {
        "people.blood_group",
        "people.born_on",
        "charts.note",
    }
    kinds = {canary.place: canary.kind for canary in canaries}
    assert (kinds["people.blood_group"], kinds["charts.note"]) == ("phi", "excluded")
    assert (kinds["people.first_name"], kinds["people.emails"]) == ("moving", "moving")
    records = {"people": [{"id": "per_1"}]}
    planted_in(records, canaries)
    text = str(records)
    assert [canary.place for canary in canaries if canary.word not in text] == []
    assert records["people"][0]["custom_fields"]["blood_group"] == "zqpeoplebloodgroup"


def test_a_field_that_can_hold_no_word_is_named():
    """Whoever marks a yes or no as PHI hears that no canary guards it."""
    objects = widened(field("is_pregnant", type="boolean"))
    assert without_a_canary(objects, plant(objects, POLICIES, CLASSES)) == {"people.is_pregnant"}
