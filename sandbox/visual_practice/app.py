"""
The source's REST API: `/api/v1/metadata`, lists, files; and the sandbox's own control paths.

Not more than the contract says: there is no bulk endpoint and no write.
"""

from __future__ import annotations

import gzip
import hmac
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.faults import Faults
from sandbox.visual_practice.files import content
from sandbox.visual_practice.source import Source, opened, source_of
from sandbox.visual_practice.store import Filters, Store
from sandbox.visual_practice.times import micros, written
from sandbox.visual_practice.work import disturb, work_on

MOST_PER_PAGE = 200
LIST_PARAMETERS = {"page", "per_page", "modified_since", "modified_before", "include_deleted"}
_WORTH_GZIP = 1_000  # bytes
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

STORE: web.AppKey[Store] = web.AppKey("store", Store)
SOURCE: web.AppKey[Any] = web.AppKey("source", object)
FAULTS: web.AppKey[Any] = web.AppKey("faults", object)
CALLS: web.AppKey[Any] = web.AppKey("calls", object)
_TOKEN: web.AppKey[str] = web.AppKey("token", str)


class ApiError(Exception):
    """An answer in the API's error shape."""

    def __init__(self, status: int, code: str, message: str) -> None:
        """Take the HTTP status, the error's code and its message."""
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def error_answer(status: int, code: str, message: str) -> web.Response:
    """Return an error in the API's shape."""
    return web.json_response({"error": {"code": code, "message": message}}, status=status)


def _json(request: web.Request, body: str) -> web.Response:
    """Answer with JSON, packed if the client takes that."""
    raw = body.encode()
    headers = {"Content-Type": "application/json; charset=utf-8", "Vary": "Accept-Encoding"}
    if len(raw) > _WORTH_GZIP and "gzip" in request.headers.get("Accept-Encoding", ""):
        raw = gzip.compress(raw, compresslevel=1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=raw, headers=headers)


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count the call, ask for the token, and put every error into the API's shape."""
    try:
        if request.path.startswith("/_sandbox/"):
            return await handler(request)
        resource = request.match_info.route.resource
        path = resource.canonical if resource is not None else "unknown path"
        name = request.match_info.get("object")
        known = name if name in request.app[STORE].objects else "unknown"
        request.app[CALLS][f"{request.method} {path.replace('{object}', str(known))}"] += 1
        sent = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(sent, f"Bearer {request.app[_TOKEN]}".encode()):
            raise ApiError(401, "unauthorized", "missing or invalid bearer token")
        return await handler(request)
    except ApiError as error:
        return error_answer(error.status, error.code, error.message)
    except web.HTTPException as error:
        code = error.reason.lower().replace(" ", "_")
        return error_answer(error.status, code, error.reason)


def _number(request: web.Request, name: str, default: int, most: int | None) -> int:
    """Read a positive whole number of the query; 422 if it is none or too large."""
    text = request.query.get(name, str(default))
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise ApiError(422, "invalid_parameter", f"{name} must be a positive whole number")
    if most is not None and int(text) > most:
        raise ApiError(422, "invalid_parameter", f"{name} must not exceed {most}")
    return int(text)


def _time(request: web.Request, name: str, store: Store) -> int | None:
    """Read a time of the query; 422 if it is none."""
    text = request.query.get(name)
    if text is None:
        return None
    try:
        return micros(text, store.zone)
    except ValueError as error:
        raise ApiError(422, "invalid_parameter", f"{name} must be an RFC 3339 time") from error


async def _metadata(request: web.Request) -> web.Response:
    store = request.app[STORE]
    return _json(request, json.dumps({**store.metadata, "server_time": store.meta("now")}))


async def _list(request: web.Request) -> web.Response:
    store, name = request.app[STORE], request.match_info["object"]
    if name not in store.objects:
        raise ApiError(404, "not_found", "no such object")
    # a filter that is misspelt must not pass for a listing of everything
    if unknown := set(request.query) - LIST_PARAMETERS:
        names = ", ".join(sorted(unknown))[:200]
        raise ApiError(422, "invalid_parameter", f"unknown parameter {names}")
    page = _number(request, "page", 1, None)
    per_page = _number(request, "per_page", MOST_PER_PAGE, MOST_PER_PAGE)
    deleted = request.query.get("include_deleted", "false").lower()
    if deleted not in ("true", "false"):
        raise ApiError(422, "invalid_parameter", "include_deleted must be true or false")
    since, before = (
        _time(request, "modified_since", store),
        _time(request, "modified_before", store),
    )
    filters = Filters(name, since, before, deleted == "true")
    total = store.listing(filters).total
    records = ",".join(store.page(filters, (page - 1) * per_page, per_page))
    body = (
        f'{{"data":[{records}],"page":{page},"per_page":{per_page},'
        f'"total":{total},"pages":{-(-total // per_page)}}}'
    )
    return _json(request, body)


async def _content(request: web.Request) -> web.StreamResponse:
    store, record_id = request.app[STORE], request.match_info["id"]
    source: Source = request.app[SOURCE]
    body = None
    if store.get("attachments", record_id) is not None:
        body = source.body(store.copy_of(record_id))
    if body is None:
        raise ApiError(404, "not_found", "the file's content is not available")
    return content(request, body)


async def _reset(request: web.Request) -> web.Response:
    request.app[STORE].reset()
    request.app[CALLS].clear()
    if request.app[FAULTS]:
        request.app[FAULTS].stats.clear()
    return web.json_response({"reset": True, "server_time": request.app[STORE].meta("now")})


async def _stats(request: web.Request) -> web.Response:
    """Calls by path, what the faults did, and how many records there are: names and numbers."""
    store, faults = request.app[STORE], request.app[FAULTS]
    done = {name: n for name, n in faults.stats.items() if "/" not in name} if faults else {}
    counts = store.counts().items()
    return web.json_response(
        {
            **dict(sorted(request.app[CALLS].items())),
            **dict(sorted(done.items())),
            **{f"records {name}": total for name, (total, _) in counts},
            **{f"deleted {name}": gone for name, (_, gone) in counts},
            "records not served": int(store.meta("skipped")),
        }
    )


async def _fingerprint(request: web.Request) -> web.Response:
    return web.json_response({"fingerprint": request.app[STORE].fingerprint()})


async def _advance(request: web.Request) -> web.Response:
    given = await request.json() if request.can_read_body else {}
    try:
        hours = float(given.get("hours", 24))
        seed = None if given.get("seed") is None else int(given["seed"])
        if not 0 < hours <= 24 * 366:
            raise ValueError
    except (AttributeError, TypeError, ValueError) as error:
        raise ApiError(422, "invalid_parameter", "hours must lie in (0, 8784]") from error
    return web.json_response(work_on(request.app[STORE], hours, seed))


async def _edit(request: web.Request) -> web.Response:
    """
    Let someone at the practice edit: {"object", "id"} with "fields", "custom_fields", "delete".

    Stamped a second after the server's time, which moves there; or with "at", to which it moves
    only if that is later.
    """
    given, store = await request.json(), request.app[STORE]
    record = store.get(str(given.get("object")), str(given.get("id")))
    if record is None:
        raise ApiError(404, "not_found", "no such record")
    moment = str(given.get("at") or written(store.now + 1_000_000))
    try:
        server_time = written(max(store.now, micros(moment, store.zone)))
    except ValueError as error:
        raise ApiError(422, "invalid_parameter", "at must be an RFC 3339 time") from error
    fields = {"deleted_at": moment} if given.get("delete") else given.get("fields") or {}
    if custom := given.get("custom_fields"):
        fields = {**fields, "custom_fields": {**(record.get("custom_fields") or {}), **custom}}
    with store:
        store.put(str(given["object"]), {**record, **fields, "modified_at": moment})
        store.set_meta("now", server_time)
    return web.json_response({"server_time": server_time})


async def _close(app: web.Application) -> None:
    app[STORE].close()


def make_app(  # noqa: PLR0917 the seam with the sandbox's command
    state_dir: Path,
    practice: Path | None,
    size: int,
    seed: int,
    token: str,
    faults: Faults | None = None,
) -> web.Application:
    """
    Make the server, with its practice loaded (a million people take minutes, once).

    `practice` is an export folder, or None for the generated practice of `size` people. `faults`
    stand before everything. Raises ValueError on a folder
    without metadata.
    """
    source = source_of(practice, size, seed)
    middlewares = [faults.middleware, _guard] if faults is not None else [_guard]
    app = web.Application(middlewares=middlewares)
    app[SOURCE], app[STORE] = source, opened(state_dir, source)
    app[CALLS], app[_TOKEN], app[FAULTS] = Counter[str](), token, faults
    if faults is not None:
        faults.disturb = partial(disturb, app[STORE])
    app.add_routes(
        [
            web.get("/api/v1/metadata", _metadata),
            web.get("/api/v1/attachments/{id}/content", _content),
            web.get("/api/v1/{object}", _list),
            web.post("/_sandbox/reset", _reset),
            web.get("/_sandbox/stats", _stats),
            web.get("/_sandbox/fingerprint", _fingerprint),
            web.post("/_sandbox/advance", _advance),
            web.post("/_sandbox/edit", _edit),
        ]
    )
    app.on_cleanup.append(_close)
    return app
