"""Metadata that nobody could land by are refused with the place that is wrong, at either door."""

import json

import pytest
from aiohttp import web

from common.errors import UsageError
from extract.metadata import checked_metadata
from tests.extract.conftest import Extract
from tests.journeys.listening import listening

PEOPLE = {"name": "people", "fields": []}


@pytest.mark.parametrize(
    ("metadata", "place"),
    [
        ([], "list no objects"),
        ({}, "list no objects"),
        ({"objects": {"people": PEOPLE}}, "list no objects"),
        ({"objects": [PEOPLE, 5]}, "objects[1] is no object"),
        ({"objects": [{"fields": []}]}, "objects[0] has no name"),
        ({"objects": [{"name": 5}]}, "objects[0] has no name"),
        ({"objects": [PEOPLE, {"name": "deals"}, PEOPLE]}, "objects[2] has the name of objects[0]"),
        ({"objects": [{"name": "people", "fields": 5}]}, "objects[0].fields is no list"),
        ({"objects": [{"name": "people", "fields": ["id"]}]}, "objects[0].fields[0] is no object"),
        ({"objects": [{"name": "x", "fields": [{"type": "text"}]}]}, "fields[0] has no name"),
    ],
)
def test_the_place_that_is_wrong_is_named(metadata, place):
    """By its position: what stands there instead may be anything."""
    with pytest.raises(UsageError) as refused:
        checked_metadata(metadata)
    assert place in str(refused.value)


def test_fields_may_be_absent():
    """An object without fields is one that nothing is known of."""
    metadata = {"objects": [{"name": "people"}, {"name": "deals", "fields": None}]}
    assert checked_metadata(metadata) == metadata


@pytest.mark.parametrize("entry", [5, {"label": "Person"}])
def test_either_door_refuses_them_in_one_line(tmp_path, entry):
    """Exit 2, and nothing is landed."""

    async def answer(_):
        return web.json_response({"objects": [PEOPLE, entry]})

    (tmp_path / "metadata.json").write_text(json.dumps({"objects": [PEOPLE, entry]}))
    with listening(answer) as api:
        env = {"VISUAL_PRACTICE_URL": api.url(), "VISUAL_PRACTICE_TOKEN": "token"}
        extract = Extract(tmp_path, env)
        for door in ((), ("--from", str(tmp_path))):
            code, _, err = extract("visual-practice", *door)
            assert (code, len(err.splitlines())) == (2, 1), err
            assert "objects[1]" in err
    assert not [*extract.data.glob("raw/visual_practice/2*")]
