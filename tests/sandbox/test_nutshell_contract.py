"""The answers have the recordings' shapes, and a public client reads them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from nutshell import methods
from nutshell.nutshell_api import NutshellAPI

from tests.beside import find_beside
from tests.sandbox.conftest import Nutshell

Furnished = dict[str, Any]


def recording(name: str) -> str:
    return (find_beside("RECORDINGS", "shared/contracts/recordings", name) / name).read_text()


def recorded(name: str) -> Any:
    return json.loads(recording(name))


def keys_of(value: Any) -> set[str]:
    return set(value[0] if isinstance(value, list) else value)


# keys that we add: documented or seen elsewhere, but not in this recording
ADDED = {
    "findLeadsNonStub": {"customFields"},
    "findActivitiesNonStub": {"logNote", "htmlUrl", "htmlUrlPath"},
    "findStagesets": set(),
}


@pytest.mark.parametrize(
    ("recording", "method", "params"),
    [
        ("findUsers", "findUsers", {}),
        ("findTeams", "findTeams", {}),
        ("findStagesets", "findStagesets", {}),
        ("findMilestones", "findMilestones", {}),
        ("findActivityTypes", "findActivityTypes", {}),
        ("findLeadsStub", "findLeads", {}),
        ("findLeadsNonStub", "findLeads", {"stubResponses": False}),
        ("findActivitiesStub", "findActivities", {}),
        ("findActivitiesNonStub", "findActivities", {"stubResponses": False}),
    ],
)
def test_lists_have_the_recorded_keys(
    nutshell: Nutshell, furnished: Furnished, recording: str, method: str, params: dict[str, Any]
) -> None:
    """Each find* answers exactly the keys of its recording, and those that we say we add."""
    expected = keys_of(recorded(f"biguscj7_nutshell/{recording}.json")["result"])
    found = keys_of(nutshell.call(method, **params))
    assert found - ADDED.get(recording, set()) == expected


def test_parts_of_a_lead_have_the_recorded_keys(nutshell: Nutshell, furnished: Furnished) -> None:
    """What stands inside a lead has the recorded keys too."""
    expected = recorded("biguscj7_nutshell/findLeadsNonStub.json")["result"][0]
    found = nutshell.call("getLead", leadId=furnished["lead"]["id"])
    for part in ("creator", "primaryAccount", "milestone", "stageset", "value", "market"):
        assert keys_of(found[part]) >= keys_of(expected[part]) - {"createdTime"}, part
    for part in ("contacts", "processes"):
        assert keys_of(found[part]) == keys_of(expected[part]), part
    assert set(found["activitiesCount"]) == set(expected["activitiesCount"])


def test_contact_has_the_recorded_keys(nutshell: Nutshell, furnished: Furnished) -> None:
    """getContact: every recorded key, the parts of names and phones, "--primary" in each kind."""
    expected = recorded("pynutshell/getContact.json")["result"]
    found = nutshell.call("getContact", contactId=furnished["contact"]["id"])
    assert keys_of(found) >= keys_of(expected)
    assert keys_of(found["name"]) == keys_of(expected["name"])
    assert keys_of(found["phone"]["--primary"]) >= keys_of(expected["phone"]["--primary"])
    assert found["email"]["--primary"] == found["email"]["work"] == "Front@clinic.example"


@pytest.mark.parametrize(("entity", "key"), [("account", "accountId"), ("contact", "contactId")])
def test_records_have_the_documented_keys(
    nutshell: Nutshell, furnished: Furnished, entity: str, key: str
) -> None:
    """The documented examples' keys are there, but for those that the page calls deprecated."""
    documented = _documented(entity) - {"avatar", "deletedTime"}
    found = nutshell.call(f"get{entity.capitalize()}", **{key: furnished[entity]["id"]})
    assert documented <= set(found)


def test_notes_have_the_documented_keys(nutshell: Nutshell, furnished: Furnished) -> None:
    """The documented example's keys, alone and in its parent; files only where there are any."""
    documented = _documented("note") - {"files"}
    parent = {"entityType": "Contacts", "id": furnished["contact"]["id"]}
    note = nutshell.call("newNote", entity=parent, note="Just spoke with them.")
    assert documented <= set(note)
    assert "contact" in note and "files" not in note
    assert nutshell.call("getNote", noteId=note["id"]) == note
    (shown,) = nutshell.call("getContact", contactId=parent["id"])["notes"]
    assert documented <= set(shown)


def _documented(entity: str) -> set[str]:
    page = recording(f"docs_rpc_pages/class_{entity}_render.json5")
    text = re.sub(r"^//.*|/\*.*?\*/", "", page, flags=re.MULTILINE)
    return set(re.findall(r'[{,]"(\w+)":', _outermost(text)))


def _outermost(text: str) -> str:
    """Drop what is nested, so that only the record's own keys are left."""
    inner = text.strip()[1:-1]
    while (shorter := re.sub(r"[\[{][^\[\]{}]*[\]}]", "0", inner)) != inner:
        inner = shorter
    return "{" + inner


def test_events_have_the_recorded_keys(nutshell: Nutshell, furnished: Furnished) -> None:
    """The change feed: its envelope, an event and an account in it, as recorded."""
    expected = recorded("amp_labs/read_events_1-first-page.json")
    found = nutshell.http.get("/rest/events", params={"limit": "50"}).json()
    assert keys_of(found) == keys_of(expected)
    assert keys_of(found["meta"]) == keys_of(expected["meta"])
    assert keys_of(found["events"]) == keys_of(expected["events"])
    for kind in ("accounts", "contacts"):
        ours = next(row for row in found["payloads"] if row["type"] == kind)
        theirs = next(row for row in expected["payloads"] if row["type"] == kind)
        assert set(theirs) <= set(ours), kind
        assert set(theirs["links"]) <= set(ours["links"]), kind


def test_errors_have_the_recorded_form(nutshell: Nutshell) -> None:
    """REST: HTML for 401 and 404, errors[] in a 400, the recorded words for a wrong media type."""
    missing = nutshell.http.get("/rest/nothing")
    assert missing.status_code == 404 and 'returned a "404 Not Found"' in missing.text
    assert nutshell.http.get("/rest/events", auth=("x", "y")).status_code == 401
    bad = nutshell.http.post("/rest/leads/customfield", json={"name": "", "type": "Text"})
    expected = recorded("amp_labs/write_err-create-account.json")
    assert bad.status_code == 400 and keys_of(bad.json()["errors"]) == keys_of(expected["errors"])
    lead = nutshell.call("newLead", lead={"description": "x"})
    wrong = nutshell.http.patch(f"/rest/leads/{lead['id']}", json=[])
    assert "application/json-patch+json is required" in wrong.json()


def test_the_public_client_reads_the_sandbox(
    nutshell: Nutshell, furnished: Furnished, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PyPI client `nutshell` validates every answer that it knows, writes included."""
    monkeypatch.setattr(NutshellAPI, "URL", f"{nutshell.url}/api/v1/json")
    lead, activity = furnished["lead"], furnished["activity"]
    client = NutshellAPI(*nutshell.auth)
    client.api_calls = [
        methods.FindUsers(),
        methods.GetUser(),
        methods.FindTeams(),
        methods.FindActivityTypes(),
        methods.FindStagesets(),
        methods.FindMilestones(),
        methods.FindLeads(),
        methods.FindLeads(stub_responses=False),
        methods.FindActivities(),
        methods.FindActivities(stub_responses=False),
        methods.GetLead(lead_id=lead["id"]),
        methods.GetActivity(activity_id=activity["id"]),
        methods.EditActivity(activity_id=activity["id"], rev="0", activity={"name": "Called"}),
        methods.EditLead(lead_id=lead["id"], rev="0", lead={"confidence": 80}),
    ]
    results = [answer.result for answer in client.call_api()]
    assert results[-2].name == "Called" and results[-1].confidence == 80
    client.api_calls = methods.DeleteActivity(activity_id=activity["id"], rev="1")
    assert client.call_api().result is True


def test_the_smd_lists_what_the_loader_needs(nutshell: Nutshell) -> None:
    """A GET without credentials describes every method with its parameters."""
    answer = nutshell.http.get("/api/v1/json", auth=None)
    services = answer.json()["services"]
    names = [entry["name"] for entry in services["editContact"]["parameters"]]
    assert names == ["contactId", "rev", "contact"]
    assert {"newLead", "findTags", "searchByEmail", "findCustomFields"} <= set(services)
