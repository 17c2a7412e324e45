"""Errors as edits: the mend as it is printed, an edit of a CSV, and just those records move."""

import json
import re
import sqlite3

import pytest

from tests.journeys.test_gates import edit, no_writes, refused

pytestmark = pytest.mark.journey

CAUSE = "rate_missing"
ASK = ("retry", "--cause", CAUSE)


def held_back(road):
    """The records that wait for a rate, and those that wait for one of them."""
    rows = road.rows(
        """
        select record_key from plan.plan_verdicts
        where bucket = 'blocked' and cause_key in (
            select record_key from plan.plan_verdicts where reason = $1
        )
        """,
        CAUSE,
    )
    return {key for (key,) in rows}


def mend(road, **words):
    """Append the line that preflight gives, with what only a person knows filled in."""
    ((told,),) = road.rows(
        "select distinct mend from preflight.preflight_blockers where cause = ?", CAUSE
    )
    name, line = re.fullmatch(r"append to (seeds/\S+): (.*)", told).groups()
    for word, value in words.items():
        line = line.replace(f"<{word.replace('_', ' ')}>", value)
    assert "<" not in line
    with (road.project / name).open("a") as seed:
        seed.write(line + "\n")


def written_last(road):
    """The records that the newest run wrote."""
    with sqlite3.connect(road.data / "audit.sqlite") as audit:
        return {
            key
            for (key,) in audit.execute(
                "select distinct source_object || ':' || source_id from writes"
                " where status = 'done' and run_id ="
                " (select run_id from runs order by started_at desc limit 1)"
            )
        }


def leads_without_budget(road):
    """Leads that are loaded and of which the practice does not say what they may cost."""
    return road.rows(
        """
        select verdicts.record_key, verdicts.known_id
        from plan.plan_verdicts as verdicts
        inner join records.records as leads using (record_key)
        where
            verdicts.state = 'created' and leads.source_object = 'leads'
            and json_extract_string(leads.payload, '$.customFields.Budget') is null
        order by verdicts.record_key
        """
    )


def test_a_mended_cause_moves_its_records_and_a_default_fills_blanks_only(stages):
    """From the printed line to the read-back: each step names the next, only those are written."""
    with stages.at("loaded") as road:
        waited = held_back(road)
        assert {key.split(":")[0] for key in waited} == {"leads", "deals", "activities"}
        said = refused(road, *ASK)
        assert "rate_overrides.csv" in said and "Mend it, then: `dbt build`, `load plan`" in said

        mend(road, KES_for_1_EUR="141.5", who_says_so="Central Bank of Kenya")
        # besides, a default; and of two leads without a value a human fills one in Nutshell
        fields = road.project / "seeds" / "value_maps" / "fields.csv"
        edit(fields, "leads,budget,Budget,Number,map,,", "leads,budget,Budget,Number,map,500,")
        (humans, number), (blank, _), *_ = leads_without_budget(road)
        lead = road.rpc("getLead", leadId=number)
        road.rpc("editLead", leadId=number, rev=lead["rev"], lead={"customFields": {"Budget": 777}})
        said = refused(road, *ASK)
        assert "rate_overrides.csv" in said and "Next: `dbt build`" in said

        road.run("extract", "nutshell")
        road.build()
        assert "Next: `load plan`" in refused(road, *ASK)
        road.run("load", "plan")
        assert "not covered by the standing approval" in refused(road, *ASK)
        road.run("load", "approve", "--by", "demo")

        planned = road.rows(
            "select record_key, step, payload from plan.plan_operations"
            " where operation in ('create', 'update')"
        )
        mended = {key for key, *_ in planned} & waited
        assert mended and not held_back(road)
        # the rest of the plan stays as it is: leads without a value get one
        budgets = {
            key: json.loads(payload)["customFields"]["Budget"]
            for key, step, payload in planned
            if step == "record" and key not in waited
        }
        assert budgets[blank] == 500 and humans not in budgets
        before = road.write_calls()
        road.run("load", *ASK, expect=0)
        assert road.write_calls() - before == sum(key in waited for key, *_ in planned)
        assert written_last(road) == mended
        with no_writes(road):
            assert "already done" in road.run("load", *ASK, expect=0)

        road.run("load", "verify")
        assert {
            bucket
            for key, bucket in road.rows("select record_key, bucket from review.review_buckets")
            if key in waited
        } <= {"created", "merged"}
        shown = {
            key: (diff_class, source, value)
            for key, diff_class, source, value in road.rows(
                "select record_key, diff_class, source_value, nutshell_value"
                " from review.review_field_diff where field = 'customFields.Budget'"
            )
        }
        filled = {key: shown[key] for key in mended if shown.get(key, ("",))[0] == "defaulted"}
        assert filled and set(filled.values()) == {("defaulted", None, "500")}
        assert shown[humans][0] == "kept" and shown[humans][2] == "777"
