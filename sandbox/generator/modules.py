"""
What only some deployments have: claims, imaging studies, eligibility, and the inventory.

Not for migration: patients' data is excluded by policy, and workflows are rebuilt by hand.
"""

from __future__ import annotations

from typing import Any

from sandbox.generator.dice import put, stamp
from sandbox.generator.mess import money
from sandbox.generator.words import CAMPAIGNS, CARRIERS, SENTENCES
from sandbox.generator.world import World

_VENDORS = (("Mailer", "e-mail"), ("Ledger", "accounting"), ("Imaging bridge", "imaging"),
            ("Texting", "sms"), ("Web forms", "forms"))  # fmt: skip
_TRIGGERS = ("lead created", "deal stage changed", "birthday", "visit finished")


def _plain(world: World, name: str, index: int, values: dict[str, Any]) -> dict[str, Any]:
    """Add id, owner and times to the values of an inventory record."""
    dice = world.dice(name, index, "plain")
    record = {"id": world.id(name, index), **values}
    put(dice, record, "owner_id", world.owner(dice))
    stamp(dice, record)
    return record


def claim(world: World, index: int) -> dict[str, Any]:
    """Return an insurance claim."""
    dice = world.dice("claims", index)
    values = {
        "person_id": world.link(dice, "people"),
        "claim_number": f"CLM-{index:07d}",
        "payer": dice.pick(CARRIERS),
        "diagnosis_codes": [dice.pick(("L70.0", "L81.4", "Z41.1", "L90.5"))],
        "amount_billed": money(dice, 50, 4_000),
        "service_date": f"202{dice.below(6)}-{1 + dice.below(12):02d}-{1 + dice.below(28):02d}",
        "status": dice.pick(("submitted", "paid", "denied")),
    }
    return _plain(world, "claims", index, values)


def imaging_study(world: World, index: int) -> dict[str, Any]:
    """Return an imaging study."""
    dice = world.dice("imaging_studies", index)
    identity = world.identity(dice.below(world.size))
    values = {
        "person_id": world.link(dice, "people"),
        "attachment_id": world.id("attachments", index % world.counts["attachments"]),
        "modality": dice.pick(("OT", "XC", "US")),
        "study_instance_uid": f"1.2.826.0.1.3680043.10.1338.{index}",
        "patient_name": f"{identity.last}^{identity.first}",
        "device": dice.pick(("VISIA 7", "Skin camera 2", "Ultrasound A")),
    }
    return _plain(world, "imaging_studies", index, values)


def eligibility(world: World, index: int) -> dict[str, Any]:
    """Return an eligibility check."""
    dice = world.dice("eligibility", index)
    values = {
        "person_id": world.link(dice, "people"),
        "payer": dice.pick(CARRIERS),
        "member_number": f"W{100_000_000 + dice.below(899_999_999)}",
        "checked_at": "2026-10-01T09:00:00Z",
        "response": "ACTIVE; copay 30.00; deductible met",
    }
    return _plain(world, "eligibility", index, values)


def workflow(world: World, index: int) -> dict[str, Any]:
    """Return a workflow."""
    dice = world.dice("workflows", index)
    trigger = _TRIGGERS[index % len(_TRIGGERS)]
    steps = 1 + dice.below(6)
    values = {
        "name": f"When {trigger} ({index})",
        "trigger": trigger,
        "active": dice.chance(0.7),
        "steps": steps,
        "definition": "; ".join(f"step {number}: send template" for number in range(1, steps + 1)),
    }
    return _plain(world, "workflows", index, values)


def email_template(world: World, index: int) -> dict[str, Any]:
    """Return an e-mail template."""
    dice = world.dice("email_templates", index)
    campaign = CAMPAIGNS[index % len(CAMPAIGNS)]
    values = {
        "name": f"{campaign} {index}",
        "subject": f"{campaign}: for you",
        "body": f"<p>Dear {{{{first_name}}}},</p><p>{dice.pick(SENTENCES)}</p>",
        "active": dice.chance(0.8),
    }
    return _plain(world, "email_templates", index, values)


def integration(world: World, index: int) -> dict[str, Any]:
    """Return an integration."""
    vendor, kind = _VENDORS[index % len(_VENDORS)]
    values = {"name": vendor, "vendor": f"{vendor} Inc.", "kind": kind, "active": index != 3}
    return _plain(world, "integrations", index, values)
