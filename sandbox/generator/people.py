"""
People of the generated practice.

Not unique: some are the same person twice or more, some have neither name nor address.
"""

from __future__ import annotations

from typing import Any

from sandbox.generator.dice import ORPHAN, Dice, put, quirk, stamp
from sandbox.generator.mess import address, boolean, broken_date, mojibake, phone
from sandbox.generator.words import (
    CARRIERS,
    CITIES,
    INTERESTS,
    JOB_TITLES,
    SENTENCES,
    TAGS,
)
from sandbox.generator.world import HEAD, Identity, World

_QUIRKS = (
    ("no name", 0.03), ("no email", 0.08), ("nothing", 0.004), ("twin in capitals", 0.012),
    ("again", 0.004), ("again", 0.0), ("again", 0.0), ("capitals", 0.04), ("line break", 0.003),
    ("leading blank", 0.006), ("mojibake", 0.005), ("formula", 0.001), ("nul", 0.0005),
    ("bad email", 0.008), ("orphan organization", 0.004), ("bad birthday", 0.01),
    ("exponent phone", 0.002), ("float phone", 0.02), ("unavailable", 0.003), ("many", 0.005),
    ("undeclared", 0.03), ("outside pick-list", 0.01), ("shared email", 0.01),
    ("shared email", 0.0),
)  # fmt: skip
_BAD_EMAILS = ("none", "n/a", "jane.doe@", "@mail.example", "jane doe@mail.example", "dGVzdA==")


def _model(world: World, dice: Dice, index: int, odd: str) -> int:
    """Return whose identity a record has: its own, a twin's, or that of one of several copies."""
    span = world.size - HEAD
    if span < 1:
        return index
    if odd == "twin in capitals":
        return HEAD + dice.below(span)
    if odd == "again":  # one person of each thousand has been entered over and over
        return HEAD + (index // 1000 * 1000 + 8) % span
    return index


def _names(identity: Identity, odd: str) -> tuple[str | None, str | None]:
    """Return first and last name with the quirk."""
    first, last = identity.first, identity.last
    damaged: dict[str, tuple[str | None, str | None]] = {
        "no name": (None, None),
        "nothing": (None, None),
        "capitals": (first.upper(), last.upper()),
        "line break": (f"{first}\n", f"{last}\r\n(new)"),
        "leading blank": (f"  {first}", f" {last}"),
        "mojibake": (mojibake(f"{first}é"), mojibake(f"{last}ñ")),
        "formula": (f"=1+1+{first}", f"@SUM({last})"),
        "nul": (f"{first}\x00", last),
        "unavailable": ("<UNAVAIL>", last),
    }
    return damaged.get(odd, (first, last))


def _emails(dice: Dice, index: int, identity: Identity, odd: str) -> list[dict[str, Any]]:
    """Return the e-mails with the quirk."""
    value = identity.email
    if odd in ("no email", "nothing"):
        return []
    if odd == "twin in capitals":
        value = value.upper()
    elif odd == "bad email":
        value = dice.pick(_BAD_EMAILS)
    elif odd == "shared email":
        value = f"family{index // 256}@mail.example"  # the family writes from one address
    emails = [{"label": "work", "value": value, "primary": True}]
    if odd == "many":
        emails += [
            {"label": "home", "value": f"{number}.{value}", "primary": number == 1}
            for number in range(1, 4)
        ]
    elif dice.chance(0.05):
        emails.append({"label": "home", "value": f"home.{value}", "primary": False})
    return emails


def _phones(dice: Dice, area: str, odd: str) -> list[dict[str, Any]]:
    """Return the telephone numbers with the quirk."""
    if odd in ("nothing", "no email") and dice.chance(0.3):
        return []
    value = phone(dice, area)
    if odd == "float phone":
        value = f"{area}55501{dice.below(100):02d}.0"
    elif odd == "exponent phone":
        value = "7.73E+016"
    phones = [{"label": "mobile", "value": value, "primary": True}]
    for label in ("work", "fax", "home"):
        if odd == "many" or dice.chance(0.08):
            phones.append({"label": label, "value": phone(dice, area), "primary": False})
    return [] if odd == "nothing" else phones


def _custom_fields(dice: Dice, index: int, odd: str) -> dict[str, Any]:
    """Return the custom fields, one of them declared nowhere."""
    custom: dict[str, Any] = {}
    if dice.chance(0.7):
        custom["patient_number"] = f"MRN{index:07d}"
    put(dice, custom, "insurance_carrier", dice.pick((*CARRIERS, None)))
    if dice.chance(0.5):
        plain = f"202{dice.below(7)}-{1 + dice.below(9):02d}-{1 + dice.below(28):02d}"
        custom["last_visit"] = plain if dice.chance(0.95) else broken_date(dice)
    put(dice, custom, "preferred_contact", dice.pick(("Phone", "E-mail", "Text", None)))
    custom["newsletter"] = boolean(dice, dice.chance(0.6))
    if dice.chance(0.1):
        custom["referred_by"] = dice.pick(("Dr. Adler", "a friend", "Instagram", ""))
    if dice.chance(0.4):
        chosen = sorted({dice.pick(INTERESTS), dice.pick(INTERESTS)})
        custom["interests"] = chosen if dice.chance(0.9) else ";".join(chosen)
    if dice.chance(0.03):
        custom["website"] = f"https://people.example/{index}"
    if odd == "outside pick-list":
        custom["preferred_contact"] = "Fax"
        custom["interests"] = ["Botox", "Microblading"]
    if odd == "undeclared":
        custom["hs_score"] = dice.below(100)
    return custom


def person(world: World, index: int) -> dict[str, Any]:
    """Return a person with what is odd about them."""
    dice = world.dice("people", index)
    odd = quirk(dice, index, _QUIRKS)
    model = _model(world, dice, index, odd)
    identity = world.identity(model)
    employer = world.employer(model)
    city = world.firm(employer).city
    first, last = _names(identity, odd)
    record: dict[str, Any] = {"id": world.id("people", index)}
    put(dice, record, "salutation", dice.pick(("Dr.", "Ms.", "Mr.", None, None, None)))
    put(dice, record, "first_name", first)
    put(dice, record, "middle_name", dice.pick(("A.", "J.", None, None, None, None)))
    put(dice, record, "last_name", last)
    put(dice, record, "suffix", dice.pick(("MD", "Jr.", None, None, None, None, None)))
    put(dice, record, "job_title", dice.pick((*JOB_TITLES, None, None)))
    home = world.id("organizations", employer) if dice.chance(0.8) else None
    if odd == "orphan organization":
        home = world.id("organizations", ORPHAN + dice.below(50))
    put(dice, record, "organization_id", home)
    birthday = f"19{40 + dice.below(60)}-{1 + dice.below(12):02d}-{1 + dice.below(28):02d}"
    if odd == "bad birthday":
        birthday = broken_date(dice)
    put(dice, record, "date_of_birth", birthday if dice.chance(0.6) or odd else None)
    put(dice, record, "description", dice.pick(SENTENCES) if dice.chance(0.3) else None)
    record["tags"] = [dice.pick(TAGS)] if dice.chance(0.2) else []
    record["emails"] = _emails(dice, index, identity, odd)
    record["phones"] = _phones(dice, CITIES[city][3], odd)
    record["addresses"] = [address(dice, city, "home")] if dice.chance(0.4) else []
    if odd == "nothing":
        record["addresses"] = []
    put(dice, record, "owner_id", world.owner(dice))
    custom = _custom_fields(dice, index, odd)
    if odd or not dice.chance(0.04):
        record["custom_fields"] = custom
    if odd == "undeclared":
        record["loyalty_tier"] = dice.pick(("gold", "silver", "bronze"))
    stamp(dice, record)
    return record
