"""Every recipe of docs/recipes.md as it stands there: all edits in one copy, built once."""

import json
import re

import pytest

from tests.journeys.road import PROJECT

pytestmark = pytest.mark.journey

BLOCK = re.compile(r"^`(?P<path>[^`\n]+)`\n```diff\n(?P<patch>.*?)^```$", re.MULTILINE | re.DOTALL)
RECIPES = (PROJECT / "docs" / "recipes.md").read_text()


def patch(text, block):
    """Put the lines with + in the place of those with -; the others say where."""
    lines = block.splitlines()
    before = "\n".join(line[1:] for line in lines if not line.startswith("+")) + "\n"
    after = "\n".join(line[1:] for line in lines if not line.startswith("-")) + "\n"
    assert text.count(before) == 1, before
    return text.replace(before, after)


def follow(project):
    """Make every edit of the page."""
    found = list(BLOCK.finditer(RECIPES))
    assert len(found) == RECIPES.count("```diff")
    for block in found:
        path = project / block["path"]
        path.write_text(patch(path.read_text(), block["patch"]))


def test_each_recipe_does_what_it_says(stages):
    """Payload, plan, diff and lineage follow from the edit alone."""
    with stages.at("loaded") as road:
        follow(road.project)
        road.run("dbt", "--quiet", "build")

        def payloads(kind):
            rows = road.rows("select record_key, payload from records.records where kind = ?", kind)
            return {key: json.loads(payload) for key, payload in rows if payload}

        planned = {
            (key, field)
            for key, payload in road.rows(
                "select record_key, payload from plan.plan_operations"
                " where operation = 'update' and step = 'record'"
            )
            for field in [*json.loads(payload), *json.loads(payload).get("customFields", {})]
        }
        fields = {field for _, field in planned}
        lineage = set(
            road.rows("select source_object, source_field, field from review.review_lineage")
        )
        differing = {
            field for (field,) in road.rows("select distinct field from review.review_field_diff")
        }

        # a value: whoever is Contacted is New, and the plan says so
        assert "Lead status" in fields
        assert road.rows(
            """
            select distinct records.payload ->> '$.customFields."Lead status"'
            from records.records
            inner join staging.stg_visual_practice__leads as leads
                on records.record_key = 'leads:' || leads.id
            where trim(leads.status) = 'Contacted' and records.payload is not null
            """
        ) == [("New",)]

        # a custom field: sent, defined, planned, told
        accounts = [account["customFields"] for account in payloads("account").values()]
        assert any("Line of business" in custom for custom in accounts)
        assert not any("Industry" in custom for custom in accounts)
        assert road.rows(
            "select 1 from preflight.preflight_definitions where name = 'Line of business'"
        )
        assert "Line of business" in fields
        assert ("organizations", "industry", "customFields.Line of business") in lineage

        # a standard field
        priorities = {lead.get("priority") for lead in payloads("lead").values()}
        assert {0, 1} <= priorities
        assert "priority" in differing
        assert road.rows(
            "select distinct decision from plan.plan_field_decisions where field = 'priority'"
        ) == [("keep_destination",)]
        assert ("deals", "probability", "priority") in lineage

        # a field that is dropped is sent no more, and nothing is erased
        leads = payloads("lead").values()
        assert not any("Closed" in lead.get("customFields", {}) for lead in leads)
        assert "Closed" not in fields

        # a limit
        titles = [d["description"] for k, d in payloads("lead").items() if k.startswith("deals:")]
        assert titles and max(map(len, titles)) <= 12
        assert road.rows(
            "select 1 from preflight.preflight_long_values"
            " where limit_name = 'title_length' and source_object = 'deals' and field = 'name'"
        )

        # a rule of comparison
        assert road.rows(
            "select comparison from staging.stg_declarations__comparisons"
            " where kind = 'activity' and field = 'name'"
        ) == [("folded",)]
