"""
Leads and deals of the generated practice.

Not consistent with each other on purpose: stages, amounts and dates contradict here and there.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sandbox.generator.dice import NOW, ORPHAN, Dice, messy_time, put, quirk, stamp, utc
from sandbox.generator.mess import CURRENCIES, boolean, broken_date, money
from sandbox.generator.words import (
    CAMPAIGNS,
    INTERESTS,
    LOST_REASONS,
    SENTENCES,
    SOURCES,
    TAGS,
)
from sandbox.generator.world import World

_LEAD_QUIRKS = (
    ("unknown status", 0.01), ("no status", 0.005), ("status of old", 0.005), ("no links", 0.05),
    ("orphan person", 0.004), ("orphan deal", 0.002), ("bad value", 0.005), ("no title", 0.005),
    ("bad callback", 0.01), ("converted", 0.12), ("outside pick-list", 0.01), ("mention", 0.003),
)  # fmt: skip
_STATUSES = (("New", 0.4), ("Contacted", 0.25), ("Qualified", 0.15), ("Unqualified", 0.15),
             ("Nurture", 0.05))  # fmt: skip
_ODD_STATUSES = {"unknown status": "Open - Not Contacted", "no status": None,
                 "status of old": "Needs Review", "converted": "Qualified"}  # fmt: skip
_DEAL_QUIRKS = (
    ("won", 0.0), ("lost", 0.0), ("weekend", 0.02), ("unknown stage", 0.006), ("no stage", 0.004),
    ("hashed stage", 0.003), ("probability 1000", 0.003), ("no amount", 0.05), ("zero", 0.04),
    ("bad amount", 0.004), ("no rate", 0.006), ("no currency", 0.01), ("bad close date", 0.006),
    ("orphan organization", 0.004), ("orphan person", 0.003), ("yen", 0.01), ("no name", 0.002),
    ("outside pick-list", 0.01), ("closed before made", 0.003), ("won without a date", 0.004),
    ("old currency", 0.0005), ("open", 0.0), ("open", 0.0),
)  # fmt: skip
_STAGES = (("Prospecting", 0.2), ("Proposal", 0.15), ("Negotiation", 0.1), ("Closed Won", 0.32),
           ("Closed Lost", 0.18), ("On Hold", 0.05))  # fmt: skip
_ODD_STAGES = {"unknown stage": "Engaging", "no stage": None, "won": "Closed Won",
               "hashed stage": "bwAO6ZWofSUTYQvtbI7pjQ==", "lost": "Closed Lost",
               "won without a date": "Closed Won", "weekend": "Closed Won",
               "closed before made": "Closed Lost", "open": "Proposal"}  # fmt: skip
_ODD_AMOUNTS = ("TBD", "$4,500.00", "1.200,50", "12e3", "-350.00", "NaN")
_LIKELY = {"Prospecting": 10, "Proposal": 40, "Negotiation": 70, "Closed Won": 100,
           "Closed Lost": 0, "On Hold": 20}  # fmt: skip
_DAY = 86_400


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()


def lead(world: World, index: int) -> dict[str, Any]:
    """Return a lead; a converted one names its deal, and no two name the same."""
    dice = world.dice("leads", index)
    odd = quirk(dice, index, _LEAD_QUIRKS)
    who = dice.below(world.size)
    identity = world.identity(who)
    status: str | None = dice.weighted(_STATUSES)
    status = _ODD_STATUSES.get(odd, status)
    converted = None
    if odd == "converted":
        converted = world.id("deals", (index * 2 + 1) % world.counts["deals"])
    elif odd == "orphan deal":
        converted = world.id("deals", ORPHAN + dice.below(50))
    person: str | None = world.id("people", who) if dice.chance(0.8) else None
    employer = world.id("organizations", world.employer(who)) if dice.chance(0.6) else None
    if odd == "no links":
        person, employer = None, None
    elif odd == "orphan person":
        person = world.id("people", ORPHAN + dice.below(50))
    interest = dice.pick(INTERESTS)
    record: dict[str, Any] = {"id": world.id("leads", index)}
    title = f"{identity.first} {identity.last} – {interest}" if odd != "no title" else None
    put(dice, record, "title", title)
    put(dice, record, "status", status)
    put(dice, record, "source", dice.pick((*SOURCES, None)))
    put(dice, record, "person_id", person)
    put(dice, record, "organization_id", employer)
    currency = dice.weighted(CURRENCIES)
    value = money(dice, 100, 9_000, currency) if dice.chance(0.5) else None
    put(dice, record, "estimated_value", dice.pick(_ODD_AMOUNTS) if odd == "bad value" else value)
    put(dice, record, "currency", currency)
    text = dice.pick(SENTENCES) if dice.chance(0.4) else None
    put(dice, record, "description", "Ask @[Contacts:12] first" if odd == "mention" else text)
    put(dice, record, "converted_deal_id", converted)
    record["tags"] = [dice.pick(TAGS)] if dice.chance(0.15) else []
    put(dice, record, "owner_id", world.owner(dice))
    custom: dict[str, Any] = {}
    put(dice, custom, "treatment_interest",
        "Tattoo removal" if odd == "outside pick-list" else interest)  # fmt: skip
    if dice.chance(0.4):
        custom["budget"] = money(dice, 200, 20_000)
    if dice.chance(0.3) or odd == "bad callback":
        plain = str(NOW.date() + timedelta(days=dice.below(60) - 30))
        custom["callback_date"] = broken_date(dice) if odd == "bad callback" else plain
    put(dice, custom, "campaign", dice.pick((*CAMPAIGNS, None)))
    record["custom_fields"] = custom
    stamp(dice, record)
    return record


def _close(dice: Dice, record: dict[str, Any], stage: str | None, odd: str, created: int) -> None:
    """Set the dates of a deal: expected, and closed where it is won or lost."""
    room = int(NOW.timestamp()) - 49 * 3600 - created
    closed = created + min(dice.below(200 * _DAY), room)
    if odd == "weekend":
        to_saturday = (5 - _day(closed).weekday()) % 7
        closed += (to_saturday - 7 if closed + to_saturday * _DAY - created > room else to_saturday
                   ) * _DAY  # fmt: skip
    if odd == "closed before made":
        closed = created - 40 * _DAY
    expected = str(_day(closed)) if dice.chance(0.85) or odd else None
    put(dice, record, "expected_close_date",
        broken_date(dice) if odd == "bad close date" else expected)  # fmt: skip
    done = stage in ("Closed Won", "Closed Lost") and odd != "won without a date"
    when = str(_day(closed)) if dice.chance(0.03) else messy_time(dice, closed)
    put(dice, record, "closed_at", when if done else None)
    lost = stage == "Closed Lost" and dice.chance(0.7)
    put(dice, record, "lost_reason", dice.pick(LOST_REASONS) if lost else None)


def _amount(dice: Dice, stage: str | None, odd: str, currency: str | None) -> str | None:
    """Return the amount of a deal, or what stands in its place."""
    if odd == "no amount" or (stage == "Prospecting" and dice.chance(0.3)):
        return None
    if odd == "zero" or (stage == "Closed Lost" and dice.chance(0.2)):
        return "0"
    if odd == "bad amount":
        return dice.pick(_ODD_AMOUNTS)
    return money(dice, 150, 80_000, currency or "USD")


def deal(world: World, index: int) -> dict[str, Any]:
    """Return a deal with what is odd about it."""
    dice = world.dice("deals", index)
    odd = quirk(dice, index, _DEAL_QUIRKS)
    stage: str | None = dice.weighted(_STAGES)
    stage = _ODD_STAGES.get(odd, stage)
    who = dice.below(world.size)
    currency: str | None = dice.weighted(CURRENCIES)
    currency = {"no rate": "KES", "no currency": None, "yen": "JPY",
                "old currency": "HRK"}.get(odd, currency)  # fmt: skip
    record: dict[str, Any] = {"id": world.id("deals", index)}
    created = stamp(dice, record)
    what = dice.pick(INTERESTS)
    employer = world.employer(who)
    put(dice, record, "name",
        f"{what} package - {world.firm(employer).name}" if odd != "no name" else None)  # fmt: skip
    put(dice, record, "stage", stage)
    put(dice, record, "amount", _amount(dice, stage, odd, currency))
    put(dice, record, "currency", currency)
    likely: Any = _LIKELY.get(stage or "") if dice.chance(0.85) else None
    put(dice, record, "probability", 1000 if odd == "probability 1000" else likely)
    _close(dice, record, stage, odd, created)
    put(dice, record, "source", dice.pick((*SOURCES, None, None)))
    home: str | None = world.id("organizations", employer) if dice.chance(0.85) else None
    people = [world.id("people", who)] if dice.chance(0.9) else []
    if dice.chance(0.15):
        people.append(world.link(dice, "people", orphans=0.0))
    if odd == "orphan organization":
        home = world.id("organizations", ORPHAN + dice.below(50))
    elif odd == "orphan person":
        people.append(world.id("people", ORPHAN + dice.below(50)))
    put(dice, record, "organization_id", home)
    record["person_ids"] = list(dict.fromkeys(people))
    put(dice, record, "description", dice.pick(SENTENCES) if dice.chance(0.3) else None)
    record["tags"] = [dice.pick(TAGS)] if dice.chance(0.1) else []
    put(dice, record, "owner_id", world.owner(dice))
    custom: dict[str, Any] = {"order_number": f"SO-{index:06d}"} if dice.chance(0.6) else {}
    choice = "ASAP" if odd == "outside pick-list" else dice.pick(
        ("Low", "Medium", "High", "Urgent", None))  # fmt: skip
    put(dice, custom, "priority", choice)
    put(dice, custom, "deal_source", dice.pick(("Web", "Referral", "Event", None)))
    if dice.chance(0.3):
        off: Any = dice.below(300) / 10
        custom["discount_percent"] = off if dice.chance(0.95) else f"{off}%"
    if dice.chance(0.5):
        custom["renewal"] = boolean(dice, dice.chance(0.3))
    if dice.chance(0.3):
        start = utc(created)[:10] if dice.chance(0.95) else broken_date(dice)
        custom["contract_start"] = start
    if custom:
        record["custom_fields"] = custom
    return record
