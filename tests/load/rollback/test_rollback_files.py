"""A file that a human attached to a record of ours keeps it; one that we uploaded does not."""

import json

import pytest

from apis.nutshell_guesses import Guesses
from load.destination import Destination
from tests.load.apply.test_road import markers, through_sample
from tests.load.rollback.test_rollback import live, outcomes


def attach(sandbox, entity, name):
    """Attach a file as a human does; its id."""
    number = live(sandbox, entity, name)["id"]
    return sandbox.control("attach", {"entity": entity, "id": number, "name": "human.txt"})["id"]


@pytest.mark.parametrize(
    ("key", "entity", "name", "hidden"),
    [
        ("people:0", "Contacts", "Given0 Family0", set()),
        ("organizations:0", "Accounts", "Clinic 0", {"files"}),
        ("deals:0", "Leads", "Deal 0", {"files"}),
    ],
)
def test_a_humans_file_keeps(loaded, sandbox, key, entity, name, hidden):  # noqa: PLR0917
    """Named with its id, in the preview too, whether or not the record itself shows its files."""
    project = through_sample(loaded(organizations=1, people=1, deals=1, activities=1, files=0))
    number = attach(sandbox, entity, name)
    shows = Destination.get

    async def get(self, *me):
        record = await shows(self, *me)
        return {name: value for name, value in record.items() if name not in hidden}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Destination, "get", get)
        preview = project.quick("rollback", "--preview")
        said = project.quick("rollback")
    assert outcomes(said) == outcomes(preview)
    assert f"files (not ours: {number})" in said
    assert key in markers(sandbox)
    assert "activities:0" not in markers(sandbox)


@pytest.mark.parametrize("answers_id", [True, False])
def test_our_own_upload_keeps_nothing(loaded, sandbox, monkeypatch, answers_id):
    """It goes with its record, as it came; with a human's beside it both stay."""
    project = loaded(organizations=1, people=2, deals=1, activities=0, files=2)
    for row in project.warehouse["operations"]:
        if row["step"] == "file":
            parent = {"entityType": "Leads", "id": {"$ref": "deals:0"}}
            row["payload"] = json.dumps(
                {**json.loads(row["payload"]), "route": "upload", "parent": parent}
            )
    project.build()
    project.quick("plan")
    project.quick("approve", "--by", "demo")
    does = Destination.put_file

    async def put_file(self, *arguments):
        self.nutshell.guesses = Guesses(upload="two_step")
        answer = await does(self, *arguments)
        return answer if answers_id else {**answer, "id": None}

    monkeypatch.setattr(Destination, "put_file", put_file)
    through_sample(project)
    attach(sandbox, "Contacts", "Given1 Family1")
    said = project.quick("rollback")
    assert "people:1 files (not ours: " in said
    assert "people:0" not in markers(sandbox)
    assert "people:1" in markers(sandbox)
