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


# the sandbox has no next steps, and what a record does not hold has no key
NEVER_HELD = {"nextStepDueTime"}
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
    step = {"op": "replace", "path": "/leads/0/manualValue", "value": {"amount": 1}}
    step["value"] |= {"currency": "USD"}
    headers = {"Content-Type": "application/json-patch+json"}
    path = f"/rest/leads/{furnished['lead']['id']}"
    assert nutshell.http.patch(path, json=[step], headers=headers).status_code == 204
    expected = keys_of(recorded(f"biguscj7_nutshell/{recording}.json")["result"]) - NEVER_HELD
    found = keys_of(nutshell.call(method, **params))
    assert found - ADDED.get(recording, set()) == expected


def test_parts_of_a_lead_have_the_recorded_keys(nutshell: Nutshell, furnished: Furnished) -> None:
    """What stands inside a lead has the recorded keys too."""
    expected = recorded("biguscj7_nutshell/findLeadsNonStub.json")["result"][0]
    found = nutshell.call("getLead", leadId=furnished["lead"]["id"])
    for part in ("creator", "primaryAccount", "milestone", "stageset", "market"):
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
    documented = _documented(entity) - {"avatar", "deletedTime", "territory", "mergedInto"}
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


# ── the newer recordings: what is absent, null or empty where a record holds nothing ────────────

# not in the recordings of that year, or only where there is something
YEARS = {"mergedWith", "mergedInto", "clonedFrom", "channels", "priority", "stageset"}


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("orchesty/2022-08_newAccount", "account"),
        ("orchesty/2022-08_getAccount", "account"),
        ("orchesty/2022-08_newLead", "lead"),
        ("orchesty/2022-08_newTask", "task"),
    ],
)
def test_a_record_that_holds_nothing_shows_it_as_recorded(
    nutshell: Nutshell, name: str, entity: str
) -> None:
    """Logged in as the company's domain: creator and owner are null; each other key as recorded."""
    expected = recorded(f"{name}_answer.json")["result"]
    body = {"description": "A great new lead"} if entity == "lead" else {"name": "New Account Name"}
    if entity == "task":
        body = {"title": "Send product sheet"}
    request = {"id": "1", "method": f"new{entity.capitalize()}", "params": {entity: body}}
    auth = ("brightwater-aesthetics.example", nutshell.auth[1])
    answer = nutshell.http.post("/api/v1/json", json=request, auth=auth).json()
    found = answer["result"]
    assert set(expected) - set(found) == set()
    assert set(found) - set(expected) <= YEARS
    assert found["creator"] is None
    for key in set(expected) - {"accountType", "confidence", "name"}:
        assert type(found[key]) is type(expected[key]), key
        assert bool(found[key]) == bool(expected[key]), key


@pytest.mark.parametrize("name", ["2022-07_newAccount", "2022-07_getAccount", "2022-07_newLead"])
def test_what_a_full_record_holds_has_the_recorded_keys(
    nutshell: Nutshell, furnished: Furnished, name: str
) -> None:
    """Accounts and leads of 2022, and each part of them: phones, addresses, links, lines."""
    nutshell.behave(value="product")
    product = nutshell.call("newProduct", product={"name": "Installation"})
    line = {"id": product["id"], "quantity": 2, "relationship": "Potentially interested"}
    line["price"] = {"currency_shortname": "USD", "amount": "5000"}
    lead = furnished["lead"]
    change = {"products": [line], "note": ["New lead note #1", "New lead note #2"]}
    edited = nutshell.call("editLead", leadId=lead["id"], rev=lead["rev"], lead=change)
    assert edited["value"] == edited["estimatedValue"] == {"currency": "USD", "amount": 10000}
    found = nutshell.call("getLead", leadId=lead["id"])
    if "Account" in name:
        found = nutshell.call("getAccount", accountId=furnished["account"]["id"])
    expected = recorded(f"orchesty/{name}_answer.json")["result"]
    assert set(expected) <= set(found) | NEVER_HELD
    for key, part in expected.items():
        inner = part.get("--primary", part) if isinstance(part, dict) else part
        ours = found[key].get("--primary", found[key]) if isinstance(part, dict) else found[key]
        if key == "milestone" or not inner:
            continue
        if isinstance(inner, dict | list) and isinstance(keys_of(inner), set):
            if isinstance(inner, list) and not isinstance(inner[0], dict):
                continue
            closed = {"closedTime", "dueTime", "value"} | NEVER_HELD
            assert keys_of(inner) - keys_of(ours) <= closed, key


def test_values_are_changed_as_recorded(nutshell: Nutshell) -> None:
    """Tags sorted, `http://` before an address, E.164, times in +0000."""
    for name in ("some tag name", "some other tag"):
        nutshell.call("newTag", tag={"name": name, "entityType": "Leads"})
    sent = {"tags": ["some tag name", "some other tag"], "dueTime": "2010-11-13T15:23:19-05:00"}
    lead = nutshell.call("newLead", lead={"description": "x", **sent})
    expected = recorded("orchesty/2022-07_newLead_answer.json")["result"]
    assert (lead["tags"], lead["dueTime"]) == (expected["tags"], expected["dueTime"])
    params = recorded("orchesty/2022-07_newAccount_params.json")["account"]
    fields = {key: params[key] for key in ("name", "url", "phone", "address")}
    account = nutshell.call("newAccount", account=fields)
    expected = recorded("orchesty/2022-07_newAccount_answer.json")["result"]
    assert {key: account[key] for key in ("url", "phone", "address")} == {
        key: expected[key] for key in ("url", "phone", "address")
    }


def test_custom_values_are_strings_and_an_unknown_name_fails_the_call(nutshell: Nutshell) -> None:
    """By name, the number 0 as "0"; HTTP 400, the message begins with a blank."""
    expected = recorded("gsa/2015-03_editLead_answer.json")["result"]["customFields"]
    for name in expected:
        field = {"name": name, "type": "Text"}
        assert nutshell.http.post("/rest/leads/customfield", json=field).status_code == 201
    sent = {**expected, "Previous month query count": 0}
    lead = nutshell.call("newLead", lead={"description": "x", "customFields": sent})
    assert lead["customFields"] == expected
    body = {"method": "editLead", "id": "f6f91f185", "jsonrpc": "2.0"}
    change = {"customFields": {"Bad field": "x"}}
    body["params"] = {"leadId": lead["id"], "rev": lead["rev"], "lead": change}
    answer = nutshell.http.post("/api/v1/json", json=body)
    assert answer.status_code == 400
    assert answer.json() == recorded("gsa/2015-03_editLead_unknown_custom_field_400.json")


def test_a_stale_rev_and_a_wrong_key_are_told_as_documented(nutshell: Nutshell) -> None:
    """409 and 401, in HTTP's status and in the body."""
    text = re.sub(r"^//.*", "", recording("docs_rpc_pages/error_rev.json5"), flags=re.MULTILINE)
    contact = nutshell.call("newContact", contact={"name": "A"})
    key = {"contactId": contact["id"], "rev": "77"}
    assert nutshell.refused("editContact", **key, contact={}) == json.loads(text)["error"]
    wrong = nutshell.http.post("/api/v1/json", json={"method": "getUser"}, auth=("x", "y"))
    assert (wrong.status_code, wrong.json()["error"]["message"]) == (401, "API key not found")
    assert wrong.headers["x-nutshell-request-id"]
    unknown = nutshell.http.post("/api/v1/json", json={"method": "newPerson", "params": {}})
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, -32601)


def test_an_account_over_rest_has_the_recorded_keys(nutshell: Nutshell, furnished: Any) -> None:
    """The resource and its links."""
    path = f"/rest/accounts/{furnished['account']['id']}"
    (found,) = nutshell.http.get(path).json()["accounts"]
    (expected,) = recorded("amp_labs/write_accounts_new.json")["accounts"]
    assert set(expected) <= set(found) and set(expected["links"]) <= set(found["links"])


# ── request forms of other clients ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("with_version", [True, False])
def test_the_official_clients_request_forms_are_taken(
    nutshell: Nutshell, with_version: bool
) -> None:
    """PHP's: params in their order, a form's content type around JSON, no `jsonrpc` key."""
    version = {"jsonrpc": "2.0"} if with_version else {}

    def asked(method: str, params: Any, **more: Any) -> Any:
        body = json.dumps({**version, "method": method, "params": params, "id": "apeye"})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = nutshell.http.post(more.pop("path", "/api/v1/json"), content=body,
                                    headers=headers, **more)  # fmt: skip
        return answer.json()["result"]

    hosts = asked("getApiForUsername", {"username": "x"}, path="/v1/json", auth=None)
    documented = recording("docs_rpc_pages/getApiForUsername.json")
    assert set(hosts) == set(json.loads(documented)["result"])
    contact = asked("newContact", [{"name": "Joan Smith"}])
    assert asked("getContact", [contact["id"]])["name"]["familyName"] == "Smith"
    key = {"contactId": contact["id"], "rev": "REV_IGNORE"}
    edited = asked("editContact", {**key, "contact": {"description": "x"}})
    assert edited["description"] == "x"
    assert asked("deleteContact", [contact["id"], edited["rev"]]) is True
