"""What the imitated Nutshell refuses, keeps and renders otherwise than it was sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.nutshell import phones, values
from sandbox.nutshell.exceptions import Refused
from tests.sandbox.conftest import Nutshell

Furnished = dict[str, Any]
NOBODY = 999_999
MET = {
    "name": "A",
    "activityTypeId": 1,
    "startTime": "2024-01-02T10:00:00Z",
    "endTime": "2024-01-02T10:15:00Z",
}


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("newPerson", {}),
        ("findNotes", {}),
        ("newContact", {"contact": {"name": "A"}, "dedupe": True}),
        ("newContact", {}),
        ("newContact", {"contact": {"name": " "}}),
        ("newContact", {"contact": {"name": "A", "firstName": "A"}}),
        ("newContact", {"contact": {"name": "A", "createdTime": "2020-01-01T00:00:00Z"}}),
        ("newContact", {"contact": {"name": "A", "phone": [""]}}),
        ("newContact", {"contact": {"name": "A", "phone": ["call me"]}}),
        ("newContact", {"contact": {"name": "A", "email": ["nobody"]}}),
        ("newContact", {"contact": {"name": "A", "owner": {"entityType": "Users", "id": 999}}}),
        ("newContact", {"contact": {"name": "A", "owner": {"id": 3}}}),
        ("newContact", {"contact": {"name": "A", "accounts": [{"id": 999}]}}),
        ("newContact", {"contact": {"name": "A", "tags": ["unheard of"]}}),
        ("newContact", {"contact": {"name": "A", "customFields": {"Nope": 1}}}),
        ("newContact", {"contact": {"name": "A" * 256}}),
        ("newContact", {"contact": {"name": "A\x00"}}),
        ("newAccount", {"account": {"name": "A", "parent": {"id": 3}}}),
        ("newAccount", {"account": {"name": "A", "parentAccount": 3}}),
        ("newAccount", {"account": {"name": "A", "industryId": 999}}),
        ("newLead", {"lead": {"description": "A", "milestoneId": 999}}),
        ("newLead", {"lead": {"description": "A", "milestoneId": 327, "stagesetId": 75}}),
        ("newLead", {"lead": {"description": "A", "status": 10}}),
        ("newLead", {"lead": {"description": "A" * 101}}),
        ("newLead", {"lead": {"description": "A", "value": {"amount": 1, "currency": "USD"}}}),
        ("newLead", {"lead": {"description": "A", "contacts": [{"id": 1003}, {"id": 1003}]}}),
        ("newLead", {"lead": {"description": "A", "closedTime": "2020-01-01T00:00:00Z"}}),
        ("newLead", {"lead": {"description": "A", "outcome": {"id": 999}}}),
        ("newLead", {"lead": {"name": "A"}}),
        ("newLead", {"lead": {"description": "A", "accounts": [{"id": NOBODY}]}}),
        ("newLead", {"lead": {"description": "A", "contacts": [{"id": NOBODY}]}}),
        ("newLead", {"lead": {"description": "A", "primaryAccount": {"id": NOBODY}}}),
        ("newLead", {"lead": {"description": "A", "sources": [{"id": NOBODY}]}}),
        ("newLead", {"lead": {"description": "A", "stagesetId": NOBODY}}),
        ("newLead", {"lead": {"description": "A", "market": {"id": NOBODY}}}),
        ("newLead", {"lead": {"description": "A", "assignee": {"entityType": "Users", "id": 0}}}),
        ("newActivity", {"activity": {"name": "A", "activityTypeId": 1}}),
        ("newActivity", {"activity": {**MET, "activityTypeId": NOBODY}}),
        ("newActivity", {"activity": {**MET, "leads": [{"entityType": "Leads", "id": NOBODY}]}}),
        (
            "newActivity",
            {"activity": {**MET, "participants": [{"entityType": "Contacts", "id": NOBODY}]}},
        ),
        ("newSource", {"name": ""}),
        ("newTag", {"tag": {"name": "x", "entityType": "Users"}}),
        ("findContacts", {"limit": 101, "stubResponses": False}),
        ("findContacts", {"page": 0}),
        ("findContacts", {"query": {"modifiedTime": "2020-01-01"}}),
        ("findContacts", {"orderBy": "modifiedTime"}),
        ("editContact", {"contactId": 999_999, "rev": "0", "contact": {}}),
    ],
)
def test_refusals_leave_no_trace(nutshell: Nutshell, method: str, params: dict[str, Any]) -> None:
    """What is unknown, missing, too long or refers to nothing is refused, and nothing changes."""
    before = nutshell.fingerprint()
    assert nutshell.refused(method, **params)["code"] in (-32600, -32601)
    assert nutshell.fingerprint() == before


def test_what_a_reference_does_not_have_is_refused(
    nutshell: Nutshell, furnished: Furnished, user: dict[str, Any]
) -> None:
    """A key too many in a reference, a parameter too many in a path; what was read passes."""
    lead = furnished["lead"]
    key = {"leadId": lead["id"], "rev": lead["rev"]}
    owner = {"entityType": "Users", "id": user["id"], "email": "x"}
    contacts = [{"id": furnished["contact"]["id"], "title": "Buyer"}]
    for change in ({"assignee": owner}, {"contacts": contacts}):
        assert "unknown keys" in nutshell.refused("editLead", **key, lead=change)["message"]
    for path in ("events", "leads/customfields/attributes", f"leads/{lead['id']}"):
        answer = nutshell.http.get(f"/rest/{path}", params={"colour": "blue"})
        assert answer.status_code == 400 and "unknown parameter colour" in answer.text
    nutshell.call("editLead", **key, lead={"assignee": lead["assignee"]})


def test_an_owner_who_is_disabled_is_refused(nutshell: Nutshell) -> None:
    """A record can not be given to someone who has left."""
    left = next(row for row in nutshell.call("findUsers") if not row["isEnabled"])
    owner = {"entityType": "Users", "id": left["id"]}
    said = nutshell.refused("newContact", contact={"name": "A", "owner": owner})
    assert "is disabled" in said["message"]


def test_a_wrong_key_and_an_unknown_user_get_401(nutshell: Nutshell) -> None:
    """Credentials: the key and a user's e-mail in any case, or the company's domain."""
    user, key = nutshell.auth
    body = {"method": "getUser", "params": {}, "id": 1}
    good = [(user, key), (user.upper(), key)]
    for auth in [(user, "wrong"), ("nobody@nowhere.example", key), None]:
        assert nutshell.http.post("/api/v1/json", json=body, auth=auth).status_code == 401
    for auth in good:
        assert nutshell.http.post("/api/v1/json", json=body, auth=auth).status_code == 200


def test_impersonation_writes_as_that_user(nutshell: Nutshell) -> None:
    """Whoever the key logs in as is the creator."""
    users = [row for row in nutshell.call("findUsers") if row["isEnabled"]]
    other = next(row for row in users if row["emails"][0] != nutshell.auth[0])
    body = {"method": "newContact", "params": {"contact": {"name": "A"}}, "id": 1}
    auth = (other["emails"][0], nutshell.auth[1])
    answer = nutshell.http.post("/api/v1/json", json=body, auth=auth).json()
    assert answer["result"]["creator"]["id"] == other["id"]


def test_getApiForUsername_needs_no_credentials(nutshell: Nutshell) -> None:
    """The host is asked for before anything else."""
    body = {"method": "getApiForUsername", "params": {"username": "x"}, "id": 1}
    answer = nutshell.http.post("/api/v1/json", json=body, auth=None)
    assert set(answer.json()["result"]) == {"api", "login", "iphone"}


def test_a_stale_rev_is_refused_and_every_edit_makes_a_new_one(
    nutshell: Nutshell, furnished: Furnished
) -> None:
    """Edit and delete name the rev that they saw; a record that is only linked keeps its rev."""
    contact, account = furnished["contact"], furnished["account"]
    key = {"contactId": contact["id"]}
    edited = nutshell.call("editContact", **key, rev=contact["rev"], contact={"description": "x"})
    assert edited["rev"] != contact["rev"]
    expected = {"code": 409, "message": "rev key is out-of-date", "data": None}
    assert nutshell.refused("editContact", **key, rev=contact["rev"], contact={}) == expected
    assert nutshell.refused("deleteContact", **key, rev=contact["rev"]) == expected
    assert nutshell.call("getAccount", accountId=account["id"])["rev"] == account["rev"]


def test_edits_are_partial_and_lists_are_replaced_whole(
    nutshell: Nutshell, furnished: Furnished
) -> None:
    """Keys left out stay, a list that is sent replaces the old one, custom fields are merged."""
    contact = furnished["contact"]
    field = {"name": "Note", "type": "LongText"}
    nutshell.http.post("/rest/contacts/customfield", json=field)
    edited = nutshell.call(
        "editContact",
        contactId=contact["id"],
        rev=contact["rev"],
        contact={"email": ["only@one.example"], "customFields": {"Note": "n"}},
    )
    assert edited["email"] == {"0": "only@one.example", "--primary": "only@one.example"}
    assert edited["phone"] == contact["phone"]
    assert edited["customFields"] == {"Visual Practice ID": "people:per_1", "Note": "n"}
    assert edited["accounts"][0]["relationship"] == "Surgeon"


def test_what_was_read_can_be_written_back(nutshell: Nutshell, furnished: Furnished) -> None:
    """A rollback sends the values as they were rendered: nothing visible changes."""
    before = nutshell.fingerprint()
    keys = ("name", "email", "phone", "url", "address", "description", "tags", "customFields")
    for entity in ("Contact", "Account"):
        record = furnished[entity.lower()]
        # what a record does not hold has no key
        fields = {key: record[key] for key in keys if key in record} | {"owner": record["owner"]}
        links = "accounts" if entity == "Contact" else "contacts"
        fields[links] = nutshell.call(
            f"get{entity}", **{f"{entity.lower()}Id": record["id"]}
        )[links]  # fmt: skip
        key = {f"{entity.lower()}Id": record["id"]}
        nutshell.call(f"edit{entity}", **key, rev=record["rev"], **{entity.lower(): fields})
    assert nutshell.fingerprint() == before


def test_custom_fields_hold_only_their_type(nutshell: Nutshell) -> None:
    """Pick-lists take their options, dates are dates, numbers numbers; all come as strings."""
    refused = {"name": "Count", "type": "Number"}
    answer = nutshell.http.post("/rest/leads/customfield", json=refused)
    assert answer.status_code == 400 and "Invalid custom field type" in answer.text
    nutshell.behave(number_type="Number")
    for name, kind, more in (
        ("Stage", "Decision", {"choices": ["A", "B"]}),
        ("Many", "Decision", {"choices": ["A", "B"], "isMultiple": True}),
        ("Day", "Date", {}),
        ("Sum", "Currency", {}),
        ("Count", "Number", {}),
        ("Word", "Text", {}),
    ):
        field = {"name": name, "type": kind, **more}
        assert nutshell.http.post("/rest/leads/customfield", json=field).status_code == 201
        assert nutshell.http.post("/rest/leads/customfield", json=field).status_code == 400
    good = {
        "Stage": "A",
        "Many": ["B"],
        "Day": "2024-02-29",
        "Sum": "12.50",
        "Count": 3,
        "Word": "w",
    }
    lead = nutshell.call("newLead", lead={"description": "x", "customFields": good})
    assert lead["customFields"] == {**good, "Sum": "12.5", "Count": "3"}
    bad = {"Stage": "C", "Many": "A", "Day": "2023-02-29", "Sum": "12,50", "Count": "x"}
    for name, value in bad.items():
        fields = {"customFields": {name: value}}
        assert (
            "Fields"
            in nutshell.refused("editLead", leadId=lead["id"], rev="0", lead=fields)["message"]
        )
    cleared = nutshell.call(
        "editLead", leadId=lead["id"], rev="0", lead={"customFields": {"Day": None}}
    )
    assert "Day" not in cleared["customFields"]
    word = {"customFields": {"Word": 0}}
    numbered = nutshell.call("editLead", leadId=lead["id"], rev="1", lead=word)
    assert numbered["customFields"]["Word"] == "0"
    said = nutshell.refused("newLead", lead={"description": "x", "customFields": {"Nope": "1"}})
    assert said["message"] == " Field 'Nope' is not a custom field"


def test_deletion_is_soft(nutshell: Nutshell, furnished: Furnished) -> None:
    """A deleted record leaves lists and other records; REST brings it back, without company."""
    contact = furnished["contact"]
    assert nutshell.call("deleteContact", contactId=contact["id"], rev=contact["rev"]) is True
    deleted = nutshell.call("getContact", contactId=contact["id"])
    assert deleted["deletedTime"]
    listed = nutshell.call("findContacts", limit=1000)
    assert contact["id"] not in [row["id"] for row in listed]
    found = nutshell.call("searchByEmail", emailAddressString="front@CLINIC.example")
    assert found["contacts"] == [] and len(found["accounts"]) == 1
    assert nutshell.call("getLead", leadId=furnished["lead"]["id"])["contacts"] == []
    link = {"name": "x", "contacts": [{"id": contact["id"]}]}
    assert "Invalid contact" in nutshell.refused("newAccount", account=link)["message"]
    fields = {"contactId": contact["id"], "rev": deleted["rev"], "contact": {}}
    expected = f"Invalid contact: {contact['id']}"
    assert nutshell.refused("editContact", **fields)["message"] == expected
    assert nutshell.http.post(f"/rest/contacts/{contact['id']}/undelete").status_code == 200
    again = nutshell.call("getContact", contactId=contact["id"])
    assert (again["name"], again["email"]) == (contact["name"], contact["email"])
    assert contact["accounts"] and not again["accounts"]
    assert nutshell.call("getLead", leadId=furnished["lead"]["id"])["contacts"] != []


def test_two_equal_creates_make_two_records(nutshell: Nutshell) -> None:
    """There is no deduplication and no idempotency key; ids leave gaps."""
    first, second = (nutshell.call("newContact", contact={"name": "Same"}) for _ in range(2))
    assert second["id"] > first["id"] + 1
    hits = nutshell.call("searchContacts", string="same")
    assert [hit["id"] for hit in hits] == [first["id"], second["id"]]


def test_a_lead_is_closed_by_rest_or_rpc_and_reopened(
    nutshell: Nutshell, furnished: Furnished
) -> None:
    """The outcome decides the status; closing sets the time, which nobody can send."""
    key = {"leadId": furnished["lead"]["id"]}
    path = f"/rest/leads/{key['leadId']}"
    assert nutshell.http.post(f"{path}/status", json={"outcomeId": 7}).status_code == 200
    lost = nutshell.call("getLead", **key)
    assert (lost["status"], lost["outcome"]["name"]) == (11, "Lost") and lost["closedTime"]
    said = nutshell.refused("editLead", **key, rev=lost["rev"], lead={"status": 10})
    assert said["message"] == "Lead status can only be set to 0 (for reopening)"
    opened = nutshell.call("editLead", **key, rev=lost["rev"], lead={"status": 0})
    assert opened["status"] == 0 and "closedTime" not in opened
    won = nutshell.call("editLead", **key, rev=opened["rev"], lead={"outcome": {"id": 3}})
    assert won["status"] == 10
    assert nutshell.http.post(f"{path}/status", json={"outcomeId": 99}).status_code == 400


def test_the_value_is_set_by_json_patch(nutshell: Nutshell, furnished: Furnished) -> None:
    """manualValue keeps cents; anything else in the patch is refused."""
    path = f"/rest/leads/{furnished['lead']['id']}"
    headers = {"Content-Type": "application/json-patch+json"}
    step = {"op": "replace", "path": "/leads/0/manualValue"}
    money = {"amount": "1234567.89", "currency": "EUR"}
    assert "value" not in nutshell.call("getLead", leadId=furnished["lead"]["id"])
    answer = nutshell.http.patch(path, json=[{**step, "value": money}], headers=headers)
    assert answer.status_code == 204
    value = nutshell.call("getLead", leadId=furnished["lead"]["id"])["value"]
    assert value == {"amount": 1234567.89, "currency": "EUR"}
    for bad in ([], [{**step, "path": "/name", "value": "x"}], [{**step, "value": {"amount": 1}}]):
        assert nutshell.http.patch(path, json=bad, headers=headers).status_code == 400


def test_pages_cover_every_record_once(nutshell: Nutshell) -> None:
    """1-based pages, either direction, stubs or not; an empty page ends it."""
    for number in range(7):
        nutshell.call("newAccount", account={"name": f"Clinic {number}"})
    everything = [row["id"] for row in nutshell.call("findAccounts", limit=1000)]
    for direction, stub in (("ASC", True), ("DESC", False)):
        seen: list[int] = []
        page = 1
        while rows := nutshell.call(
            "findAccounts", limit=3, page=page, orderDirection=direction, stubResponses=stub
        ):
            seen += [row["id"] for row in rows]
            page += 1
        assert seen == (everything if direction == "ASC" else everything[::-1])


def test_filters_find_what_is_linked(nutshell: Nutshell, furnished: Furnished) -> None:
    """Activities of a contact, contacts of an account, leads by pipeline and status."""
    contact, account = furnished["contact"]["id"], furnished["account"]["id"]
    activity, lead = furnished["activity"]["id"], furnished["lead"]["id"]

    def ids(method: str, **query: Any) -> list[int]:
        return [row["id"] for row in nutshell.call(method, query=query)]

    assert ids("findActivities", contactId=[contact]) == [activity]
    assert ids("findActivities", leadId=lead, status=1) == [activity]
    assert ids("findActivities", contactId=[contact], status=0) == []
    assert ids("findContacts", accountId=account) == [contact]
    assert ids("findLeads", stagesetId=75, status=0) == [lead]
    assert ids("findLeads", stagesetId=71) == []
    assert ids("findLeads", contactId=contact) == [lead]


def test_a_file_is_named_and_then_sent(nutshell: Nutshell, furnished: Furnished) -> None:
    """Two steps: its size is 0 until the bytes are posted; they come back as they were."""
    body = bytes(range(256)) * 40
    lead, activity = furnished["lead"], furnished["activity"]
    new = {"entityType": "Files", "name": "scan.dcm"}
    key = {"leadId": lead["id"], "rev": lead["rev"]}
    (shown,) = nutshell.call("editLead", **key, lead={"file": [new]})["files"]
    assert (shown["name"], shown["size"]) == ("scan.dcm", 0)
    assert nutshell.http.get(shown["uri"]).status_code == 404
    assert nutshell.http.post(shown["uri"], files={"file": ("x", body)}).status_code == 201
    (shown,) = nutshell.call("getLead", leadId=lead["id"])["files"]
    assert shown["size"] == len(body) and nutshell.http.get(shown["uri"]).content == body
    assert nutshell.http.get(shown["uri"], headers={"Range": "bytes=0-3"}).content == body[:4]
    assert nutshell.http.post(shown["uri"], content=b"raw").status_code == 400
    note = {"logNote": {"note": "Said yes", "files": [new]}}
    key = {"activityId": activity["id"], "rev": activity["rev"]}
    assert nutshell.call("editActivity", **key, activity=note)["files"][0]["size"] == 0
    nutshell.behave(upload="none")
    nutshell.refused("editLead", leadId=lead["id"], rev="1", lead={"file": [new]})


def test_the_change_feed_tells_who_changed_what(nutshell: Nutshell, furnished: Furnished) -> None:
    """A human's edit is in the feed with the field, and is not the loader's."""
    edit = {"entity": "contacts", "id": furnished["contact"]["id"], "fields": {"description": "hi"}}
    assert nutshell.http.post("/_sandbox/edit", json=edit).status_code == 200
    event = nutshell.http.get("/rest/events", params={"limit": "1"}).json()["events"][0]
    assert event["links"]["actor"] != f"{nutshell.call('getUser')['id']}-users"
    assert event["changes"] == [
        {"attribute": "description", "oldValue": "Prefers mornings", "newValue": "hi"}
    ]
    nutshell.http.post("/_sandbox/edit", json={**edit, "delete": True})
    deleted = nutshell.http.get("/rest/events/deleted").json()["events"]
    assert [row["links"]["payloads"] for row in deleted] == [[f"{edit['id']}-contacts"]]


@given(st.text(max_size=40))
def test_a_phone_is_refused_or_dialable(text: str) -> None:
    """Whatever is typed: either "Invalid phone number", or digits that give the same again."""
    try:
        phone = phones.phone(text)
    except Refused as refused:
        assert refused.message == "Invalid phone number"
        return
    assert phone["number"].isdigit()
    assert phones.phone(phone) == phone


@given(st.text(min_size=1, max_size=60))
def test_a_name_in_parts_can_be_written_back(text: str) -> None:
    """A name that was taken apart is taken back as it is."""
    try:
        name = values.person_name(text)
    except Refused:
        return
    assert values.person_name(name) == name
