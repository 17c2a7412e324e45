"""The client against the real sandbox: every call that the loader needs, and lost answers."""

import asyncio
import hashlib
from collections import Counter
from datetime import UTC, datetime

import httpx
import pytest

from apis.nutshell import NEEDED_TO_WRITE, Nutshell
from apis.nutshell_files import upload_file
from apis.nutshell_guesses import Guesses
from apis.nutshell_landing import land_readback
from apis.nutshell_settle import settle_create
from apis.pace import Pace
from common.errors import EffectUnknown, GateRefused, NotFound, Rejected, StaleRevision
from common.paths import DataPaths
from common.settings import NutshellAccess
from tests.extract.conftest import Extract, Sandbox

MARKER = "Visual Practice ID"


@pytest.fixture(scope="module")
def access(tmp_path_factory):
    """A sandbox of its own: what is written here must not show elsewhere."""
    served = Sandbox(tmp_path_factory.mktemp("nutshell"), size=50)
    env = served.env
    yield NutshellAccess(env["NUTSHELL_URL"], env["NUTSHELL_USERNAME"], env["NUTSHELL_API_KEY"])
    served.process.terminate()
    served.process.wait()


def run(access, scene, **guesses):
    async def connected():
        async with Nutshell.connect(access, Guesses(**guesses), pace=Pace(rate=500)) as nutshell:
            return await scene(nutshell)

    return asyncio.run(connected())


def test_a_records_life(access, tmp_path):
    """Fields, create, edit, value, outcome, file, stale rev, delete, undelete."""

    async def scene(nutshell):
        await nutshell.check_methods(NEEDED_TO_WRITE)
        for rest in ("contacts", "leads"):
            await nutshell.create_custom_field(rest, MARKER, "Text", None, multiple=False)
        fields = await nutshell.custom_fields()
        assert MARKER in {entry["name"] for entry in fields["leads"]}

        lead = await nutshell.new(
            "lead",
            {"description": "A lead", "customFields": {MARKER: "deals:d1"}},
            label="deals:d1",
        )
        number = int(lead["id"])
        await nutshell.set_value(number, "123.45", "USD", label="deals:d1")
        outcome = (await nutshell.find_page("findLead_Outcomes", 1))[0]
        closed = await nutshell.set_outcome(number, outcome["id"], label="deals:d1")
        assert closed["status"] == outcome["type"]
        whole = await nutshell.get("lead", number)
        assert (123.45, outcome["type"]) == (float(whole["value"]["amount"]), whole["status"])

        with pytest.raises(StaleRevision):
            await nutshell.edit("lead", number, lead["rev"], {"description": "x"}, label="l")
        edited = await nutshell.edit(
            "lead", number, whole["rev"], {"description": "Other"}, label="deals:d1"
        )
        assert edited["customFields"][MARKER] == "deals:d1"  # an edit keeps what it does not name
        file = tmp_path / "x.txt"
        file.write_text("bytes")
        sha256 = hashlib.sha256(b"bytes").hexdigest()
        where = ("lead", number, file, "x.txt", sha256)
        first = await upload_file(nutshell, *where, label="attachments:a1")
        assert await upload_file(nutshell, *where, label="attachments:a1") == first
        whole = await nutshell.get("lead", number)
        await nutshell.delete("lead", number, whole["rev"], label="deals:d1")
        await nutshell.undelete("lead", number, label="deals:d1")
        with pytest.raises(NotFound):
            await nutshell.get("contact", 999_999)
        with pytest.raises(Rejected):
            await nutshell.create_custom_field("leads", MARKER, "Nonsense", None, multiple=False)

    run(access, scene, upload="two_step")


def test_upload_is_off_by_default(access, tmp_path):
    """Nobody has documented it: without the switch it is refused before any call."""

    async def scene(nutshell):
        with pytest.raises(GateRefused, match="host"):
            await upload_file(nutshell, "lead", 1, tmp_path, "x", "", label="attachments:a1")

    run(access, scene, upload="off")


def test_lost_answers_make_neither_duplicates_nor_losses(access):
    """Answers drop after the effect: each create is settled, and each contact is there once."""
    faults = f"{access.url}/_sandbox/faults"
    settled = Counter()

    async def create(nutshell, number):
        marker = f"people:{number}"
        address = f"p{number}@lost.example"
        record = {"name": f"P {number}", "email": [address], "customFields": {MARKER: marker}}
        while True:
            since = datetime.now(UTC)
            try:
                return int((await nutshell.new("contact", record, label=marker))["id"])
            except EffectUnknown:
                found = await settle_create(
                    nutshell, "contact", marker, {"email": address}, since, gap=0.6
                )
                settled[found.state] += 1
                if found.nutshell_id:
                    return found.nutshell_id

    async def scene(nutshell):
        return await asyncio.gather(*(create(nutshell, number) for number in range(120)))

    httpx.post(faults, json={"profile": "lost_answers"}).raise_for_status()
    try:
        ids = run(access, scene)
    finally:
        httpx.post(faults, json={"profile": "none"}).raise_for_status()

    async def count(nutshell):
        held, page = Counter(), 1
        while records := await nutshell.find_page("findContacts", page):
            held.update((r.get("customFields") or {}).get(MARKER) for r in records)
            page += 1
        return held

    held = run(access, count)
    assert len(set(ids)) == 120
    assert {1} == {held[f"people:{number}"] for number in range(120)}
    assert settled["found"] > 0


def test_a_readback_holds_what_was_asked_for_and_names_what_is_gone(access, tmp_path):
    """One row per id; `is_missing` where Nutshell has none."""
    paths = DataPaths(tmp_path / "data")

    async def scene(nutshell):
        known = [record["id"] for record in await nutshell.find_page("findContacts", 1)][:3]
        return known, await land_readback(nutshell, paths, {"contacts": [*known, 999_999]})

    known, _ = run(access, scene)
    landed = Extract(tmp_path, {}).rows("contacts", "id, is_missing", source="nutshell")
    assert {(n, False) for n in known} | {(999_999, True)} == set(landed)
