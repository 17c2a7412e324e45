"""Organizations in their order, people by their e-mail, and the links between them."""

import re
from collections import Counter

import pytest

from tests.journeys.both_sides import KEY, entries
from tests.journeys.eleven_rows.expected import (
    alone,
    digits,
    fields_of,
    living,
    loaded,
    plain,
)

pytestmark = pytest.mark.journey


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
    """One contact for each e-mail and name: who was there is matched, twins are merged."""

    def called(contact):
        return str(contact["name"].get("displayName")).casefold()

    addresses = Counter(
        (mail.casefold(), called(row))
        for row in held.contacts
        for mail in set(entries(row.get("email")))
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
            there = held.by_key[survivor or f"people:{key}"]
            assert addresses[mail, called(there)] == 1, f"people:{key}"
            assert mail in {found.casefold() for found in entries(there.get("email"))}
    assert Counter(bucket for bucket, *_ in buckets.values())["merged"] > 0
    # a family that writes from one address stays as many as it is
    assert len({name for mail, name in addresses if mail.startswith("family")}) > 1
    # phones, addresses and links of those who are one record on both sides
    compared = Counter()
    for key, (row, contact) in loaded(held, "people", people).items():
        if buckets[key][0] != "created" or not alone(key.split(":")[1], buckets):
            continue
        there = {digits(phone["E164"]) for phone in entries(contact.get("phone"))}
        for number in filter(None, (digits(phone["value"]) for phone in row["phones"])):
            assert number in there, key
            compared["phones"] += 1
        there = {
            (place["address_1"], place["city"], place["state"], place["postalCode"])
            for place in entries(contact.get("address"))
        }
        for place in row["addresses"]:
            if re.fullmatch(r"\d{5}", str(place["postal_code"])) and "<" not in str(place):
                parts = ("street", "city", "region", "postal_code")
                assert tuple(place[part] for part in parts) in there, key
                compared["addresses"] += 1
        # a field of the practice's own that the map sends to Nutshell's list of links
        website = (row.get("custom_fields") or {}).get("website")
        assert set(entries(contact.get("url"))) == ({website} if website else set()), key
        compared["links"] += bool(website)
    assert min(compared["phones"], compared["addresses"]) > 20 and compared["links"] > 2, compared
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
        if row.get("job_title") and bucket == "created" and alone(key, buckets):
            assert link["relationship"] == row["job_title"]
        linked += 1
    assert linked > 30
