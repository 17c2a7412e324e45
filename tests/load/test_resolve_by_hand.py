"""What asking can not settle a person settles: audited, checked, and never a second record."""

import pytest

from common.errors import EffectUnknown
from load.destination import Destination, Unclear
from tests.load.apply.test_road import markers
from tests.load.practice import small_practice
from tests.load.project import approved

BY = ("--by", "demo")


@pytest.fixture
def doubtful(project, sandbox):
    """A create that took effect; its answer was lost, and nothing told."""
    small_practice(project, organizations=1, people=3, deals=0, activities=0, files=0)
    approved(project)
    create = Destination.create

    async def lost(self, kind, payload, key):
        made = await create(self, kind, payload, key)
        if key == "people:0":
            raise EffectUnknown("no answer")
        return made

    async def unclear(self, *_, **__):
        raise Unclear("nobody tells")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Destination, "create", lost)
        patch.setattr(Destination, "find_created", unclear)
        project.quick("apply", "--sample", code=1)
        project.quick("apply", "--sample", code=1)  # and it stays so
    (write,) = project.audit().open_writes()
    return project, str(write.write_id)


def contact(sandbox, number):
    (found,) = (
        c
        for c in sandbox.find("Contacts")
        if (c.get("customFields") or {}).get("Visual Practice ID") == f"people:{number}"
    )
    return found["id"]


def test_it_is_there(doubtful, sandbox):
    """The right record is taken; another one's, and none, are refused; the audit says who."""
    project, write = doubtful
    listed = project.quick("status")
    assert "people:0" in listed and f"load resolve {write}" in listed
    right, wrong = contact(sandbox, 0), contact(sandbox, 1)
    said = project.quick("resolve", write, "--there", str(wrong), *BY, code=2)
    assert "people:1" in said
    assert "no contact" in project.quick("resolve", write, "--there", "999999", *BY, code=2)
    project.quick("resolve", write, "--there", str(right), *BY)
    assert project.audit().record_by_key("people:0").nutshell_id == right
    (run,) = project.audit().rows(
        "select started_by from runs where command = 'resolve' and status = 'done'"
    )
    assert run["started_by"] == "demo"
    project.quick("apply", "--sample")
    assert markers(sandbox).count("people:0") == 1
    assert "holds" in project.quick("status", "--check")


def test_it_is_absent(doubtful, sandbox):
    """It is made again, but not before one more look: here the person was wrong."""
    project, write = doubtful
    project.quick("resolve", write, "--absent", *BY)
    assert project.audit().record_by_key("people:0") is None
    assert "settled: present" in project.quick("apply", "--sample")
    assert markers(sandbox).count("people:0") == 1


def test_what_is_asked_for_is_clear(doubtful):
    """One answer, and only for what is in doubt."""
    project, write = doubtful
    for options in ((), ("--there", "1", "--absent")):
        assert "either" in project.quick("resolve", write, *options, *BY, code=2)
    assert "not in doubt" in project.quick("resolve", "1", "--absent", *BY, code=2)
