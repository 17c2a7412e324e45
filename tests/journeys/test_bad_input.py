"""Bad input gets a clear line or a named row with its mend, and nothing is lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.journeys.bad_practice import (
    BAD,
    DAMAGED,
    FORMULA,
    NO_RECORDS,
    ODD_CSV,
    STAGE_FORMULA,
    WORD,
    write_bad_practice,
)
from tests.journeys.road import Road

pytestmark = pytest.mark.journey

#: (object, id) → why the record waits
BLOCKED = {
    ("activities", "act_type"): "unmapped_value",
    ("activities", "act_timeless"): "time_missing",
    ("attachments", "att_3gb"): "file_too_large",
    ("attachments", "att_3gb_unsaid"): "file_too_large",
    ("deals", "deal_amount"): "amount_unparsable",
    ("deals", "deal_amounts"): "amount_unparsable",
    ("deals", "deal_currency"): "currency_unknown",
    ("deals", "deal_formula"): "unmapped_value",
    ("deals", "deal_huge"): "amount_unparsable",
    ("deals", "deal_moneyless"): "currency_missing",
    ("deals", "deal_nan"): "amount_unparsable",
    ("deals", "deal_stage"): "unmapped_value",
    ("leads", "lead_amount"): "amount_unparsable",
    ("leads", "lead_status"): "unmapped_value",
}
#: (object, id) → why the record stays behind by policy
EXCLUDED = {
    ("attachments", "att_no_bytes"): "missing_bytes",
    ("attachments", "att_orphan"): "parent_missing",
    ("attachments", "att_path"): "missing_bytes",
}
#: (object, id, field) → how its value is told to be none; the record moves without it
NO_VALUES = {
    ("activities", "act_start", "started_at"): "does not fit its type",
    ("activities", "act_wordless", "completed"): "does not fit its type",
    ("deals", "deal_closed", "closed_at"): "does not fit its type",
    ("deals", "deal_closed", "expected_close_date"): "does not fit its type",
    ("deals", "deal_custom", "contract_start"): "can not be read as Date",
    ("deals", "deal_custom", "renewal"): "can not be read as Checkbox",
    ("deals", "deal_probable", "probability"): "outside 0 to 100",
    ("organizations", "org_count", "employee_count"): "does not fit its type",
    ("people", "per_birth", "date_of_birth"): "does not fit its type",
    ("people", "per_changed", "id"): "2 times, 2 of them unlike",
    ("people", "per_email", "emails"): "no e-mail address",
    ("people", "per_texts", "custom_fields"): "does not fit its type",
    ("people", "per_texts", "phones"): "does not fit its type",
    ("people", "per_texts", "tags"): "does not fit its type",
    ("people", "per_twice", "id"): "2 times, all alike",
}
#: (object, id, link) → what it points to in vain; the record moves without the link
ORPHANS = {
    ("activities", "act_nobody", "deal_id"): "deals",
    ("activities", "act_nobody", "person_ids"): "people",
    ("attachments", "att_orphan", "parent_id"): "people",
    ("deals", "deal_nobody", "organization_id"): "organizations",
    ("deals", "deal_nobody", "person_ids"): "people",
    ("leads", "lead_deal", "converted_deal_id"): "deals",
    ("organizations", "org_orphan", "parent_id"): "organizations",
    ("people", "per_orphan", "organization_id"): "organizations",
    ("people", "per_owner", "owner_id"): "users",
}
OBJECTS = tuple(BAD)


class Built(Road):
    """A road as far as a build of the bad practice, and all that was said on it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.export = folder / "export"
        self.said = ""
        write_bad_practice(self.export)
        self.serve("--only", "nutshell", "--size", "50")
        self.extracted = self.hear(
            "extract", "visual-practice", "--from", str(self.export), expect=1
        )
        self.hear("extract", "nutshell")
        self.hear("extract", "rates")
        self.built = self.hear("dbt", "build", "--exclude-resource-type", "unit_test")
        self.hear("load", "plan")

    def hear(self, *command: str, expect: int = 0) -> str:
        """Run a command and keep what it says."""
        said = self.run(*command, expect=expect)
        self.said += said
        return said

    def payload(self, key: str) -> str:
        """Give what would be sent for a record."""
        found: str = self.value(
            "select payload from plan.plan_operations where record_key = ? and step = 'record'", key
        )
        return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """One export with all of it, extracted and built once."""
    folder = tmp_path_factory.mktemp("bad")
    road = Built(folder)
    yield road
    road.stop()
    shutil.rmtree(folder)


def test_what_is_no_record_is_counted_and_named_by_file_and_line(built):
    """The command says how many (exit 1), preflight_blockers which lines and why."""
    lines = (built.export / "people.jsonl").read_bytes().splitlines()
    first = len(lines) - len(NO_RECORDS) + 1
    named = built.rows(
        "select subject, detail, mend from preflight.preflight_blockers"
        " where blocker_class = 'quarantined'"
    )
    assert {(subject, detail) for subject, detail, _ in named} == {
        (f"people people.jsonl:{first + number}", problem)
        for number, (_, problem) in enumerate(NO_RECORDS)
    } | {
        (f"workflows {ODD_CSV}:{line}", problem)
        for line, (_, problem) in enumerate(DAMAGED, start=3)
    }
    assert all(mend for *_, mend in named)
    assert f"{len(NO_RECORDS)} of people" in built.extracted
    assert f"{len(DAMAGED)} of workflows" in built.extracted


def test_a_record_that_can_not_move_waits_under_its_reason(built):
    """Unknown stages and statuses, amounts and times that are none: each with its mend."""
    found = {
        (name, key): (detail, bool(mend), bucket, operation)
        for name, key, detail, mend, bucket, operation in built.rows(
            """
            select
                blockers.source_object, blockers.source_id, detail, mend, buckets.bucket,
                operations.operation
            from preflight.preflight_blockers as blockers
            inner join review.review_buckets as buckets using (source_object, source_id)
            inner join plan.plan_operations as operations using (source_object, source_id)
            """
        )
    }
    wanted = {key: (reason, True, "blocked", "block") for key, reason in BLOCKED.items()}
    assert {key: found.get(key) for key in wanted} == wanted


def test_a_value_that_is_none_is_named_and_its_record_moves(built):
    """Dates, amounts, e-mails, lists, ids that came twice: what happens, and what to do."""
    found = built.rows(
        "select object, source_id, field, finding from preflight.preflight_invalid_values"
        " where source_id is not null and mend is not null"
    )
    for key, words in NO_VALUES.items():
        assert [finding for *place, finding in found if tuple(place) == key and words in finding]
    assert {*moving(built)} >= {(name, key) for name, key, _ in NO_VALUES}


def test_an_open_task_stays_open_in_whatever_word(built):
    """`N` is a no; a word that nobody knows is said to be none."""
    assert "Completed: no" in built.payload("activities:act_words")
    assert "Completed" not in built.payload("activities:act_wordless")


def test_what_stands_around_damaged_lines_is_there(built):
    """All of a CSV's other rows, before and after."""
    lines = (built.export / ODD_CSV).read_text().splitlines()
    (rows,) = landed(built, "other_records", "count(*) filter (object = 'workflows')")
    assert rows == len(lines) - 1 - len(DAMAGED)


def test_a_link_to_nowhere_is_named_and_its_record_moves(built):
    """No organization, person, deal, parent or owner of that id."""
    found = {
        (name, key, link): target
        for name, key, link, target in built.rows(
            "select source_object, source_id, link, target_object from preflight.preflight_orphans"
        )
    }
    assert {key: found.get(key) for key in ORPHANS} == ORPHANS
    missing = {(name, key) for name, key, _ in ORPHANS} - {*EXCLUDED}
    assert {*moving(built)} >= missing
    assert "nowhere" not in built.payload("people:per_orphan")
    assert '"owner"' in built.payload("people:per_owner")


def landed(built: Built, table: str, what: str) -> tuple[int, ...]:
    """Ask the one run's Parquet."""
    place = str(built.data / "raw/visual_practice/2*" / table / "*.parquet")
    (row,) = duckdb.execute(f"select {what} from read_parquet(?)", [place]).fetchall()  # noqa: S608
    return row


def moving(built: Built) -> list[tuple[str, str]]:
    return [
        (name, key)
        for name, key in built.rows(
            "select source_object, source_id from review.review_buckets where bucket = 'pending'"
        )
    ]


def test_every_record_is_in_one_bucket(built):
    """What was landed, line by line, is quarantined, a version of an id, or in a bucket."""
    buckets = {
        (name, key): (bucket, reason)
        for name, key, bucket, reason in built.rows(
            "select source_object, source_id, bucket, reason from review.review_buckets"
        )
    }
    for name in OBJECTS:
        lines = [
            line for line in (built.export / f"{name}.jsonl").read_bytes().splitlines() if line
        ]
        rows, ids = landed(built, name, "count(*), count(distinct id)")
        (quarantined,) = landed(built, "quarantine", f"count(*) filter (object = '{name}')")
        assert len(lines) == rows + quarantined
        assert ids == sum(place == name for place, _ in buckets)
        assert built.value(
            "select source_records = $1 and is_complete from review.review_summary"
            " where source_object = $2", ids, name,
        )  # fmt: skip
    for key, reason in EXCLUDED.items():
        assert buckets[key] == ("excluded", reason)
    assert {(name, key) for name in OBJECTS for key in BAD[name]} <= {*buckets}
    assert {bucket for bucket, _ in buckets.values()} <= {
        "pending", "blocked", "excluded", "merged", "matched",
    }  # fmt: skip


def test_nothing_hostile_is_more_than_text(built):
    """A NUL is cut out, a formula moves as text, an id is no path; 2 MB are cut by policy."""
    for key in ("organizations:org_nul", "people:per_nul"):
        assert "\\u0000" not in built.payload(key) and "\0" not in built.payload(key)
    assert '"name":"Clinic"' in built.payload("organizations:org_nul")
    assert "do e@" not in built.payload("people:per_nul")
    assert FORMULA in built.payload("organizations:org_formula").replace('\\"', '"')
    assert "(no name)" in built.payload("people:per_nameless")
    assert ("people", "per_'x\"/../..;--") in moving(built)
    assert len(built.payload("people:per_long")) < 70_000
    assert built.value(
        "select policy from preflight.preflight_long_values where source_id = 'per_long'"
    )


def test_an_unknown_value_closes_the_gate_with_the_line_to_append(built):
    """One that a spreadsheet would take for a formula gets a blank in front of it."""
    mends = {
        mend
        for (mend,) in built.rows(
            "select mend from preflight.preflight_blockers where blocker_class = 'unmapped_value'"
        )
    }
    formula = STAGE_FORMULA.replace('"', '""')
    for name, cell in (
        ("deal_stage", "Ghosted"),
        ("lead_status", "Zombie"),
        ("activity_type", "carrier pigeon"),
        ("deal_stage", f'" {formula}"'),
    ):
        line = f"append to seeds/value_maps/{name}.csv: {cell},"
        assert [mend for mend in mends if mend.startswith(line)], mends
    last_words = built.built.split("Done. PASS=")[1]
    assert {mend.removeprefix("append to ") for mend in mends if mend.startswith("append to ")} <= {
        line.strip() for line in last_words.splitlines()
    }
    said = built.run("load", "approve", "--by", "demo", expect=2)
    assert len(said.strip().splitlines()) == 1 and "unmapped_value" in said


def test_three_gigabytes_are_not_brought_in(built):
    """Whether its record says so or not; no byte of it is kept."""
    files = {
        key: (status, detail)
        for key, status, detail in built.rows(
            "select attachment_id, status, detail from staging.stg_visual_practice__files"
        )
    }
    assert "3000000000 bytes" in files["att_3gb"][1]
    assert files["att_3gb_unsaid"][0] == "too_large"
    assert sum(p.stat().st_size for p in built.data.rglob("*") if p.is_file()) < 1 << 30


def test_no_content_is_told(built):
    """What stands in broken records is in the raw files alone: in no log, message or finding."""
    assert WORD not in built.said
    for folder in (built.data / "logs", built.data / "target"):
        assert [p for p in folder.rglob("*") if p.is_file() and holds(p)] == []
    for schema in ("preflight", "plan", "review"):
        for (table,) in built.rows(
            "select table_name from information_schema.tables where table_schema = ?", schema
        ):
            found = f"select count(*) from {schema}.{table} as t where contains(t::varchar, ?)"  # noqa: S608
            assert built.value(found, WORD) == 0, table


def holds(path: Path) -> bool:
    return WORD.encode() in path.read_bytes()


# -- what dbt is met with -------------------------------------------------------------------------


def one_line_of(said: str, words: str) -> None:
    assert said.count(words) == 1 and "Traceback" not in said, said


def test_a_build_before_anything_was_extracted(tmp_path):
    """Even where there is no data folder yet: no waiting, one line that says what to run."""
    road = Road(tmp_path)
    road.env["DATA_DIR"] = str(tmp_path / "nowhere" / "data")
    said = road.run("dbt", "build", expect=2)
    one_line_of(said, "nothing has been extracted")
    assert "run `extract visual-practice`" in said


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize(
    ("file", "words"),
    [("manifest.json", "is half-written. Move its folder away"),
     ("people/part-00000.parquet", "people/part-00000.parquet is corrupt")],
)  # fmt: skip
def test_a_build_of_half_a_file(built, file, words):
    """dbt stops before its first model and names the run and the file; the review stands."""
    run = max((built.data / "raw" / "visual_practice").glob("2*"))
    whole = (run / file).read_bytes()
    review = (built.data / "review.duckdb").stat().st_mtime_ns
    cut(run / file)
    try:
        said = built.run("dbt", "--quiet", "build", expect=2)
        one_line_of(said, words)
        assert run.name in said and "extract again" in said
        one_line_of(built.run("extract", "check", expect=2), words)
    finally:
        (run / file).write_bytes(whole)
    built.run("extract", "check", expect=0)
    assert (built.data / "review.duckdb").stat().st_mtime_ns == review


def test_an_export_without_metadata(built, tmp_path):
    """Refused before anything is landed: nobody could tell what its fields are."""
    (tmp_path / "people.jsonl").write_text('{"id": "per_1"}\n')
    before = sorted((built.data / "raw" / "visual_practice").iterdir())
    said = built.run("extract", "visual-practice", "--from", str(tmp_path), expect=2)
    one_line_of(said, "has no metadata.json")
    assert len(said.strip().splitlines()) == 1
    assert sorted((built.data / "raw" / "visual_practice").iterdir()) == before
