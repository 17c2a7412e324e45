"""The live account's fields against a plan's: as exactly as preflight asks, and by the same SQL."""

import pytest

from load.fields.live import differing
from tests.load.practice import small_practice

WANTED = {
    "definition_kind": "custom_field",
    "entity": "contacts",
    "name": "npi",
    "nutshell_type": "Decision",
    "choices": '["A","B"]',
    "is_multiple": False,
}
LIVE = {"name": "npi", "type": "decision", "choices": ["B", "A", "C"], "isMultiple": False}


@pytest.mark.parametrize(
    ("live", "difference"),
    [
        (LIVE, None),
        ({**LIVE, "choices": [{"name": "A"}, {"value": "B"}]}, None),
        ({**LIVE, "isMultiple": None}, None),  # what Nutshell does not tell differs from nothing
        ({**LIVE, "name": "other"}, "not there"),
        ({**LIVE, "name": "NPI"}, "there already as “NPI”"),
        ({**LIVE, "type": "Text"}, "there already as Text"),
        ({**LIVE, "isMultiple": True}, "there already, taking several values"),
        ({**LIVE, "choices": ["A"]}, "1 of its choices missing"),
        ({**LIVE, "choices": []}, "2 of its choices missing"),
        (
            {"name": " NPI", "type": "Text"},
            "there already as “ NPI”; there already as Text; 2 of its choices missing",
        ),
    ],
)
def test_each_difference_is_named(live, difference):
    """Name, type, number of values and choices are compared; a choice more is no difference."""
    found = differing([WANTED], {"contacts": [live], "leads": [{**LIVE, "name": "NPI"}]})
    assert found == ([] if difference is None else [f"custom field contacts “npi” ({difference})"])


def test_the_exact_name_is_the_one():
    """Beside a field in other letters the one of the exact name is looked at; tags are none."""
    tag = {**WANTED, "definition_kind": "tag", "name": "Patient"}
    assert differing([WANTED, tag], {"contacts": [{**LIVE, "name": "NPI"}, LIVE]}) == []


def test_a_field_in_other_letters_stops_everything(project, sandbox):
    """`fields --create` does not take `insurance` for `Insurance`, nor does an apply."""
    small_practice(project, people=2, deals=1, activities=1, files=0)
    sandbox.call("/rest/contacts/customfield", {"name": "insurance", "type": "Text"})
    project.build()
    said = project.quick("fields", "--create", "--by", "demo", code=2)
    assert "“Insurance” (there already as “insurance”; there already as Text" in said
    project.build()
    project.quick("plan")
    project.quick("approve", "--by", "demo")
    writes = sandbox.writes()
    said = project.quick("apply", "--sample", code=2)
    assert "custom field contacts “Insurance” (there already as “insurance”" in said
    assert sandbox.writes() == writes


def test_no_field_is_made_while_the_plan_s_cap_is_too_small(project, sandbox):
    """A cap smaller than used + planned: which fields move is decided before any is made."""
    small_practice(project, people=2, deals=1, activities=1, files=0)
    over = ("over_limit", "gate", None, None)
    why = "2 there + 6 planned, 8 at the peak, of 5 fields"
    mend = "send fewer fields; 3 have no room, from Insurance on: preflight_records_over_limit"
    # a cap on something else stops the signature, not this
    contacts = (*over, "contacts contacts", "9 planned", "raise it", False, "over_limit")
    fields = (*over, "custom_fields contacts", why, mend)
    project.warehouse["blockers"] = [contacts, (*fields, False, "over_limit")]
    project.build()
    writes = sandbox.writes()
    said = project.quick("fields", "--create", "--by", "demo", code=2)
    assert why in said and mend in said and "9 planned" not in said
    assert sandbox.writes() == writes
    project.warehouse["blockers"] = [contacts, (*fields, True, "over_limit")]
    project.build()
    assert "made" in project.quick("fields", "--create", "--by", "demo")


def test_one_refused_definition_keeps_none_of_the_others(project, sandbox):
    """Each that is refused is named at the end, what comes after it is made; and so again."""
    small_practice(project, people=2, deals=1, activities=1, files=0)
    tail = (False, "missing", "rest", None, False, None, None, None)
    own = [row for row in project.warehouse["definitions"] if row[6] == "missing"]
    project.warehouse["definitions"] += [
        ("custom_field", "contacts", "AA long", "Decision", f'["{"c" * 300}"]', *tail),
        ("custom_field", "contacts", "AA void", "Decision", '["a\\u0000b"]', *tail),
        ("custom_field", "contacts", "ZZ last", "Text", "[]", *tail),
        ("tag", "contacts", "t\x00t", None, "[]", False, "missing", "rpc", *tail[3:]),
        ("source", "leads", "Z fair", None, "[]", False, "missing", "rpc", *tail[3:]),
    ]
    project.build()
    said = project.quick("fields", "--create", "--by", "demo", code=1)
    for name in ("AA long", "AA void"):
        assert f"Refused: custom_field “{name}” could not be made" in said
    assert "3 definition(s) were refused" in said and f"{len(own) + 2} definition(s) made" in said
    project.build()
    said = project.quick("fields", "--create", "--by", "demo", code=1)
    assert "0 definition(s) made" in said and "3 definition(s) were refused" in said
