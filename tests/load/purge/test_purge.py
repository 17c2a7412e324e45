"""`load purge`: what holds patients' data goes for good, what proves the work stays."""

import os
import time
from datetime import UTC, datetime, timedelta

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from common.paths import DataPaths, new_run_id
from load.purge.command import read_age
from load.purge.retention import find, remove
from tests.load.apply.test_road import sign_sample
from tests.load.practice import small_practice
from tests.waiting import wait_until

CONTENT = (b"person3@people.example", b"Family3", b"Clinic 3", b"Deal 3", b"Call 3", b"file 2")


def holders(project):
    """The files below the data folder in which any content still stands, whatever its form."""
    found = {}
    for path in project.paths.root.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if path.suffix == ".parquet":
                content = orjson.dumps(pq.read_table(path).to_pylist(), default=str)
            name = path.relative_to(project.paths.root).as_posix().removesuffix("-wal")
            if hits := [word for word in CONTENT if word in content]:
                found[name] = hits
    return found


def age(project, days):
    """Let everything that lies in the data folder be older than it is."""
    then = time.time() - days * 86_400
    for path in project.paths.root.rglob("*"):
        os.utime(path, (then, then))


def test_a_purge_takes_the_contents_and_leaves_ids_and_hashes(loaded, sandbox):
    """After it no byte of a record stands in the folder, and rollback touches nothing."""
    project = loaded(people=8, deals=4, activities=4)
    project.quick("apply", "--sample")
    sign_sample(project)
    project.quick("apply")
    assert {"audit.sqlite", "warehouse.duckdb"} <= holders(project).keys()
    hashes = "select write_id, operation_key, nutshell_id, payload_hash, settled_at from writes"
    before = project.audit().connection.execute(hashes).fetchall()

    # three ways to be refused, and none of them removes anything
    project.quick("purge", "--older-than", "0d", "--yes", code=2)
    project.quick("purge", "--older-than", "0d", "--by", "R. Meyer", code=2)
    project.quick("purge", "--older-than", "soon", "--by", "R. Meyer", "--yes", code=2)
    said = project.quick("purge", "--older-than", "0d", "--preview")
    assert "ends the rollback window" in said and "payloads and before-images" in said
    assert {"audit.sqlite", "warehouse.duckdb"} <= holders(project).keys()

    said = project.quick("purge", "--older-than", "0d", "--by", "R. Meyer", "--yes")
    assert "ends the rollback window" in said
    left = holders(project)
    assert {name.split("/")[0] for name in left} == {"hosted"}, "hosted files go on request only"
    audit = project.audit()
    assert [tuple(row) for row in audit.connection.execute(hashes)] == [tuple(r) for r in before]
    signed = list(audit.rows("select distinct purged_by from purges"))
    assert [row[0] for row in signed] == ["R. Meyer"]
    assert audit.value("select status from runs where command = 'purge'") == "done"
    assert {p.stat().st_mode & 0o777 for p in project.paths.root.glob("audit*") if p.is_file()} == {
        0o600
    }

    # nobody could tell a human's edit from ours any more, so everything is kept
    writes = sandbox.writes()
    said = project.quick("rollback")
    assert "purged" in said and "reversed" not in said
    assert sandbox.writes() == writes

    project.quick("purge", "--older-than", "0d", "--hosted", "--by", "R. Meyer", "--yes")
    assert holders(project) == {}


def test_a_standing_approval_outlives_its_envelope_s_values(loaded):
    """No value of the source is left in it; a plan without a new one is covered, another is not."""
    project = loaded(people=3, deals=1, activities=1, files=0)
    project.warehouse["envelope"] += [("value", "source/leads.source=Zqvalue")]
    project.build()
    project.quick("plan")
    project.quick("approve", "--by", "demo")
    said = project.quick("purge", "--older-than", "0d", "--by", "R. Meyer", "--yes")
    assert "values in approvals" in said
    held = b"".join(p.read_bytes() for p in project.paths.root.rglob("*") if p.is_file())
    assert b"Zqvalue" not in held
    envelope = orjson.loads(
        project.audit().value("select envelope from approvals order by approval_id desc")
    )
    assert [kind for kind, element in envelope if element.startswith("sha256:")] == ["value"]
    assert ["field", "people.email"] in envelope

    # a second purge finds nothing more to take
    assert "(none)" in project.quick("purge", "--older-than", "0d", "--preview")
    small_practice(project, people=4, deals=1, activities=1, files=0)
    project.warehouse["envelope"] += [("value", "source/leads.source=Zqvalue")]
    project.build()
    project.quick("plan")
    project.quick("apply", "--sample")
    small_practice(project, people=5, deals=1, activities=1, files=0)
    project.warehouse["envelope"] += [("value", "source/leads.source=Another")]
    project.build()
    project.quick("plan")
    said = project.quick("apply", "--sample", code=2)
    assert "source/leads.source=Another" in said and "Zqvalue" not in said


def test_what_is_younger_than_the_period_stays(loaded):
    """Nothing of today goes; later old files go, and the young audit still rolls back."""
    project = loaded(people=3, deals=1, activities=1, files=1)
    project.quick("apply", "--sample")
    held = holders(project)
    said = project.quick("purge", "--older-than", "30d", "--by", "R. Meyer", "--yes")
    assert "(none)" in said
    assert holders(project) == held

    age(project, 40)
    project.quick("purge", "--older-than", "30d", "--by", "R. Meyer", "--yes")
    assert not list(project.paths.plans.iterdir())
    assert not project.paths.warehouse.exists()
    whats = {row[0] for row in project.audit().rows("select what from purges")}
    assert {"frozen plans", "warehouse and review", "files"} <= whats
    assert "reversed" in project.quick("rollback")


def test_a_write_in_doubt_keeps_what_settles_it(loaded, sandbox):
    """Exit 1, and the way out; once it is settled a second purge takes the rest."""
    project = loaded(people=2, deals=0, activities=0, files=0)
    sandbox.faults(
        {"late_commit": 1.0, "late_seconds": 600, "hang_seconds": 0.1, "only_writes": True}
    )
    process = project.start("apply", "--sample")
    wait_until(lambda: open_writes(project), process)
    process.kill()
    process.communicate()
    sandbox.faults("none")
    said = project.quick("purge", "--older-than", "0d", "--by", "R. Meyer", "--yes", code=1)
    assert "in doubt" in said and "load apply" in said
    audit = project.audit()
    kept = "select count(*) from intents where payload is not null"
    assert audit.value(kept) == open_writes(project) > 0


def open_writes(project):
    return project.audit().value("select count(*) from open_writes")


# -- which runs may go ---------------------------------------------------------------------------


def land(paths, source, kind, days_ago):
    """Make a committed run of an age, with one attachment's body if it is the practice's."""
    moment = datetime.now(UTC) - timedelta(days=days_ago)
    run = paths.run(source, new_run_id(moment))
    (run / "files").mkdir(parents=True)
    sha256 = f"{days_ago:064x}"
    pq.write_table(pa.table({"sha256": [sha256]}), run / "files" / "part-0000.parquet")
    (run / "manifest.json").write_bytes(orjson.dumps({"kind": kind, "tables": {}}))
    body = paths.file(sha256)
    body.parent.mkdir(parents=True, exist_ok=True)
    body.write_text("body")
    os.utime(body, (moment.timestamp(), moment.timestamp()))
    return run


@pytest.mark.parametrize(
    ("history", "stay", "leaned"),
    [
        # kind and age in days, oldest first; purged after 30 days
        ([("full", 90), ("full", 60), ("full", 5)], [5], []),
        ([("full", 90), ("full", 60), ("delta", 50), ("delta", 5)], [60, 50, 5], [60, 50]),
        ([("full", 90), ("delta", 60)], [], []),
        ([("full", 90), ("delta", 60), ("full", 5), ("delta", 1)], [5, 1], []),
    ],
)
def test_a_run_that_newer_ones_lean_on_stays(tmp_path, monkeypatch, history, stay, leaned):
    """Without its base a delta would say that everybody else is gone; its files stay as well."""
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "logs"))
    paths = DataPaths(tmp_path / "data")
    runs = {days: land(paths, "visual_practice", kind, days) for kind, days in history}
    rates = land(paths, "rates", "full", 900)
    paths.warehouse.write_text("derived, a moment ago")
    found = find(paths, None, datetime.now(UTC) - timedelta(days=30))
    remove(paths, found.holdings)
    assert {days for days, run in runs.items() if run.exists()} == set(stay)
    assert found.leaned_on == [f"visual_practice/{runs[days].name}" for days in leaned]
    bodies = {int(path.name, 16) for path in paths.files.rglob("*") if path.is_file()}
    assert bodies == {*stay, 900}
    assert rates.exists(), "rates are nobody's data"
    # what was built from a purged run holds its records, however young the file is
    assert paths.warehouse.exists() is (len(stay) == len(history))


def test_a_purge_that_was_killed_is_finished_by_the_next(tmp_path, monkeypatch):
    """A run half removed stands where no build sees it, and goes whatever its age."""
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "logs"))
    paths = DataPaths(tmp_path / "data")
    run = land(paths, "visual_practice", "full", 1)
    (paths.raw / ".purged").mkdir()
    run.rename(paths.raw / ".purged" / f"visual_practice-{run.name}")
    found = find(paths, None, datetime.now(UTC) - timedelta(days=30))
    remove(paths, found.holdings)
    assert not list((paths.raw / ".purged").iterdir())


def test_ages():
    """Hours, days and weeks."""
    assert read_age("12h") == timedelta(hours=12)
    assert read_age("30d") == timedelta(days=30)
    assert read_age("8W") == timedelta(weeks=8)
