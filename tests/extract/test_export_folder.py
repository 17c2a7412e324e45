"""An export folder goes through the same door, whatever is in it."""

import csv
import json

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

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
