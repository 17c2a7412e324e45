"""A practice whose every field that may hold a person's data holds a word that is found again."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from sandbox.generator import schema
from tests.journeys.planting import Canary, plant, sensitive
from tests.journeys.road import PROJECT

#: What the road of the canaries lands, and brings no further, though our seeds exclude it.
LANDED_ONLY = "eligibility"


def _seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / "policies" / name).open(encoding="utf-8") as rows:
        return list(csv.DictReader(rows))


CLASSES = _seed("field_classes.csv")
POLICIES = {row["object"]: row["policy"] for row in _seed("objects.csv")}
POLICIES[LANDED_ONLY] = "land_only"
#: Each field that is a person's by the metadata or the policy.
CANARIES = plant(schema.objects(), POLICIES, CLASSES)

#: What people write freely, and what stands beside the records: class → words.
#: moving: allowed to Nutshell · tag: likewise, and a definition that is made by its name
#: phi: admitted object, no permission · land_only: landed, no further
#: excluded: an object that is not even fetched · body, imaging: bytes of files · name: of a file
OTHER_WORDS = {
    "moving": """
        zqjobtitle zqaboutperson zqloyalty zqorganization zqaboutpractice zqleadtitle zqaboutlead
        zqdealname zqaboutdeal zqsubject zqcallnotes
        zqlaterpractice zqlaterhuman
    """,  # the last two after the load: what the practice changes, and a human in Nutshell
    "tag": "zqtagorganization zqtagperson zqtaglead zqtagdeal",
    "body": "zqbytes",
    "imaging": "zqdicom",
    "name": "zqfilename",
}
WORDS = {word: kind for kind, words in OTHER_WORDS.items() for word in words.split()}
WORDS |= {canary.word: canary.kind for canary in CANARIES}
USERS = ("admin", "nurse")
DOMAIN = "lakeshore-aesthetics.example"
FALLBACK = f"desk8@{DOMAIN}"


def without_a_canary(objects: list[dict[str, Any]], canaries: list[Canary]) -> set[str]:
    """Name the fields that are a person's and in which no word was planted."""
    return {*sensitive(objects, CLASSES)} - {canary.place for canary in canaries}


def planted_in(records: dict[str, list[dict[str, Any]]], canaries: list[Canary]) -> None:
    """Put each canary into the first record of its object, which is made where there is none."""
    by_object = defaultdict(list)
    for canary in canaries:
        by_object[canary.object].append(canary)
    for name, planted in by_object.items():
        record = records.setdefault(name, [{"id": f"{name}_1"}])[0]
        for canary in planted:
            if canary.is_custom:
                record.setdefault("custom_fields", {})[canary.field] = canary.value
            else:
                record[canary.field] = canary.value


def write_practice(folder: Path, metadata: dict[str, Any]) -> None:
    """Write the export folder; `metadata` is the generated practice's, with its marks of PHI."""
    (folder / "files").mkdir(parents=True)
    (folder / "metadata.json").write_text(json.dumps(metadata))
    body = b"zqbytes of a letter"
    imaging = bytes(128) + b"DICM" + b"zqdicom" * 3
    bodies = {"att_1": body, "att_2": imaging}
    for name, content in bodies.items():
        (folder / "files" / name).write_bytes(content)
    practice = _records(bodies)
    planted_in(practice, CANARIES)
    for name, records in practice.items():
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
    person = {
        "id": "per_1", "job_title": "zqjobtitle", "organization_id": "org_1",
        "description": "zqaboutperson", "tags": ["zqtagperson"], "loyalty_tier": "zqloyalty",
        "custom_fields": {"preferred_contact": "E-mail", "hs_score": 7},
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
    }  # fmt: skip
