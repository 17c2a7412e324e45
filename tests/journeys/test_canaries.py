"""Words planted in every field that may hold a person's data: found only where policy permits."""

from __future__ import annotations

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from sandbox.generator.export import write_folder
from tests.journeys.canary_practice import (
    CANARIES,
    LANDED_ONLY,
    WORDS,
    without_a_canary,
    write_practice,
)
from tests.journeys.listening import passing_on
from tests.journeys.road import FOR_FIELDS, PROJECT, WITH_TESTS, WITHOUT_TESTS, Road

pytestmark = pytest.mark.journey

FETCHED = {"moving", "tag", "phi", "land_only", "name"}
MOVES = {"moving", "tag", "name"}
#: What each place may hold. A place that is not named here may hold nothing.
MAY_HOLD = {
    "raw": FETCHED,
    "files": {"body", "imaging"},
    "hosted": {"body", "name"},
    "audit": MOVES,
    "audit.sqlite": MOVES,
    "plans": MOVES,
    "warehouse.duckdb/staging": FETCHED,
    "warehouse.duckdb/intermediate": MOVES,
    "warehouse.duckdb/nutshell": MOVES,
    "warehouse.duckdb/records": MOVES,
    "warehouse.duckdb/preflight": {"tag"},
    "warehouse.duckdb/plan": MOVES,
    "warehouse.duckdb/review": MOVES,
    "warehouse.duckdb/seeds": set(),
    "review.duckdb/main": MOVES,
    "review.duckdb/internal": MOVES,
    "review.duckdb/preflight": {"tag"},
    "Nutshell": MOVES,
    "said": {"tag"},
    # dbt's logs and target, the lock, what commands say, and addresses: nothing at all
}
Heard = Callable[[], list[str]]
FOR_PROPOSALS = [
    f"+preflight_{name}" for name in ("value_maps", "owners", "choices", "targets", "destination")
]
FAULTS = {
    "error_before": 0.03, "reset_before": 0.02, "lost_drop": 0.03, "lost_500": 0.03,
    "malformed": 0.03, "truncated": 0.02, "error_body": 0.02, "cut_file": 0.3,
    "lost_timeout": 0.03, "late_commit": 0.03, "late_seconds": 0.5, "hang_seconds": 0.2,
    "rate": 60.0, "burst": 10.0, "retry_after": "mixed",
}  # fmt: skip


@pytest.fixture(scope="module")
def travelled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Road, str, Heard]]:
    """The whole road with faults; give it, all that was said, and who knows each address so far."""
    folder = tmp_path_factory.mktemp("canaries")
    write_folder(folder / "generated", 1, 1)
    metadata = json.loads((folder / "generated" / "metadata.json").read_text())
    assert without_a_canary(metadata["objects"], CANARIES) == set()
    write_practice(folder / "practice", metadata)
    seeds = folder / "seeds"
    shutil.copytree(PROJECT / "seeds", seeds)
    objects = seeds / "policies" / "objects.csv"
    landed_only = (f"\n{LANDED_ONLY},exclude", f"\n{LANDED_ONLY},land_only")
    objects.write_text(objects.read_text().replace(*landed_only))
    loud = {"LOG_FORMAT": "json", "DBT_LOG_LEVEL_FILE": "debug"}
    road = Road(folder, seeds=seeds, **loud)
    road.serve("--practice", str(folder / "practice"))
    before = os.umask(0o022)  # as most shells have it
    try:
        with (
            passing_on(road.env["VISUAL_PRACTICE_URL"]) as practice,
            passing_on(road.env["NUTSHELL_URL"]) as nutshell,
        ):
            road.env["VISUAL_PRACTICE_URL"] = practice.url()
            road.env["NUTSHELL_URL"] = nutshell.url()
            said = _travel(road, str(folder / "practice"))
            yield road, said, lambda: [*practice.heard, *nutshell.heard]
    finally:
        os.umask(before)
        road.stop()


def _travel(road: Road, export: str) -> str:
    road.data.chmod(0o755)  # somebody made it by hand: the first command closes it
    steps = [
        ("extract", "visual-practice", "--from", export),
        ("extract", "visual-practice"),
        ("extract", "nutshell"),
        ("extract", "rates"),
        ("dbt", "build", *FOR_FIELDS, *FOR_PROPOSALS),
        ("load", "propose"),
        ("load", "confirm", "--by", "demo", "--all"),
        ("load", "fields", "--create", "--by", "demo"),
        ("extract", "nutshell"),
        ("dbt", "build"),
        ("load", "plan"),
        ("load", "approve", "--by", "demo"),
        ("load", "apply", "--sample"),
        ("load", "approve", "--sample-reviewed", "--by", "demo"),
        # what the sample left, and what both sides have changed since; it verifies, too
        ("load", "delta"),
        ("load", "apply"),
        ("load", "retry"),
        ("load", "status"),
        ("load", "rollback", "--preview"),
    ]
    said = []
    for number, step in enumerate(steps):
        # a definition whose answer is lost ends `load fields` (run it again): 60 of them, 60 times
        if "--sample-reviewed" in step:
            road.note_read_back()
        if "delta" in step:
            _both_sides_work_on(road)
        faults = {} if "fields" in step else FAULTS
        for system in ("VISUAL_PRACTICE", "NUTSHELL"):
            road.control("faults", faults, system=system)
        road.env["LOG_FORMAT"] = "json" if number % 2 else ""
        # what dbt's tests say is searched too, of one build
        road.env["DBT_EXCLUDE_RESOURCE_TYPES"] = (
            WITH_TESTS if step == ("dbt", "build") else WITHOUT_TESTS
        )
        said.append(road.run(*step))
    return "\n".join(said)


def _both_sides_work_on(road: Road) -> None:
    """The practice changes a field of the person, and a human in Nutshell another."""
    for system in ("VISUAL_PRACTICE", "NUTSHELL"):
        road.control("faults", "none", system=system)
    person = {
        "object": "people",
        "id": "per_1",
        "fields": {"job_title": "zqjobtitle zqlaterpractice"},
    }
    road.control("edit", person, system="VISUAL_PRACTICE")
    (contact,) = road.rpc("findContacts", limit=100, page=1, stubResponses=False)
    words = {"description": "zqaboutperson zqlaterhuman"}
    road.control("edit", {"entity": "Contacts", "id": contact["id"], "fields": words})


def _found(road: Road, said: str, heard: Heard) -> dict[str, set[str]]:
    """Search every file, DuckDB table, Parquet column, log and name of a file."""
    found = defaultdict(set)
    for place, text in _places(road):
        found[place] |= _words_in(text)
    found["Nutshell"] = _words_in(_what_nutshell_holds(road))
    found["said"] = _words_in(said)
    found["addresses"] = _words_in("\n".join(heard()))
    return found


def _strayed(found: dict[str, set[str]]) -> dict[str, list[str]]:
    strayed = {
        place: sorted(word for word in words if WORDS[word] not in MAY_HOLD.get(place, set()))
        for place, words in found.items()
    }
    return {place: words for place, words in strayed.items() if words}


def test_canaries_are_found_only_where_the_policy_permits(travelled) -> None:
    """After extraction, load and delta; and what both sides wrote in between has arrived."""
    road, said, heard = travelled
    found = _found(road, said, heard)
    assert _strayed(found) == {}
    assert "zqlaterhuman" in found["review.duckdb/main"]
    # the delta's addresses are among them
    assert any("modified_since=" in address for address in heard())
    # and the search finds what is there, or it would prove nothing
    kinds = {place: {WORDS[word] for word in words} for place, words in found.items()}
    for place in ("audit.sqlite", "plans", "review.duckdb/main", "Nutshell"):
        assert "moving" in kinds[place], place
    assert kinds["raw"] == FETCHED
    assert kinds["files"] == {"body", "imaging"}
    moved = {word for word, kind in WORDS.items() if kind == "moving"}
    assert moved <= found["Nutshell"]


def test_no_secret_is_written_or_said_anywhere(travelled) -> None:
    """Token and key are in no file, no line and no address."""
    road, said, heard = travelled
    assert _secrets_in(road, said, heard) == set()


def test_excluded_objects_were_never_asked_for(travelled) -> None:
    """Not one address names them; what is landed only was asked for."""
    _, _, heard = travelled
    asked = "\n".join(heard())
    assert "claims" not in asked and "imaging_studies" not in asked
    assert "/eligibility" in asked and "/people" in asked


def test_everything_is_closed_to_others(travelled) -> None:
    """Folders 0700 and files 0600, also those of DuckDB, SQLite and dbt, whatever the umask."""
    road, _, _ = travelled
    modes = {
        path.relative_to(road.data).as_posix(): path.stat().st_mode & 0o777
        for path in [road.data, *road.data.rglob("*")]
    }
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}
    assert {"audit.sqlite", "review.duckdb", "warehouse.duckdb"} <= modes.keys()
    assert any(name.startswith("logs/") for name in modes)


def test_log_lines_are_json_with_ids_only(travelled) -> None:
    """LOG_FORMAT=json: each line stands by itself, with its time and event."""
    _, said, _ = travelled
    lines = [json.loads(line) for line in said.splitlines() if line.startswith('{"time"')]
    assert lines
    for line in lines:
        assert {"time", "event"} <= line.keys()
        assert not any(isinstance(value, list | dict) for value in line.values())


def _secrets_in(road: Road, said: str, heard: Heard) -> set[str]:
    secrets = [road.env["VISUAL_PRACTICE_TOKEN"], road.env["NUTSHELL_API_KEY"]]
    places = [*_places(road), ("said", said), ("addresses", "\n".join(heard()))]
    return {place for place, text in places if any(secret in text for secret in secrets)}


def _words_in(text: str) -> set[str]:
    text = text.casefold()
    return {word for word in WORDS if word in text}


def _places(road: Road) -> Iterator[tuple[str, str]]:
    """Give everything below the data folder as text, with the place that it stands in."""
    for path in sorted(road.data.rglob("*")):
        within = path.relative_to(road.data)
        place = within.parts[0].removesuffix("-wal").removesuffix("-shm")
        yield place, within.as_posix()
        if path.is_dir():
            continue
        if path.suffix == ".duckdb":
            yield from _tables(path)
            continue
        if path.suffix == ".parquet":
            yield place, str(pq.read_table(path).to_pylist())
        yield place, path.read_bytes().decode("utf-8", "replace")


def _tables(path: Path) -> Iterator[tuple[str, str]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            # the warehouse's views read files by paths of another folder; the review's stand alone
            " where table_type = 'BASE TABLE' or current_database() = 'review'"
        ).fetchall()
        for schema, table in tables:
            rows = connection.execute(f'from "{path.stem}"."{schema}"."{table}"').fetchall()
            yield f"{path.name}/{schema}", f"{schema}.{table} {rows}"


def _what_nutshell_holds(road: Road) -> str:
    road.control("faults", "none")
    held = []
    for entity in ("Accounts", "Contacts", "Leads", "Activities"):
        found = road.rpc(f"find{entity}", limit=100, page=1, stubResponses=False)
        held += [json.dumps(found, ensure_ascii=False)]
    return "\n".join(held)


def test_a_rollback_gives_nothing_away_either(travelled) -> None:
    """Taken back with faults: not a word in what it says or asks for, and nothing new anywhere."""
    road, _, heard = travelled
    before = len(heard())
    road.control("faults", FAULTS)
    said = road.run("load", "rollback", "--record", "people:per_1")
    road.control("faults", FAULTS)
    said += road.run("load", "rollback")
    assert not _words_in(said)
    asked = heard()[before:]
    assert len(asked) > 10 and any("/rest/events" in address for address in asked)
    assert _strayed(_found(road, said, heard)) == {}
    assert _secrets_in(road, said, heard) == set()


def test_after_a_purge_nothing_is_left(travelled) -> None:
    """Not one planted word below the data folder, but the names of the tags that we made."""
    road, _, _ = travelled
    said = road.run(
        "load", "purge", "--older-than", "0d", "--hosted", "--by", "demo", "--yes", expect=0
    )
    assert not _words_in(said)
    left = {(place, word) for place, text in _places(road) for word in _words_in(text)}
    assert {(place, word) for place, word in left if WORDS[word] != "tag"} == set()
    # the administrator's list of what stays in Nutshell: `definitions`
    assert {place for place, _ in left} <= {"audit", "audit.sqlite"}
