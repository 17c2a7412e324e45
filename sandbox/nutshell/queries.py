"""What find* may filter by, sort by and page through; reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from sandbox.nutshell import references, values
from sandbox.nutshell.definitions import LIMITS
from sandbox.nutshell.exceptions import InvalidParams, Refused
from sandbox.nutshell.memory import State

Row = dict[str, Any]
Test = Callable[[State, Row], bool]


def find_records(state: State, entity: str, params: Row) -> tuple[list[Row], bool]:
    """Return one page of live records and whether stubs are wanted."""
    stub = params.get("stubResponses", True)
    if not isinstance(stub, bool):
        raise InvalidParams("stubResponses must be a boolean")
    start, end = window(params, state.behaviour.stub_limit if stub else LIMITS["full_page"])
    tests = _tests(state, entity, params.get("query") or {})
    order, descending = _order(params, _SORTS[entity], "id")
    numbers = state.live[entity]
    rows = state.records[entity]
    if not tests and order == "id":
        size = len(numbers)
        first, last = (max(size - end, 0), max(size - start, 0)) if descending else (start, end)
        chosen = numbers[first:last]
        return [rows[number] for number in (reversed(chosen) if descending else chosen)], stub
    found = [rows[n] for n in numbers if all(test(state, rows[n]) for test in tests)]
    found.sort(key=_SORTS[entity][order], reverse=descending)
    return found[start:end], stub


def find_definitions(rows: Iterable[Row], params: Row, default: str = "name") -> list[Row]:
    """Return one page of a definition table."""
    start, end = window(params, LIMITS["full_page"])
    sorts = {
        "id": lambda row: row["id"],
        "name": lambda row: row["name"].casefold(),
        "description": lambda row: row["name"].casefold(),
        "position": lambda row: row.get("position", 0),
        "last_name": lambda row: row["name"].rpartition(" ")[2].casefold(),
        "first_name": lambda row: row["name"].partition(" ")[0].casefold(),
    }
    order, descending = _order(params, sorts, default)
    return sorted(rows, key=sorts[order], reverse=descending)[start:end]


def window(params: Row, most: int) -> tuple[int, int]:
    """Return the slice of `limit` and the 1-based `page`."""
    limit, page = params.get("limit"), params.get("page")
    limit = 50 if limit is None else values.integer(limit, "limit")
    page = 1 if page is None else values.integer(page, "page")
    if not 1 <= limit <= most:
        raise InvalidParams(f"limit must be from 1 to {most}")
    if page < 1:
        raise InvalidParams("page must be 1 or more")
    return (page - 1) * limit, page * limit


def _order(params: Row, sorts: dict[str, Any], default: str) -> tuple[str, bool]:
    order = params.get("orderBy") or default
    direction = params.get("orderDirection") or "ASC"
    if order not in sorts:
        raise InvalidParams(f"orderBy must be one of {', '.join(sorts)}")
    if direction not in ("ASC", "DESC"):
        raise InvalidParams("orderDirection must be ASC or DESC")
    return order, direction == "DESC"


def _tests(state: State, entity: str, query: Any) -> list[Test]:
    if not isinstance(query, dict):
        raise InvalidParams("query must be an object")
    tests = []
    for key, value in query.items():
        make = _FILTERS[entity].get(key)
        if make is None:
            raise InvalidParams(f"query: unknown key {key[:64]} for find{entity}")
        if value is not None:
            tests.append(make(value))
    return tests


def _wanted(value: Any, key: str) -> set[int]:
    entries = value if isinstance(value, list) else [value]
    return {values.integer(entry, key) for entry in entries}


def _is(stored: str, key: str) -> Callable[[Any], Test]:
    def make(value: Any) -> Test:
        wanted = _wanted(value, key)
        return lambda _state, row: row[stored] in wanted

    return make


def _links(entity: str, key: str) -> Callable[[Any], Test]:
    def make(value: Any) -> Test:
        wanted = _wanted(value, key)

        def test(state: State, row: Row) -> bool:
            kind = _kind_of(row)
            return any((kind, row["id"]) in state.backlinks.get((entity, n), {}) for n in wanted)

        return test

    return make


def _linked_by(entity: str, kind: str, key: str) -> Callable[[Any], Test]:
    """Rows that a record of `kind` names: an account's contacts are kept on the contacts."""

    def make(value: Any) -> Test:
        wanted = _wanted(value, key)

        def test(state: State, row: Row) -> bool:
            named_by = state.backlinks.get((entity, row["id"]), {})
            return any((kind, n) in named_by for n in wanted)

        return test

    return make


def _kind_of(row: Row) -> str:
    if "activityTypeId" in row:
        return "Activities"
    return "Leads" if "stagesetId" in row else "Contacts"


def _assignee(value: Any) -> Test:
    entries = value if isinstance(value, list) else [value]
    wanted = [references.reference(entry, "assignee", ("Users", "Teams")) for entry in entries]
    return lambda _state, row: (
        row["assignee"] is not None
        and (row["assignee"]["entityType"], row["assignee"]["id"]) in wanted
    )


def _since(stored: str, *, until: bool = False) -> Callable[[Any], Test]:
    def make(value: Any) -> Test:
        bound = values.time(value, stored)
        if until:
            return lambda _state, row: bool(row[stored]) and row[stored] <= bound
        return lambda _state, row: bool(row[stored]) and row[stored] >= bound

    return make


def _tagged(entity: str, value: Any) -> Test:
    wanted = set(value if isinstance(value, list) else [value])

    def test(state: State, row: Row) -> bool:
        lag = state.behaviour.found_by_tag_after
        if lag < 0 or (lag and state.young(entity, row["id"], lag)):
            return False
        return bool(wanted & set(row["tags"]))

    return test


def _filter(value: Any) -> Test:
    if values.integer(value, "filter") != 2:
        raise Refused("filter: the sandbox knows only 2, all leads")
    return lambda _state, _row: True


_FILTERS: dict[str, dict[str, Callable[[Any], Test]]] = {
    "Contacts": {"accountId": _links("Accounts", "accountId"), "tag": partial(_tagged, "Contacts"),
                 "leadId": _linked_by("Contacts", "Leads", "leadId")},
    "Accounts": {"contactId": _linked_by("Accounts", "Contacts", "contactId"),
                 "tag": partial(_tagged, "Accounts"),
                 "leadId": _linked_by("Accounts", "Leads", "leadId"),
                 "industryId": _is("industryId", "industryId"),
                 "accountTypeId": _is("accountTypeId", "accountTypeId")},
    "Leads": {"status": _is("status", "status"), "filter": _filter,
              "milestoneId": _is("milestoneId", "milestoneId"),
              "milestoneIds": _is("milestoneId", "milestoneIds"),
              "stagesetId": _is("stagesetId", "stagesetId"),
              "stagesetIds": _is("stagesetId", "stagesetIds"),
              "dueTime": _since("dueTime", until=True), "assignee": _assignee,
              "number": _is("number", "number"), "tag": partial(_tagged, "Leads"),
              "outcomeId": _is("outcomeId", "outcomeId"), "priority": _is("priority", "priority"),
              "accountId": _links("Accounts", "accountId"),
              "contactId": _links("Contacts", "contactId")},
    "Activities": {"leadId": _links("Leads", "leadId"),
                   "contactId": _links("Contacts", "contactId"),
                   "accountId": _links("Accounts", "accountId"),
                   "userId": _links("Users", "userId"),
                   "status": _is("status", "status"),
                   "activityTypeId": _is("activityTypeId", "activityTypeId"),
                   "isFlagged": lambda value: lambda _state, row: row["isFlagged"] is value,
                   "startTime": _since("startTime"),
                   "endTime": _since("endTime", until=True)},
}  # fmt: skip


def _contact_name(row: Row) -> Any:
    return row["name"]["displayName"].casefold(), row["id"]


def _text_sort(key: str) -> Callable[[Row], Any]:
    return lambda row: (str(row.get(key) or "").casefold(), row["id"])


_SORTS: dict[str, dict[str, Callable[[Row], Any]]] = {
    "Contacts": {"id": lambda row: row["id"], "name": _contact_name,
                 "givenName": lambda row: (row["name"]["givenName"].casefold(), row["id"]),
                 "familyName": lambda row: (row["name"]["familyName"].casefold(), row["id"])},
    "Accounts": {"id": lambda row: row["id"], "name": _text_sort("name")},
    "Leads": {"id": lambda row: row["id"], "description": _text_sort("description"),
              "dueTime": _text_sort("dueTime"), "name": lambda row: row["number"]},
    "Activities": {"id": lambda row: row["id"], "name": _text_sort("name"),
                   "startTime": _text_sort("startTime"), "endTime": _text_sort("endTime")},
}  # fmt: skip
