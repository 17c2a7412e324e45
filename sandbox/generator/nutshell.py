"""
What Nutshell already holds when the migration starts: users, contacts, accounts.

Not the Nutshell server: it takes this as its first state.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sandbox.generator.practice import Practice
from sandbox.generator.world import USER_DOMAIN, World

Record = dict[str, Any]
_EVERY = 20  # one in twenty people and organizations is there already
_TIMES = {"createdTime": "2025-03-01T09:00:00+0000", "modifiedTime": "2026-05-01T09:00:00+0000"}
_MISSING = (6, 11)  # users who own records and were never made in Nutshell
_CASE, _ALIAS, _RENAMED, _DISABLED = 3, 8, 10, 9


def _user(number: int, name: str, emails: list[str], *, enabled: bool = True) -> Record:
    return {
        "id": 3 + 4 * number,
        "entityType": "Users",
        "rev": "1",
        "name": name,
        "emails": emails,
        "isEnabled": enabled,
        "isAdministrator": number == 0,
    }


def _users(practice: Practice) -> list[Record]:
    """
    Return the users: most with the practice's e-mail, some by case or alias, some not at all.

    User 3 differs by case, 8 has the practice's e-mail as a second one, 10 is there by another
    e-mail only, 9 is disabled.
    """
    made: list[Record] = []
    for index in range(practice.count("users")):
        record = practice.record("users", index)
        email = str(record["email"])
        if index in _MISSING or index == 5:  # 5 is 4 again, in capitals
            continue
        emails = {
            _CASE: [email.title()],
            _ALIAS: [f"desk{index}@{USER_DOMAIN}", email],
            _RENAMED: [f"{email.partition('@')[0].replace('.', '-')}@{USER_DOMAIN}"],
        }.get(index, [email])
        enabled = index != _DISABLED
        made.append(_user(len(made), str(record["name"]), emails, enabled=enabled))
    return made


def _first(entries: Any) -> str:
    """Return the first value of a list of e-mails, or nothing."""
    return str(entries[0]["value"]) if entries else ""


def _contacts(practice: Practice, world: World) -> list[Record]:
    """Return the people who are there already: e-mail in another case, other phone."""
    made: list[Record] = []
    for index in range(world.seed % 3 + 1, world.size, _EVERY):
        person = practice.record("people", index)
        email = _first(person["emails"])
        if not email.lower().endswith(".example"):
            continue
        shown = (email.swapcase(), email, email.capitalize())[index % 3]
        first, last = person.get("first_name") or "", person.get("last_name") or ""
        first, last = first.replace("\x00", ""), last.replace("\x00", "")
        number = len(made)
        made.append(
            {
                "id": 1003 + 4 * number,
                "entityType": "Contacts",
                "rev": "2",
                "name": {
                    "salutation": None,
                    "givenName": first,
                    "familyName": last,
                    "displayName": f"{first} {last}".strip() or shown,
                },
                "email": {"--primary": shown, "0": shown},
                "phone": {"--primary": {"number": f"202555{100 + number % 100:04d}"}},
                "description": "" if number % 2 else "In Nutshell before the migration.",
                **_TIMES,
            }
        )
    return made


def _accounts(practice: Practice, world: World, first_id: int) -> list[Record]:
    """Return the organizations that are there already: the same name, other phone."""
    made: list[Record] = []
    for index in range(world.seed % 3 + 1, practice.count("organizations"), _EVERY):
        name = practice.record("organizations", index).get("name")
        if not name or "<" in name:
            continue
        number = len(made)
        made.append(
            {
                "id": first_id + 4 * number,
                "entityType": "Accounts",
                "rev": "1",
                "name": name.upper() if number % 4 == 1 else name,
                "phone": {"--primary": {"number": f"202555{100 + number % 100:04d}"}},
                "description": "" if number % 2 else "In Nutshell before the migration.",
                **_TIMES,
            }
        )
    return made


def _read(path: Path, default: Any) -> Any:
    return json.loads(path.read_bytes()) if path.exists() else default


def starting_state(practice: Path | None, size: int, seed: int) -> dict[str, list[Record]]:
    """
    Return `users`, `contacts` and `accounts` as Nutshell holds them before anything is loaded.

    From an export folder they are its `nutshell_users.json` and `nutshell_existing.json`; a folder
    without them gets one administrator and no records.
    """
    if practice is not None:
        existing = _read(practice / "nutshell_existing.json", {})
        administrator = [_user(0, "Administrator", [f"admin@{USER_DOMAIN}"])]
        return {
            "users": _read(practice / "nutshell_users.json", administrator),
            "contacts": existing.get("contacts", []),
            "accounts": existing.get("accounts", []),
        }
    made = Practice(size, seed)
    contacts = _contacts(made, made.world)
    first_id = max(2003, 1003 + 4 * len(contacts))
    return {
        "users": _users(made),
        "contacts": contacts,
        "accounts": _accounts(made, made.world, first_id),
    }
