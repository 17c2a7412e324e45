"""An export folder goes through the same door, whatever is in it."""

import asyncio
import csv
import json
import os
import pty
import re
import shutil
from contextlib import suppress

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from common.errors import UsageError
from extract.cli import extract as extract_command
from extract.export_folder import READERS
from extract.fetching import UnreadableError, Wanted, folder_fetch
from tests.waiting import STEP

FIELDS = [{"name": name, "type": "text", "custom": False} for name in ("id", "modified_at")]
PHI = [*FIELDS, {"name": "patient_name", "type": "text", "phi": True}]


@pytest.fixture
def export(tmp_path):
    """An export of a few objects."""
    folder = tmp_path / "export"
    (folder / "files").mkdir(parents=True)
    names = {"people": FIELDS, "deals": FIELDS, "attachments": FIELDS, "scans": PHI, "gadgets": []}
    objects = [{"name": name, "label": name, "fields": fields} for name, fields in names.items()]
    metadata = {"server_time": "2026-10-30T12:00:00Z", "objects": objects}
    (folder / "metadata.json").write_text(json.dumps(metadata))
    for name in names:
        (folder / f"{name}.jsonl").touch()
    return folder


def write(folder, name, *lines):
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    (folder / f"{name}.jsonl").write_text(text)


def test_garbage_is_counted_quarantined_and_named(offline, export):
    """Broken lines, things that are no records and records without id keep file and line."""
    write(export, "people", {"id": "p1"}, '{"id": "p2', "", [1], {"name": "x"}, {"id": "p1"})
    code, _, err = offline("visual-practice", "--from", str(export))
    assert (code, len(err.splitlines())) == (1, 1)
    assert "3 of people" in err and "preflight_blockers" in err
    assert offline.rows("people", "id") == [("p1",), ("p1",)]  # duplicates land; SQL picks
    assert {
        ("people", "people.jsonl:2", "invalid_json"),
        ("people", "people.jsonl:4", "not_an_object"),
        ("people", "people.jsonl:5", "missing_id"),
    } == set(offline.rows("quarantine", "object, locator, problem"))
    assert duckdb.execute(
        "select rows, quarantined from read_parquet(?) where object = 'people'",
        [str(offline.data / "raw/visual_practice/*/runs/*.parquet")],
    ).fetchall() == [(2, 3)]


def test_hostile_values_stay_values(offline, export):
    """A NUL, a formula, dates and amounts that are none: landed as sent."""
    name = 'nul\0 and =HYPERLINK("x")'
    write(export, "deals", {"id": "d1", "name": name, "amount": "abc", "closed_at": "never"})
    assert offline("visual-practice", "--from", str(export))[0] == 0
    assert [(name, "abc", "never")] == offline.rows("deals", "name, amount, closed_at")


def test_four_formats_are_one_door(offline, export, tmp_path):
    """The same records as jsonl, csv, json and Parquet land the same columns."""
    records = [
        {"id": "a", "first_name": "Ann", "tags": ["x", "y"], "custom_fields": {"k": "v"}},
        {"id": "b", "first_name": None, "tags": [], "custom_fields": {"k": "w"}},
    ]
    landed = []
    (export / "people.jsonl").unlink()
    for suffix in ("jsonl", "csv", "json", "parquet"):
        path = export / f"people.{suffix}"
        if suffix == "jsonl":
            write(export, "people", *records)
        elif suffix == "json":
            path.write_text(json.dumps({"data": records}))
        elif suffix == "parquet":
            pq.write_table(pa.Table.from_pylist(records), path)
        else:
            with path.open("w", newline="") as file:
                writer = csv.DictWriter(file, records[0])
                writer.writeheader()
                for record in records:
                    cells = {
                        k: json.dumps(v) for k, v in record.items() if isinstance(v, list | dict)
                    }
                    writer.writerow(record | cells)
        assert offline("visual-practice", "--from", str(export))[0] == 0
        path.unlink()
        newest = max(run for (run,) in offline.rows("people", "_run_id"))
        landed.append(
            duckdb.execute(
                "select id, first_name, tags, custom_fields from read_parquet(?) order by id",
                [str(offline.data / f"raw/visual_practice/{newest}/people/*.parquet")],
            ).fetchall()
        )
    assert [landed[0]] * 4 == landed


def test_files_are_looked_up_by_id_and_proven(offline, export, tmp_path):
    """Checksums, sizes and DICOM by bytes; a 3 GB record is named; no id leaves the folder."""
    (tmp_path / "outside").write_text("secret")
    dicom = b"\0" * 128 + b"DICM" + b"\0" * 60
    (export / "files" / "a1").write_bytes(b"%PDF-1.7\n%%EOF")
    (export / "files" / "a2").write_bytes(dicom)
    (export / "files" / "a3").write_bytes(b"abc")
    (export / "files" / "link").symlink_to(tmp_path / "outside")
    write(
        export,
        "attachments",
        {"id": "a1", "size_bytes": 14, "file_name": "../../x.docx"},
        {"id": "a2", "size_bytes": len(dicom), "file_name": "scan.jpg"},
        {"id": "a3", "sha256": "0" * 64, "size_bytes": 3},
        {"id": "a4", "size_bytes": 3_000_000_000},
        {"id": "../../outside"},
        {"id": "link"},
        {"id": "a1", "deleted_at": "2026-01-01T00:00:00Z", "modified_at": "2000"},
    )
    code, _, _ = offline("visual-practice", "--from", str(export))
    assert code == 0
    told = {row[0]: row[1:] for row in offline.rows("files", "attachment_id, status, is_dicom")}
    assert told == {
        "a1": ("ok", False),
        "a2": ("ok", True),
        "a3": ("checksum_mismatch", False),
        "a4": ("too_large", None),
        "../../outside": ("missing", None),
        "link": ("missing", None),
    }
    types = dict(offline.rows("files", "attachment_id, detected_type"))
    assert (types["a1"], types["a2"]) == ("application/pdf", "application/dicom")


def test_patients_objects_are_not_read_unless_a_row_says_so(offline, export):
    """An object that no policy names is left out if a field may hold patients' data."""
    write(export, "scans", {"id": "s1", "patient_name": "canary"})
    write(export, "gadgets", {"id": "g1", "shape": "round"})
    assert offline("visual-practice", "--from", str(export))[0] == 0
    assert offline.rows("other_records", "object, id") == [("gadgets", "g1")]
    held = [p for p in offline.data.rglob("*") if p.is_file() and b"canary" in p.read_bytes()]
    assert held == []


def test_what_nobody_knows_is_landed_and_reported(offline, export):
    """An object without a table of its own, fields that the metadata do not name: kept whole."""
    gadget = {"id": "g1", "shape": {"round": True}}
    person = {"id": "p1", "loyalty_tier": "gold", "custom_fields": {"hs_score": 7}}
    write(export, "gadgets", gadget)
    write(export, "people", person)
    code, out, err = offline("visual-practice", "--from", str(export))
    assert (code, err) == (0, "")
    for said in ("gadgets", "shape", "loyalty_tier", "custom_fields.hs_score"):
        assert said in out, out
    ((name, record),) = offline.rows("other_records", "object, _record")
    assert (name, json.loads(record)) == ("gadgets", gadget)
    assert [json.loads(record) for (record,) in offline.rows("people", "_record")] == [person]


def test_a_file_that_the_metadata_do_not_name_is_reported(offline, export):
    """Nothing is left aside silently."""
    write(export, "mystery", {"id": "1"})
    _, out, _ = offline("visual-practice", "--from", str(export))
    assert "mystery.jsonl" in out


@pytest.mark.parametrize("broken", ["absent", "no json", "no folder"])
def test_an_export_without_metadata_is_refused(offline, export, broken):
    """Exit 2, one line, nothing landed."""
    path = export / "metadata.json"
    path.unlink() if broken == "absent" else path.write_text("{")
    where = export / "nowhere" if broken == "no folder" else export
    code, _, err = offline("visual-practice", "--from", str(where))
    assert (code, len(err.splitlines())) == (2, 1)


def test_metadata_may_begin_with_a_mark(offline, export):
    """Windows programs write one in front of UTF-8."""
    path = export / "metadata.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert offline("visual-practice", "--from", str(export))[0] == 0


def test_half_a_parquet_file_is_named(offline, export):
    """Exit 2 and the file's name."""
    (export / "people.jsonl").rename(export / "people.parquet")
    (export / "people.parquet").write_bytes(b"PAR1 half")
    code, _, err = offline("visual-practice", "--from", str(export))
    assert code == 2
    assert "people.parquet" in err


def test_check_names_what_is_damaged(offline, export):
    """A half-written manifest or a flipped byte: exit 2, one line, the run and the file."""
    write(export, "people", {"id": "p1"})
    assert offline("visual-practice", "--from", str(export))[0] == 0
    assert offline("check")[0] == 0
    (part,) = offline.data.glob("raw/visual_practice/2*/people/*.parquet")
    content = bytearray(part.read_bytes())
    content[10] ^= 1
    part.write_bytes(content)
    code, _, err = offline("check")
    assert code == 2
    assert "people/part-00000.parquet is corrupt" in err


def write_people_csv(export, *lines):
    """Put a CSV of people in the place of the other file."""
    (export / "people.jsonl").unlink(missing_ok=True)
    (export / "people.csv").write_text("\n".join(("id,first_name,tags,description", *lines)))


def test_a_damaged_csv_names_its_lines(offline, export):
    """A quote that is never closed and a row cut short: exit 1, file and line, the rest lands."""
    people = [f'per_{n},Ann,"[""x""]",' for n in range(50)]
    people[20] = 'per_20,"Open,,'
    people[30] = "per_x,OnlyFirst"
    write_people_csv(export, *people)
    code, out, err = offline("visual-practice", "--from", str(export))
    assert (code, "2 of people" in err) == (1, True), out + err
    assert offline.rows("people", "count(distinct id)") == [(48,)]
    assert {
        ("people.csv:22", "broken_quotes", 'per_20,"Open,,'),
        ("people.csv:32", "missing_cells", "per_x,OnlyFirst"),
    } == set(offline.rows("quarantine", "locator, problem, raw"))


def test_a_text_that_looks_like_json_stays_a_text(offline, export):
    """Of text columns only custom fields are JSON."""
    write_people_csv(export, 'per_1,{},,"{""a"": 1}"', "0007,1e3,,[1]")
    assert offline("visual-practice", "--from", str(export))[0] == 0
    landed = offline.rows("people", "id, first_name, description, _misfits")
    assert sorted(landed) == [("0007", "1e3", "[1]", []), ("per_1", "{}", '{"a": 1}', [])]


def test_a_missing_file_is_no_success(offline, export):
    """An object that is declared and moves has no file: exit 1, by name; one of inventory does not
    stop anything, and is named, too."""
    write(export, "people", {"id": "p1"})
    (export / "deals.jsonl").unlink()
    (export / "gadgets.jsonl").unlink()
    code, out, err = offline("visual-practice", "--from", str(export))
    assert code == 1
    assert "more deals than came" in err and "gadgets: 0 records came, but" in err, out + err
    assert offline.rows("people", "id") == [("p1",)]
    (export / "deals.jsonl").touch()
    assert offline("visual-practice", "--from", str(export))[0] == 0
    told = "object, total_reported is null"
    assert ("deals", True) in offline.rows("runs", told)
    assert ("deals", False) in offline.rows("runs", told)


def test_names_are_met_in_any_case(offline, export):
    """`People.JSONL` is people's file."""
    write(export, "people", {"id": "p1"})
    (export / "people.jsonl").rename(export / "People.JSONL")
    code, out, _ = offline("visual-practice", "--from", str(export))
    assert (code, "Left aside" in out) == (0, False)
    assert offline.rows("people", "id") == [("p1",)]


def test_two_files_of_one_object_are_refused(offline, export):
    """Which of them counts is nothing to guess."""
    (export / "people.csv").write_text("id\np1\n")
    code, _, err = offline("visual-practice", "--from", str(export))
    assert (code, len(err.splitlines())) == (2, 1)
    assert "people.csv and people.jsonl" in err


def test_progress_is_lines_in_a_pipe_and_a_bar_on_a_terminal(offline, export, monkeypatch):
    """How far an export is read; no control codes where nobody sees a bar."""
    write(export, "people", *({"id": f"p{number}"} for number in range(50)))
    command = ("visual-practice", "--from", str(export))
    with monkeypatch.context() as patch:
        for name, value in offline.env.items():
            patch.setenv(name, value)
        patch.setattr("common.console.PLAIN_LINE_EVERY", 0.0)
        said = CliRunner().invoke(extract_command, command).output
    assert re.search(r"^records of the export: 50, [\d,]+/s$", said, re.MULTILINE), said
    assert "\x1b" not in said
    master, slave = pty.openpty()
    ended = offline.start(*command, stdout=slave, env={"TERM": "xterm", "COLUMNS": "120"})
    os.close(slave)
    shown = b""
    with suppress(OSError):  # how a terminal ends whose other side is gone
        while some := os.read(master, 1 << 16):
            shown += some
    os.close(master)
    assert ended.wait(STEP) == 0
    assert re.search(rb"\x1b.*records of the export.*50/", shown, re.DOTALL), shown


def test_whatever_was_not_used_is_reported(offline, export):
    """Files of any name, folders, and bodies that no attachment asks for (by their number)."""
    for name in ("people.jsonl.gz", "README", "people_2.csv"):
        (export / name).write_text("x")
    (export / "more").mkdir()
    for name in ("a1", "Jane Doe.pdf"):
        (export / "files" / name).write_text("x")
    write(export, "attachments", {"id": "a1"})
    code, out, _ = offline("visual-practice", "--from", str(export))
    assert code == 0
    assert "README, more, people.jsonl.gz, people_2.csv." in out
    assert "Left aside in files/: 1 " in out and "Jane" not in out


def test_a_key_said_twice_costs_its_record(offline, export):
    """JSON's readers keep the last of two values; which one was meant nobody knows."""
    odd = '{"id": "p2", "first_name": "\\u0041\\"", "last_name": "x", "last_name": "y"}'
    nested = '{"id": "p4", "emails": [{"value": "a@b.example", "value": "c@d.example"}]}'
    write(export, "people", {"id": "p1", "last_name": 'O"'}, odd, '{"id": "p3", "x": {}}', nested)
    assert offline("visual-practice", "--from", str(export))[0] == 1
    assert set(offline.rows("people", "id")) == {("p1",), ("p3",)}
    assert set(offline.rows("quarantine", "locator, problem")) == {
        ("people.jsonl:2", "key_twice"),
        ("people.jsonl:4", "key_twice"),
    }


def test_parquet_types_are_the_json_that_they_stand_for(offline, export):
    """Bytes are text, nanoseconds no obstacle, a map an object, and 7.0 the id 7."""
    (export / "people.jsonl").unlink()
    moment = pa.array([1_700_000_000_123_456_789], pa.timestamp("ns", "UTC"))
    fields = pa.array([[("k", "v")]], pa.map_(pa.string(), pa.string()))
    person = {
        "id": pa.array([7], pa.int64()),
        "first_name": pa.array([b"Ann"], pa.binary()),
        "last_name": pa.array([float("nan")], pa.float64()),
        "organization_id": pa.array([8.0], pa.float64()),
        "modified_at": moment,
        "custom_fields": fields,
    }
    pq.write_table(pa.table(person), export / "people.parquet")
    assert offline("visual-practice", "--from", str(export))[0] == 0
    assert offline.rows("people", "id, first_name, last_name, organization_id, custom_fields") == [
        ("7", "Ann", None, "8", '{"k":"v"}')
    ]
    assert offline.rows("people", "modified_at, _misfits") == [
        ("2023-11-14 22:13:20.123456+00:00", [])
    ]


def test_a_column_named_twice_is_refused(offline, export):
    """One of the two would be lost."""
    (export / "people.jsonl").unlink()
    table = pa.Table.from_arrays([pa.array(["1"]), pa.array(["2"])], names=["id", "id"])
    pq.write_table(table, export / "people.parquet")
    code, _, err = offline("visual-practice", "--from", str(export))
    assert (code, "people.parquet names a column twice" in err) == (2, True)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".json", ".parquet"])
def test_a_file_that_is_written_while_it_is_read_is_refused(tmp_path, suffix, monkeypatch):
    """Half of a listing reads like a whole one: its name is said, and nothing is committed."""
    folder = tmp_path / "export"
    folder.mkdir()
    told = {"objects": [{"name": "people", "fields": []}], "server_time": "2026-01-01T00:00:00Z"}
    (folder / "metadata.json").write_text(json.dumps(told))
    path = folder / f"people{suffix}"
    reads = {".csv": "id\np1\n", ".json": '[{"id":"p1"}]'}.get(suffix, '{"id":"p1"}\n')
    if suffix == ".parquet":
        duckdb.execute(f"copy (select 'p1' as id) to '{path}'")
    else:
        path.write_text(reads)
    reader = READERS[suffix]

    def and_somebody_writes(file, name):
        yield from reader(file, name)
        with file.open("ab") as more:
            more.write(b"\n")

    monkeypatch.setitem(READERS, suffix, and_somebody_writes)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    result = CliRunner().invoke(extract_command, ["visual-practice", "--from", str(folder)])
    assert isinstance(result.exception, UsageError), result.output
    assert f"people{suffix} changed while it was read" in str(result.exception)
    assert not list((tmp_path / "data").glob("raw/visual_practice/2*"))


@pytest.mark.parametrize("times", [1, 99])
def test_a_body_that_is_written_while_it_is_copied(tmp_path, times, monkeypatch):
    """Copied anew when it has changed; one that always changes is named, and is no proof."""
    (tmp_path / "files").mkdir()
    body = tmp_path / "files" / "a1"
    body.write_bytes(b"x")
    copy, left = shutil.copyfile, [times]

    def and_somebody_writes(source, target):
        copy(source, target)
        if left[0]:
            left[0] -= 1
            source.write_bytes(source.read_bytes() + b"y")

    monkeypatch.setattr("extract.fetching.shutil.copyfile", and_somebody_writes)
    fetch = folder_fetch(tmp_path, 1_000)
    wanted = Wanted("a1", None, None, None)
    if times > 1:
        with pytest.raises(UnreadableError, match="kept changing"):
            asyncio.run(fetch(wanted, tmp_path / "copy"))
    else:
        asyncio.run(fetch(wanted, tmp_path / "copy"))
        assert (tmp_path / "copy").read_bytes() == b"xy"
