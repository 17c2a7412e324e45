"""Candidates for duplicates: found where a human found them, and never for a name alone."""

import json
from pathlib import Path

import duckdb
import jinja2
import pytest

ROOT = Path(__file__).resolve().parents[2]
REST = f"""
create table nicknames as from read_csv('{ROOT}/seeds/reference/nicknames.csv');
create table name_words as from read_csv('{ROOT}/seeds/reference/name_words.csv');
create table int_people_resolved as
    select id as source_id, id as survivor_id from stg_visual_practice__people;
create table duplicate_decisions (
    object varchar, source_id varchar, other_source_id varchar, decision varchar,
    decided_by varchar
);
"""  # noqa: S608
STEPS = ("names", "traits", "s_compared", "s_likened", "s")


def candidates(
    organizations: str | None = None, people: str | None = None
) -> duckdb.DuckDBPyConnection:
    """Ask the models who might be one among the records of two queries."""
    connection = duckdb.connect()
    organizations = organizations or f"{organization('', '', '', '')} limit 0"
    people = people or f"{person('', '', '', '', '')} limit 0"
    connection.execute(f"create table stg_visual_practice__organizations as {organizations}")
    connection.execute(f"create table stg_visual_practice__people as {people}")
    connection.execute(REST)
    for step in STEPS:
        model = f"preflight_duplicate{step if step.startswith('s') else f'_{step}'}"
        text = (ROOT / f"models/preflight/duplicates/{model}.sql").read_text()
        sql = jinja2.Template(text).render(
            ref=lambda name: name, config=lambda **_: "", csv_cell=lambda value: value
        )
        connection.execute(f"create table {model} as {sql}")
    return connection


def organization(key: str, name: str, street: str, phone: str) -> str:
    return (
        f"select '{key}' as id, '{name}' as name, [{{'value': '{phone}'}}] as phones,"
        f" [{{'street': '{street}'}}] as addresses, false as is_deleted"
    )


def person(  # noqa: PLR0917
    key: str, first: str, last: str, street: str, phone: str, suffix: str = "", born: str = ""
) -> str:
    return (
        f"select '{key}' as id, '{first}' as first_name, '{last}' as last_name,"
        f" nullif('{suffix}', '') as suffix, nullif('{born}', '')::date as date_of_birth,"
        f" [{{'value': '{phone}'}}] as phones,"
        f" if('{street}' = '', [], [{{'street': '{street}'}}]) as addresses, false as is_deleted"
    )


OAK, ELM = "12 Oak Street", "99 Elm Street"
HOME, CELL = "312 555 0101", "312 555 0177"


def likeness(*, mine: tuple[str, ...], theirs: tuple[str, ...]) -> float | None:
    """Score two people; None where they are no candidates."""
    rows = f"{person('a', *mine)} union all {person('b', *theirs)}"
    found = candidates(people=rows).execute("select score from preflight_duplicates").fetchall()
    return float(found[0][0]) if found else None


@pytest.mark.parametrize(
    ("mine", "theirs", "least"),
    [
        # moved house, and kept the number
        (("Ruth", "Adler", OAK, CELL), ("Ruth", "Adler", ELM, CELL), 0.6),
        (("Ruth", "Adler", OAK, CELL), ("Ruth", "Adler", "", CELL), 0.6),
        (("Jon", "Smith", "", CELL), ("John", "Smith", "", CELL), 0.6),
        (("Micheal", "Smith", "", CELL), ("Michael", "Smith", "", CELL), 0.6),
        (("Bill", "Turner", OAK, HOME), ("William", "Turner", OAK, HOME), 0.95),
        (("Bill", "Turner", OAK, HOME), ("Will", "Turner", OAK, CELL), 0.8),
        (("Turner, William", "", OAK, HOME), ("William", "Turner", OAK, HOME), 0.95),
    ],
)
def test_one_person_written_twice_is_a_candidate(mine, theirs, least):
    """By short forms, slips of the pen and a number that moved along."""
    score = likeness(mine=mine, theirs=theirs)
    assert score is not None
    assert least <= score <= 1


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (("Mary", "Smith", OAK, HOME), ("Peter", "Smith", OAK, HOME)),
        (("Jan", "Smith", OAK, HOME), ("Dan", "Smith", OAK, HOME)),
        (("Maria", "Smith", OAK, HOME), ("Marie", "Smith", OAK, HOME)),
        (("Daniel", "Smith", OAK, HOME), ("Danielle", "Smith", OAK, HOME)),
        (("John", "Smith", OAK, HOME, "Jr."), ("John", "Smith", OAK, HOME)),
        (("Smith", "", OAK, HOME), ("Smith", "", OAK, HOME)),
        # the same name alone: half a town apart, nothing in common
        (("Ruth", "Adler", OAK, HOME), ("Ruth", "Adler", ELM, CELL)),
    ],
)
def test_a_family_with_one_telephone_is_several_people(mine, theirs):
    """One house, one landline and nearly one name are no reason to call two people one."""
    assert likeness(mine=mine, theirs=theirs) is None


def test_another_date_of_birth_speaks_against_it():
    """A human is asked still, for dates are mistyped too; but it ranks low, and says why."""
    rows = " union all ".join(
        person(key, "Ruth", "Adler", OAK, HOME, "", born)
        for key, born in (("a", "1950-02-03"), ("b", "1981-09-08"))
    )
    found = candidates(people=rows).execute("select score, explanation from preflight_duplicates")
    ((score, explanation),) = found.fetchall()
    assert score < 0.8
    assert "but another date of birth" in explanation


def test_a_name_at_another_address_is_another_practice():
    """Same name, other house: no candidate, not even with one switchboard."""
    rows = " union all ".join(
        [
            organization("a", "Bright Dental", "12 Oak Street", "312 555 0101"),
            organization("b", "Bright Dental", "99 Elm Street", "312 555 0101"),
            organization("c", "Bright Dental Care", "12 N. Oak St", "555-0199"),
        ]
    )
    found = candidates(rows).execute("select source_id, other_source_id from preflight_duplicates")
    assert found.fetchall() == [("a", "c")]


def test_candidates_match_what_humans_found(practice_folder):
    """Nine of ten true pairs are found, and nine of ten found pairs are true."""
    path = practice_folder / "organizations.jsonl"
    found = candidates(
        "select id, name, phones, addresses, deleted_at is not null as is_deleted"  # noqa: S608
        f" from read_ndjson_auto('{path}', union_by_name=true)"
    )
    truth = json.loads((practice_folder / "truth_duplicate_organizations.json").read_text())
    alive = {
        row[0]
        for row in found.execute(
            "select id from stg_visual_practice__organizations where not is_deleted"
        ).fetchall()
    }
    known = sorted(set(truth) & alive)
    true = {(a, b) for a in known for b in known if a < b and truth[a] == truth[b]}
    pairs = set(
        found.execute("select source_id, other_source_id from preflight_duplicates").fetchall()
    )
    judged = {(a, b) for a, b in pairs if a in truth and b in truth}
    hits = len(judged & true)
    print(f"recall {hits / len(true):.3f}, precision {hits / len(judged):.3f}")
    assert hits / len(true) >= 0.9
    assert hits / len(judged) >= 0.9
