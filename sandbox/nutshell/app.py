"""The imitated Nutshell as an aiohttp application: paths, Basic auth, the RPC envelope."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import uuid
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from sandbox.faults import Faults
from sandbox.nutshell import behaviour, humans, rest
from sandbox.nutshell.account import Account
from sandbox.nutshell.definitions import COMPANY_DOMAIN, LIMITS
from sandbox.nutshell.exceptions import Refused
from sandbox.nutshell.fingerprint import fingerprint as visible_fingerprint
from sandbox.nutshell.methods import Call, dispatch, smd
from sandbox.nutshell.render import Renderer
from sandbox.nutshell.responses import api_hosts
from sandbox.nutshell.rest_render import html_error

Row = dict[str, Any]

STATE: web.AppKey[Account] = web.AppKey("state", Account)
RPC_PATH = "/api/v1/json"
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
        actor = request.get("actor", 0)
        return Call(state, renderers[base], actor, None if request.get("as_domain") else actor)

    app.router.add_post(RPC_PATH, _rpc_handler(call_of, faults))
    app.router.add_get(RPC_PATH, _smd_handler)
    app.router.add_post("/v1/json", _rpc_handler(call_of, faults))
    rest.add_routes(app, call_of)
    _add_control(app, state, faults)
    edits: list[Row] = []
    faults.disturb = lambda rng: humans.disturb(state, rng, edits)
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
        self.domain: set[str] = set()  # headers that log in as the company's domain: as nobody

    def actor(self, header: str | None) -> int | None:
        """Return the user's id, None for bad credentials."""
        if header is None:
            return None
        if header not in self._known:
            found = self._read(header)
            if found is None:
                return None
            self._known[header] = found
            if base64.b64decode(header.partition(" ")[2]).decode().partition(":")[0].casefold() == (
                COMPANY_DOMAIN
            ):
                self.domain.add(header)
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
        header = request.headers.get("Authorization")
        actor = credentials.actor(header)
        if actor is not None:
            request["actor"], request["as_domain"] = actor, header in credentials.domain
        elif path == RPC_PATH and not is_open and not await _asks_for_host(request):
            return _answer(None, error={"code": 401, "message": "API key not found"}, status=401)
        elif not is_open and path != RPC_PATH:
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
                return _answer(None, error={"code": -32700, "message": "Parse error"}, status=400)
            if not isinstance(body, dict) or not isinstance(body.get("method"), str):
                error = {"code": -32600, "message": "Invalid Request"}
                return _answer(None, error=error, status=400)
            number, method = body.get("id"), body["method"]
            faults.stats[method] += 1
            if method == "getApiForUsername":
                return _answer(number, api_hosts(call.render))
            result = dispatch(call, method, body.get("params") or {})
        except Refused as refused:
            faults.stats[f"error {refused.code}"] += 1
            error = {"code": refused.code, "message": refused.message}
            return _answer(number, error=error, status=refused.status)
        await call.state.store.durable()
        return _answer(number, result)

    return handle


def _answer(
    number: Any, result: Any = None, error: Row | None = None, status: int = 200
) -> web.Response:
    """Answer as recorded since 2022: where all is well there is no `error`."""
    told = {} if error is None else {"error": {**error, "data": None}}
    body = {"result": result, **told, "id": number, "jsonrpc": "2.0"}
    return web.Response(
        body=orjson.dumps(body),
        status=status,
        content_type="application/json",
        headers={"x-nutshell-request-id": uuid.uuid4().hex},
    )


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

    async def behave(request: web.Request) -> web.Response:
        """Set switches (behaviour.py): {"close": "rest"}; `{}` is the default of each."""
        try:
            if request.method == "POST":
                state.behaviour = behaviour.changed(state.behaviour, await request.json())
        except (behaviour.BadBehaviour, ValueError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(behaviour.shown(state.behaviour))

    app.router.add_get("/_sandbox/behaviour", behave)
    app.router.add_post("/_sandbox/behaviour", behave)
    app.router.add_post("/_sandbox/reset", reset)
    app.router.add_get("/_sandbox/fingerprint", fingerprint)
    humans.add_routes(app, state)
    faults.add_routes(app)
