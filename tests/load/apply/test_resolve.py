"""References become Nutshell's ids, each record named once."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from load.apply.resolve import Unresolved, links, references, resolve


@dataclass
class Known:
    nutshell_id: int
    exists: bool = True
    html_url: str = "https://nutshell.example/1"


class Held:
    """An audit that knows `people:N` as N modulo 3: several of ours behind one of theirs."""

    def record_by_key(self, key):
        number = int(key.partition(":")[2])
        return None if number < 0 else Known(number % 3)


@given(st.lists(st.integers(0, 20)), st.booleans())
def test_a_list_names_each_record_once(numbers, typed):
    """The first of several that are one there stands; the order stays."""
    kind = {"entityType": "Contacts"} if typed else {}
    found = resolve(
        {"contacts": [{**kind, "id": {"$ref": f"people:{n}"}} for n in numbers]}, Held()
    )
    assert [link["id"] for link in found["contacts"]] == list(dict.fromkeys(n % 3 for n in numbers))


def test_what_was_there_goes_before_ours():
    """A list united with what Nutshell held: the link that was there stands, with its words."""
    there = {"entityType": "Accounts", "id": 2, "relationship": "Billing"}
    ours = {"id": {"$ref": "organizations:5"}, "relationship": "Owner"}
    assert resolve({"accounts": [there, ours]}, Held()) == {"accounts": [there]}


def test_one_number_of_two_kinds_is_two_records():
    """A user and a contact may have the same id; equal tags are no records."""
    both = [{"entityType": kind, "id": {"$ref": "people:1"}} for kind in ("Users", "Contacts")]
    assert len(resolve({"participants": both}, Held())["participants"]) == 2
    assert resolve({"tags": ["a", "a"]}, Held()) == {"tags": ["a", "a"]}


def test_an_unknown_one_is_named():
    """A payload waits for a record that is not there for certain."""
    with pytest.raises(Unresolved, match="people:-1"):
        resolve({"contacts": [{"id": {"$ref": "people:-1"}}]}, Held())


def test_a_customer_s_word_is_no_reference():
    """Labels, field names and values that look like one are sent as they are, and need nothing."""
    payload = {
        "name": {"$ref": "people:1"},
        "email": {"$ref": "people:1@y.example"},
        "address": {"$url": {"city": "Mead"}, "$ref": {"city": "$ref"}},
        "tags": ["$ref", "people:1"],
        "customFields": {"$url": "organizations:1", "$ref": {"$ref": "people:1"}, "Links": ["a"]},
        "description": '{"$ref": "people:1"}',
    }
    assert resolve(payload, Held()) == payload
    assert [*links(payload), *references(payload)] == []


def test_what_a_payload_names():
    """By id in its links, by address in its custom fields."""
    payload = {
        "primaryAccount": {"entityType": "Accounts", "id": {"$ref": "organizations:1"}},
        "contacts": [{"id": {"$ref": "people:2"}}, {"id": 77}],
        "customFields": {"Parent link": {"$url": "organizations:5"}},
    }
    assert sorted(references(payload)) == ["organizations:1", "organizations:5", "people:2"]
    assert [*links(payload)] == ["organizations:5"]
    assert resolve(payload, Held())["customFields"] == {"Parent link": "https://nutshell.example/1"}
