"""`load fields --checklist`: every missing definition as one whole step, for a spreadsheet."""

import csv

from tests.load.practice import small_practice

CUSTOM = "custom_field"
PLAN = (CUSTOM, "contacts", "Plan", "Decision", '["=A1","B"]', True, "missing", "administrator")
FULL = (*PLAN, "by hand", True, "B", None, "one of its choices, required")
ORDER = (CUSTOM, "leads", "+Order", "Text", "[]", False, "missing", "rest", None)
SHORT = (*ORDER, False, None, 20, "one line of text, at most 20 characters")
THERE = (CUSTOM, "leads", "Room", "Text", "[]", False, "present", "rest", None)


def test_each_missing_definition_is_a_whole_step(project, sandbox):
    """Said and written alike: what it is, on what, and all that an administrator has to set."""
    small_practice(project, people=1, deals=0, activities=0, files=0)
    source = ("source", "leads", "Fair", None, "[]", False, "missing", "rpc", None)
    project.warehouse["definitions"] = [FULL, SHORT, THERE, source]
    project.build()
    file = project.root / "steps.csv"
    file.write_text("an older one")
    file.chmod(0o644)
    said = project.quick("fields", "--checklist", str(file), code=1)
    assert (
        "Step 1, administrator: custom field “Plan” on contacts; type Decision; choices: =A1 | B;"
        " several at once: yes; required: yes; default: B;"
        " validation: one of its choices, required. by hand\n"
    ) in said
    assert (
        "Step 2, rest: custom field “+Order” on leads; type Text; length: 20;"
        " validation: one line of text, at most 20 characters.\n"
    ) in said
    assert "Step 3, rpc: source “Fair”.\n" in said
    assert "Room" not in said
    assert file.stat().st_mode & 0o777 == 0o600
    with file.open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    # a blank keeps a spreadsheet from reading a formula
    assert [(row["step"], row["object"], row["name"], row["choices"]) for row in rows] == [
        ("1", "contacts", "Plan", " =A1 | B"),
        ("2", "leads", " +Order", ""),
        ("3", "", "Fair", ""),
    ]
    assert (rows[0]["required"], rows[0]["default"], rows[1]["length"]) == ("yes", "B", "20")
    assert rows[1]["validation"] == "one line of text, at most 20 characters"


def test_a_checklist_that_can_not_be_written(project, sandbox):
    """A folder that is not there is said in one line."""
    small_practice(project, people=1, deals=0, activities=0, files=0)
    project.build()
    place = project.root / "nowhere" / "steps.csv"
    assert "can not be written" in project.quick("fields", "--checklist", str(place), code=2)
