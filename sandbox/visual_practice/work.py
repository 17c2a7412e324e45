"""
The practice works on: within some hours records are made, edited and deleted, in every object.

Not a model of how people work: enough of everything that a delta must carry, the same by seed.
"""

from __future__ import annotations

import json
from collections import Counter
from hashlib import blake2b
from itertools import pairwise
from random import Random
from typing import Any

from sandbox.generator.dice import PREFIXES, Dice
from sandbox.generator.mess import money
from sandbox.generator.words import FIRST, JOB_TITLES, LAST, SENTENCES
from sandbox.visual_practice.store import Filters, Store
from sandbox.visual_practice.times import written

Record = dict[str, Any]
_NEW, _EDITED, _DELETED = 0.004, 0.012, 0.002  # shares of the live records, in 24 hours
_MOVES = {"deals": "stage", "leads": "status"}
_BUSY = ("people", "deals", "activities", "leads", "organizations")
_NO_DELETIONS = ("users",)  # who leaves is made inactive
_OPEN = ("Prospecting", "Proposal", "Negotiation", "On Hold", "Engaging")
_NEXT_STAGE = {"Prospecting": "Proposal", "Proposal": "Negotiation", "Negotiation": "Closed Won",
               "On Hold": "Proposal", "Engaging": "Closed Lost"}  # fmt: skip
_NEXT_STATUS = {"New": "Contacted", "Contacted": "Qualified", "Qualified": "Unqualified"}


def _chosen(store: Store, dice: Dice, name: str, shares: list[int]) -> list[list[str]]:
    """Choose distinct live records for each share, in one walk over the ids."""
    total = store.listing_total(name)
    places = dice.sample(range(total), min(total, sum(shares)))
    at = dict.fromkeys(places, "")
    for place, record_id in enumerate(store.live_ids(name)):
        if place in at:
            at[place] = record_id
    ids = [at[place] for place in places]
    cuts = [sum(shares[:number]) for number in range(len(shares) + 1)]
    return [ids[low:high] for low, high in pairwise(cuts)]


def _edit(dice: Dice, name: str, record: Record, when: str, in_use: set[str]) -> None:
    """Change what people change in a record; stage and status move to values in use only."""
    if name == "deals":
        stage = record.get("stage")
        if stage in _OPEN:
            next_stage = _NEXT_STAGE[str(stage)]
            _move_deal(dice, record, next_stage if next_stage in in_use else "Closed Won", when)
        else:
            record["amount"] = money(dice, 500, 40_000, record.get("currency") or "USD")
    elif name == "leads":
        status = _NEXT_STATUS.get(record.get("status") or "", "Contacted")
        record["status"] = status if status in in_use else record.get("status")
        record["description"] = dice.pick(SENTENCES)
    elif name == "people":
        record["job_title"] = dice.pick(JOB_TITLES)
        if dice.chance(0.3):
            number = f"312-555-01{dice.below(100):02d}"
            record["phones"] = [{"label": "mobile", "value": number, "primary": True}]
    elif name == "activities":
        record["completed"] = True
        record["body"] = f"{dice.pick(SENTENCES)} {dice.pick(SENTENCES)}"
    elif name == "users":
        record["role"] = dice.pick(("Manager", "Coordinator", "Sales"))
    elif name == "attachments":
        record["file_name"] = f"renamed-{dice.below(1000)}-{record.get('file_name') or 'file'}"
    elif name == "organizations":
        record["description"] = dice.pick(SENTENCES)
        record["employee_count"] = 1 + dice.below(400)
    elif "active" in record:
        record["active"] = not record["active"]


def _move_deal(dice: Dice, record: Record, stage: str, when: str) -> None:
    """Move a deal to a stage; a won one gets its amount and the time of closing."""
    record["stage"] = stage
    if stage in ("Closed Won", "Closed Lost"):
        record["closed_at"] = when
        record["probability"] = 100 if stage == "Closed Won" else 0
    if stage == "Closed Won" and not record.get("amount"):
        record["amount"] = money(dice, 500, 40_000, record.get("currency") or "USD")


def _new(dice: Dice, name: str, model: Record, record_id: str, when: str) -> Record:
    """Make a record after the pattern of another: a new identity, the same kind of mess."""
    record = {**model, "id": record_id, "created_at": when, "deleted_at": None}
    first, last = dice.pick(FIRST), dice.pick(LAST)
    email = f"new.{record_id}@mail.example"
    if name == "people":
        record |= {"first_name": first, "last_name": last}
        record["emails"] = [{"label": "work", "value": email, "primary": True}]
    elif name == "users":
        record |= {"name": f"{first} {last}", "email": email, "active": True}
    elif name == "organizations":
        record |= {"name": f"{last} & {first} Clinic", "parent_id": None, "website": None}
        record["emails"], record["phones"] = [], []
    elif name == "leads":
        record |= {"title": f"{first} {last}", "status": "New"}
        record["converted_deal_id"] = None
    elif name == "deals":
        record |= {"name": f"{last} package", "stage": "Prospecting", "closed_at": None}
        record["probability"] = 10
    elif name == "activities":
        record |= {"subject": f"Call with {first}", "started_at": when}
    return record


def work_on(store: Store, hours: float, seed: int | None) -> Record:
    """
    Let the practice work for some hours; return what happened, per object.

    Every change is stamped after the server's time before, and not after the one that it moves to.
    With no seed given, the practice's own and the number of times it worked decide.
    """
    start = store.now
    end = start + max(int(hours * 3600), 2) * 1_000_000
    times = int(store.meta("advances"))
    if seed is None:
        key = f"{store.meta('identity')}/{times}".encode()
        seed = int.from_bytes(blake2b(key, digest_size=4).digest(), "big")
    report: dict[str, Any] = {}
    with store:
        for name in store.objects:
            report[name] = dict(_work_on_object(store, Dice(seed, name, times), name, start, end))
        store.set_meta("now", written(end))
        store.set_meta("advances", str(times + 1))
    return {"server_time": store.meta("now"), "changes": report}


def _work_on_object(store: Store, dice: Dice, name: str, start: int, end: int) -> Counter[str]:
    """Make, edit and delete records of one object between two times."""
    done: Counter[str] = Counter(created=0, edited=0, deleted=0)
    total = store.listing_total(name)
    days = (end - start) / 86_400_000_000
    shares = [max(1, round(total * share * days)) for share in (_NEW, _EDITED, _DELETED)]
    if name in _NO_DELETIONS:
        shares[2] = 0
    models, edits, deletions = _chosen(store, dice, name, shares)
    if name == "deals" and edits:
        edits = _with_open_deal(store, edits, {*models, *deletions})

    def when() -> str:
        span = (end - start) // 1_000_000 - 1
        return written(start + (1 + dice.below(span)) * 1_000_000)

    in_use = store.values(name, _MOVES[name]) if name in _MOVES else set()
    for number, record_id in enumerate(edits):
        record = store.get(name, record_id) or {}
        moment = when()
        _edit(dice, name, record, moment, in_use)
        if name == "deals" and number == 0 and record.get("stage") != "Closed Won":
            _move_deal(dice, record, "Closed Won", moment)
        store.put(name, {**record, "modified_at": moment})
        done["edited"] += 1
    for record_id in deletions:
        moment = when()
        record = store.get(name, record_id) or {}
        store.put(name, {**record, "modified_at": moment, "deleted_at": moment})
        done["deleted"] += 1
    for number, model_id in enumerate(models):
        moment = when()
        new_id = f"{PREFIXES.get(name, name[:3])}_f{(end // 1_000_000):09x}{number:06x}"
        model = store.get(name, model_id) or {}
        store.put(name, {**_new(dice, name, model, new_id, moment), "modified_at": moment})
        if name == "attachments":
            store.set_copy(new_id, store.copy_of(model_id))
        done["created"] += 1
    return done


def _with_open_deal(store: Store, edits: list[str], taken: set[str]) -> list[str]:
    """Put an open deal first, so that one is won whenever there is one to win."""
    for record_id in store.live_ids("deals"):
        record = store.get("deals", record_id) if record_id not in taken else None
        if record is not None and record.get("stage") in _OPEN:
            return [record_id, *(other for other in edits if other != record_id)]
    return edits


def disturb(store: Store, draws: Random) -> None:
    """
    Change one record as someone at work would, while others list: the rows after it may shift.

    The server's time moves on by a second, so that the change lies after every listing begun.
    """
    names = [name for name in _BUSY if name in store.objects and store.listing_total(name)]
    if not names:
        return
    name = draws.choice(names)
    place = draws.randrange(store.listing_total(name))
    record = json.loads(store.page(Filters(name), place, 1)[0])
    moment = written(store.now + 1_000_000)
    if draws.random() < 0.1:
        record["deleted_at"] = moment
    else:
        dice = Dice(draws.getrandbits(32), name, place)
        _edit(dice, name, record, moment, {record.get(_MOVES.get(name, "")) or ""})
    with store:
        store.put(name, {**record, "modified_at": moment})
        store.set_meta("now", moment)
