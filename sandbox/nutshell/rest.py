"""The little REST: what RPC lacks; and the paths at which files' bytes are posted and read."""

from __future__ import annotations

import hashlib
import mimetypes
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from sandbox.nutshell import rules, values
from sandbox.nutshell.account import Account
from sandbox.nutshell.custom_fields import custom_fields, new_custom_field
from sandbox.nutshell.definitions import CURRENCY, ENTITY_OF_PATH, LIMITS, TAGGED
from sandbox.nutshell.exceptions import NotFound, Refused
from sandbox.nutshell.methods import Call
from sandbox.nutshell.rest_render import event, html_error, resource

Row = dict[str, Any]

PATCH_TYPE = "application/json-patch+json"
PARENT_PATH = "/accounts/0/links/parentAccount"
META = {"instanceId": "379104", "siteId": "6smEpVK1"}
UNDELETE_DAYS = 30
FEED_PARAMETERS = frozenset({"limit", "since_id", "since_time", "max_id", "max_time"})


def add_routes(app: web.Application, call_of: Any) -> None:
    """Register the REST paths; `call_of(request)` gives the Call of an authenticated request."""

    def route(
        method: str,
        path: str,
        handler: Any,
        known: frozenset[str] = frozenset(),
        prefix: str = "/rest",
    ) -> None:
        async def run(request: web.Request) -> web.StreamResponse:
            try:
                if unknown := request.query.keys() - known:
                    raise Refused(f"unknown parameter {', '.join(sorted(unknown))[:200]}")
                response: web.StreamResponse = await handler(call_of(request), request)
            except NotFound:
                return html_error(404, "Not Found")
            except Refused as refused:
                return _json(_errors(request, refused.message), 400)
            await call_of(request).state.store.durable()
            return response

        app.router.add_route(method, f"{prefix}{path}", run)

    route("POST", "/{type:accounts|contacts|leads}/customfield", _new_field)
    route("GET", "/{type:accounts|contacts|leads}/customfields/attributes", _list_fields)
    route("POST", "/leads/{id}/status", _lead_status)
    route("PATCH", "/leads/{id}", _patch_lead)
    route("POST", "/{type:accounts|contacts|leads|notes}/{id}/undelete", _undelete)
    route("GET", "/{type:accounts|contacts|leads}/{id}", _get_record)
    route("GET", "/events", _events, FEED_PARAMETERS)
    route("GET", "/events/deleted", _deleted_events, FEED_PARAMETERS)
    route("PATCH", "/accounts/{id}", _patch_account)
    route("POST", "/{id:[0-9]+}", _upload, prefix="/file/api")
    route("GET", "/{id:[0-9]+}", _download, prefix="/file/api")


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")


def _envelope(**resources: Any) -> Row:
    return {"meta": dict(META), "links": {}, **resources}


def _errors(request: web.Request, title: str) -> Row:
    blank = dict.fromkeys(("id", "code", "detail", "href", "field"))
    error = {**blank, "type": "errors", "status": "400", "title": title}
    return _envelope(**{request.match_info.get("type", "leads"): []}, errors=[error])


async def _body(request: web.Request) -> Any:
    try:
        return orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        raise Refused("the body is not JSON") from None


def _number(request: web.Request) -> int:
    """Read 1003 or 1003-leads."""
    number = request.match_info["id"].partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise NotFound("no such record")
    return int(number)


def _entity(request: web.Request) -> str:
    return ENTITY_OF_PATH[request.match_info["type"]]


# ── custom fields ───────────────────────────────────────────────────────────────────────────────


async def _new_field(call: Call, request: web.Request) -> web.Response:
    field = new_custom_field(call.state, _entity(request), await _body(request))
    return _json(_envelope(customFields=[_attribute(field)]), 201)


async def _list_fields(call: Call, request: web.Request) -> web.Response:
    rows = custom_fields(call.state, _entity(request))
    return _json(_envelope(attributes=[_attribute(row) for row in rows]))


def _attribute(row: Row) -> Row:
    keys = ("name", "type", "choices", "isMultiple")
    return {"id": f"{row['id']}-customFields", **{key: row[key] for key in keys}}


# ── leads: status and value ─────────────────────────────────────────────────────────────────────


async def _lead_status(call: Call, request: web.Request) -> web.Response:
    body = await _body(request)
    if not isinstance(body, dict) or set(body) - {"outcomeId", "status"} or "outcomeId" not in body:
        raise Refused("outcomeId is expected")
    number = body["outcomeId"]
    if isinstance(number, str):
        number = number.partition("-")[0]
    outcome = call.state.definition(
        "Lead_Outcomes", values.integer(number, "outcomeId"), "outcomeId"
    )
    if call.state.behaviour.close == "outcomeId":
        raise NotFound("no such path")
    before = call.state.checked("Leads", _number(request), None)
    draft = dict(before)
    rules.close_lead(call.state, draft, outcome["type"], outcome["id"])
    draft = call.state.replace("Leads", before, draft, call.actor, "statuschange")
    return _json(_envelope(leads=[resource(call.state, call.render.base, "Leads", draft)]))


async def _patch_lead(call: Call, request: web.Request) -> web.Response:
    if request.content_type != PATCH_TYPE:
        return _json(f"{PATCH_TYPE} is required, see http://jsonapi.org", 415)
    before = call.state.checked("Leads", _number(request), None)
    draft = dict(before)
    for step in _steps(await _body(request)):
        if step.get("path") not in ("/manualValue", "/leads/0/manualValue"):
            raise Refused("path: the sandbox knows only /leads/0/manualValue")
        if call.state.behaviour.value != "rest":
            raise Refused("manualValue can not be set")
        value = None if step["op"] == "remove" else step.get("value")
        if value is not None and not isinstance(value, dict):  # an amount alone: in the market's
            value = {"amount": value, "currency": CURRENCY}
        draft["value"] = None if value is None else values.money(value, "manualValue")
    call.state.replace("Leads", before, draft, call.actor)
    return web.Response(status=204)


def _steps(steps: Any) -> list[Row]:
    if not isinstance(steps, list) or not steps:
        raise Refused("a JSON Patch is a list of operations")
    for step in steps:
        if not isinstance(step, dict) or set(step) - {"op", "path", "value"}:
            raise Refused("an operation has op, path and value")
        if step.get("op") not in ("add", "replace", "remove"):
            raise Refused("op must be add, replace or remove")
    return steps


async def _patch_account(call: Call, request: web.Request) -> web.Response:
    """Link an account to its parent: nobody has seen it work, so it is refused by default."""
    if request.content_type != PATCH_TYPE:
        return _json(f"{PATCH_TYPE} is required, see http://jsonapi.org", 415)
    before = call.state.checked("Accounts", _number(request), None)
    draft = dict(before)
    for step in _steps(await _body(request)):
        if call.state.behaviour.parent != "link" or step.get("path") != PARENT_PATH:
            raise Refused("path can not be changed")
        number = str(step.get("value")).partition("-")[0]
        parent = None if step["op"] == "remove" else values.integer(number, "parentAccount")
        if parent is not None:
            call.state.alive("Accounts", parent, "parentAccount")
        draft["parentAccountId"] = parent
    call.state.replace("Accounts", before, draft, call.actor)
    return web.Response(status=204)


# ── undelete, read ──────────────────────────────────────────────────────────────────────────────


async def _undelete(call: Call, request: web.Request) -> web.Response:
    entity, number = _entity(request), _number(request)
    deleted = call.state.get(entity, number).get("deletedTime")
    if deleted and datetime.now(UTC) - datetime.fromisoformat(deleted) > timedelta(
        days=UNDELETE_DAYS
    ):
        raise Refused(f"deleted more than {UNDELETE_DAYS} days ago")
    record = call.state.undelete(entity, number, call.actor)
    return _json(
        _envelope(
            **{request.match_info["type"]: [resource(call.state, call.render.base, entity, record)]}
        )
    )


async def _get_record(call: Call, request: web.Request) -> web.Response:
    entity = _entity(request)
    record = call.state.get(entity, _number(request))
    return _json(
        _envelope(
            **{request.match_info["type"]: [resource(call.state, call.render.base, entity, record)]}
        )
    )


# ── the change feed, newest first ───────────────────────────────────────────────────────────────


async def _events(call: Call, request: web.Request) -> web.Response:
    return _feed(call, request, call.state.events)


async def _deleted_events(call: Call, request: web.Request) -> web.Response:
    return _feed(call, request, [row for row in call.state.events if row["action"] == "delete"])


def _feed(call: Call, request: web.Request, rows: list[Row]) -> web.Response:
    bound = {
        key: values.integer(text.partition("-")[0], key) for key, text in request.query.items()
    }
    limit = bound.get("limit", 20)
    if not 1 <= limit <= LIMITS["full_page"]:
        raise Refused(f"limit must be from 1 to {LIMITS['full_page']}")
    chosen = [
        row
        for row in rows
        if row["id"] > bound.get("since_id", -1)
        and row["time"] >= bound.get("since_time", 0)
        and row["id"] < bound.get("max_id", 1 << 62)
        and row["time"] <= bound.get("max_time", 1 << 62)
    ]
    # after a since_id the oldest of the newer ones, so that a reader who pages loses none
    page = chosen[:limit] if "since_id" in bound else chosen[-limit:]
    page = page[::-1]
    meta: Row = dict(META)
    here = f"{call.render.base}{request.path}?limit={limit}"
    if page:
        meta["next"] = f"{here}&since_id={page[0]['id']}-events&since_time={page[0]['time']}"
        meta["previous"] = f"{here}&max_id={page[-1]['id']}-events&max_time={page[-1]['time']}"
        meta["last"] = f"{page[-1]['id']}-events"
    empty = (
        "actors",
        "activityTypes",
        "contacts",
        "users",
        "notes",
        "emailAddresses",
        "activities",
    )
    body = {"meta": meta, "links": {}, "events": [event(row) for row in page]}
    body |= {key: [] for key in empty} | {"payloads": _payloads(call, page)}
    return _json(body)


def _payloads(call: Call, page: list[Row]) -> list[Row]:
    keys = dict.fromkeys((row["entity"], row["record"]) for row in page if row["entity"] in TAGGED)
    return [
        resource(call.state, call.render.base, entity, call.state.get(entity, number))
        for entity, number in keys
    ]


# ── files, step two: the bytes of a file that editLead or editActivity has named ────────────────


async def _upload(call: Call, request: web.Request) -> web.Response:
    row = _file(call, request)
    _name, body = await _uploaded(request)
    keep_bytes(call.state, row, body)
    return _json(call.render.file(row["id"]), 201)


def keep_bytes(state: Account, row: Row, body: bytes) -> None:
    """Give a file that is named its bytes."""
    digest = hashlib.sha256(body).hexdigest()
    _write(state.folder / "files" / digest, body)
    mime = mimetypes.guess_type(row["name"])[0] or "application/octet-stream"
    row = {**row, "mime": mime, "size": len(body), "sha256": digest}
    state.put_definition("Files", {**row, "rev": str(int(row["rev"]) + 1)})


def _file(call: Call, request: web.Request) -> Row:
    row = call.state.definitions["Files"].get(_number(request))
    if row is None or call.state.behaviour.upload == "none":
        raise NotFound("no such file")
    return row


async def _uploaded(request: web.Request) -> tuple[str, bytes]:
    if not request.content_type.startswith("multipart/"):
        raise Refused("multipart/form-data with a part named file is expected")
    async for part in await request.multipart():
        if getattr(part, "name", None) == "file":
            name = values.required_text(part.filename, "file name")  # type: ignore[union-attr]
            body = bytes(await part.read())  # type: ignore[union-attr]
            if len(body) > LIMITS["file_bytes"]:
                raise Refused(f"the file is larger than {LIMITS['file_bytes']} bytes")
            return name, body
    raise Refused("multipart/form-data with a part named file is expected")


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(body)
    path.chmod(0o600)


async def _download(call: Call, request: web.Request) -> web.StreamResponse:
    row = _file(call, request)
    if row["sha256"] is None:
        raise NotFound("nothing was posted yet")
    path = _file_path(call.state, row)
    return web.FileResponse(path, headers={"Content-Type": row["mime"]})


def _file_path(state: Account, row: Row) -> Path:
    return state.folder / "files" / str(row["sha256"])
