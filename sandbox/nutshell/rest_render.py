"""Records, events and errors as REST shows them; it takes no request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aiohttp import web

from sandbox.nutshell import values
from sandbox.nutshell.memory import State
from sandbox.nutshell.render import page_of

Row = dict[str, Any]

STATUS_WORDS = {0: "open", 1: "pending", 10: "won", 11: "lost", 12: "cancelled"}


def html_error(status: int, title: str) -> web.Response:
    """Return the recorded HTML page of REST's 401 and 404."""
    page = (
        '<!DOCTYPE html>\n<html>\n\n<head>\n<meta charset="UTF-8" />\n'
        f"<title>An Error Occurred: {title}</title>\n</head>\n\n<body>\n"
        f'<h1>Oops! An Error Occurred</h1>\n<h2>The server returned a "{status} {title}".</h2>\n\n'
        "<div>\nSomething is broken. Please let us know what you were doing when this error "
        "occurred.\nWe will fix it as soon as possible. Sorry for any inconvenience caused.\n"
        "</div>\n</body>\n\n</html>"
    )
    headers = {"WWW-Authenticate": 'Basic realm="Nutshell"'} if status == 401 else {}
    return web.Response(status=status, text=page, content_type="text/html", headers=headers)


def event(row: Row) -> Row:
    """Return a row of the change feed with the recorded keys."""
    kind = row["entity"].lower()
    return {
        "id": f"{row['id']}-events",
        "type": "events",
        "createdTime": row["time"],
        "actorType": "users",
        "payloadType": kind,
        "action": row["action"],
        "changes": row["changes"],
        "count": None,
        "links": {
            "comments": [],
            "actor": f"{row['actor']}-users",
            "payloads": [f"{row['record']}-{kind}"],
        },
    }


def resource(state: State, base: str, entity: str, row: Row) -> Row:
    """Return a record as REST shows it; the recorded key sets, as far as the sandbox knows them."""
    kind = entity.lower()
    head: Row = {
        "id": f"{row['id']}-{kind}",
        "type": kind,
        "href": f"{base}/rest/{kind}/{row['id']}-{kind}",
    }
    head["deletedTime"] = _unix(row.get("deletedTime"))
    if entity == "Notes":
        return {**head, "body": row["note"], "createdTime": _unix(row["createdTime"])}
    page = page_of(entity, row)
    head |= {"htmlUrl": base + page, "htmlUrlPath": page, "initials": None}
    head |= {"avatarUrl": f"{base}/avatar/{kind}/{row['id']}", "description": row["description"]}
    tags = [f"{name}-tags" for name in row["tags"]]
    links: Row = {"creator": f"{row['creator']}-users", "territory": None, "tags": tags}
    links |= {"files": [f"{number}-files" for number in row["files"]], "relatedFiles": []}
    if entity == "Leads":
        return head | _lead_resource(row) | {"links": links | _lead_links(row)}
    shown = row["name"] if entity == "Accounts" else row["name"]["displayName"]
    head |= {"name": shown, "emails": _listed(row, "email"), "addresses": _listed(row, "address")}
    head |= {"phones": _listed(row, "phone"), "urls": _listed(row, "url")}
    links |= {"owner": _owner(row["owner"]), "followup": None, "recurringTask": None}
    if entity == "Accounts":
        contacts = state.linked("Accounts", row["id"], "Contacts")
        links["contacts"] = [f"{number}-contacts" for number in contacts]
        links |= {
            "accountType": f"{row['accountTypeId']}-accountTypes",
            "industry": row["industryId"],
        }
        return head | {"revenue": None, "employeeCount": None, "links": links}
    links |= {"accounts": [f"{link['id']}-accounts" for link in row["accounts"]], "emAudiences": []}
    name = {"firstName": row["name"]["givenName"], "lastName": row["name"]["familyName"]}
    return head | name | {"jobTitle": None, "mcfxContactId": None, "links": links}


def _lead_resource(row: Row) -> Row:
    value = row["value"] or {"currency": "USD", "amount": "0"}
    amount = {"amount": values.render_number(value["amount"]), "currency": value["currency"]}
    return {
        "name": row["description"],
        "number": str(row["number"]),
        "value": {**amount, "formatted": ""},
        "createdTime": _unix(row["createdTime"]),
        "closedTime": _unix(row["closedTime"]),
        "dueTime": _unix(row["dueTime"]),
        "status": STATUS_WORDS[row["status"]],
        "confidence": row["confidence"],
        "priority": row["priority"],
    }


def _lead_links(row: Row) -> Row:
    outcome = row["outcomeId"]
    return {
        "owner": _owner(row["assignee"]),
        "accounts": [f"{link['id']}-accounts" for link in row["accounts"]],
        "contacts": [f"{link['id']}-contacts" for link in row["contacts"]],
        "stage": f"{row['milestoneId']}-stages",
        "stageset": f"{row['stagesetId']}-stagesets",
        "sources": [f"{number}-sources" for number in row["sources"]],
        "outcome": None if outcome is None else f"{outcome}-outcomes",
    }


def _listed(row: Row, key: str) -> list[Row]:
    primary = row[key].get(values.PRIMARY)
    return [
        {"isPrimary": entry == primary, "name": key, "value": entry}
        for label, entry in row[key].items()
        if label != values.PRIMARY
    ]


def _owner(reference: Row | None) -> str | None:
    return f"{reference['id']}-{reference['entityType'].lower()}" if reference else None


def _unix(time: str | None) -> int | None:
    return int(datetime.fromisoformat(time).timestamp()) if time else None
