"""The same records through every door land the same: one table, whatever form they come in."""

import csv
import datetime
import json
import os
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from aiohttp import web
from click.testing import CliRunner

from extract.cli import extract as extract_command
from tests.journeys.listening import listening

LONG = "98765432109876543210987"  # 23 digits
STAMP = "2024-03-01T08:00:00Z"
CUSTOM = {"ward": "picklist", "likes": "picklist", "badge": "text", "member": "boolean"}
OBJECTS = ("users", "organizations", "people", "leads", "deals", "activities", "attachments")
METADATA = {
    "server_time": "2026-10-30T12:00:00Z",
    "objects": [
        {
            "name": name,
            "fields": [
                {"name": field, "type": type_, "custom": True, "multiple": field == "likes"}
                for field, type_ in CUSTOM.items()
                if name == "people"
            ],
        }
        for name in OBJECTS
    ],
}
#: what comes → what lands of it: id, first_name, organization_id, custom_fields
PEOPLE = [
    ({"first_name": "Plain"}, ("p1", "Plain", None, {})),
    ({"ID": "p2", "First_Name": "Capitals"}, ("p2", "Capitals", None, {})),
    ({"id": "  p3 ", "organization_id": " o1"}, ("p3", None, "o1", {})),
    ({"id": "31.0", "organization_id": "44.00"}, ("31", None, "44", {})),
    ({"first_name": LONG}, ("p5", LONG, None, {})),
    ({"custom_fields": {"badge": LONG}}, ("p6", None, None, {"badge": LONG})),
    (
        {"custom_fields": {"likes": ["Swim", None, "Run"]}},
        ("p7", None, None, {"likes": ["Swim", "Run"]}),
    ),
    ({"ward": "North", "member": True}, ("p8", None, None, {"ward": "North", "member": True})),
    ({"Ward": "South", "custom_fields": {"ward": "South"}}, ("p9", None, None, {"ward": "South"})),
    ({"custom_fields.badge": "b7"}, ("p10", None, None, {"badge": "b7"})),
    (
        {"custom_fields": {"badge": {"deep": [int(LONG), 1.5]}}},
        ("p11", None, None, {"badge": {"deep": [LONG, 1.5]}}),
    ),
]  # fmt: skip
#: what comes and is no record → why; found again by its name
REFUSED = {
    "nul": ({"id": "a\0b"}, "unusable_id"),
    "long": ({"id": "x" * 300}, "unusable_id"),
    "collides": ({"id": "p1 "}, "unusable_id"),
    "twin": ({"id": " 77"}, "unusable_id"),
    "other": ({"id": "77.0"}, "unusable_id"),
    "nobody": ({"id": None}, "missing_id"),
    "break": ({"id": "a\nb"}, "unusable_id"),
}


def records():
    """Everything of the table, blank rows in between."""
    sent = [
        {"id": landed[0], "created_at": STAMP, "modified_at": STAMP} | record
        for record, landed in PEOPLE
    ]
    for record in sent:
        if "ID" in record:
            del record["id"]
    sent += [
        {"created_at": STAMP, "modified_at": STAMP, "last_name": name} | record
        for name, (record, _) in REFUSED.items()
    ]
    return [*sent[:4], {"id": None, "first_name": ""}, *sent[4:]]


def said(record):
    """JSON as other writers have it: numbers of any length, no blanks."""
    return json.dumps(record, separators=(",", ":")).replace(f'"{LONG}"', LONG)


def by_column(people):
    """Return the same as columns, named as a spreadsheet's head does: of each name one."""
    flat = [{key.lower(): value for key, value in record.items()} for record in people]
    head = {"id": "ID", "first_name": "First_Name ", "ward": "WARD"}
    names = list({key: None for record in flat for key in record})
    return {head.get(name, name): [record.get(name) for record in flat] for name in names}


def write_csv(path, people):
    """One row each, whatever its keys."""
    columns = by_column(people)
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in zip(*columns.values(), strict=True):
            writer.writerow([said(one) if isinstance(one, dict | bool) else one for one in row])
        file.write(",,\n\n")


def write_parquet(path, people):
    """Texts as Parquet has them, objects as JSON: they differ from row to row."""
    columns = {
        name: [said(one) if isinstance(one, dict) else one for one in values]
        for name, values in by_column(people).items()
    }
    pq.write_table(pa.table(columns), path)


DOORS = {
    "people.jsonl": lambda lines: "\ufeff" + "\n\n".join(lines),
    "lines.json": "\n".join,
    "list.json": lambda lines: "[" + ",\n null,".join(lines) + "]",
    "results.json": lambda lines: '{"count": 3, "results": [' + ",".join(lines) + "]}",
    "pages.jsonl": lambda lines: "\n".join(f'{{"items": [{line}]}}' for line in lines),
    "printed.json": lambda lines: "\n".join(line.replace(",", ",\n ") for line in lines),
}


@pytest.fixture(params=[*DOORS, "csv", "parquet", "api"])
def through(request, tmp_path, monkeypatch):
    """Send people through one door; return (exit code, rows landed, what was set aside)."""
    door = request.param

    def send(people, *broken):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
        lines = [*map(said, people), *broken]
        if door == "api":
            result = by_api(monkeypatch, lines)
        else:
            folder = tmp_path / "export"
            folder.mkdir()
            (folder / "metadata.json").write_text(json.dumps(METADATA))
            for name in {*OBJECTS} - {"people"}:
                (folder / f"{name}.jsonl").touch()
            if door == "csv":
                write_csv(folder / "people.csv", people)
            elif door == "parquet":
                write_parquet(folder / "people.parquet", people)
            else:
                path = folder / f"people.{door.rpartition('.')[2]}"
                path.write_text(DOORS[door](lines), encoding="utf-8")
            result = CliRunner().invoke(extract_command, ["visual-practice", "--from", str(folder)])
        return door, result

    send.door = door
    return send


def by_api(monkeypatch, lines):
    """Serve these lines as pages of the practice's own size."""

    async def answer(request):
        name = request.path.rpartition("/")[2]
        if name == "metadata":
            return web.json_response(METADATA)
        rows = lines if name == "people" and "modified_since" not in request.query else []
        size, page = int(request.query["per_page"]), int(request.query["page"])
        part = rows[(page - 1) * size : page * size]
        body = f'{{"data": [{",".join(part)}], "total": {len(rows)}}}'
        return web.Response(body=b"\xef\xbb\xbf" + body.encode(), content_type="application/json")

    with listening(answer) as api:
        monkeypatch.setenv("VISUAL_PRACTICE_URL", api.url())
        monkeypatch.setenv("VISUAL_PRACTICE_TOKEN", "token")
        return CliRunner().invoke(extract_command, ["visual-practice"])


def landed(table, what):
    pattern = f"{os.environ['DATA_DIR']}/raw/visual_practice/2*/{table}/*.parquet"
    return duckdb.execute(f"select {what} from read_parquet(?)", [pattern]).fetchall()  # noqa: S608


def test_every_door_is_as_lenient_as_the_others(through):
    """Capitals, blanks, 7.0, long numbers, nulls, flat custom fields: the same rows, each door."""
    door, result = through(records())
    rows = {
        row[0]: row for row in landed("people", "id, first_name, organization_id, custom_fields")
    }
    assert [want for _, want in PEOPLE] == [
        (*rows[want[0]][:3], _worded(rows[want[0]][3], door)) for _, want in PEOPLE
    ], result.output
    assert len(rows) == len(PEOPLE)
    aside = {
        json.loads(raw)["last_name"]: problem
        for problem, raw, place in landed("quarantine", "problem, raw, locator")
        if place and raw.startswith("{")
    }
    if door == "csv":  # a line break in an id is a damaged row there
        assert ("line_break",) in landed("quarantine", "problem")
        aside["break"] = "unusable_id"
    assert {name: problem for name, (_, problem) in REFUSED.items()} == aside


def _worded(text, door):
    fields = json.loads(text) if text else {}
    if door == "csv" and "member" in fields:
        fields["member"] = json.loads(fields["member"])
    return fields


def test_one_value_that_is_none_costs_its_record(through):
    """NaN, a key said twice, a thousand levels: set aside with what it said; the others land."""
    if through.door in ("csv", "parquet"):
        pytest.skip("neither has such words")
    people = [{"id": f"q{n}", "created_at": STAMP, "modified_at": STAMP} for n in range(3)]
    _, result = through(
        people,
        '{"id": "n1", "score": NaN}',
        '{"id": "n2", "note": "x", "note": "y"}',
        '{"id": "n3", "note": ' + "[" * 1500 + "]" * 1500 + "}",
    )
    assert {("q0",), ("q1",), ("q2",)} == {*landed("people", "id")}, result.output
    assert sorted(
        (problem, raw.partition('"id": "')[2][:2])
        for problem, raw in landed("quarantine", "problem, raw")
    ) == [("invalid_json", "n1"), ("invalid_json", "n3"), ("key_twice", "n2")]


def test_parquet_tells_what_python_can_not(tmp_path, monkeypatch):
    """The year 10000, nanoseconds within a list, decimals, endless numbers, intervals: as text."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "metadata.json").write_text(json.dumps(METADATA))
    far = pa.array([253_402_300_800, 0], pa.timestamp("s", "UTC"))
    odd = pa.struct(
        {
            "at": pa.list_(pa.timestamp("ns")),
            "day": pa.date32(),
            "time": pa.time64("us"),
            "money": pa.decimal256(50, 2),
            "lasts": pa.duration("ms"),
            "far": pa.float64(),
            "data": pa.binary(),
        }
    )
    values = [
        {"at": [1_700_000_000_123_456_789], "day": 2_932_897, "money": Decimal(LONG + ".25")},
        {"time": datetime.time(9, 30), "lasts": 1500, "far": float("inf"), "data": b"Ann"},
    ]
    table = {
        "id": pa.array([7, 8], pa.int64()),
        "created_at": far,
        "first_name": pa.array(["Ann", "Bo"]).dictionary_encode(),
        "custom_fields": pa.array(values, odd),
    }
    pq.write_table(pa.table(table), folder / "people.parquet")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    result = CliRunner().invoke(extract_command, ["visual-practice", "--from", str(folder)])
    rows = landed("people", "id, first_name, created_at, custom_fields")
    assert [row[:3] for row in rows] == [
        ("7", "Ann", "10000-01-01 00:00:00+00:00"),
        ("8", "Bo", "1970-01-01 00:00:00+00:00"),
    ], result.output
    first, second = (
        {key: value for key, value in json.loads(row[3]).items() if value is not None}
        for row in rows
    )
    assert first == {
        "at": ["2023-11-14 22:13:20.123456"],
        "day": "10000-01-01",
        "money": f"{LONG}.25",
    }
    assert (second["time"], second["far"], second["data"]) == ("09:30:00", "inf", "Ann")
    assert second["lasts"].startswith("1.5")
