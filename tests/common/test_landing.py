"""A run is whole or unseen; a killed one goes on; a damaged one is named."""

import stat

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import landing as landing_module
from common.declared import declared_tables, ensure_declared_sources, schema_of
from common.landing import Landing
from common.manifests import check_run
from common.paths import DataPaths, make_private


def rows(count):
    return {"currency": ["USD"] * count, "rate": [str(n) for n in range(count)]}


def landed(tmp_path, count=10):
    landing = Landing.start(DataPaths(tmp_path), "rates", {"kind": "full"})
    landing.add("rates", rows(count), count)
    return landing.commit({"kind": "full", "watermark": "2026-01-01"})


def test_every_declared_table_exists_empty_and_typed(tmp_path):
    """At first use SQL finds each source's columns, before anything was extracted."""
    ensure_declared_sources(DataPaths(tmp_path))
    for source, tables in declared_tables().items():
        for table, schema in tables.items():
            where = "audit/{t}.parquet" if source == "audit" else "raw/{s}/*/{t}/*.parquet"
            (path,) = tmp_path.glob(where.format(s=source, t=table))
            assert schema.names == pq.read_schema(path).names
            assert pq.read_metadata(path).num_rows == 0


def test_an_audit_already_published_is_left_alone(tmp_path):
    """Only what is missing is made."""
    ensure_declared_sources(DataPaths(tmp_path))
    path = tmp_path / "audit" / "runs.parquet"
    pq.write_table(pa.table({"run_id": ["r1"]}), path)
    ensure_declared_sources(DataPaths(tmp_path))
    assert pq.read_table(path)["run_id"].to_pylist() == ["r1"]


def test_nothing_is_seen_before_the_commit(tmp_path):
    """dbt's glob finds rows only once the run is whole."""
    paths = DataPaths(tmp_path)
    landing = Landing.start(paths, "rates", {})
    landing.add("rates", rows(6_000), 6_000)
    pattern = str(tmp_path / "raw/rates/*/rates/*.parquet")
    count = "select count(*) from read_parquet(?)"
    assert duckdb.execute(count, [pattern]).fetchone() == (0,)
    landing.commit({"kind": "full"})
    assert duckdb.execute(count, [pattern]).fetchone() == (6_000,)
    assert paths.partial_runs("rates") == []


def test_files_are_for_their_owner_alone(tmp_path):
    """Folders 0700, files 0600."""
    make_private()
    run = landed(tmp_path / "data")
    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in run.rglob("*")}
    assert modes == {True: 0o700, False: 0o600}


@given(
    batches=st.lists(st.integers(0, 40), max_size=30),
    kill_at=st.integers(0, 30),
    torn=st.binary(max_size=20),
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_killed_run_goes_on_with_nothing_twice_and_nothing_lost(
    tmp_path_factory, monkeypatch, batches, kill_at, torn
):
    """Whatever was flushed is kept, the rest is asked for again: each unit lands once."""
    monkeypatch.setattr(landing_module, "PART_ROWS", 50)
    paths = DataPaths(tmp_path_factory.mktemp("data"))
    first = Landing.start(paths, "rates", {"kind": "full"})
    for unit, count in list(enumerate(batches))[:kill_at]:
        first.add("rates", rows(count), count, units=[str(unit)])
    first.drain()
    # the kill: a line and a part were being written
    with (first.folder / "progress.jsonl").open("ab") as file:
        file.write(torn)
    (first.folder / "rates").mkdir(exist_ok=True)
    (first.folder / "rates" / "part-99999.parquet").write_bytes(b"half")

    second = Landing.resume(first.folder, paths)
    assert second is not None
    done = second.units_done("rates")
    for unit, count in enumerate(batches):
        if str(unit) not in done:
            second.add("rates", rows(count), count, units=[str(unit)])
    manifest = check_run(second.commit({"kind": "full"}))
    assert sum(batches) == manifest["tables"].get("rates", {"rows": 0})["rows"]


def test_landed_columns_are_the_declared_ones(tmp_path):
    """What is written has exactly the names and types that the yml declares, packed by zstd."""
    (part,) = landed(tmp_path).glob("rates/*.parquet")
    assert schema_of("rates", "rates").equals(pq.read_schema(part).remove_metadata())
    assert pq.read_metadata(part).row_group(0).column(0).compression == "ZSTD"


def test_a_run_folder_that_tells_nothing_is_not_resumed(tmp_path):
    """Without its state nobody knows what the run was: it is begun anew."""
    landing = Landing.start(DataPaths(tmp_path), "rates", {})
    (landing.folder / "state.json").write_bytes(b"{")
    assert Landing.resume(landing.folder, DataPaths(tmp_path)) is None
