"""References become Nutshell's ids, each record named once."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from load.apply.resolve import Unresolved, resolve


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
    found = resolve([{**kind, "id": {"$ref": f"people:{n}"}} for n in numbers], Held())
    assert [link["id"] for link in found] == list(dict.fromkeys(n % 3 for n in numbers))


def test_what_was_there_goes_before_ours():
    """A list united with what Nutshell held: the link that was there stands, with its words."""
    there = {"entityType": "Accounts", "id": 2, "relationship": "Billing"}
    ours = {"id": {"$ref": "organizations:5"}, "relationship": "Owner"}
    assert resolve([there, ours], Held()) == [there]


def test_one_number_of_two_kinds_is_two_records():
    """A user and a contact may have the same id; equal tags are no records."""
    both = [{"entityType": kind, "id": {"$ref": "people:1"}} for kind in ("Users", "Contacts")]
    assert len(resolve(both, Held())) == 2
    assert resolve(["a", "a"], Held()) == ["a", "a"]


def test_an_unknown_one_is_named():
    """A payload waits for a record that is not there for certain."""
    with pytest.raises(Unresolved, match="people:-1"):
        resolve({"contacts": [{"id": {"$ref": "people:-1"}}]}, Held())
