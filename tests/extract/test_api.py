"""The practice through its API, while it works on, breaks down and is killed under us."""

import json
import signal

import httpx
import pytest
from aiohttp import web

from tests.extract.conftest import Extract
from tests.journeys.listening import listening
from tests.waiting import wait_until


def test_everything_lands_once_and_counts_agree(extract, sandbox):
    """A run in peace: each id once, the total as the source says, files proven, modes 0600."""
    code, _, err = extract("visual-practice")
    assert (code, err) == (0, "")
    for name in ("users", "organizations", "people", "leads", "deals", "activities"):
        assert sorted(sandbox.ids(name)) == sorted(row[0] for row in extract.rows(name, "id"))
    totals = extract.rows("runs", "object, rows, total_reported")
    assert all(rows == total for _, rows, total in totals)
    assert extract.rows("files", "count(*)") > [(0,)]
    assert {0o600} == {
        path.stat().st_mode & 0o777 for path in extract.data.rglob("*") if path.is_file()
    }


def test_excluded_objects_are_not_even_asked_for(extract, sandbox):
    """No call for claims leaves this machine."""
    before = sandbox.stats()
    assert extract("visual-practice")[0] == 0
    asked = {call for call, n in sandbox.stats().items() if n != before.get(call)}
    assert not any("claims" in call for call in asked if call.startswith("GET"))


def test_no_row_is_lost_while_the_practice_works_on(extract, sandbox):
    """Rows change between the pages and totals lie: every row that was there before is landed."""
    before = {name: set(sandbox.ids(name)) for name in ("people", "deals", "activities")}
    sandbox.control("faults", {"profile": "shifting"})
    try:
        code, _, _ = extract("visual-practice")
    finally:
        sandbox.control("faults", {"profile": "none"})
    assert code == 0
    for name, ids in before.items():
        assert set() == ids - {row[0] for row in extract.rows(name, "id")}


def test_a_delta_brings_what_changed_and_a_second_one_nothing(extract, sandbox):
    """New, changed and deleted records come once, with their deletion; then nothing changes."""
    assert extract("visual-practice")[0] == 0
    whole = len(extract.rows("people", "id"))
    sandbox.control("advance", {"hours": 24})
    gone = sandbox.ids("people")[0]
    sandbox.control("edit", {"object": "people", "id": gone, "delete": True})
    assert extract("visual-practice", "--delta")[0] == 0
    landed = extract.rows("people", "id")
    assert set(sandbox.ids("people")) == {row[0] for row in landed}
    assert whole < len(landed) < 2 * whole
    assert (gone, True) in extract.rows("people", "id, deleted_at is not null")
    # the last minute is listed again, for what was late to be seen: what comes is what is there
    states = set(extract.rows("people", "_record"))
    assert extract("visual-practice", "--delta")[0] == 0
    assert set(extract.rows("people", "_record")) == states
    assert len(extract.rows("people", "id")) < len(landed) + whole / 10


def test_half_a_character_costs_its_record_and_not_the_page(extract, sandbox):
    """A lone surrogate in one person: that one is quarantined, all others land, exit 1."""
    ids = sandbox.ids("people")
    sandbox.control("edit", {"object": "people", "id": ids[3], "fields": {"suffix": "\ud800"}})
    try:
        code, out, err = extract("visual-practice")
    finally:
        sandbox.control("reset")
    assert (code, "1 of people" in err) == (1, True), out + err
    assert {row[0] for row in extract.rows("people", "id")} == {*ids} - {ids[3]}
    ((name, problem, raw),) = extract.rows("quarantine", "object, problem, raw")
    assert (name, problem) == ("people", "half_a_character")
    assert json.loads(raw)["id"] == ids[3]


def test_a_delta_needs_a_whole_run_first(extract):
    """Exit 2, and what to run."""
    code, _, err = extract("visual-practice", "--delta")
    assert code == 2
    assert "Run `extract visual-practice` first" in err


def test_a_killed_run_goes_on_without_fetching_finished_pages_again(extract, sandbox):
    """kill -9 in the middle: the same command ends the same run, each id once, pages not twice."""
    sandbox.control("faults", {"profile": "slow", "latency": 0.3})
    try:
        process = extract.start("visual-practice")
        wait_until(lambda: extract.has_part("activities"), process)
        process.send_signal(signal.SIGKILL)
        process.wait()
    finally:
        sandbox.control("faults", {"profile": "none"})
    assert list((extract.data / "raw").glob("visual_practice/2*")) == []
    call = "GET /api/v1/activities"
    before = sandbox.stats().get(call, 0)
    code, out, _ = extract("visual-practice")
    assert code == 0
    assert "Going on with run" in out
    # the first page's total, one past the end, the catch-up and the count: no finished page
    assert sandbox.stats()[call] - before <= 4
    assert sorted(sandbox.ids("activities")) == sorted(
        row[0] for row in extract.rows("activities", "id")
    )
    assert list((extract.data / "raw" / ".partial" / "visual_practice").iterdir()) == []


#: command → the variable of its address, those of its credentials, and the secret among them
ACCESS = {
    "visual-practice": ("VISUAL_PRACTICE_URL", "VISUAL_PRACTICE_TOKEN", "VISUAL_PRACTICE_TOKEN"),
    "nutshell": ("NUTSHELL_URL", "NUTSHELL_USERNAME and NUTSHELL_API_KEY", "NUTSHELL_API_KEY"),
}


@pytest.mark.parametrize("command", ACCESS)
def test_nobody_there_is_3_and_bad_credentials_2(tmp_path, sandbox, command):
    """The exit code tells a schedule whom to wake; one line tells them which variable to mend."""
    address, credentials, secret = ACCESS[command]
    for changed, code, names in (
        ({address: "http://127.0.0.1:1"}, 3, f"can not be reached. Check {address}"),
        ({secret: "canary"}, 2, f"Check {credentials}"),
        ({address: sandbox.env[address] + "/nowhere"}, 2, f"Check {address}"),
        ({address: "http://practice.example"}, 2, f"{address} must begin with https://"),
    ):
        extract = Extract(tmp_path, sandbox.env | changed)
        ended, out, err = extract(command)
        assert (ended, len(err.splitlines())) == (code, 1), err
        assert names in err and "canary" not in out + err
        assert not list(extract.data.glob(f"raw/{command.replace('-', '_')}/2*"))


@pytest.mark.parametrize("profile", ["garbled", "cut_files"])
def test_a_bad_line_costs_time_and_no_row(extract, sandbox, profile):
    """Malformed, cut and error bodies, and files cut midway, are asked for again."""
    sandbox.control("faults", {"profile": profile})
    try:
        code, _, _ = extract("visual-practice")
    finally:
        sandbox.control("faults", {"profile": "none"})
    assert code == 0
    assert sorted(set(sandbox.ids("people"))) == sorted(
        row[0] for row in extract.rows("people", "distinct id")
    )
    statuses = {row[0] for row in extract.rows("files", "status")}
    assert "ok" in statuses


def test_nutshell_lands_what_sql_needs(extract, sandbox):
    """Definitions and records of every kind that there is, in one committed run."""
    access = (sandbox.env["NUTSHELL_USERNAME"], sandbox.env["NUTSHELL_API_KEY"])
    with httpx.Client(base_url=sandbox.env["NUTSHELL_URL"], auth=access) as nutshell:

        def make(method, **params):
            body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
            answer = nutshell.post("/api/v1/json", json=body).json()
            assert "error" not in answer, answer
            return answer["result"]

        field = {"name": "Plan", "type": "Decision", "choices": ["A", "B"]}
        assert nutshell.post("/rest/contacts/customfield", json=field).status_code == 201
        make("newTag", tag={"name": "landed", "entityType": "Leads"})
        make("newSource", name="Fair")
        make("newLead", lead={"description": "Laser"})
        times = {"startTime": "2024-01-02T10:00:00Z", "endTime": "2024-01-02T10:15:00Z"}
        make("newActivity", activity={"name": "Call", "activityTypeId": 1, **times})
        try:
            assert extract("nutshell")[0] == 0
        finally:
            nutshell.post("/_sandbox/reset").raise_for_status()
    for table in (
        "users", "teams", "stagesets", "milestones", "outcomes", "activity_types", "tags",
        "sources", "accounts", "contacts", "leads", "activities", "custom_fields",
    ):  # fmt: skip
        (told,) = extract.rows("runs", f"any_value(rows) filter (object = '{table}')", "nutshell")
        assert extract.rows(table, "count(*)", "nutshell") == [told] > [(0,)], table
    assert ("Fair",) in extract.rows("sources", "name", "nutshell")
    (record,) = extract.rows("custom_fields", "_record", "nutshell")
    assert json.loads(record[0])["choices"] == ["A", "B"]


def test_rates_land_as_published(offline):
    """The bundled history: text, exact, with its oldest day."""
    assert offline("rates")[0] == 0
    query = "count(*) filter (where rate = '1.1789' and rate_date = date '1999-01-04')"
    assert offline.rows("rates", query, source="rates") == [(1,)]


@pytest.mark.parametrize("line", ["2024-01-03,1.1", "yesterday,1.1,0.9"])
def test_a_damaged_file_of_rates_is_refused(offline, tmp_path, line):
    """A day cut short, or none: exit 2 and the line, instead of fewer rates."""
    whole = "Date,USD,GBP,\n2024-01-02,1.1,0.9,\n\n"
    (tmp_path / "x.csv").write_text(whole)
    assert offline("rates", "--from", str(tmp_path / "x.csv"))[0] == 0
    (tmp_path / "x.csv").write_text(whole + line)
    code, _, err = offline("rates", "--from", str(tmp_path / "x.csv"))
    assert (code, "Line 4 of" in err) == (2, True), err


def test_a_file_that_holds_no_rates_is_refused(offline, tmp_path):
    """Exit 2, nothing landed."""
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    assert offline("rates", "--from", str(tmp_path / "x.csv"))[0] == 2


def test_rows_that_the_source_keeps_back_are_no_success(tmp_path):
    """A listing that counts three and shows two: exit 1, by name, after it was asked again."""
    person = {"modified_at": "2024-01-02T03:04:05Z"}

    async def answer(request):
        if request.path.endswith("/metadata"):
            return web.json_response({"objects": [{"name": "people", "fields": []}]})
        is_people = request.path.endswith("/people")
        rows = [{"id": "p1", **person}, {"id": "p2", **person}] if is_people else []
        return web.json_response({"data": rows, "total": 3 if is_people else 0})

    with listening(answer) as api:
        extract = Extract(
            tmp_path, {"VISUAL_PRACTICE_URL": api.url(), "VISUAL_PRACTICE_TOKEN": "token"}
        )
        code, _, err = extract("visual-practice")
    assert code == 1
    assert "people: 2 records came, but the source says 3" in err
    assert extract.rows("people", "count(distinct id)") == [(2,)]


@pytest.mark.parametrize("told", [True, False])
def test_pages_may_be_shorter_than_asked_for(tmp_path, told):
    """A deployment gives 20 a page, whatever is asked for, and may tell no total."""
    people = [{"id": f"p{n}", "modified_at": "2024-01-02T03:04:05Z"} for n in range(50)]

    async def answer(request):
        if request.path.endswith("/metadata"):
            return web.json_response({"objects": [{"name": "people", "fields": []}]})
        rows = people if request.path.endswith("/people") else []
        start = 20 * (int(request.query["page"]) - 1)
        total = {"total": len(rows)} if told else {}
        return web.json_response({"data": rows[start : start + 20], **total})

    with listening(answer) as api:
        env = {"VISUAL_PRACTICE_URL": api.url(), "VISUAL_PRACTICE_TOKEN": "token"}
        extract = Extract(tmp_path, env)
        code, _, err = extract("visual-practice")
    assert (code, err) == (0, "")
    assert extract.rows("people", "count(distinct id)") == [(50,)]
