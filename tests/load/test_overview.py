"""`load` alone and `load doctor`: where a migration stands, what comes next, what to fix first."""

import pytest

from tests.load.apply.test_road import through_sample


def next_step(project):
    said = project.quick()
    (line,) = [line for line in said.splitlines() if line.startswith("Next: ")]
    return line


def test_it_says_the_next_step_of_the_road(project):
    """Of a folder with nothing in it, the first; it makes nothing there."""
    assert next_step(project) == "Next: `extract visual-practice`"


def test_a_plan_goes_from_its_signature_to_its_read_back(loaded, monkeypatch):
    """Each step is found in the audit, and the first that is not is the next one."""
    project = loaded(people=12)
    # the road's beginning is other tests' matter: this project has no runs of extract
    monkeypatch.setattr("load.overview.SOURCES", {})
    assert next_step(project) == "Next: `load apply --sample`"
    through_sample(project)
    assert next_step(project) == "Next: `load apply`"
    project.quick("apply")
    assert next_step(project) == "Next: `load verify`"


def test_the_doctor_finds_what_is_set_and_what_is_not(project):
    """All well is 0; a folder that others can open, or no access, is named and ends with 1."""
    assert "Nothing to fix." in project.quick("doctor")
    said = project.load("doctor", code=1, NUTSHELL_API_KEY="")
    assert "NUTSHELL_API_KEY is not set" in " ".join(said.split())


@pytest.mark.parametrize("address", ["http://127.0.0.1:9"])
def test_a_system_that_does_not_answer_ends_the_doctor_with_3(project, address):
    """As every command does: the operator's script tells the two apart."""
    said = " ".join(project.load("doctor", code=3, NUTSHELL_URL=address).split())
    assert "nutshell" in said.lower()
