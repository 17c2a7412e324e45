"""One record judged: what we left is ours, what differs from it is somebody else's."""

import json
from dataclasses import fields

from load.audit.questions import Write
from load.rollback.judgement import judge


def written(**values):
    """A write of which only the named columns matter."""
    empty = dict.fromkeys((field.name for field in fields(Write)), None)
    return Write(**{**empty, "status": "done", "step": "record", **values})


CREATED = {"description": "D", "milestone": {"id": 3, "entityType": "Milestones"}}
MOVED = {"milestoneId": {"id": 7, "entityType": "Milestones"}}


def test_a_stage_that_we_moved_later_is_ours():
    """A delta's edit names the stage as sent, Nutshell as shown: still the same stage."""
    writes = [
        written(write_id=1, operation="create", after=json.dumps(CREATED)),
        written(write_id=2, operation="update", after=json.dumps(MOVED)),
    ]
    now = {"description": "D", "milestone": {"id": 7, "entityType": "Milestones"}, "contacts": []}

    verdict = judge(writes, now)

    assert verdict.kept == []
    assert verdict.delete


def test_a_stage_that_a_human_moved_is_kept():
    """Deleting would lose what somebody did."""
    writes = [written(write_id=1, operation="create", after=json.dumps(CREATED))]
    now = {"description": "D", "milestone": {"id": 7, "entityType": "Milestones"}, "contacts": []}

    verdict = judge(writes, now)

    assert verdict.kept == [("milestone", "edited since")]
    assert not verdict.delete


def test_participants_of_an_activity_are_its_own():
    """Who is added to an activity of ours was added by somebody; ids of users are not people's."""
    ours = {"participants": [{"entityType": "Contacts", "id": 5}]}
    writes = [written(write_id=1, operation="create", after=json.dumps(ours))]
    user = {"entityType": "Users", "id": 5}

    assert judge(writes, ours).delete
    assert judge(writes, {"participants": [*ours["participants"], user]}).kept == [
        ("participants", "edited since")
    ]


def test_activities_keep_a_record():
    """Those that are named, and on a lead those of which only the number is known."""
    writes = [written(write_id=1, operation="create", after="{}")]
    links = [("activity", 7), ("activity", 8)]

    verdict = judge(writes, {"activitiesCount": {"0": 1, "1": 2}}, links)

    assert verdict.links == links
    assert verdict.kept == [(None, "linked to by 1 more activities")]
    assert not verdict.delete


def test_a_field_that_was_not_shown_is_a_humans_once_it_is():
    """Nutshell leaves out what is empty: a telephone that is there now was added by somebody."""
    writes = [written(write_id=1, operation="create", after='{"description": "D"}')]
    now = {"description": "D", "phone": {"0": {"number": "1"}}, "accounts": [], "email": None}

    verdict = judge(writes, now)

    assert verdict.kept == [("phone", "edited since")]
    assert not verdict.delete
