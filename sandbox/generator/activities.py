"""
Activities of the generated practice: calls, e-mails, meetings, notes.

Not clean text: HTML, quoted-printable, forwarded chains, and times of broken clocks.
"""

from __future__ import annotations

import quopri
from typing import Any

from sandbox.generator.dice import NOW, ORPHAN, Dice, messy_time, put, quirk, stamp, utc
from sandbox.generator.mess import boolean
from sandbox.generator.words import SENTENCES
from sandbox.generator.world import World

_QUIRKS = (
    ("html", 0.06), ("quoted-printable", 0.03), ("mention", 0.004), ("1979", 0.003),
    ("no time", 0.01), ("date only", 0.01), ("bad time", 0.003), ("orphan person", 0.01),
    ("orphan organization", 0.006), ("orphan deal", 0.006), ("orphan lead", 0.002),
    ("committee", 0.001), ("forwarded", 0.02), ("no subject", 0.02), ("long body", 0.001),
    ("nobody", 0.01), ("marker", 0.0005), ("duration as text", 0.004), ("negative", 0.001),
    ("outside pick-list", 0.005), ("nul", 0.0002), ("script", 0.001),
)  # fmt: skip
_TYPES = (("call", 0.35), ("email", 0.3), ("meeting", 0.15), ("note", 0.2))
_SUBJECTS = {"call": "Call about {}", "email": "Re: {}", "meeting": "Meeting: {}", "note": "{}"}
_TOPICS = ("prices", "the contract", "spring campaign", "appointment", "invoice", "follow-up")


def _body(dice: Dice, odd: str, index: int) -> str | None:
    """Return the text with the quirk."""
    plain = f"{dice.pick(SENTENCES)} {dice.pick(SENTENCES)}"
    shapes = {
        "html": f"<html><body><p>{plain}</p><ul><li>caf&eacute; &amp; tea</li></ul><br/>"
        "<a href='https://mail.example/x?a=1&amp;b=2'>link</a></body></html>",
        "quoted-printable": quopri.encodestring(
            f"{plain} Grüße, naïve café = 100% and a very long line that must be folded somewhere"
            "\n".encode()
        ).decode()
        + "=20\n",
        "mention": f"{plain} See @[Contacts:12] and @[Leads:3].",
        "forwarded": f"{plain}\n\n---- Forwarded by Desk on 10/30/2024 ----\n> From: a@mail.example"
        f"\n> {dice.pick(SENTENCES)}\n>> {dice.pick(SENTENCES)}",
        "long body": f"{plain}\n" * 900,
        "marker": f"{plain}\n--\nVisual Practice activities:act_{index:08x}0000",
        "nul": f"{plain}\x00 after",
        "script": f"<p>{plain}</p><script>alert(1)</script><style>p {{color: red}}</style>",
    }
    if odd in shapes:
        return shapes[odd]
    return plain if dice.chance(0.85) else None


def _started(dice: Dice, odd: str, created: int) -> str | None:
    """Return when it began, in one of the ways that clocks and people write it."""
    if odd == "no time":
        return None
    if odd == "1979":
        return "1979-12-31T23:00:00-08:00"
    if odd == "date only":
        return utc(created)[:10]
    if odd == "bad time":
        return dice.pick(("yesterday", "2024-02-30T10:00:00Z", "10/30/24 3pm"))
    if dice.chance(0.02):  # planned: still ahead
        return messy_time(dice, int(NOW.timestamp()) + dice.below(30 * 86_400))
    return messy_time(dice, created - dice.below(3_600))


def activity(world: World, index: int) -> dict[str, Any]:
    """Return an activity with what is odd about it."""
    dice = world.dice("activities", index)
    odd = quirk(dice, index, _QUIRKS)
    kind = "email" if odd in ("quoted-printable", "forwarded") else dice.weighted(_TYPES)
    who = dice.below(world.size)
    people = [world.id("people", who)]
    while dice.chance(0.15):
        people.append(world.link(dice, "people", orphans=0.005))
    if odd == "committee":
        people = [world.id("people", (who + step) % world.size) for step in range(40)]
    elif odd == "orphan person":
        people.append(world.id("people", ORPHAN + dice.below(50)))
    elif odd == "nobody":
        people = []
    record: dict[str, Any] = {"id": world.id("activities", index), "type": kind}
    created = stamp(dice, record)
    subject = _SUBJECTS[kind].format(dice.pick(_TOPICS)) if odd != "no subject" else None
    put(dice, record, "subject", subject)
    put(dice, record, "body", _body(dice, odd, index))
    way = dice.pick(("inbound", "outbound")) if kind in ("call", "email") else None
    put(dice, record, "direction", way)
    put(dice, record, "started_at", _started(dice, odd, created))
    minutes: Any = 5 * (1 + dice.below(18)) if kind in ("call", "meeting") else None
    minutes = {"duration as text": "45 min", "negative": -15}.get(odd, minutes)
    put(dice, record, "duration_minutes", minutes)
    record["completed"] = boolean(dice, dice.chance(0.9))
    record["person_ids"] = list(dict.fromkeys(people))
    home: str | None = None
    if dice.chance(0.6) and odd != "nobody":
        home = world.id("organizations", world.employer(who))
    lead, deal = None, None
    if dice.chance(0.1) or odd == "orphan lead":
        lead = world.link(dice, "leads", orphans=1.0 if odd == "orphan lead" else 0.0)
    elif dice.chance(0.35) or odd == "orphan deal":
        deal = world.link(dice, "deals", orphans=1.0 if odd == "orphan deal" else 0.0)
    if odd == "orphan organization":
        home = world.id("organizations", ORPHAN + dice.below(50))
    put(dice, record, "organization_id", home)
    put(dice, record, "lead_id", lead)
    put(dice, record, "deal_id", deal)
    put(dice, record, "owner_id", world.owner(dice))
    custom = _custom_fields(dice, kind, odd)
    if custom:
        record["custom_fields"] = custom
    return record


def _custom_fields(dice: Dice, kind: str, odd: str) -> dict[str, Any]:
    """Return the custom fields that fit the kind."""
    custom: dict[str, Any] = {}
    if kind == "meeting":
        put(dice, custom, "room", dice.pick(("1", "2", "Laser room", None)))
    if kind == "call":
        result = dice.pick(("Reached", "No answer", "Left message", None))
        put(dice, custom, "outcome_code", result)
    if odd == "outside pick-list":
        custom["outcome_code"] = "Busy"
    return custom
