"""What each JSON-RPC method does: importing this fills the table of methods."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.nutshell import queries, references, values
from sandbox.nutshell.custom_fields import custom_fields
from sandbox.nutshell.definitions import LIMITS, TAGGED
from sandbox.nutshell.exceptions import InvalidParams, Refused
from sandbox.nutshell.methods import Call, add
from sandbox.nutshell.render import Renderer

Row = dict[str, Any]

_PAGING = {"orderBy": "string", "orderDirection": "string", "limit": "integer", "page": "integer"}
_FIND = {"query": "object", **_PAGING, "stubResponses": "boolean"}


# ── records: get, new, edit, delete, find ───────────────────────────────────────────────────────


def _record_methods(entity: str, word: str) -> None:
    key = f"{word[0].lower()}{word[1:]}Id"
    body = key.removesuffix("Id")

    def get(call: Call, params: Row) -> Row | None:
        number = values.integer(params[key], key)
        row = call.state.records[entity].get(number)
        return None if row is None else call.render.full(entity, row)

    def new(call: Call, params: Row) -> Row:
        made = call.state.create(entity, params[body], call.actor, creator=call.author)
        return call.render.full(entity, made)

    def edit(call: Call, params: Row) -> Row:
        number, rev = values.integer(params[key], key), _rev(params)
        record = call.state.edit(entity, number, rev, params[body], call.actor)
        return call.render.full(entity, record)

    def delete(call: Call, params: Row) -> bool:
        call.state.delete(entity, values.integer(params[key], key), _rev(params), call.actor)
        return True

    def find(call: Call, params: Row) -> list[Row]:
        rows, stub = queries.find_records(call.state, entity, params)
        show = call.render.stub if stub else call.render.full
        return [show(entity, row) for row in rows]

    add(f"get{word}", {key: "integer", "rev": "string"}, (key,), get)
    add(f"new{word}", {body: "object"}, (body,), new)
    add(f"edit{word}", {key: "integer", "rev": "string", body: "object"}, (key, "rev", body), edit)
    add(f"delete{word}", {key: "integer", "rev": "string"}, (key, "rev"), delete)
    add(f"find{entity}", _FIND, (), find)


def _rev(params: Row) -> str:
    rev = params["rev"]
    if isinstance(rev, bool) or not isinstance(rev, str | int):
        raise InvalidParams("rev must be a string")
    return str(rev)


for _entity, _word in (
    ("Contacts", "Contact"), ("Accounts", "Account"), ("Leads", "Lead"), ("Activities", "Activity"),
):  # fmt: skip
    _record_methods(_entity, _word)


# ── notes: made on a record, edited by their author for a day, not listed by any find* ──────────


def _get_note(call: Call, params: Row) -> Row:
    return call.render.full(
        "Notes", call.state.get("Notes", values.integer(params["noteId"], "noteId"))
    )


def _new_note(call: Call, params: Row) -> Row:
    entity, number = references.reference(params["entity"], "entity", TAGGED)
    call.state.alive(entity, number, "entity")
    fields = _note_fields(params["note"])
    parent = {"entityType": entity, "id": number}
    return call.render.full("Notes", call.state.create("Notes", fields, call.actor, entity=parent))


def _edit_note(call: Call, params: Row) -> Row:
    number = values.integer(params["noteId"], "noteId")
    note = call.state.checked("Notes", number, _rev(params))
    age = datetime.now(UTC) - datetime.fromisoformat(note["createdTime"])
    if note["creator"] != call.actor or age > timedelta(hours=24):
        raise Refused("a note can be edited by its author, for 24 hours")
    edited = call.state.edit("Notes", number, None, _note_fields(params["note"]), call.actor)
    return call.render.full("Notes", edited)


def _delete_note(call: Call, params: Row) -> bool:
    number = values.integer(params["noteId"], "noteId")
    call.state.delete("Notes", number, _rev(params), call.actor)
    return True


def _note_fields(value: Any) -> Any:
    return {"note": value} if isinstance(value, str) else value


add("getNote", {"noteId": "integer", "rev": "string"}, ("noteId",), _get_note)
add("newNote", {"entity": "object", "note": "string"}, ("entity", "note"), _new_note)
add(
    "editNote",
    {"noteId": "integer", "rev": "string", "note": "string"},
    ("noteId", "rev", "note"),
    _edit_note,
)
add("deleteNote", {"noteId": "integer", "rev": "string"}, ("noteId", "rev"), _delete_note)


# ── the account's own lists ─────────────────────────────────────────────────────────────────────


def _list_method(name: str, entity: str, *, query: bool = False) -> None:
    def run(call: Call, params: Row) -> list[Row]:
        if params.get("query"):
            raise InvalidParams(f"{name}: the sandbox knows no query here")
        rows = queries.find_definitions(call.state.definitions[entity].values(), params)
        return [call.render.definition(row) for row in rows]

    add(name, {"query": "object", **_PAGING} if query else _PAGING, (), run)


_list_method("findUsers", "Users", query=True)
for _entity in (
    "Teams", "Stagesets", "Milestones", "Lead_Outcomes", "Sources", "Markets", "Industries",
    "Products",
):  # fmt: skip
    _list_method(f"find{_entity}", _entity)
_list_method("findActivityTypes", "Activity_Types")
_list_method("findAccountTypes", "Account_Types")


def _get_user(call: Call, params: Row) -> Row:
    number = params.get("userId")
    number = call.actor if number is None else values.integer(number, "userId")
    return call.render.definition(call.state.definition("Users", number, "userId"), stub=False)


def _find_tags(call: Call, _params: Row) -> list[Row]:
    return [call.render.definition(row) for row in call.state.definitions["Tags"].values()]


def _new_tag(call: Call, params: Row) -> Row:
    tag = params["tag"]
    if not isinstance(tag, dict) or set(tag) - {"name", "entityType"}:
        raise Refused("tag must be an object of name and entityType")
    name = values.required_text(tag.get("name"), "tag.name")
    if tag.get("entityType") not in TAGGED:
        raise Refused(f"tag.entityType must be one of {', '.join(TAGGED)}")
    if (tag["entityType"], name) in call.state.tag_names:
        raise Refused("a tag with this name exists already")
    return call.render.definition(
        call.state.new_definition("Tags", name=name, tagType=tag["entityType"])
    )


def _new_source(call: Call, params: Row) -> Row:
    name = values.required_text(params["name"], "name")
    sources = call.state.definitions["Sources"].values()
    known = next((row for row in sources if row["name"] == name), None)
    return call.render.definition(known or call.state.new_definition("Sources", name=name))


def _new_product(call: Call, params: Row) -> Row:
    product = params["product"]
    if not isinstance(product, dict) or set(product) - {"name"}:
        raise Refused("product must be an object of name")
    name = values.required_text(product.get("name"), "product.name")
    return call.render.definition(call.state.new_definition("Products", name=name))


def _new_task(call: Call, params: Row) -> Row:
    """Make a task; one without a due time gets one, as recorded: the next day at 15:00 UTC."""
    task = params["task"]
    if not isinstance(task, dict) or set(task) - {"title", "description", "dueTime"}:
        raise Refused("task must be an object of title, description and dueTime")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).replace(hour=15, minute=0, second=0)
    due = task.get("dueTime") or tomorrow.isoformat()
    empty = dict.fromkeys(("assignee", "completedTime", "completedUser", "entity"))
    row = call.state.new_definition(
        "Tasks",
        title=values.required_text(task.get("title"), "task.title"),
        description=task.get("description"),
        dueTime=values.time(due, "task.dueTime"),
    )
    kept = {key: value for key, value in row.items() if key not in ("modifiedTime", "rev")}
    return {**kept, **empty, "creator": call.render.user(call.author), "rev": "0"}


def _find_custom_fields(call: Call, _params: Row) -> dict[str, list[Row]]:
    return {entity: custom_fields(call.state, entity) for entity in TAGGED}


add("getUser", {"userId": "integer", "rev": "string"}, (), _get_user)
add("findTags", {}, (), _find_tags)
add("newTag", {"tag": "object"}, ("tag",), _new_tag)
add("newSource", {"name": "string"}, ("name",), _new_source)
add("newProduct", {"product": "object"}, ("product",), _new_product)
add("newTask", {"task": "object"}, ("task",), _new_task)
add("findCustomFields", {}, (), _find_custom_fields)


# ── searches ────────────────────────────────────────────────────────────────────────────────────


def _search_by_email(call: Call, params: Row) -> Row:
    address = values.text(params["emailAddressString"], "emailAddressString")
    return {
        entity.lower(): [
            call.render.hit(entity, n) for n in call.state.words.by_email(entity, address)
        ]
        for entity in ("Contacts", "Accounts")
    }


def _search(call: Call, entity: str, params: Row) -> list[Row]:
    phrase = values.text(params["string"], "string", LIMITS["long_text"])
    limit = params.get("limit")
    limit = 10 if limit is None else values.integer(limit, "limit")
    return [call.render.hit(entity, n) for n in call.state.words.by_words(entity, phrase)[:limit]]


def _search_universal(call: Call, params: Row) -> dict[str, list[Row]]:
    return {
        entity.lower(): _search(call, entity, params)
        for entity in ("Contacts", "Accounts", "Leads")
    }


add("searchByEmail", {"emailAddressString": "string"}, ("emailAddressString",), _search_by_email)
_SEARCH = {"string": "string", "limit": "integer"}
for _entity in ("Contacts", "Accounts", "Leads"):
    add(
        f"search{_entity}",
        _SEARCH,
        ("string",),
        lambda call, params, entity=_entity: _search(call, entity, params),  # type: ignore[misc]
    )
add("searchUniversal", _SEARCH, ("string",), _search_universal)
# answered before credentials are read, wherever it is asked
add(
    "getApiForUsername",
    {"username": "string"},
    ("username",),
    lambda call, _params: api_hosts(call.render),
)


def api_hosts(render: Renderer) -> Row:
    """Return where a user's account lives: here."""
    host = render.base.partition("://")[2]
    return {"iphone": host, "api": host, "login": host}
