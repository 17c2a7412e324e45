"""What Nutshell refuses is read from the body, whatever the HTTP status around it is."""

import asyncio

import httpx
import pytest

from apis.http import Http, Patience
from apis.nutshell import Nutshell
from apis.nutshell_answers import SYSTEM, redacted
from apis.nutshell_guesses import Guesses
from apis.pace import Pace
from common.errors import (
    CredentialsRefused,
    EffectUnknown,
    MethodMissing,
    NotFound,
    Rejected,
    ServerFailed,
    StaleRevision,
)

QUICK = Patience(first_wait=0.0, longest_wait=0.0, attempts=3)


def asked(answers, scene, log=lambda *_, **__: None):
    """Let `scene` use a client whose calls get `answers` in turn, the last one over and over."""
    waiting = list(answers)

    def handle(request):
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    async def run():
        http = Http(
            "http://127.0.0.1:1", SYSTEM, patience=QUICK, pace=Pace(), log=log,
            transport=httpx.MockTransport(handle), request_id_header="x-nutshell-request-id",
        )  # fmt: skip
        async with Nutshell(http, Guesses()) as nutshell:
            return await scene(nutshell)

    return asyncio.run(run())


def told(status, code, message, **headers):
    error = {"code": code, "message": message, "data": None}
    return httpx.Response(status, json={"result": None, "error": error, "id": "1"}, headers=headers)


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        (told(400, -32600, " Field 'Shoe size' is not a custom field"), Rejected),
        (told(200, -32600, " Field 'Shoe size' is not a custom field"), Rejected),
        (told(500, -32600, "Missing required parameter"), Rejected),
        (told(401, 401, "API key not found"), CredentialsRefused),
        (told(200, 401, "API key not found"), CredentialsRefused),
        (told(404, -32601, "Method not found"), MethodMissing),
        (told(200, 404, "No such contact"), NotFound),
        (told(409, 409, "rev key is out-of-date"), StaleRevision),
        (told(200, 409, "rev key is out-of-date"), StaleRevision),
        (told(200, -32600, "rev key is out-of-date"), StaleRevision),
        (told(500, -32603, "Internal error"), ServerFailed),
        (told(200, 500, "Internal error"), ServerFailed),
    ],
)
def test_an_error_is_its_bodys(answer, meant):
    """The code and the words decide; a method that is missing is no missing record."""
    with pytest.raises(meant) as caught:
        asked([answer], lambda nutshell: nutshell.rpc("getContact", {"contactId": 7}))
    assert type(caught.value) is meant


def test_a_reason_is_told_without_contents_and_with_the_fields_name():
    """The operator reads which field it was; no value of the record, and no quoted word."""
    answer = told(
        400, -32600, " Field 'Shoe size' is not a custom field, Moira's '44 wide' is lost"
    )
    lead = {"description": "Moira Gant", "customFields": {"Shoe size": "44 wide"}}
    with pytest.raises(Rejected) as caught:
        asked([answer], lambda nutshell: nutshell.new("lead", lead, label="deals:d_1"))
    said = str(caught.value)
    assert "deals:d_1: Field 'Shoe size' is not a custom field" in said
    assert "Moira" not in said and "wide" not in said
    assert redacted("No 'Room' for 'x'", {"customFields": {"Room": "Room"}}) == "No 'Room' for …"


def test_a_refusal_without_json_leaves_a_write_in_doubt():
    """A page of HTML comes from something on the way: a read is repeated, a write asked about."""
    page = httpx.Response(400, text="<html>Bad Request</html>")
    good = httpx.Response(200, json={"result": {"id": 3}, "id": "1", "jsonrpc": "2.0"})
    found = asked([page, good], lambda nutshell: nutshell.get("lead", 3))
    assert found == {"id": 3}
    with pytest.raises(EffectUnknown):
        asked([page], lambda nutshell: nutshell.new("lead", {}, label="deals:d_1"))


def test_a_service_description_that_is_garbled_is_asked_for_again():
    """Half of it, or JSON that lists nothing, says nothing about the endpoint."""
    whole = httpx.Response(200, json={"services": {"getLead": {"parameters": []}}})
    garbled = [httpx.Response(200, text='{"serv'), httpx.Response(200, json={"services": []})]

    async def scene(nutshell):
        await nutshell.check_methods(frozenset({"getLead"}))
        return nutshell.parameters

    assert asked([*garbled, whole], scene) == {"getLead": frozenset()}


def test_nutshells_own_request_id_is_logged_with_a_failure():
    """Nutshell's support finds a call by it; only what an id is made of is logged."""
    lines = []
    answer = told(400, -32600, "no", **{"x-nutshell-request-id": "ab-12 <x>"})
    with pytest.raises(Rejected):
        asked(
            [answer],
            lambda nutshell: nutshell.rpc("newLead", label="deals:d_1"),
            log=lambda event, **ids: lines.append((event, ids)),
        )
    assert lines == [
        ("refused", {"call": "newLead deals:d_1", "status": 400, "request_id": "ab-12x"})
    ]
