"""Leads and deals in their pipelines, and what they are worth."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from tests.journeys.both_sides import day, decimal_of
from tests.journeys.eleven_rows.expected import (
    CLOSING,
    CUT_OVER,
    MILESTONES,
    STAGES,
    STATUSES,
    ZONE,
    fields_of,
    living,
    loaded,
    plain,
    tags_of,
)

pytestmark = pytest.mark.journey


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
        assert "Visual Practice lead" in tags_of(lead)
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
        assert "Visual Practice deal" in tags_of(lead)
        if stage in CLOSING:
            assert lead["outcome"]["name"] == stage.removeprefix("Closed ")
        if row.get("lost_reason"):
            assert fields_of(lead)["Lost reason"] == row["lost_reason"]
        if row.get("closed_at"):
            assert fields_of(lead)["Closed"] == day(row["closed_at"], ZONE), key
        if row.get("name"):
            assert lead["description"] == plain(row["name"])
        if isinstance(row.get("probability"), int) and 0 <= row["probability"] <= 100:
            assert lead["confidence"] == row["probability"], key
            seen["probability"] += 1
        closes = str(row.get("expected_close_date") or "")
        if re.fullmatch(r"\d{4}-\d\d-\d\d", closes):
            assert fields_of(lead)["Expected close"] == closes == lead["dueTime"][:10], key
            seen["expected close"] += 1
        wanted = [f"people:{person}" for person in row["person_ids"]]
        wanted = [buckets[one][2] or one for one in wanted if one in buckets]
        there = {contact["id"] for contact in lead["contacts"]}
        # a converted lead's person comes along
        assert there >= {held.by_key[one]["id"] for one in wanted if one in held.by_key}, key
        seen[stage] += 1
    assert {"Closed Won", "Closed Lost", "Proposal", "Prospecting"} <= set(seen)
    assert min(seen["probability"], seen["expected close"]) > 20, seen


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
            assert not (held.by_key[key].get("value") or {}).get("amount")
