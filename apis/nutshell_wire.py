"""
Nutshell's two envelopes, JSON-RPC and REST: a call goes out, a result or an error comes back.

It knows no record: what is asked and what is written stands in `apis.nutshell`.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import httpx
import orjson

from apis.http import Http
from apis.http_errors import parse_json
from apis.nutshell_answers import SYSTEM, judge_rpc, parameters_by_method, rest_reason, rpc_error
from apis.nutshell_guesses import GUESSES, Guesses
from common.errors import AnswerMalformed, GateRefused, NotFound, UsageError
from common.settings import NutshellAccess

RPC = "/api/v1/json"
_METHODS = "the list of methods"
AT_ONCE = 4


class Wire:
    """A connection to one account; `Nutshell` says what goes over it."""

    def __init__(self, http: Http, guesses: Guesses = GUESSES) -> None:
        """Use `connect` for real ones."""
        self.http, self.guesses = http, guesses
        self._ids = itertools.count(1)
        self.parameters: dict[str, frozenset[str]] = {}
        self.login = ""

    @classmethod
    def connect(cls, access: NutshellAccess, guesses: Guesses = GUESSES, **http: Any) -> Self:
        """Make a client; nothing is called yet. Further arguments go to Http."""
        auth = (access.username, access.api_key)
        told: dict[str, Any] = {
            "explain": rest_reason,
            "request_id_header": "x-nutshell-request-id",
        }
        # documented: reads are limited, by no figure that anybody knows
        told["calls_at_once"] = AT_ONCE
        made = cls(Http(access.url, SYSTEM, auth=auth, **{**told, **http}), guesses)
        made.login = access.username
        return made

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self.http.client.aclose()

    async def rpc(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        *,
        writes: bool = False,
        label: str = "",
    ) -> Any:
        """
        Call a JSON-RPC method and return its result.

        `label` (ids only) names the record in messages. Raises ApiError; EffectUnknown if a
        write's answer was lost.
        """
        name = f"{method} {label}".strip()
        body = orjson.dumps(
            {"jsonrpc": "2.0", "method": method, "params": params or {}, "id": str(next(self._ids))}
        )

        def parse(response: httpx.Response) -> Any:
            answer = parse_json(response, SYSTEM)
            # where all is well `error` is null or not there
            if isinstance(answer, dict) and answer.get("error"):
                raise rpc_error(answer["error"], name, params)
            if not isinstance(answer, dict) or "result" not in answer:
                raise AnswerMalformed(f"{SYSTEM} answered {name} with neither result nor error.")
            return answer["result"]

        return await self.http.call(
            "POST",
            RPC,
            parse,
            content=body,
            headers={"Content-Type": "application/json"},
            writes=writes,
            label=name,
            judge=lambda response: judge_rpc(response, name, params),
        )

    async def rest(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, Any] | None = None,
        content_type: str = "application/json",
        writes: bool = False,
        label: str = "",
    ) -> Any:
        """Call a REST path below /rest and return its JSON (None if there is none)."""
        content = None if body is None else orjson.dumps(body)
        return await self.http.call(
            method,
            f"/rest{path}",
            _json_or_none,
            params=params,
            content=content,
            headers={"Content-Type": content_type} if content else None,
            writes=writes,
            label=label or f"{method} /rest{path}",
        )

    async def send_file(self, path: str, file: Path, file_name: str, *, label: str) -> Any:
        """Post a file as a form to a path and return the answer's JSON; it is read in pieces."""
        with file.open("rb") as body:
            form = httpx.Request("POST", "http://x", files={"file": (file_name, body)})
            pieces = form.stream
            assert isinstance(pieces, httpx.AsyncByteStream)  # noqa: S101 - it is of both kinds
            return await self.http.call(
                "POST",
                path,
                _json_or_none,
                content=pieces.__aiter__,
                headers={name: form.headers[name] for name in ("Content-Type", "Content-Length")},
                writes=True,
                label=label,
            )

    async def check_methods(self, needed: frozenset[str]) -> None:
        """Refuse to go on against an endpoint that lacks a method that we need."""
        try:
            self.parameters = await self.http.call("GET", RPC, _methods, label=_METHODS)
        except NotFound:
            raise UsageError(
                f"There is no {SYSTEM} at this address: it has no {RPC}. Check {SYSTEM.address}."
            ) from None
        offered = self.parameters.keys()
        if missing := sorted(needed - offered):
            raise GateRefused(
                f"{SYSTEM}'s endpoint does not offer {', '.join(missing)}."
                f" Is {SYSTEM.address} right, and is this its JSON-RPC API?"
            )


def _methods(response: httpx.Response) -> dict[str, frozenset[str]]:
    description = _json_or_none(response)
    # an answer without any method is a fault that passes, and is asked for again
    if not (found := parameters_by_method(description)):
        raise AnswerMalformed(
            f"{SYSTEM} answered {_METHODS} without one."
            f" Is {SYSTEM.address} right, and is this its JSON-RPC API?"
        )
    return found


def _json_or_none(response: httpx.Response) -> Any:
    if not response.content.strip():
        return None
    answer = parse_json(response, SYSTEM)
    # an error told in a 200 is one, and never an empty list
    if isinstance(answer, dict) and answer.get("error"):
        raise rpc_error(answer["error"], f"{response.request.method} {response.request.url.path}")
    return answer
