"""Candidates for duplicates: found where a human found them, and never for a name alone."""

import json
from pathlib import Path

import duckdb
import jinja2

ROOT = Path(__file__).resolve().parents[2]
EMPTY = """
create table stg_visual_practice__people as
    select id, name as first_name, '' as last_name, phones, addresses, is_deleted
    from stg_visual_practice__organizations limit 0;
create table int_people_resolved (source_id varchar, survivor_id varchar);
create table duplicate_decisions (
    object varchar, source_id varchar, other_source_id varchar, decision varchar,
    decided_by varchar
);
"""


def candidates(organizations: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"create table stg_visual_practice__organizations as {organizations}")
    connection.execute(EMPTY)
    for step in ("duplicate_traits", "duplicates_compared", "duplicates"):
        model = f"preflight_{step}"
        text = (ROOT / f"models/preflight/{model}.sql").read_text()
        sql = jinja2.Template(text).render(ref=lambda name: name, config=lambda **_: "")
        connection.execute(f"create table {model} as {sql}")
    return connection


def organization(key: str, name: str, street: str, phone: str) -> str:
    return (
        f"select '{key}' as id, '{name}' as name, [{{'value': '{phone}'}}] as phones,"
        f" [{{'street': '{street}'}}] as addresses, false as is_deleted"
    )


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
