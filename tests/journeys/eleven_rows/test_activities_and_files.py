"""Calls, e-mails, meetings and notes at their own times, and the files."""

import hashlib
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests.journeys.both_sides import moment
from tests.journeys.eleven_rows.expected import (
    TYPES,
    ZONE,
    fields_of,
    living,
    loaded,
    owner_of,
    stands_for,
    start_of,
    utc,
)

pytestmark = pytest.mark.journey


def test_activity(practice, held, buckets, users):
    """All four kinds, at their own times, with owner and people, trailer and marker."""
    pairs = loaded(held, "activities", practice["activities"])
    kinds, hangs = Counter(), Counter()
    assert len(pairs) > 80
    for key, (row, activity) in pairs.items():
        kinds[row["type"]] += 1
        assert activity["activityType"]["name"] == TYPES[row["type"]], key
        assert activity["status"] == 1
        lines = activity["description"].splitlines()
        assert lines[-1] == f"Visual Practice {key}"
        assert f"Type: {row['type']}" in activity["description"]
        if row.get("direction"):
            assert f"Direction: {row['direction']}" in activity["description"]
        created = moment(row["created_at"], ZONE)
        assert f"Created: {utc(created)}" in activity["description"], key
        begun = start_of(row)
        minutes = row.get("duration_minutes")
        minutes = minutes if isinstance(minutes, int) and minutes > 0 else 0
        assert moment(activity["startTime"], ZONE) == begun, key
        if isinstance(row.get("duration_minutes"), int | None):
            assert moment(activity["endTime"], ZONE) == begun + timedelta(minutes=minutes), key
        people = [f"people:{person}" for person in row["person_ids"]]
        wanted = {buckets[one][2] or one for one in people if one in buckets}
        there = {p["id"] for p in activity["participants"] if p["entityType"] == "Contacts"}
        assert there == {held.by_key[one]["id"] for one in wanted if one in held.by_key}, key
        owners = [p["id"] for p in activity["participants"] if p["entityType"] == "Users"]
        assert owner_of(row, users, held) in owners, key
        wanted = _places(row, held, buckets, ("organization_id", "organizations"))
        there = {p["id"] for p in activity["participants"] if p["entityType"] == "Accounts"}
        assert there == wanted, key
        hangs["Accounts"] += len(wanted)
        wanted = _places(row, held, buckets, ("deal_id", "deals"), ("lead_id", "leads"))
        assert {lead["id"] for lead in activity["leads"]} == wanted, key
        hangs["Leads"] += len(wanted)
        missing = [p for p in row["person_ids"] if f"people:{p}" not in buckets]
        assert all(f"people:{person}" in activity["description"] for person in missing), key
        assert "<p>" not in activity["description"] and "alert(1)" not in activity["description"]
    assert set(kinds) == set(TYPES)
    assert not any("<br" in (row["description"] or "") for row in held.activities)
    assert min(hangs["Accounts"], hangs["Leads"]) > 20, hangs


def _places(row, held, buckets, *links):
    """Give the ids of what an activity names and Nutshell holds, itself or what it lives in."""
    keys = [f"{name}:{row[link]}" for link, name in links if row.get(link)]
    lived_in = [stands_for(key, buckets) for key in keys]
    return {held.by_key[key]["id"] for key in lived_in if key in held.by_key}


def test_attachment(road, export, practice, held, buckets):
    """Files are hosted byte for byte and linked from their record; imaging stays where it is."""
    hosted = Path(road.env["ATTACHMENT_HOST_DIR"])
    files = [path for path in hosted.rglob("*") if path.is_file()]
    for path in files:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.parent.name
        assert path.read_bytes()[128:132] != b"DICM", "no clinical image is hosted"
        assert path.resolve().is_relative_to(hosted.resolve())
    moved = 0
    for key, row in living(practice["attachments"]).items():
        bucket, reason, _ = buckets[f"attachments:{key}"]
        body = export / "files" / key
        content = body.read_bytes() if body.is_file() else None
        if content is not None and content[128:132] == b"DICM":
            assert (bucket, reason) in (
                ("excluded", "clinical_imaging"), ("excluded", "parent_missing"),
                ("excluded", "parent_excluded"),
            ), key  # fmt: skip
        if bucket != "created":
            assert reason, key
            continue
        digest = hashlib.sha256(content).hexdigest()
        assert digest in {path.parent.name for path in files}, key
        parent = f"{row['parent_type']}:{row['parent_id']}"
        parent = buckets[parent][2] or parent
        there = held.by_key[parent]
        shown = there.get("description") if parent.startswith("act") else fields_of(there)["Files"]
        assert f"{road.env['ATTACHMENT_HOST_URL']}/{digest}/" in shown, key
        moved += 1
    assert moved > 5
    reasons = {buckets[f"attachments:{key}"][1] for key in practice["attachments"]}
    assert {"clinical_imaging", "checksum_mismatch", "file_too_large"} <= reasons
