"""Custom fields with their types and choices, and who owns what."""

import re
from collections import Counter
from decimal import Decimal

import pytest

from tests.journeys.both_sides import KEY
from tests.journeys.eleven_rows.expected import (
    SAID,
    alone,
    definitions,
    fields_of,
    loaded,
    owner_of,
)

pytestmark = pytest.mark.journey


def test_person_custom_field(road, practice, held, buckets):
    """The people's fields exist with type and choices, and hold the values."""
    declared = definitions(road, "contacts")
    assert declared["Preferred contact"]["choices"] == ["E-mail", "Fax", "Phone", "Text"]
    assert sorted(declared["Newsletter"]["choices"]) == ["No", "Yes"]
    assert declared["Interests"]["isMultiple"]
    for name in ("Patient number", "Insurance carrier", "Last visit", "Date of birth"):
        assert name not in declared
    compared = Counter()
    for key, (row, contact) in loaded(held, "people", practice["people"]).items():
        if buckets[key][0] != "created" or not alone(key.split(":")[1], buckets):
            continue
        have, there = row.get("custom_fields") or {}, fields_of(contact)
        if have.get("preferred_contact"):
            assert there["Preferred contact"] == have["preferred_contact"]
            compared["choice"] += 1
        if "newsletter" in have:
            assert there["Newsletter"] == SAID[have["newsletter"]]
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


def test_deal_custom_field(road, practice, held):
    """The deals' fields (and the leads') exist on Nutshell's leads and hold the values."""
    declared = definitions(road, "leads")
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
        if re.fullmatch(r"\d{4}-\d\d-\d\d", str(have.get("contract_start") or "")):
            assert there["Contract start"] == have["contract_start"]
            compared["date"] += 1
        if have.get("renewal") in SAID and have["renewal"] != "":
            assert there["Renewal"] == SAID[have["renewal"]]
            compared["checkbox"] += 1
        off = have.get("discount_percent")
        if isinstance(off, int | float):
            assert Decimal(str(there["Discount percent"])) == Decimal(str(off))
            compared["number"] += 1
    for _, (row, account) in loaded(held, "organizations", practice["organizations"]).items():
        have, there = row.get("custom_fields") or {}, fields_of(account)
        for ours, theirs in (("npi", "NPI"), ("accreditation", "Accreditation")):
            if have.get(ours):
                assert there[theirs] == {"Joint Commission": "JCAHO"}.get(have[ours], have[ours])
                compared["organization"] += 1
    for _, (row, lead) in loaded(held, "leads", practice["leads"]).items():
        budget = (row.get("custom_fields") or {}).get("budget")
        if budget:
            assert Decimal(str(fields_of(lead)["Budget"])) == Decimal(budget)
            compared["lead"] += 1
    assert set(compared) == {
        "order_number", "deal_source", "priority", "number", "date", "checkbox", "organization",
        "lead",
    }  # fmt: skip


def test_owner(road, practice, held, buckets, users):
    """Owners are found by e-mail in any case; who is not there leaves records to the fallback."""
    fallback = owner_of({}, users, held)
    found = Counter()
    for name, key_of in (("organizations", "owner"), ("people", "owner"), ("deals", "assignee"),
                         ("leads", "assignee")):  # fmt: skip
        for key, (row, there) in loaded(held, name, practice[name]).items():
            if buckets[key][0] != "created":
                continue
            expected = owner_of(row, users, held)
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
