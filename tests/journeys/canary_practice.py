"""A practice whose every field that may hold a person's data holds a word that is found again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

#: class → word → where it was planted
#: moving: allowed to Nutshell · tag: likewise, and a definition that is made by its name
#: phi: admitted object, no permission · land_only: landed, no further
#: excluded: an object that is not even fetched · body, imaging: bytes of files · name: of a file
CANARIES: dict[str, dict[str, str]] = {
    "moving": {
        "zqfirstname": "people.first_name",
        "zqmiddlename": "people.middle_name",
        "zqlastname": "people.last_name",
        "zqmailbox": "people.emails",
        "2175550169": "people.phones",
        "zqstreet": "people.addresses",
        "zqjobtitle": "people.job_title",
        "zqaboutperson": "people.description",
        "zqloyalty": "people.loyalty_tier",
        "zqorganization": "organizations.name",
        "zqaboutpractice": "organizations.description",
        "zqleadtitle": "leads.title",
        "zqaboutlead": "leads.description",
        "zqdealname": "deals.name",
        "zqaboutdeal": "deals.description",
        "zqsubject": "activities.subject",
        "zqcallnotes": "activities.body",
        # after the load: what the practice changes, and a human in Nutshell
        "zqlaterpractice": "people.job_title",
        "zqlaterhuman": "the contact's description",
    },
    "tag": {
        "zqtagorganization": "organizations.tags",
        "zqtagperson": "people.tags",
        "zqtaglead": "leads.tags",
        "zqtagdeal": "deals.tags",
    },
    "phi": {
        "1931-07-19": "people.date_of_birth",
        "1931-08-23": "people.last_visit",
        "zqmrn0042": "people.patient_number",
        "zqcarrier": "people.insurance_carrier",
    },
    "land_only": {
        "zqeligible": "eligibility.person_id",
        "1931-10-29": "eligibility.checked_at",
        "zqmember": "eligibility.member_number",
        "zqlandedpayer": "eligibility.payer",
        "zqresponse": "eligibility.response",
    },
    "excluded": {
        "zqclaimant": "claims.person_id",
        "190412.77": "claims.amount_billed",
        "1931-09-27": "claims.service_date",
        "zqclaimnumber": "claims.claim_number",
        "zqpayer": "claims.payer",
        "zqdiagnosis": "claims.diagnosis_codes",
        "zqimaged": "imaging_studies.person_id",
        "zqmodality": "imaging_studies.modality",
        "zqstudyuid": "imaging_studies.study_instance_uid",
        "zqpatientname": "imaging_studies.patient_name",
    },
    "body": {"zqbytes": "attachments' bytes"},
    "imaging": {"zqdicom": "a DICOM file's bytes"},
    "name": {"zqfilename": "attachments.file_name"},
}
PLANTED = {place for words in CANARIES.values() for place in words.values()}
WORDS = {word: kind for kind, words in CANARIES.items() for word in words}
USERS = ("admin", "nurse")
DOMAIN = "lakeshore-aesthetics.example"
FALLBACK = f"desk8@{DOMAIN}"


def without_a_canary(metadata: dict[str, Any]) -> set[str]:
    """Name the fields that the metadata mark as PHI and no word was planted in."""
    marked = {
        f"{entry['name']}.{field['name']}"
        for entry in metadata["objects"]
        for field in entry["fields"]
        if field["phi"]
    }
    return marked - PLANTED


def write_practice(folder: Path, metadata: dict[str, Any]) -> None:
    """Write the export folder; `metadata` is the generated practice's, with its marks of PHI."""
    (folder / "files").mkdir(parents=True)
    (folder / "metadata.json").write_text(json.dumps(metadata))
    body = b"zqbytes of a letter"
    imaging = bytes(128) + b"DICM" + b"zqdicom" * 3
    bodies = {"att_1": body, "att_2": imaging}
    for name, content in bodies.items():
        (folder / "files" / name).write_bytes(content)
    for name, records in _records(bodies).items():
        lines = [json.dumps(_stamped(record)) + "\n" for record in records]
        (folder / f"{name}.jsonl").write_text("".join(lines))
    users = [
        {"id": 3 + 4 * n, "entityType": "Users", "rev": "1", "name": f"User {n}",
         "emails": [mail], "isEnabled": True, "isAdministrator": n == 0}
        for n, mail in enumerate([*(f"{user}@{DOMAIN}" for user in USERS), FALLBACK])
    ]  # fmt: skip
    (folder / "nutshell_users.json").write_text(json.dumps(users))


def _stamped(record: dict[str, Any]) -> dict[str, Any]:
    times = {"created_at": "2026-01-02T10:00:00Z", "modified_at": "2026-02-03T10:00:00Z"}
    return {"owner_id": "usr_0", "deleted_at": None, **times, **record}


def _records(bodies: dict[str, bytes]) -> dict[str, list[dict[str, Any]]]:
    users = [
        {"id": f"usr_{n}", "name": f"User {n}", "email": f"{user}@{DOMAIN}", "active": True,
         "role": "Desk", "owner_id": None}
        for n, user in enumerate(USERS)
    ]  # fmt: skip
    address = {
        "label": "home", "street": "1 zqstreet", "city": "Springfield", "region": "IL",
        "postal_code": "62701", "country": "USA", "primary": True,
    }  # fmt: skip
    person = {
        "id": "per_1",
        "first_name": "Zqfirstname", "middle_name": "Zqmiddlename", "last_name": "Zqlastname",
        "job_title": "zqjobtitle", "organization_id": "org_1", "description": "zqaboutperson",
        "date_of_birth": "1931-07-19", "tags": ["zqtagperson"], "loyalty_tier": "zqloyalty",
        "emails": [{"label": "home", "value": "zqmailbox@people.example", "primary": True}],
        "phones": [{"label": "mobile", "value": "+12175550169", "primary": True}],
        "addresses": [address],
        "custom_fields": {
            "patient_number": "zqmrn0042", "insurance_carrier": "zqcarrier",
            "last_visit": "1931-08-23", "preferred_contact": "E-mail", "hs_score": 7,
        },
    }  # fmt: skip
    lead = {"id": "lead_1", "title": "zqleadtitle", "status": "New", "source": "Web",
            "person_id": "per_1", "currency": "USD", "description": "zqaboutlead",
            "tags": ["zqtaglead"]}  # fmt: skip
    deal = {"id": "deal_1", "name": "zqdealname", "stage": "Proposal", "amount": "100.00",
            "currency": "USD", "source": "Web", "organization_id": "org_1",
            "person_ids": ["per_1"], "description": "zqaboutdeal",
            "tags": ["zqtagdeal"]}  # fmt: skip
    call = {"id": "act_1", "type": "call", "subject": "zqsubject", "body": "zqcallnotes",
            "direction": "inbound", "started_at": "2026-01-05T10:00:00Z", "duration_minutes": 10,
            "completed": True, "person_ids": ["per_1"], "deal_id": "deal_1"}  # fmt: skip
    files = [
        {"id": name, "file_name": f"zqfilename-{name}.txt", "content_type": "text/plain",
         "size_bytes": len(body), "sha256": hashlib.sha256(body).hexdigest(), "kind": "document",
         "parent_type": "people", "parent_id": "per_1"}
        for name, body in bodies.items()
    ]  # fmt: skip
    return {
        "users": users,
        "organizations": [{"id": "org_1", "name": "zqorganization", "tags": ["zqtagorganization"],
                           "description": "zqaboutpractice"}],
        "people": [person],
        "leads": [lead],
        "deals": [deal],
        "activities": [call],
        "attachments": files,
        "claims": [{"id": "clm_1", "person_id": "zqclaimant", "amount_billed": "190412.77",
                    "service_date": "1931-09-27", "claim_number": "zqclaimnumber",
                    "payer": "zqpayer", "diagnosis_codes": ["zqdiagnosis"]}],
        "imaging_studies": [{"id": "img_1", "person_id": "zqimaged", "modality": "zqmodality",
                             "study_instance_uid": "zqstudyuid", "patient_name": "zqpatientname"}],
        "eligibility": [{"id": "elg_1", "person_id": "zqeligible",
                         "checked_at": "1931-10-29T09:00:00Z", "payer": "zqlandedpayer",
                         "member_number": "zqmember", "response": "zqresponse"}],
    }  # fmt: skip
