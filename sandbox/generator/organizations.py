"""
Users and organizations of the generated practice.

Not a hierarchy that holds: it goes four deep, has a cycle, and some parents do not exist.
"""

from __future__ import annotations

from typing import Any

from sandbox.generator.dice import ORPHAN, put, quirk, stamp
from sandbox.generator.mess import address, boolean, broken_date, mojibake, money, phone
from sandbox.generator.words import CITIES, FIRST, INDUSTRIES, LAST, SENTENCES, TAGS
from sandbox.generator.world import HEAD, USER_DOMAIN, World, slug

_QUIRKS = (
    ("root", 0.0), ("child", 0.0), ("grandchild", 0.0), ("depth four", 0.0),
    ("cycle a", 0.0), ("cycle b", 0.0), ("orphan parent", 0.01), ("duplicate", 0.02),
    ("duplicate in capitals", 0.01), ("same name elsewhere", 0.01), ("capitals", 0.05),
    ("line break", 0.004), ("leading blank", 0.01), ("mojibake", 0.006), ("formula", 0.001),
    ("unavailable", 0.003), ("no name", 0.002), ("long npi", 0.004), ("own parent", 0.0005),
)  # fmt: skip
_PARENT_OF_HEAD = {1: 0, 2: 1, 3: 2, 4: 5, 5: 4}


def user(world: World, index: int) -> dict[str, Any]:
    """
    Return a user.

    Numbers 4 and 5 differ only by case, 6 and 7 share the front desk's e-mail, 9 is inactive.
    """
    dice = world.dice("users", index)
    person = 4 if index == 5 else index
    first, last = FIRST[(person * 7 + world.seed) % len(FIRST)], LAST[person * 5 % len(LAST)]
    email = f"{slug(first)}.{slug(last)}@{USER_DOMAIN}"
    if index == 5:
        email = email.upper()
    if index in (6, 7):
        email = f"frontdesk@{USER_DOMAIN}"
    record: dict[str, Any] = {
        "id": world.id("users", index),
        "name": f"{first} {last}",
        "email": email,
        "active": index != 9 and not dice.chance(0.1),
        "role": dice.pick(("Manager", "Coordinator", "Sales", "Front desk")),
    }
    put(dice, record, "owner_id", None)
    stamp(dice, record, deleted_share=0.0)
    return record


def _parent(world: World, index: int, odd: str) -> str | None:
    """Return the parent's id: mostly none; a parent has a lower index, so chains end."""
    if index in _PARENT_OF_HEAD:
        return world.id("organizations", _PARENT_OF_HEAD[index])
    if odd == "own parent":
        return world.id("organizations", index)
    dice = world.dice("organizations", index, "parent")
    if odd == "orphan parent":
        return world.id("organizations", ORPHAN + dice.below(50))
    if index < HEAD or not dice.chance(0.22):
        return None
    # every sixth organization is a root of a group, and the three after it may stand below
    level = index % 6
    if level == 0:
        return None
    return world.id("organizations", index - (1 if level < 4 else level))


def _name(world: World, index: int, odd: str, model: int) -> str | None:
    """Return the name with its quirk; `model` is the organization that a duplicate repeats."""
    name = world.firm(model).name
    damaged: dict[str, str | None] = {
        "duplicate": name.replace(", ", " - ") + " Inc.",
        "duplicate in capitals": name.upper(),
        "capitals": name.upper(),
        "line break": name.replace(" ", "\n", 1),
        "leading blank": f"  {name} ",
        "mojibake": mojibake(f"{name} – Praxis für Ästhetik"),
        "formula": f'=HYPERLINK("https://{world.firm(index).domain}","{name}")',
        "unavailable": "<UNAVAIL>",
        "no name": None,
    }
    return damaged.get(odd, name)


def organization(world: World, index: int) -> dict[str, Any]:
    """Return an organization with what is odd about it."""
    dice = world.dice("organizations", index)
    odd = quirk(dice, index, _QUIRKS)
    repeats = odd in ("duplicate", "duplicate in capitals", "same name elsewhere")
    tail = world.counts["organizations"] - 20
    model = 20 + dice.below(tail) if repeats else index
    firm = world.firm(model)
    where = (firm.city + 11 if odd == "same name elsewhere" else firm.city) % len(CITIES)
    area = CITIES[where][3]
    twin = world.dice("organizations", model, "place")  # duplicates share address and number
    place = twin if not odd.startswith("same") else dice
    number = phone(place, area)
    street = address(place, where, "office")
    record: dict[str, Any] = {"id": world.id("organizations", index)}
    put(dice, record, "name", _name(world, index, odd, model))
    put(dice, record, "parent_id", _parent(world, index, odd))
    put(dice, record, "industry", dice.pick((*INDUSTRIES, None)))
    put(dice, record, "website", f"https://{firm.domain}" if dice.chance(0.6) else None)
    staff: Any = 1 + dice.below(400)
    put(dice, record, "employee_count", staff if dice.chance(0.95) else f"~{staff}")
    if dice.chance(0.4):
        record["annual_revenue"] = money(dice, 100_000, 50_000_000)
    put(dice, record, "description", dice.pick(SENTENCES) if dice.chance(0.5) else None)
    record["tags"] = [dice.pick(TAGS)] if dice.chance(0.15) else []
    record["phones"] = [{"label": "main", "value": number, "primary": True}]
    if dice.chance(0.05):
        fax = phone(dice, area)
        record["phones"].append({"label": "fax", "value": f"{fax}\n(fax)", "primary": False})
    if index % 400 == 17:
        record["phones"] = [{"label": "main", "value": "7.73E+016", "primary": True}]
    mail = f"office@{firm.domain}" if dice.chance(0.5) else None
    record["emails"] = [{"label": "work", "value": mail, "primary": True}] if mail else []
    record["addresses"] = [street] if dice.chance(0.9) else []
    put(dice, record, "owner_id", world.owner(dice))
    custom: dict[str, Any] = {}
    if odd == "long npi" or dice.chance(0.6):
        custom["npi"] = str(1_000_000_000 + dice.below(899_999_999)) + "7" * (odd == "long npi")
    put(
        dice,
        custom,
        "accreditation",
        dice.weighted(
            (
                ("AAAHC", 0.3),
                ("JCAHO", 0.2),
                ("None", 0.3),
                ("Joint Commission", 0.02),
                (None, 0.18),
            )
        ),
    )
    if dice.chance(0.3):
        custom["bed_count"] = 4 + dice.below(200) if dice.chance(0.95) else "12.0"
    if dice.chance(0.3):
        custom["contract_value"] = money(dice, 1_000, 90_000) if dice.chance(0.97) else "TBD"
    if dice.chance(0.4):
        plain = f"20{10 + dice.below(16)}-{1 + dice.below(12):02d}-{1 + dice.below(28):02d}"
        custom["partner_since"] = plain if dice.chance(0.94) else broken_date(dice)
    if dice.chance(0.7):
        custom["is_partner"] = boolean(dice, dice.chance(0.4))
    if custom and not dice.chance(0.05):
        record["custom_fields"] = custom
    stamp(dice, record)
    return record
