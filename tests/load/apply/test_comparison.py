"""Equality is not containment: one rule for values as sent, as shown, as remembered, as in SQL."""

import duckdb
import jinja2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.paths import PROJECT_ROOT
from load.apply.comparison import equal
from load.apply.conflicts import conflicts
from load.apply.shapes import image, sendable, shows

#: a slow machine is no failure
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

TYPES = {"Seats": "Number", "Opened": "Date", "Shelf": "Text", "Fee": "Currency"}


def same(field, left, right):
    forth = equal(field, left, right, lambda name: TYPES.get(name, ""))
    assert forth == equal(field, right, left, lambda name: TYPES.get(name, "")), "not symmetric"
    return forth


def phone(number, code="1", extension=None):
    """A phone as Nutshell renders it."""
    return {
        "countryCode": code,
        "number": number,
        "extension": extension,
        "numberFormatted": f"{number[:3]}-{number[3:6]}-{number[6:]}",
        "E164": f"+{code}{number}",
        "countryCodeAndNumber": f"+{code} {number}",
    }


def labelled(*values, labels=None):
    """Values as Nutshell renders them: under labels, the first once more as the primary."""
    found = dict(zip(labels or map(str, range(len(values))), values, strict=True))
    return found | ({"--primary": values[0]} if values else {})


ALIKE = {
    "a list has no order": ("tags", ["north", "east"], ["east", "north"]),
    "nothing is nothing": ("email", None, []),
    "nor an object without members": ("address", {}, None),
    "nor an empty text": ("description", "", None),
    "a list as shown": (
        "email",
        ["b@y.example", "a@y.example"],
        labelled("a@y.example", "b@y.example"),
    ),
    "phones gain their code": ("phone", ["(303) 555-0177"], labelled(phone("3035550177"))),
    "or have it": ("phone", ["+1 303 555 0177"], labelled(phone("3035550177"))),
    "and another country's": ("phone", ["+49 30 55501"], labelled(phone("3055501", code="49"))),
    "and an extension": (
        "phone",
        ["303-555-0177 x12"],
        labelled(phone("3035550177", extension="12")),
    ),
    "a link gains its scheme": ("url", ["clinic.example/a"], labelled("http://clinic.example/a")),
    "times come in UTC": ("startTime", "2024-05-06T07:08:09-06:00", "2024-05-06T13:08:09+0000"),
    "a stub is its id": ("milestoneId", 7, {"entityType": "Milestones", "id": 7, "name": "Open"}),
    "sources too": (
        "sources",
        [{"id": 4}],
        [{"stub": True, "entityType": "Sources", "id": 4, "rev": "1"}],
    ),
    "a link without its kind": (
        "accounts",
        [{"id": 3, "relationship": "Nurse"}],
        [{"entityType": "Accounts", "id": 3, "relationship": "Nurse"}],
    ),
    "money becomes a number": (
        "value",
        {"amount": "120.50", "currency": "USD"},
        {"currency": "USD", "amount": 120.5},
    ),
    "nothing of it is shown as 0": ("value", None, {"currency": "USD", "amount": 0}),
    "a number's zeros": ("customFields.Seats", "0040.10", 40.1),
    "an amount's zeros": ("customFields.Fee", "40.10", "40.1"),
    "custom values become texts": ("customFields.Shelf", 0, "0"),
    "a day's time": ("customFields.Opened", "2024-05-06", "2024-05-06T00:00:00+0000"),
    "a name in parts": (
        "name",
        {"displayName": "Dr Ida Bell"},
        {
            "salutation": "Dr",
            "givenName": "Ida",
            "familyName": "Bell",
            "displayName": "Dr Ida Bell",
        },
    ),
    "an address's empty parts": (
        "address",
        [{"city": "Mead", "state": ""}],
        labelled({"city": "Mead", "state": None, "name": None, "timezone": None}),
    ),
}
APART = {
    "one item less is there": ("tags", ["north", "east"], ["north"]),
    "the same twice": ("email", ["a@y.example", "a@y.example"], ["a@y.example"]),
    "a text that begins alike": ("name", "Cassandra", "Cassandra and Daughters"),
    "ten characters are no day": ("customFields.Shelf", "2024-05-06", "2024-05-06T10:00:00Z"),
    "zeros in a text": ("customFields.Shelf", "0040.10", "40.1"),
    "a power in a text": ("customFields.Shelf", "2E3", "2000"),
    "one phone more": (
        "phone",
        ["303-555-0177"],
        labelled(phone("3035550177"), phone("3035550178")),
    ),
    "an extension": ("phone", ["303-555-0177"], labelled(phone("3035550177", extension="4"))),
    "another scheme": ("url", ["clinic.example"], ["https://clinic.example"]),
    "an entity of the same id": (
        "participants",
        [{"entityType": "Users", "id": 3}],
        [{"entityType": "Contacts", "id": 3}],
    ),
    "another job title": (
        "accounts",
        [{"id": 3, "relationship": "Nurse"}],
        [{"id": 3, "relationship": "Owner"}],
    ),
    "another currency": (
        "value",
        {"amount": "5", "currency": "USD"},
        {"amount": 5, "currency": "EUR"},
    ),
    "another label": (
        "email",
        labelled("a@y.example", labels=["work"]),
        labelled("a@y.example", labels=["home"]),
    ),
    "a part of an address elsewhere": ("address", [{"city": "Mead"}], [{"state": "Mead"}]),
    "an item that is two": ("customFields.Choices", ["a", "b"], "a"),
}


@pytest.mark.parametrize("case", ALIKE)
def test_the_same_in_another_shape(case):
    """What Nutshell changes by itself is no difference."""
    assert same(*ALIKE[case])


@pytest.mark.parametrize("case", APART)
def test_a_difference_is_one(case):
    """Containment, likeness and beginnings are not equality."""
    assert not same(*APART[case])


WORDS = st.text(alphabet="aBé0.-", min_size=1, max_size=6)
DIGITS = st.integers(2 * 10**9, 10**10 - 1).map(str)
IDS = st.integers(1, 99)
LISTS = {
    "tags": WORDS,
    "email": WORDS,
    "url": WORDS,
    "phone": DIGITS,
    "address": st.builds(lambda city: {"city": city}, WORDS),
    "accounts": st.builds(lambda number: {"id": number}, IDS),
    "participants": st.builds(
        lambda n, kind: {"entityType": kind, "id": n}, IDS, st.sampled_from(["Users", "Contacts"])
    ),
    "customFields.Interests": WORDS,
}


@patient
@given(st.data())
def test_one_item_more_or_less_is_never_equal(data):
    """Whatever the field and the item, also one that stands there already; order says nothing."""
    field = data.draw(st.sampled_from(sorted(LISTS)))
    items = data.draw(st.lists(LISTS[field], max_size=5))
    assert same(field, items, data.draw(st.permutations(items)))
    more = data.draw(LISTS[field])
    assert not same(field, items, data.draw(st.permutations([*items, more])))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@patient
@given(
    st.sampled_from(
        [
            "description",
            "customFields.Seats",
            "phone",
            "value",
            "name",
            "whatever",
            "startTime",
            "address",
            "customFields.Opened",
            "contacts",
        ]
    ),
    ANYTHING,
    ANYTHING,
)
def test_symmetric_and_of_each_with_itself(field, left, right):
    """No shape breaks it."""
    same(field, left, right)
    assert same(field, left, left)


# -- what it decides -----------------------------------------------------------------------------


def test_an_item_beside_ours_is_a_conflict():
    """Our write would take the human's item away; what stands there just as planned is none."""
    seen, planned = {"phone": labelled("111", "222")}, {"phone": ["111"]}
    assert conflicts("record", seen, planned, {"phone": labelled("111", "333")})
    assert conflicts("record", {"tags": []}, {"tags": ["ours"]}, {"tags": ["ours", "theirs"]})
    assert not conflicts("record", seen, planned, {"phone": labelled("111")})
    assert not conflicts("record", seen, planned, {"phone": labelled("222", "111")})


def test_a_stage_that_a_human_moved_is_a_conflict():
    """Sent under one key, shown under another."""
    seen = {"stageset": {"entityType": "Stagesets", "id": 1}}
    moved = {"stageset": {"entityType": "Stagesets", "id": 3}}
    (found,) = conflicts("record", seen, {"stagesetId": 2}, moved)
    assert (found.field, found.planned) == ("stagesetId", 2)


def test_what_was_planned_and_more_does_not_show_our_write():
    """Killed between intent and call: two numbers that stand there are not the one we planned."""
    assert not shows("record", {"phone": ["111"]}, {"phone": labelled("111", "222")})
    assert shows("record", {"phone": ["111"]}, {"phone": labelled("111")})
    assert not shows("value", {"amount": "5", "currency": "USD"}, {"value": {"amount": 55}})


def test_a_label_is_a_text():
    """Labels that look like a stub's keys lose nothing; a phone goes back with its extension."""
    emails = {"id": "a@y.example", "entityType": "b@y.example", "--primary": "a@y.example"}
    assert image({"email": emails})["email"] == emails
    assert sendable("phone", labelled(phone("3035550177", extension="12"))) == ["303-555-0177 x12"]


# -- both sides ----------------------------------------------------------------------------------

RULES = {
    "text": ("description", False),
    "folded": ("tags", True),
    "link": ("url", True),
    "digits": ("phone", True),
    "number": ("customFields.Seats", False),
    "date": ("customFields.Opened", False),
}
SPOILT = st.sampled_from(
    [
        str,
        str.upper,
        str.lower,
        lambda t: f" {t} ",
        lambda t: t.replace(" ", "\n"),
        lambda t: f"{t}0",
        lambda t: f"0{t}",
        lambda t: f"http://{t}",
        lambda t: f"+1{t}",
        lambda t: f"{t}T10:00",
        lambda t: t[:-1],
    ]
)
SAID = st.text(alphabet="aBZéß İΣ09.+-eEx:/T", min_size=1, max_size=12) | st.sampled_from(
    ["1.10", "00123", "1E5", "5 USD", "2024-02-03", "303 555 0177", "clinic.example", "-0", "1e400"]
)


@st.composite
def pairs(draw):
    """Two values of a field as lists of texts, the second often the first written otherwise."""
    rule = draw(st.sampled_from(sorted(RULES)))
    most = 3 if RULES[rule][1] else 1
    left = draw(st.lists(SAID, min_size=1, max_size=most))
    right = [draw(SPOILT)(item) for item in draw(st.permutations(left))]
    return rule, left, draw(st.just(right) | st.lists(SAID, min_size=1, max_size=most))


@pytest.fixture(scope="module")
def in_sql():
    """Compare by the macro that the diff compares with."""
    macros = (PROJECT_ROOT / "macros" / f"{name}.sql" for name in ("exact_decimal", "comparable"))
    text = "".join(path.read_text() for path in macros)
    text += "select {{ comparable('l', 'r') }} = {{ comparable('o', 'r') }} from asked"
    sql = jinja2.Environment(autoescape=False).from_string(text).render()  # noqa: S701
    with duckdb.connect() as link:

        def ask(rule, left, right):
            link.execute(
                "create or replace temp table asked as select ? as r, ? as l, ? as o",
                [rule, "; ".join(left), "; ".join(right)],
            )
            return link.execute(sql).fetchone()[0]

        yield ask


@patient
@given(pair=pairs())
def test_the_loader_and_the_diff_agree(in_sql, pair):
    """Random pairs through both sides of the one rule."""
    rule, left, right = pair
    field, is_list = RULES[rule]
    one, other = (left, right) if is_list else (left[0], right[0])
    blank = [item for item in (*left, *right) if not equal(field, item, None, TYPES.get)]
    if len(blank) == len(left) + len(right):  # an item of nothing is none to the loader
        assert same(field, one, other) == in_sql(rule, left, right)
