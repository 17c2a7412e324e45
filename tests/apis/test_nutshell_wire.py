"""Answers that pass for ones and are faults: asked for again, never taken for an empty account."""

import asyncio

import pytest
from aiohttp import web

from apis.http import Http, Patience
from apis.nutshell import Nutshell
from apis.nutshell_answers import SYSTEM
from apis.pace import Pace
from common.errors import AnswerMalformed, EffectUnknown, GateRefused
from tests.journeys.listening import listening

FAILED = {"result": None, "id": None, "error": {"code": 500, "message": "Internal Server Error"}}
DESCRIPTION = {"methods": {"getUser": {"parameters": [{"name": "userId"}]}}}


def told(answers, ask):
    """Give the answers one after the other, the last one for good; return (outcome, calls)."""
    calls = []

    async def handler(request):
        calls.append(request.path)
        return web.json_response(answers[min(len(calls), len(answers)) - 1])

    async def scene(url):
        patience = Patience(first_wait=0.001, longest_wait=0.002, attempts=4)
        async with Nutshell(Http(url, SYSTEM, patience=patience, pace=Pace())) as nutshell:
            return await ask(nutshell), nutshell.parameters

    with listening(handler) as server:
        return asyncio.run(scene(server.url())), len(calls)


@pytest.mark.parametrize("fault", [FAILED, {}, [], {"methods": {}}, {"methods": [1]}, "no"])
def test_a_description_without_methods_is_asked_for_again(fault):
    """One garbled answer does not mean that the endpoint lacks every method."""
    needed = frozenset({"getUser"})
    (_, parameters), calls = told([fault, DESCRIPTION], lambda n: n.check_methods(needed))
    assert (parameters, calls) == ({"getUser": frozenset({"userId"})}, 2)


def test_what_no_answer_mends_is_told():
    """The address, where nothing that comes names a method; the method, where one is lacking."""
    needed = frozenset({"getUser", "newLead"})
    with pytest.raises(AnswerMalformed, match="Is NUTSHELL_URL right"):
        told([{}], lambda n: n.check_methods(needed))
    with pytest.raises(GateRefused, match="does not offer newLead"):
        told([DESCRIPTION], lambda n: n.check_methods(needed))


def test_an_error_in_a_200_of_rest_is_an_error():
    """A list is read again; a write may have taken effect, and is not repeated."""
    fields = {"customFields": [{"name": "Species"}]}
    (found, _), calls = told([FAILED, fields], lambda n: n.rest("GET", "/leads/customfields"))
    assert (found, calls) == (fields, 2)
    with pytest.raises(EffectUnknown):
        told([FAILED], lambda n: n.rest("POST", "/leads/customfield", {}, writes=True))
