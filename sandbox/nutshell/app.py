"""The imitated Nutshell as an aiohttp application: paths, Basic auth, the RPC envelope."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import random
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from sandbox.faults import Faults
from sandbox.nutshell import rest
from sandbox.nutshell.account import Account
from sandbox.nutshell.definitions import COMPANY_DOMAIN, LIMITS
from sandbox.nutshell.exceptions import Refused
from sandbox.nutshell.fingerprint import fingerprint as visible_fingerprint
from sandbox.nutshell.memory import ENTITIES
from sandbox.nutshell.methods import Call, dispatch, smd
from sandbox.nutshell.render import Renderer
from sandbox.nutshell.responses import api_hosts
from sandbox.nutshell.rest_render import html_error
from sandbox.nutshell.values import PRIMARY

Row = dict[str, Any]

STATE: web.AppKey[Account] = web.AppKey("state", Account)
RPC_PATH = "/api/v1/json"
SHIFTS = 0.2  # of what humans do: they make a record and delete one
PASSING = "Caller"
_OPEN_PATHS = ("/_sandbox/", "/v1/json")


def make_api_key(seed: int) -> str:
    """Return the sandbox's API key: the same for the same seed, of no use anywhere else."""
    return "sandbox-" + hashlib.sha256(f"nutshell {seed}".encode()).hexdigest()[:32]


def make_app(
    *, state_dir: Path, starting: Row | None, seed: int, api_key: str, faults: Faults
) -> web.Application:
    """Return the application; its state stands in `state_dir` and survives a restart."""
    state = Account(state_dir, starting, seed)
    accounts = _Credentials(state, api_key)
    app = web.Application(
        middlewares=[faults.middleware, _auth(accounts)],
        client_max_size=LIMITS["file_bytes"] + 1_000_000,
    )
    app[STATE] = state
    renderers: dict[str, Renderer] = {}

    def call_of(request: web.Request) -> Call:
        base = f"{request.scheme}://{request.host}"
        if base not in renderers:
            renderers[base] = Renderer(state, base)
        return Call(state, renderers[base], request.get("actor", 0))

    app.router.add_post(RPC_PATH, _rpc_handler(call_of, faults))
    app.router.add_get(RPC_PATH, _smd_handler)
    app.router.add_post("/v1/json", _rpc_handler(call_of, faults))
    rest.add_routes(app, call_of)
    _add_control(app, state, faults)
    edits: list[Row] = []
    faults.disturb = lambda rng: _human_edit(state, rng, edits)
    state.ahead = lambda: faults.profile.clock_seconds

    async def show_edits(_request: web.Request) -> web.Response:
        return web.json_response(edits)

    app.router.add_get("/_sandbox/edits", show_edits)

    async def close(_app: web.Application) -> None:
        state.close()

    app.on_cleanup.append(close)
    return app


class _Credentials:
    """Who a Basic header stands for; the header is decoded once and remembered."""

    def __init__(self, state: Account, api_key: str) -> None:
        self._state, self._key = state, api_key
        self._known: dict[str, int] = {}

    def actor(self, header: str | None) -> int | None:
        """Return the user's id, None for bad credentials."""
        if header is None:
            return None
        if header not in self._known:
            found = self._read(header)
            if found is None:
                return None
            self._known[header] = found
        return self._known[header]

    def _read(self, header: str) -> int | None:
        scheme, _, coded = header.partition(" ")
        try:
            user, _, key = base64.b64decode(coded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        if scheme.lower() != "basic" or not hmac.compare_digest(key.encode(), self._key.encode()):
            return None
        if user.casefold() == COMPANY_DOMAIN:
            return self._state.administrator()
        # the key may impersonate: it logs in as any user who is enabled, and writes as that user
        for row in self._state.definitions["Users"].values():
            if row["isEnabled"] and user.casefold() in (mail.casefold() for mail in row["emails"]):
                return int(row["id"])
        return None


def _auth(credentials: _Credentials) -> Any:
    @web.middleware
    async def middleware(request: web.Request, handler: Any) -> web.StreamResponse:
        path = request.path
        is_open = path.startswith(_OPEN_PATHS) or (path == RPC_PATH and request.method == "GET")
        actor = credentials.actor(request.headers.get("Authorization"))
        if actor is not None:
            request["actor"] = actor
        elif not is_open and not (path == RPC_PATH and await _asks_for_host(request)):
            return html_error(401, "Unauthorized")
        try:
            response: web.StreamResponse = await handler(request)
        except web.HTTPNotFound:
            return html_error(404, "Not Found")
        return response

    return middleware


async def _asks_for_host(request: web.Request) -> bool:
    return b'"getApiForUsername"' in await request.read()


def _rpc_handler(call_of: Any, faults: Faults) -> Any:
    async def handle(request: web.Request) -> web.Response:
        call: Call = call_of(request)
        number: Any = None
        try:
            try:
                body = orjson.loads(await request.read())
            except orjson.JSONDecodeError:
                return _answer(None, error={"code": -32700, "message": "Parse error", "data": None})
            if not isinstance(body, dict) or not isinstance(body.get("method"), str):
                return _answer(
                    None, error={"code": -32600, "message": "Invalid Request", "data": None}
                )
            number, method = body.get("id"), body["method"]
            faults.stats[method] += 1
            if method == "getApiForUsername":
                return _answer(number, api_hosts(call.render))
            result = dispatch(call, method, body.get("params") or {})
        except Refused as refused:
            faults.stats[f"error {refused.code}"] += 1
            error = {"code": refused.code, "message": refused.message, "data": None}
            return _answer(number, error=error)
        await call.state.store.durable()
        return _answer(number, result)

    return handle


def _answer(number: Any, result: Any = None, error: Row | None = None) -> web.Response:
    body = {"result": result, "id": number, "error": error, "jsonrpc": "2.0"}
    return web.Response(body=orjson.dumps(body), content_type="application/json")


async def _smd_handler(_request: web.Request) -> web.Response:
    return web.Response(body=orjson.dumps(smd(RPC_PATH)), content_type="application/json")


# ── control paths: no part of Nutshell, and only here because the server is on loopback ─────────


def _add_control(app: web.Application, state: Account, faults: Faults) -> None:
    async def reset(_request: web.Request) -> web.Response:
        state.reset()
        faults.forget()
        return web.json_response({"reset": True})

    async def fingerprint(_request: web.Request) -> web.Response:
        return web.json_response(visible_fingerprint(state))

    async def edit(request: web.Request) -> web.Response:
        """Let a human edit: {"entity", "id", "fields"} or {"entity", "id", "delete": true}."""
        body = await request.json()
        entity = str(body["entity"]).capitalize()
        if entity not in ENTITIES:
            return web.json_response({"error": "no such entity"}, status=400)
        actor = _human(state, body.get("user"))
        try:
            if body.get("delete"):
                state.delete(entity, int(body["id"]), None, actor)
            else:
                state.edit(entity, int(body["id"]), None, body["fields"], actor)
        except Refused as refused:
            return web.json_response({"error": refused.message}, status=400)
        await state.store.durable()
        return web.json_response({"rev": state.get(entity, int(body["id"]))["rev"]})

    app.router.add_post("/_sandbox/reset", reset)
    app.router.add_get("/_sandbox/fingerprint", fingerprint)
    app.router.add_post("/_sandbox/edit", edit)
    faults.add_routes(app)


def _human(state: Account, wanted: int | None = None) -> int:
    """Return a user who is not the one that the loader logs in as."""
    if wanted is not None:
        return int(wanted)
    loader = state.administrator()
    others = (row["id"] for row in state.definitions["Users"].values() if row["isEnabled"])
    return next((number for number in others if number != loader), loader)


def _human_edit(state: Account, rng: random.Random, edits: list[Row]) -> None:
    """Change a text or a list of some contact or account, as someone at work would; note it."""
    entity = rng.choice(("Contacts", "Accounts"))
    if rng.random() < SHIFTS:
        _come_and_go(state, entity, rng, edits)
        return
    if not state.live[entity]:
        return
    number = rng.choice(state.live[entity])
    field = rng.choice(("description", "email", "phone", "url"))
    value: Any = f"Called back, see calendar {rng.randrange(10_000)}"
    if field != "description":
        value = _edited_list(state.get(entity, number).get(field) or {}, field, rng)
    state.edit(entity, number, None, {field: value}, _human(state))
    shown = state.get(entity, number).get(field)
    edits.append({"entity": entity, "id": number, "field": field, "value": shown or None})


def _come_and_go(state: Account, entity: str, rng: random.Random, edits: list[Row]) -> None:
    """Delete a record that a human made, and make another: lists that are being read shift."""
    theirs = [n for n in state.live[entity] if _is_passing(state.get(entity, n))]
    for number in theirs[:1]:
        state.delete(entity, number, None, _human(state))
        edits[:] = [e for e in edits if (e["entity"], e["id"]) != (entity, number)]
    state.create(entity, {"name": f"{PASSING} {rng.randrange(10_000)}"}, _human(state))


def _is_passing(record: Row) -> bool:
    name = record["name"]
    return str(name["displayName"] if isinstance(name, dict) else name).startswith(PASSING)


def _edited_list(held: Row, field: str, rng: random.Random) -> Row:
    """Add an item to labelled values, take one away or put another in its place."""
    items = {label: value for label, value in held.items() if label != PRIMARY}
    new = {
        "email": f"desk{rng.randrange(10_000)}@office.example",
        "phone": f"303-555-{rng.randrange(10_000):04}",
        "url": f"office.example/{rng.randrange(10_000)}",
    }[field]
    what = rng.choice(("add", "remove", "replace")) if items else "add"
    place = f"desk{len(items)}" if what == "add" else rng.choice(sorted(items))
    if what == "remove":
        del items[place]
    else:
        items[place] = new
    return items
