"""People who work in the imitated account's web pages: they edit, delete, merge, attach files."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from aiohttp import web

from sandbox.nutshell import rest, rules, values
from sandbox.nutshell.account import Account
from sandbox.nutshell.definitions import TAGGED
from sandbox.nutshell.exceptions import Refused
from sandbox.nutshell.memory import ENTITIES
from sandbox.nutshell.values import PRIMARY

Row = dict[str, Any]

SHIFTS = 0.2  # of what humans do: they make a record and delete one
PASSING = "Caller"


def add_routes(app: web.Application, state: Account) -> None:
    """Register the control paths by which a test lets somebody work."""

    def route(path: str, work: Callable[[Account, str, Row], Row]) -> None:
        async def run(request: web.Request) -> web.Response:
            body = await request.json()
            entity = str(body["entity"]).capitalize()
            if entity not in ENTITIES:
                return web.json_response({"error": "no such entity"}, status=400)
            try:
                told = work(state, entity, body)
            except Refused as refused:
                return web.json_response({"error": refused.message}, status=400)
            await state.store.durable()
            return web.json_response(told)

        app.router.add_post(f"/_sandbox/{path}", run)

    route("edit", edit)
    route("merge", merge)
    route("attach", attach)


def edit(state: Account, entity: str, body: Row) -> Row:
    """Edit a record: {"entity", "id", "fields"} or {"entity", "id", "delete": true}."""
    number, actor = int(body["id"]), _human(state, body.get("user"))
    if body.get("delete"):
        state.delete(entity, number, None, actor)
    else:
        fields = dict(body["fields"])
        on_page = {key: fields.pop(key) for key in ("value", "status") if key in fields}
        if fields:
            state.edit(entity, number, None, fields, actor)
        if on_page:
            _set_on_page(state, number, on_page, actor)
    return {"rev": state.get(entity, number)["rev"]}


def _set_on_page(state: Account, number: int, wanted: Row, actor: int) -> None:
    """Set a lead's value or status, which the web pages can and JSON-RPC can not."""
    before = state.checked("Leads", number, None)
    draft = dict(before)
    if "value" in wanted:
        draft["value"] = values.money(wanted["value"], "value") if wanted["value"] else None
    if (status := wanted.get("status")) is not None:
        outcomes = state.definitions["Lead_Outcomes"].values()
        fitting = (row["id"] for row in outcomes if row["type"] == status)
        rules.close_lead(state, draft, int(status), next(fitting, None))
    state.replace("Leads", before, draft, actor)


def merge(state: Account, entity: str, body: Row) -> Row:
    """Merge two records: {"entity", "winner", "loser"}."""
    if entity not in TAGGED:
        raise Refused("no such entity")
    state.merge(entity, int(body["winner"]), int(body["loser"]), _human(state))
    return {"merged": True}


def attach(state: Account, entity: str, body: Row) -> Row:
    """Attach a file, as the web pages do on any record: {"entity", "id", "name", "text"}."""
    name = str(body["name"])
    before = state.checked(entity, int(body["id"]), None)
    row = state.new_definition("Files", name=name, mime=None, size=0)
    rest.keep_bytes(state, row, str(body.get("text", name)).encode())
    draft = {**before, "files": [*before["files"], row["id"]]}
    state.replace(entity, before, draft, _human(state))
    return {"id": row["id"]}


def _human(state: Account, wanted: int | None = None) -> int:
    """Return a user who is not the one that the loader logs in as."""
    if wanted is not None:
        return int(wanted)
    loader = state.administrator()
    others = (row["id"] for row in state.definitions["Users"].values() if row["isEnabled"])
    return next((number for number in others if number != loader), loader)


def disturb(state: Account, rng: random.Random, edits: list[Row]) -> None:
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
