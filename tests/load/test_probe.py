"""`load probe` finds the position of every switch of the sandbox, and leaves no record behind."""

import csv
import json

import pytest

from tests.load.practice import small_practice
from tests.load.project import approved

#: each switch of the sandbox in each position, and what the probe makes of it
POSITIONS = [
    (
        {},
        {
            "close": "outcome", "value": "rest", "upload": "two_step",
            "lead_created_time": "honoured", "rev": "read", "find_by_tag": "on",
            "stageset": "create_only", "parent": "custom_field", "legacy_id": "not_used",
            "number_type": "Text", "multi_in": "list", "multi_out": "list",
            "custom_fields_on_edit": "changed",
        },
    ),
    (
        {
            "close": "outcomeId", "value": "product", "upload": "none",
            "lead_created_time": "ignored", "found_by_tag_after": -1, "stageset": "edit",
            "parent": "link", "legacy_id": "kept", "number_type": "Number",
            "multi_in": "joined", "multi_out": "joined", "custom_fields_on_edit": "dropped",
        },
        {
            "close": "outcomeId", "value": "product", "upload": "off",
            "lead_created_time": "never", "find_by_tag": "off", "stageset": "edit",
            "parent": "link", "legacy_id": "kept", "number_type": "Number",
            "multi_in": "joined", "multi_out": "joined", "custom_fields_on_edit": "all",
        },
    ),
    (
        {"close": "rest", "value": "rpc", "lead_created_time": "refused"},
        {"close": "rest", "value": "rpc", "lead_created_time": "never"},
    ),
    ({"value": "none"}, {"value": "none"}),
]  # fmt: skip


@pytest.fixture
def ready(project, sandbox):
    """An account with our marker and a tag."""
    small_practice(project, organizations=1, people=1, deals=0, activities=0, files=0)
    approved(project)
    sandbox.rpc("newTag", tag={"name": "Probe tag", "entityType": "Contacts"})
    return project


def behaviour(project):
    path = project.root / "seeds" / "policies" / "nutshell_behaviour.csv"
    return {row["fact"]: row for row in csv.DictReader(path.open())}


@pytest.mark.parametrize(("switches", "expected"), POSITIONS)
def test_each_position_is_found(ready, sandbox, switches, expected):
    sandbox.control("behaviour", switches)
    before = sandbox.control("fingerprint")
    said = ready.quick("probe", "--by", "demo", "--with-fields")
    found = behaviour(ready)
    assert {fact: found[fact]["setting"] for fact in expected} == expected
    assert all(found[fact]["confirmed_by"] == "demo" for fact in expected)
    assert sandbox.control("fingerprint") == before, "every record of the probe is deleted"
    report = json.loads((ready.root / "data" / "probe.json").read_bytes())
    assert {row["fact"] for row in report} == set(found)
    assert "By hand: Merge two contacts" in said


def test_without_leave_no_definition_is_made(ready, sandbox):
    """What takes a custom field is not asked, and said; the plan names what is a guess."""
    said = ready.quick("probe", "--by", "demo")
    assert "Not asked: multi_in: it takes a definition" in said
    assert "multi_in" not in behaviour(ready)
    fields = sandbox.rpc("findCustomFields")["Contacts"]
    assert not [field for field in fields if field["name"].startswith("Probe")]


def test_what_a_kill_left_is_deleted_by_the_next_run(ready, sandbox, monkeypatch):
    """Killed in the midst: its records stand in the audit, and the next run deletes them."""
    from load import probe

    before = sandbox.control("fingerprint")
    with monkeypatch.context() as patch:

        async def killed(*_):
            raise KeyboardInterrupt

        patch.setattr(probe.Probe, "parent", killed)
        patch.setattr(probe, "sweep", _nothing)
        ready.quick("probe", "--by", "demo", code=130)
    assert sandbox.control("fingerprint") != before
    ready.quick("probe", "--by", "demo")
    assert sandbox.control("fingerprint") == before


async def _nothing(*_):
    return None
