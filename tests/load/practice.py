"""A small practice as SQL would have planned it: parents before children, value, files, links."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from tests.load.project import Project


def small_practice(
    project: Project,
    *,
    organizations: int = 6,
    people: int = 20,
    deals: int = 8,
    activities: int = 10,
    files: int = 3,
) -> None:
    """Plan a practice: parents before children, people at organizations, deals with value."""
    rows: list[dict[str, Any]] = []

    def add(  # noqa: PLR0917
        obj: str, kind: str, number: int, level: int, payload: Any, needs: list[str], **more: Any
    ) -> None:
        key = f"{obj}:{number}"
        rows.append(
            {
                "level": level,
                "record_key": key,
                "operation_key": f"{key}/{more.get('step', 'record')}",
                "source_object": obj,
                "source_id": str(number),
                "kind": kind,
                "step": "record",
                "operation": "create",
                "reason": "new",
                "bucket": "created" if more.get("step", "record") in ("record", "file") else None,
                "payload": json.dumps(payload),
                "desired": json.dumps(payload),
                "depends_on": needs,
                "in_sample": number < 3,
                **more,
            }
        )

    for n in range(organizations):
        parent = {"Parent link": {"$url": f"organizations:{n - 1}"}} if n % 2 else {}
        add(
            "organizations",
            "account",
            n,
            n % 2,
            {
                "name": f"Clinic {n}",
                "customFields": {"Visual Practice ID": f"organizations:{n}", **parent},
            },
            [f"organizations:{n - 1}"] if n % 2 else [],
        )
    for n in range(people):
        add(
            "people",
            "contact",
            n,
            2,
            {
                "name": {"givenName": f"Given{n}", "familyName": f"Family{n}"},
                "email": [f"person{n}@people.example"],
                "accounts": [
                    {"id": {"$ref": f"organizations:{n % organizations}"}, "relationship": "Nurse"}
                ],
                "customFields": {"Visual Practice ID": f"people:{n}"},
            },
            [f"organizations:{n % organizations}"],
        )
    for n in range(deals):
        add(
            "deals",
            "lead",
            n,
            3,
            {
                "description": f"Deal {n}",
                "stagesetId": 75,
                "contacts": [{"id": {"$ref": f"people:{n % people}"}, "entityType": "Contacts"}],
                "customFields": {"Visual Practice ID": f"deals:{n}"},
            },
            [f"people:{n % people}"],
        )
        add("deals", "lead", n, 3, {"amount": f"{n + 1}00.50", "currency": "USD"}, [], step="value")
        if n % 2:
            add("deals", "lead", n, 3, {"outcomeId": 3, "status": 10}, [], step="outcome")
    for n in range(activities):
        add(
            "activities",
            "activity",
            n,
            4,
            {
                "name": f"Call {n}",
                "activityTypeId": 1,
                "status": 1,
                "startTime": "2024-01-02T03:04:05Z",
                "endTime": "2024-01-02T03:14:05Z",
                "description": f"Spoke.\n--\nVisual Practice activities:{n}",
                "participants": [
                    {"entityType": "Contacts", "id": {"$ref": f"people:{n % people}"}}
                ],
            },
            [f"people:{n % people}"],
        )
    for n in range(files):
        body = f"file {n}".encode()
        digest = hashlib.sha256(body).hexdigest()
        place = project.paths.file(digest)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
        add(
            "attachments",
            "file",
            n,
            5,
            {
                "route": "host",
                "path": f"files/{digest[:2]}/{digest}",
                "sha256": digest,
                "file_name": f"診断 {n}.txt",
                "size_bytes": len(body),
                "hosted_name": f"{digest}/診断_{n}.txt",
            },
            [f"people:{n}"],
            step="file",
        )
    project.warehouse = {"operations": rows}  # type: ignore[dict-item]
    field_rows = [
        ("custom_field", entity, "Visual Practice ID", "Text", "[]", False, "missing", "rest", None)
        for entity in ("accounts", "contacts", "leads")
    ]
    project.warehouse["definitions"] = [
        *field_rows,
        ("custom_field", "accounts", "Parent link", "Text", "[]", False, "missing", "rest", None),
        (
            "custom_field",
            "contacts",
            "Insurance",
            "Decision",
            '["A","B"]',
            False,
            "missing",
            "rest",
            None,
        ),
        ("tag", "contacts", "Patient", None, "[]", False, "missing", "rpc", None),
        ("source", "leads", "Walk-in", None, "[]", False, "missing", "rpc", None),
    ]
    project.warehouse["blockers"] = []
    project.warehouse["envelope"] = [("operation", "create"), ("field", "people.email")]
    project.warehouse["schema"] = [("pipeline", "75/Deals"), ("outcome", "3/Won/10")]
