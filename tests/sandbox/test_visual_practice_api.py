"""The sandbox's Visual Practice answers exactly as the contract page says, over real HTTP."""

import json
from contextlib import contextmanager
from hashlib import sha256

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.faults import Faults
from sandbox.generator.export import write_folder
from sandbox.generator.practice import Practice
from sandbox.visual_practice.app import make_app
from tests.journeys.listening import serving
from tests.waiting import STEP

TOKEN, SIZE, SEED = "t0ken", 300, 5
OBJECTS = Practice(SIZE, SEED).objects


@contextmanager
def client_of(state_dir, practice=None, faults=None, size=SIZE):
    """A client of a server on a free port; the server stops at the end."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with (
        serving(make_app(state_dir, practice, size, SEED, TOKEN, faults)) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=STEP) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    with client_of(tmp_path_factory.mktemp("state")) as client:
        yield client


@pytest.fixture
def changing(tmp_path):
    """A practice of its own, for tests that change it."""
    with client_of(tmp_path / "state") as client:
        yield client


def listed(client, name, **query):
    """Every record of a listing, page by page."""
    records, page = [], 1
    while True:
        answer = client.get(f"/api/v1/{name}", params={"page": page, **query}).json()
        if not answer["data"]:
            return records
        records += answer["data"]
        page += 1


def error_of(answer):
    """The error's code, after a look at the shape."""
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    return answer.status_code, body["error"]["code"]


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic dDo=", TOKEN, f"Bearer {TOKEN}x"])
def test_without_the_token_nothing_is_told(api, header):
    """A missing or bad token is 401 in the error shape, on every path of the API."""
    for path in ("metadata", "people", "attachments/x/content", "nothing"):
        with httpx.Client(base_url=api.base_url) as bare:
            answer = bare.get(
                f"/api/v1/{path}", headers={"Authorization": header} if header else {}
            )
        assert error_of(answer) == (401, "unauthorized")


def test_metadata(api):
    """Metadata hold the server's time and zone, and every object with whole fields."""
    body = api.get("/api/v1/metadata").json()
    assert body["server_time"] == "2026-10-30T12:00:00Z"
    assert body["server_time_zone"] == "America/Chicago"
    assert [item["name"] for item in body["objects"]] == list(OBJECTS)
    for item in body["objects"]:
        assert set(item) == {"name", "label", "fields"}
        for field in item["fields"]:
            assert set(field) == {"name", "label", "type", "required", "custom", "max_length",
                                  "picklist", "multiple", "references", "phi"}  # fmt: skip


def test_metadata_have_the_real_ones_shape(api, practice_folder):
    """The generated metadata have the keys and types of the real practice's."""
    real = json.loads((practice_folder / "metadata.json").read_bytes())
    made = api.get("/api/v1/metadata").json()
    assert set(made) == set(real)
    shape = {key: {type(f[key]) for o in real["objects"] for f in o["fields"]}
             for key in real["objects"][0]["fields"][0]}  # fmt: skip
    for field in (field for item in made["objects"] for field in item["fields"]):
        assert set(field) == set(shape)
        assert all(type(field[key]) in (*shape[key], type(None), int, bool) for key in shape)


@pytest.mark.parametrize("name", OBJECTS)
def test_lists_are_the_generated_records(api, name):
    """All pages together are the generator's stream, ordered by id, with true totals."""
    expected = list(Practice(SIZE, SEED).stream(name))
    assert listed(api, name, include_deleted="true") == expected
    answer = api.get(f"/api/v1/{name}", params={"per_page": 7, "include_deleted": "true"}).json()
    assert set(answer) == {"data", "page", "per_page", "total", "pages"}
    assert (answer["page"], answer["per_page"], answer["total"]) == (1, 7, len(expected))
    assert answer["pages"] == -(-len(expected) // 7)


def test_deleted_records_come_on_demand(api):
    """Without include_deleted=true, deleted records are not listed."""
    everything = listed(api, "activities", include_deleted="true")
    alive = [record for record in everything if not record["deleted_at"]]
    assert len(alive) < len(everything)
    assert listed(api, "activities") == alive


def test_page_past_the_end_is_empty(api):
    """A page past the end is an empty page, however far."""
    total = api.get("/api/v1/people").json()["total"]
    for page in (3, 10**6, 10**15):
        answer = api.get("/api/v1/people", params={"page": page})
        assert answer.status_code == 200
        assert (answer.json()["data"], answer.json()["total"]) == ([], total)


@pytest.mark.parametrize("query", [
    {"per_page": 201}, {"per_page": 0}, {"per_page": "many"}, {"page": 0}, {"page": -1},
    {"page": "1.5"}, {"modified_since": "yesterday"}, {"modified_before": "2026-13-01"},
    {"include_deleted": "maybe"}, {"modifiedSince": "2026-01-01T00:00:00Z"},
])  # fmt: skip
def test_bad_parameters_are_422(api, query):
    """More than 200 a page, values that are none, and parameters nobody knows are refused."""
    assert error_of(api.get("/api/v1/people", params=query)) == (422, "invalid_parameter")


@pytest.mark.parametrize("path", ["/api/v1/unicorns", "/api/v1/people/x", "/api/v2/people"])
def test_unknown_paths_are_404(api, path):
    """What does not exist is 404 in the error shape."""
    assert error_of(api.get(path))[0] == 404


def test_writing_is_not_possible(api):
    """The API has no write."""
    assert error_of(api.post("/api/v1/people", json={})) == (405, "method_not_allowed")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(per_page=st.integers(1, 200), data=st.data())
def test_any_page_is_a_slice(api, per_page, data):
    """Whatever the page size, page n is the n-th slice of the whole listing."""
    everything = test_any_page_is_a_slice.__dict__.setdefault(
        "all", listed(api, "activities", include_deleted="true")
    )
    page = data.draw(st.integers(1, len(everything) // per_page + 2))
    query = {"page": page, "per_page": per_page, "include_deleted": "true"}
    found = api.get("/api/v1/activities", params=query).json()["data"]
    assert found == everything[(page - 1) * per_page : page * per_page]


def test_since_is_inclusive_and_before_exclusive(api):
    """modified_since and modified_before cut the listing in two at any of its times."""
    everything = listed(api, "deals", include_deleted="true")
    plain = [r for r in everything if r["modified_at"].endswith("Z")]
    cut = sorted(record["modified_at"] for record in plain)[len(plain) // 2]
    after = listed(api, "deals", include_deleted="true", modified_since=cut)
    until = listed(api, "deals", include_deleted="true", modified_before=cut)
    assert sorted(r["id"] for r in after + until) == [r["id"] for r in everything]
    assert any(record["modified_at"] == cut for record in after)
    assert not any(record["modified_at"] == cut for record in until)
    offset = cut.replace("Z", "+00:00")
    assert listed(api, "deals", include_deleted="true", modified_since=offset) == after


def test_big_pages_are_packed(api):
    """A client that takes gzip gets it, with the same content."""
    packed = api.get("/api/v1/people", headers={"Accept-Encoding": "gzip"})
    plain = api.get("/api/v1/people", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.json() == plain.json()


def test_files_have_their_bytes(api):
    """Content has length, ETag and ranges; sums agree with the record except where planted."""
    wrong, lost = [], []
    for record in listed(api, "attachments", include_deleted="true"):
        answer = api.get(f"/api/v1/attachments/{record['id']}/content")
        if answer.status_code == 404:
            lost.append(record)
            continue
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.headers["ETag"]
        assert int(answer.headers["Content-Length"]) == len(answer.content)
        if record.get("sha256") not in (None, "", sha256(answer.content).hexdigest()):
            wrong.append(record)
    assert len(wrong) == 1
    assert any(record["size_bytes"] > 3 * 10**9 for record in lost)


def test_ranges_resume_a_download(api):
    """A range is a slice; the rest after a break completes the file; an impossible one is 416."""
    record = listed(api, "attachments")[-1]
    path = f"/api/v1/attachments/{record['id']}/content"
    whole = api.get(path)
    for asked, expected in {
        "bytes=0-9": whole.content[:10],
        "bytes=10-": whole.content[10:],
        "bytes=-5": whole.content[-5:],
        "bytes=3-99999999": whole.content[3:],
    }.items():
        answer = api.get(path, headers={"Range": asked, "If-Range": whole.headers["ETag"]})
        assert answer.status_code == 206
        assert answer.content == expected
        assert answer.headers["Content-Range"].endswith(f"/{len(whole.content)}")
    beyond = api.get(path, headers={"Range": f"bytes={len(whole.content)}-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{len(whole.content)}"
    changed = api.get(path, headers={"Range": "bytes=10-", "If-Range": '"other"'})
    assert (changed.status_code, changed.content) == (200, whole.content)


def test_state_survives_a_restart(tmp_path):
    """What happened to the practice is still so after a restart; another practice starts anew."""
    with client_of(tmp_path) as client:
        client.post("/_sandbox/advance", json={"hours": 24})
        before = client.get("/_sandbox/fingerprint").json()
    with client_of(tmp_path) as client:
        assert client.get("/_sandbox/fingerprint").json() == before
        assert client.get("/api/v1/metadata").json()["server_time"] == "2026-10-31T12:00:00Z"
    with client_of(tmp_path, size=60) as client:
        assert client.get("/api/v1/metadata").json()["server_time"] == "2026-10-30T12:00:00Z"


def test_advance_changes_every_object_after_now(changing):
    """Work makes, edits and deletes in every object, stamped after the time before."""
    start = changing.get("/api/v1/metadata").json()["server_time"]
    done = changing.post("/_sandbox/advance", json={"hours": 24, "seed": 9}).json()
    end = changing.get("/api/v1/metadata").json()["server_time"]
    assert (start, end) == ("2026-10-30T12:00:00Z", done["server_time"])
    for name in OBJECTS:
        changed = listed(changing, name, include_deleted="true", modified_since=start)
        assert len(changed) == sum(done["changes"][name].values())
        assert all(start < record["modified_at"] < end for record in changed)
        assert sum(bool(r["deleted_at"]) for r in changed) == done["changes"][name]["deleted"]
        assert sum(r["created_at"] > start for r in changed) == done["changes"][name]["created"]
    won = listed(changing, "deals", modified_since=start)
    assert any(r["stage"] == "Closed Won" and (r["closed_at"] or "") > start for r in won)


def test_an_edit_is_stamped_when_it_is_said_to_be(changing):
    """A second after the server's time, or at a time of its own; only a later one moves it."""
    known = listed(changing, "people")[3]

    def edit(**change):
        body = {"object": "people", "id": known["id"], **change}
        told = changing.post("/_sandbox/edit", json=body).json()
        return told["server_time"], listed(changing, "people")[3]

    now, there = edit(custom_fields={"note": "a"})
    assert now == there["modified_at"] == "2026-10-30T12:00:01Z"
    assert there["custom_fields"] == {**(known.get("custom_fields") or {}), "note": "a"}
    assert edit(fields={"suffix": "III"}, at=known["modified_at"]) == (
        now,
        {**there, "suffix": "III", "modified_at": known["modified_at"]},
    )
    now, there = edit(fields={"suffix": None}, at="2027-01-01T00:00:00Z")
    assert now == there["modified_at"] == "2027-01-01T00:00:00Z"
    bad = changing.post(
        "/_sandbox/edit", json={"object": "people", "id": known["id"], "at": "noon"}
    )
    assert error_of(bad) == (422, "invalid_parameter")


def test_new_attachments_have_bytes(changing):
    """An attachment that the practice adds later can be fetched."""
    start = changing.get("/api/v1/metadata").json()["server_time"]
    changing.post("/_sandbox/advance", json={"hours": 240, "seed": 4})
    made = [
        record for record in listed(changing, "attachments", modified_since=start)
        if record["created_at"] > start and record["size_bytes"] < 10**6
    ]  # fmt: skip
    assert made
    for record in made:
        answer = changing.get(f"/api/v1/attachments/{record['id']}/content")
        assert answer.status_code == 200


def test_advance_is_the_same_by_seed_and_can_be_taken_back(tmp_path):
    """Two practices that worked with the same seed are equal; reset returns to the first day."""
    prints = []
    for name in ("a", "b"):
        with client_of(tmp_path / name) as client:
            first = client.get("/_sandbox/fingerprint").json()
            client.post("/_sandbox/advance", json={"hours": 24})
            client.post("/_sandbox/advance", json={"hours": 1, "seed": 3})
            prints.append(client.get("/_sandbox/fingerprint").json())
            assert prints[-1] != first
            client.post("/_sandbox/reset")
            assert client.get("/_sandbox/fingerprint").json() == first
    assert prints[0] == prints[1]


@pytest.mark.parametrize("body", [{"hours": 0}, {"hours": "x"}, {"hours": -3}, {"seed": "x"}, []])
def test_bad_advance_is_refused(api, body):
    """Hours that are none change nothing."""
    assert error_of(api.post("/_sandbox/advance", json=body)) == (422, "invalid_parameter")


def test_rows_shift_when_they_change(changing):
    """A row that changes leaves a listing with modified_before, and the rest moves up."""
    now = changing.get("/api/v1/metadata").json()["server_time"]
    query = {"per_page": 50, "include_deleted": "true", "modified_before": now}
    second = changing.get("/api/v1/people", params={**query, "page": 2}).json()
    changing.post("/_sandbox/advance", json={"hours": 720, "seed": 1})
    later = changing.get("/api/v1/people", params={**query, "page": 2}).json()
    assert later["total"] < second["total"]
    assert later["data"][0]["id"] > second["data"][0]["id"]


def test_disturbance_moves_rows_while_they_are_listed(tmp_path):
    """Under the shifting profile rows change meanwhile, each after every listing begun."""
    with client_of(tmp_path, faults=Faults({"disturb": 1.0}, 3)) as client:
        start = client.get("/api/v1/metadata").json()["server_time"]
        for _ in range(30):
            client.get("/api/v1/people")
        moved = [
            r
            for name in ("people", "deals", "activities", "leads", "organizations")
            for r in listed(client, name, include_deleted="true", modified_since=start)
        ]
    assert len({record["id"] for record in moved}) > 10


def test_stats_count_calls_and_records(changing):
    """The counters name each path once, whatever the ids in it."""
    changing.post("/_sandbox/reset")
    changing.get("/api/v1/people")
    changing.get("/api/v1/people?page=2")
    changing.get("/api/v1/attachments/att_1/content")
    changing.get("/api/v1/unicorns")
    stats = changing.get("/_sandbox/stats").json()
    assert stats["GET /api/v1/people"] == 2
    assert stats["GET /api/v1/attachments/{id}/content"] == 1
    assert stats["GET /api/v1/unknown"] == 1
    assert stats["records people"] == SIZE
    assert all(isinstance(value, int) for value in stats.values())


def test_a_folder_is_served_as_the_generator_is(tmp_path, api):
    """An exported practice served from its folder answers the same lists and bytes."""
    folder = tmp_path / "export"
    write_folder(folder, SIZE, SEED)
    with client_of(tmp_path / "state", practice=folder) as client:
        for name in OBJECTS:
            expected = listed(api, name, include_deleted="true")
            assert listed(client, name, include_deleted="true") == expected
        assert client.get("/api/v1/metadata").json() == api.get("/api/v1/metadata").json()
        for record in listed(api, "attachments")[:30]:
            path = f"/api/v1/attachments/{record['id']}/content"
            assert client.get(path).content == api.get(path).content


def test_a_folder_without_metadata_is_refused(tmp_path):
    """Without metadata there is nothing to serve: one line says so."""
    with pytest.raises(ValueError, match=r"no readable metadata\.json"):
        make_app(tmp_path / "state", tmp_path, SIZE, SEED, TOKEN)


def test_damaged_lines_are_left_out_and_counted(tmp_path):
    """Lines that are no record are not served; records without id and repeated ids are counted."""
    folder = tmp_path / "export"
    write_folder(folder, 50, 1)
    people = folder / "people.jsonl"
    first = people.read_text("utf-8").split("\n")[0]
    people.write_text(f'{first}\n{{broken\n{{"first_name": "Ada"}}\n{first}\n[1]\n', "utf-8")
    with client_of(tmp_path / "state", practice=folder) as client:
        assert listed(client, "people", include_deleted="true") == [json.loads(first)]
        assert client.get("/_sandbox/stats").json()["records not served"] == 2


def test_the_real_practice_is_served_whole(tmp_path, practice_folder):
    """Every line of the real export is served, and it can work on."""
    with client_of(tmp_path, practice=practice_folder) as client:
        for item in client.get("/api/v1/metadata").json()["objects"]:
            lines = (practice_folder / f"{item['name']}.jsonl").read_bytes().splitlines()
            records = {record["id"]: record for record in map(json.loads, lines)}
            served = listed(client, item["name"], include_deleted="true")
            assert served == [records[key] for key in sorted(records)]
        done = client.post("/_sandbox/advance", json={"hours": 24}).json()["changes"]
        assert all(changes["created"] for changes in done.values())
