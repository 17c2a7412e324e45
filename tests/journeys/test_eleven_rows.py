"""
The eleven rows of the promise, one test each: what the practice has is in Nutshell, so asked.

Nutshell answers over RPC, the practice from its own export: no table of ours stands between,
but where a row says that something is listed.
"""

import hashlib
import subprocess
from collections import Counter
from datetime import UTC, date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.journeys.both_sides import (
    KEY,
    Held,
    Rates,
    day,
    decimal_of,
    entries,
    moment,
    source_records,
)
from tests.journeys.conftest import SIZE
from tests.journeys.road import BIN, PROJECT

pytestmark = pytest.mark.journey

ZONE = "America/Chicago"
CUT_OVER = date(2026, 10, 30)
CLOSING = {"Closed Won": 10, "Closed Lost": 11}
STATUSES = {
    "New": "New",
    "Contacted": "Working",
    "Qualified": "Working",
    "Unqualified": "Bad",
    "Nurture": "Working",
    "Needs Review": "Working",
    "Open - Not Contacted": "New",
    "": "New",
}
HASHED = "bwAO6ZWofSUTYQvtbI7pjQ=="  # a stage that the practice's former system sent unreadable
STAGES = {"": "Not stated", HASHED: "Not stated"}  # the others keep their names
MILESTONES = {
    "New": "New",
    "Contacted": "Working",
    "Qualified": "Qualified",
    "Unqualified": "Working",
    "Nurture": "Nurturing",
    "Prospecting": "Prospecting",
    "Proposal": "Proposal",
    "Negotiation": "Negotiation",
    "Closed Won": "Closing",
    "Closed Lost": "Closing",
    "On Hold": "Prospecting",
    "Engaging": "Prospecting",
    HASHED: "Prospecting",
    "Needs Review": "Working",
    "Open - Not Contacted": "New",
}
TYPES = {"call": "Phone Call", "email": "Email/Letter", "meeting": "Meeting", "note": "Note"}
#: what the practice holds and nobody may carry on, as it stands in the values of those records
PATIENTS_DATA = ("date_of_birth", "patient_number", "insurance_carrier", "last_visit")


@pytest.fixture(scope="module")
def road(stages):
    """The whole road once: extract to verify, with the sample and its gates."""
    with stages.at("loaded") as made:
        yield made


@pytest.fixture(scope="module")
def export(road):
    """The same practice as the sandbox serves, as an export folder."""
    folder = road.folder / "export"
    command = [BIN / "sandbox", "export", folder, "--size", str(SIZE)]
    subprocess.run(command, check=True, env=road.env, cwd=PROJECT, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def practice(export):
    """The practice's records by object and id."""
    return source_records(export)


@pytest.fixture(scope="module")
def held(road):
    """Everything that Nutshell holds afterwards."""
    return Held(road)


@pytest.fixture(scope="module")
def buckets(road):
    """Record key → (bucket, reason, survivor): what review.duckdb tells a reviewer."""
    found = road.rows(
        "select source_object || ':' || source_id, bucket, reason, survivor_key"
        " from review.review_buckets",
        database="review",
    )
    return {key: rest for key, *rest in found}


@pytest.fixture(scope="module")
def landed_rates():
    """The ECB's history, read by the test itself."""
    return Rates()


def living(records):
    """Leave out what the practice has deleted."""
    return {key: row for key, row in records.items() if not row.get("deleted_at")}


def plain(text):
    """Give a name without line breaks and doubled blanks."""
    return " ".join(str(text or "").replace("\0", "").split())


def fields_of(row):
    """Give a record's custom fields."""
    return row["customFields"] or {}


def loaded(held, object_name, records):
    """Pair the practice's living records with Nutshell's, where they are there."""
    keys = {f"{object_name}:{key}": row for key, row in living(records).items()}
    return {key: (row, held.by_key[key]) for key, row in keys.items() if key in held.by_key}


# ── the rows ────────────────────────────────────────────────────────────────────────────────────


def test_organization(road, practice, held, buckets):
    """Accounts with their parents, parents first; circles and orphans are broken and listed."""
    organizations = practice["organizations"]
    pairs = loaded(held, "organizations", organizations)
    assert len(pairs) >= 20
    for key, (row, account) in pairs.items():
        name = plain(row.get("name"))
        if name and "<" not in name and "√" not in name and buckets[key][0] == "created":
            assert account["name"] == name, key
    # three levels under the root: each names its parent and leads to its page
    ids = sorted(organizations)
    for child, parent in ((1, 0), (2, 1), (3, 2)):
        below, above = (held.by_key[f"organizations:{ids[n]}"] for n in (child, parent))
        assert fields_of(below)["Parent organization"] == above["name"]
        assert fields_of(below)["Parent link"] == above["htmlUrl"]
    # every parent was made before its children: its id is lower unless it was there before
    findings = dict(road.rows("select source_id, finding from preflight.preflight_hierarchy"))
    for key, (row, account) in pairs.items():
        parent = row.get("parent_id")
        found = findings.get(key.split(":")[1])
        if found == "kept" and buckets[key][0] == "created":
            above = held.by_key.get(f"organizations:{parent}")
            assert above is not None and above["id"] < account["id"], key
        if not parent or (found and found != "kept"):
            assert "Parent organization" not in {k for k, v in fields_of(account).items() if v}
    # 4 and 5 are each other's parents, 6 names one that does not exist, 18 names itself
    assert sorted(findings[ids[n]] for n in (4, 5)) == ["broken: the link closes a circle", "kept"]
    assert findings[ids[6]] == "orphan: the parent does not exist"
    assert findings[ids[18]] == "broken: the link closes a circle"


def test_person(practice, held, buckets):
    """One contact for each e-mail: who was there is matched, twins are merged and listed."""
    addresses = Counter(
        mail.casefold() for row in held.contacts for mail in set(entries(row.get("email")))
    )
    people = living(practice["people"])
    for key, row in people.items():
        bucket, reason, survivor = buckets[f"people:{key}"]
        if bucket == "merged":
            assert reason == "duplicate_of" and survivor in held.by_key
        elif bucket in ("created", "matched", "updated"):
            assert f"people:{key}" in held.by_key
        mails = [
            mail["value"].casefold()
            for mail in row["emails"]
            if mail["value"].partition("@")[2].endswith(".example") and " " not in mail["value"]
        ]
        for mail in mails:
            if mail.startswith("@"):
                continue
            assert addresses[mail] == 1, f"people:{key}"
            there = held.by_key[survivor or f"people:{key}"]
            assert mail in {found.casefold() for found in entries(there.get("email"))}
    assert Counter(bucket for bucket, *_ in buckets.values())["merged"] > 0
    # those who were in Nutshell before: the same record, its own values kept, blanks filled
    before = [row for row in held.contacts if row["createdTime"].startswith("2025-03-01")]
    assert before
    for row in before:
        key = fields_of(row)[KEY]
        assert key.startswith("people:") and buckets[key][0] in ("matched", "updated")
    # names: as they stand, without line breaks, with what looks like a formula left as text
    named = {plain(row["name"]["displayName"]) for row in held.contacts}
    for row in people.values():
        if str(row.get("first_name") or "").startswith("=1+1"):
            assert any(name.startswith("=1+1") for name in named)


def test_person_organization_link(road, practice, held, buckets):
    """Contacts stand at their accounts with their job title; a link to nothing is reported."""
    orphans = set(
        road.rows("select source_object, source_id, target_id from preflight.preflight_orphans")
    )
    linked = 0
    for key, row in living(practice["people"]).items():
        organization = row.get("organization_id")
        bucket, _, survivor = buckets[f"people:{key}"]
        if not organization:
            continue
        if buckets.get(f"organizations:{organization}", ["excluded"])[0] == "excluded":
            assert ("people", key, organization) in orphans
            continue
        if bucket in ("blocked", "excluded"):
            continue
        contact = held.by_key[survivor or f"people:{key}"]
        stands_for = buckets[f"organizations:{organization}"][2] or f"organizations:{organization}"
        link = next(
            link for link in contact["accounts"] if link["id"] == held.by_key[stands_for]["id"]
        )
        if row.get("job_title") and bucket == "created" and _alone(key, buckets):
            assert link["relationship"] == row["job_title"]
        linked += 1
    assert linked > 30


def _alone(key, buckets):
    """Tell whether nobody was merged into a person."""
    return all(survivor != f"people:{key}" for _, _, survivor in buckets.values())


def test_lead(practice, held, buckets):
    """Leads stand in the inbound pipeline with their status; a converted one is its deal."""
    pairs = loaded(held, "leads", practice["leads"])
    assert len(pairs) >= 8
    for key, (row, lead) in pairs.items():
        status = str(row.get("status") or "").strip()
        assert lead["stageset"]["name"] == "Inbound", key
        assert fields_of(lead)["Lead status"] == STATUSES[status], key
        assert lead["milestone"]["name"] == MILESTONES.get(status, "New"), key
        assert lead["status"] == 0, "the seeds name no outcome: Bad stays open"
        assert "Visual Practice lead" in _tags(lead)
        if row.get("source"):
            assert [source["name"] for source in lead["sources"]] == [row["source"]], key
    converted = {
        key: row
        for key, row in living(practice["leads"]).items()
        if buckets[f"leads:{key}"][1] == "converted_to_deal"
    }
    assert converted
    for key, row in converted.items():
        assert f"leads:{key}" not in held.by_key
        assert buckets[f"leads:{key}"] == [
            "merged",
            "converted_to_deal",
            f"deals:{row['converted_deal_id']}",
        ]
        deal = held.by_key[f"deals:{row['converted_deal_id']}"]
        assert fields_of(deal)["Lead status"] == STATUSES[row.get("status") or ""]


def _tags(row):
    return {tag if isinstance(tag, str) else tag["name"] for tag in row["tags"] or []}


def test_deal(practice, held, buckets):
    """Deals stand in their pipeline, at their stage; won and lost ones are closed so."""
    pairs = loaded(held, "deals", practice["deals"])
    assert len(pairs) > 30
    seen = Counter()
    for key, (row, lead) in pairs.items():
        stage = str(row.get("stage") or "").strip()
        assert lead["stageset"]["name"] == "Deals", key
        assert lead["milestone"]["name"] == MILESTONES.get(stage, "Prospecting"), key
        assert fields_of(lead)["Deal stage"] == STAGES.get(stage, stage)
        assert lead["status"] == CLOSING.get(stage, 0), key
        assert "Visual Practice deal" in _tags(lead)
        if stage in CLOSING:
            assert lead["outcome"]["name"] == stage.removeprefix("Closed ")
        if row.get("lost_reason"):
            assert fields_of(lead)["Lost reason"] == row["lost_reason"]
        if row.get("closed_at"):
            assert fields_of(lead)["Closed"] == day(row["closed_at"], ZONE), key
        if row.get("name"):
            assert lead["description"] == plain(row["name"])
        wanted = [f"people:{person}" for person in row["person_ids"]]
        wanted = [buckets[one][2] or one for one in wanted if one in buckets]
        there = {contact["id"] for contact in lead["contacts"]}
        # a converted lead's person comes along
        assert there >= {held.by_key[one]["id"] for one in wanted if one in held.by_key}, key
        seen[stage] += 1
    assert {"Closed Won", "Closed Lost", "Proposal", "Prospecting"} <= set(seen)


def test_deal_amount(practice, held, buckets, landed_rates):
    """Amounts stand in dollars at the day's rate, to the cent; originals stay beside them."""
    converted = Counter()
    deals = {f"deals:{key}": row for key, row in living(practice["deals"]).items()}
    inherits = {str(lead.get("converted_deal_id")) for lead in living(practice["leads"]).values()}
    for key, row in deals.items():
        amount, currency = decimal_of(row.get("amount")), row.get("currency")
        bucket, reason, _ = buckets[key]
        if row.get("amount") and amount is None and bucket == "blocked":
            assert reason in ("amount_unparsable", "unmapped_value"), key
        if bucket == "blocked" or amount is None:
            continue
        stage = str(row.get("stage") or "").strip()
        on = CUT_OVER
        if stage in CLOSING and row.get("closed_at"):
            on = date.fromisoformat(day(row["closed_at"], ZONE))
        expected = landed_rates.convert(amount, currency or "USD", on)
        lead = held.by_key[key]
        assert Decimal(str(lead["value"]["amount"])) == expected, key
        assert lead["value"]["currency"] == "USD"
        assert Decimal(fields_of(lead)["Original amount"]) == amount
        if currency:
            assert fields_of(lead)["Original currency"] == currency
        if currency not in (None, "", "USD") and amount != 0:
            units, when = landed_rates.at(currency, on, 7)
            dollars, also = landed_rates.at("USD", on, 7)
            assert fields_of(lead)["Rate date"] == min(when, also).isoformat()
            rate = Decimal(fields_of(lead)["Exchange rate"])
            assert abs(rate - dollars / units) <= Decimal("1e-12")
        converted[currency] += 1
    assert len(converted) >= 4 and converted["JPY"]
    # without a rate, a known currency, or any: the deal waits, and says why
    for key, row in deals.items():
        if decimal_of(row.get("amount")) and buckets[key][1] != "unmapped_value":
            reasons = {"KES": "rate_missing", "HRK": "rate_stale", "": "currency_missing"}
            if (lacking := row.get("currency") or "") in reasons:
                assert buckets[key][:2] in (
                    ["blocked", reasons[lacking]],
                    ["blocked", "rate_missing"],
                ), key
    # a deal without an amount is loaded without one, or with its lead's
    empty = [key for key, row in deals.items() if row.get("amount") in (None, "")]
    for key in empty:
        if key in held.by_key and key.split(":")[1] not in inherits:
            assert not held.by_key[key]["value"] or not held.by_key[key]["value"]["amount"]


def test_activity(practice, held, buckets):
    """All four kinds, at their own times, with owner and people, trailer and marker."""
    pairs = loaded(held, "activities", practice["activities"])
    kinds = Counter()
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
        assert f"Created: {_utc(created)}" in activity["description"], key
        begun = _start_of(row)
        minutes = row.get("duration_minutes")
        minutes = minutes if isinstance(minutes, int) and minutes > 0 else 0
        assert moment(activity["startTime"], ZONE) == begun, key
        if isinstance(row.get("duration_minutes"), int | None):
            assert moment(activity["endTime"], ZONE) == begun + timedelta(minutes=minutes), key
        people = [f"people:{person}" for person in row["person_ids"]]
        wanted = {buckets[one][2] or one for one in people if one in buckets}
        there = {p["id"] for p in activity["participants"] if p["entityType"] == "Contacts"}
        assert there == {held.by_key[one]["id"] for one in wanted if one in held.by_key}, key
        assert [p for p in activity["participants"] if p["entityType"] == "Users"], key
        missing = [p for p in row["person_ids"] if f"people:{p}" not in buckets]
        assert all(f"people:{person}" in activity["description"] for person in missing), key
        assert "<p>" not in activity["description"] and "alert(1)" not in activity["description"]
    assert set(kinds) == set(TYPES)
    assert not any("<br" in (row["description"] or "") for row in held.activities)
    calls = [row for row, _ in pairs.values() if row.get("deal_id") or row.get("lead_id")]
    linked = [activity for _, activity in pairs.values() if activity["leads"]]
    assert calls and linked


def _utc(when):
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _start_of(row):
    """Give an activity's start; one that has none readable stands at its creation."""
    try:
        return moment(row["started_at"], ZONE)
    except (KeyError, TypeError, ValueError):
        return moment(row["created_at"], ZONE)


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


def test_person_custom_field(road, practice, held, buckets):
    """The people's fields exist with type and choices, and hold the values."""
    declared = _definitions(road, "contacts")
    assert declared["Preferred contact"]["choices"] == ["E-mail", "Fax", "Phone", "Text"]
    assert sorted(declared["Newsletter"]["choices"]) == ["No", "Yes"]
    assert declared["Interests"]["isMultiple"]
    for name in ("Patient number", "Insurance carrier", "Last visit", "Date of birth"):
        assert name not in declared
    said = {True: "Yes", False: "No", "TRUE": "Yes", "true": "Yes", "Y": "Yes", "Yes": "Yes",
            "1": "Yes", "FALSE": "No", "false": "No", "N": "No", "No": "No", "0": "No"}  # fmt: skip
    compared = Counter()
    for key, (row, contact) in loaded(held, "people", practice["people"]).items():
        if buckets[key][0] != "created" or not _alone(key.split(":")[1], buckets):
            continue
        have, there = row.get("custom_fields") or {}, fields_of(contact)
        if have.get("preferred_contact"):
            assert there["Preferred contact"] == have["preferred_contact"]
            compared["choice"] += 1
        if "newsletter" in have:
            assert there["Newsletter"] == said[have["newsletter"]]
            compared["checkbox"] += 1
        if have.get("interests"):
            wanted = have["interests"]
            wanted = wanted.split(";") if isinstance(wanted, str) else wanted
            assert sorted(there["Interests"]) == sorted(wanted)
            compared["several"] += 1
        if row.get("loyalty_tier"):
            assert there["Loyalty tier"] == row["loyalty_tier"]
            compared["undeclared"] += 1
    assert min(compared[kind] for kind in ("choice", "checkbox", "several", "undeclared")) > 0


def _definitions(road, entity):
    """Give an entity's custom fields by name."""
    return {row["name"]: row for row in road.rpc("findCustomFields")[entity.capitalize()]}


def test_deal_custom_field(road, practice, held):
    """The deals' fields (and the leads') exist on Nutshell's leads and hold the values."""
    declared = _definitions(road, "leads")
    assert declared["Deal priority"]["choices"] == ["High", "Low", "Medium", "Urgent"]
    assert set(declared["Deal stage"]["choices"]) == {
        "Prospecting", "Proposal", "Negotiation", "Closed Won", "Closed Lost", "On Hold",
        "Engaging", "Not stated",
    }  # fmt: skip
    assert set(declared["Lead status"]["choices"]) == {"New", "Working", "Bad"}
    compared = Counter()
    for _, (row, lead) in loaded(held, "deals", practice["deals"]).items():
        have, there = row.get("custom_fields") or {}, fields_of(lead)
        for ours, theirs in (("order_number", "Order number"), ("deal_source", "Deal source"),
                             ("priority", "Deal priority")):  # fmt: skip
            if have.get(ours):
                assert there[theirs] == {"ASAP": "Urgent"}.get(have[ours], have[ours])
                compared[ours] += 1
        off = have.get("discount_percent")
        if isinstance(off, int | float):
            assert Decimal(str(there["Discount percent"])) == Decimal(str(off))
            compared["number"] += 1
    for _, (row, lead) in loaded(held, "leads", practice["leads"]).items():
        budget = (row.get("custom_fields") or {}).get("budget")
        if budget:
            assert Decimal(str(fields_of(lead)["Budget"])) == Decimal(budget)
            compared["lead"] += 1
    assert set(compared) == {"order_number", "deal_source", "priority", "number", "lead"}


def test_owner(road, practice, held, buckets, export):
    """Owners are found by e-mail in any case; who is not there leaves records to the fallback."""
    users = source_records(export, ("users",))["users"]
    enabled = [row for row in held.users.values() if row["isEnabled"]]
    by_mail = {mail.casefold(): row["id"] for row in enabled for mail in row["emails"]}
    fallback = by_mail["desk8@lakeshore-aesthetics.example"]
    found = Counter()
    for name, key_of in (("organizations", "owner"), ("people", "owner"), ("deals", "assignee"),
                         ("leads", "assignee")):  # fmt: skip
        for key, (row, there) in loaded(held, name, practice[name]).items():
            if buckets[key][0] != "created":
                continue
            owner = users.get(row.get("owner_id") or "")
            expected = by_mail.get((owner or {}).get("email", "").casefold(), fallback)
            assert there[key_of]["id"] == expected, key
            found["fallback" if expected == fallback else "matched"] += 1
    assert found["matched"] > 20 and found["fallback"] > 5
    for row in (*held.contacts, *held.accounts):
        if fields_of(row).get(KEY) and row["createdTime"] > "2026-11":
            assert row["owner"]["id"] in held.users
    listed = dict(road.rows("select user_id, match from preflight.preflight_owners"))
    ids = sorted(users)
    assert listed[ids[3]] in ("exact", "case") and listed[ids[9]] == "disabled"
    assert "fallback" in {listed[ids[11]]}


# ── beside the rows ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["organizations", "people", "leads", "deals"])
def test_created_and_modified(practice, held, buckets, name):
    """Nutshell can not be told when a record was made: two Date fields keep it."""
    for key, (row, there) in loaded(held, name, practice[name]).items():
        if buckets[key][0] == "created" and _alone(key.split(":")[1], buckets):
            assert fields_of(there)["Visual Practice created"] == day(row["created_at"], ZONE), key
            assert fields_of(there)["Visual Practice modified"] == day(row["modified_at"], ZONE)


def test_tags(practice, held, buckets):
    """Tags come along."""
    compared = 0
    for name in ("organizations", "people", "leads", "deals"):
        for key, (row, there) in loaded(held, name, practice[name]).items():
            if buckets[key][0] == "created":
                assert {tag.strip() for tag in row["tags"]} - {""} <= _tags(there), key
                compared += len(row["tags"])
    assert compared > 5


def test_each_record_is_there_once(practice, held, buckets):
    """No key twice, nothing of what was deleted, merged, blocked or excluded."""
    for name in ("organizations", "people", "leads", "deals", "activities"):
        keys = held.marked(name)
        assert len(keys) == len(set(keys))
        moved = {
            key for key, (bucket, *_) in buckets.items()
            if key.startswith(f"{name}:") and bucket in ("created", "matched", "updated")
        }  # fmt: skip
        assert set(keys) == moved
        assert len(practice[name]) == sum(key.startswith(f"{name}:") for key in buckets)


def test_what_does_not_move_is_listed(road, export):
    """Workflows, templates and integrations are named for rebuilding; modules are counted."""
    listed = Counter(
        kind for (kind,) in road.rows(
            "select object from preflight.preflight_not_migrating", database="review"
        )
    )  # fmt: skip
    there = source_records(export, ("workflows", "email_templates", "integrations"))
    for name, rows in there.items():
        assert listed[name] == len(living(rows)) > 0


def test_patients_modules_are_absent_everywhere(road, export, practice):
    """Claims, eligibility, imaging and patients' fields: in no file of ours, nor in Nutshell."""
    secret = set()
    for name in ("claims", "eligibility", "imaging_studies"):
        secret |= {key.encode() for key in source_records(export, (name,))[name]}
    for row in practice["people"].values():
        number = (row.get("custom_fields") or {}).get("patient_number")
        secret |= {number.encode()} if number else set()
    assert len(secret) > 20
    sandbox = road.folder / "sandbox" / "nutshell.sqlite"
    places = [sandbox, *sandbox.parent.glob("nutshell.sqlite*")]
    places += [road.data / "audit.sqlite"]
    calls = road.control("stats", system="VISUAL_PRACTICE")
    assert not [call for call in calls if call.startswith("GET") and "claims" in call]
    found = set()
    for place in places:
        content = place.read_bytes()
        found |= {word for word in secret if word in content}
    assert found == set()
