"""
`load probe`: what nobody could check of Nutshell is asked of the account itself, before a load.

Each fact is a question put to records of its own, which are deleted at the end; a run that was
killed leaves none behind the next one. The answers are `policies/nutshell_behaviour.csv`, which is
what the client goes by. Not what only a person can do there: that is printed as steps.
"""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from apis.nutshell_files import upload_file
from apis.nutshell_guesses import BEHAVIOUR, read_behaviour
from apis.nutshell_pages import listed
from common.cli import Frame
from common.errors import ApiError, GateRefused, Rejected
from common.paths import write_durably
from load.apply.settle import settle_open
from load.apply.writer import Writer
from load.destination import Destination
from load.fields.probe import make, sweep
from load.plan.approve import check_signer
from load.session import Session, session, with_nutshell

HEADER = ("fact", "setting", "evidence", "confirmed_on", "confirmed_by")
REPORT = "probe.json"
#: what a person does in the web pages, and what to look at afterwards
BY_HAND = (
    "Merge two contacts of your own in the web pages, and open the address of the one that lost:"
    " does it lead to the other?",
    "Delete a contact with a tag and a company, restore it from the trash: are tag and company"
    " back? (By Nutshell's page they are not; a rollback says so of what it restores.)",
    "Look at the value and the outcome of a lead that `load apply --sample` closed.",
)


@dataclass(frozen=True)
class Finding:
    """A fact: how the switch stands now, and what was answered. No contents."""

    fact: str
    setting: str
    evidence: str
    meaning: str


class Unasked(Exception):
    """A question that this account can not be asked now; the text says why."""


class Probe:
    """The questions; each makes what it needs and gives the switch's position and the evidence."""

    def __init__(self, opened: Session, destination: Destination, *, with_fields: bool) -> None:
        self.opened, self.destination = opened, destination
        self.nutshell = destination.nutshell
        self.with_fields = with_fields

    async def close(self) -> tuple[str, str]:
        """Close a lead in each way until its status is the outcome's."""
        outcomes = await self.nutshell.rpc("findLead_Outcomes")
        found = next((o for o in outcomes or () if int(o.get("type") or 0) >= 10), None)
        if found is None:
            raise Unasked("the account has no outcome")
        for way in ("outcome", "outcomeId", "rest"):
            lead = await self._new("lead", f"close-{way}")
            payload = {"outcomeId": found["id"], "status": found["type"]}
            with self._assuming(close=way), _refusal() as refused:
                await self.destination.set_outcome(int(lead["id"]), payload)
            if not refused:
                return way, f"status {found['type']} read back"
        raise Unasked("no way of closing a lead was taken: close them by hand, or ask Nutshell")

    async def value(self) -> tuple[str, str]:
        """Set a lead's value in each way until it is read back."""
        for way in ("rest", "product", "rpc"):
            lead = await self._new("lead", f"value-{way}")
            with self._assuming(value=way), _refusal() as refused:
                await self.nutshell.set_value(int(lead["id"]), "12.34", "USD", label="probe")
            shown = await self.destination.get("lead", int(lead["id"]))
            held = shown.get("value")
            amount = held.get("amount") if isinstance(held, dict) else held
            if not refused and amount is not None and abs(float(amount) - 12.34) < 0.005:
                return way, "12.34 read back"
        return "none", "no way was taken"

    async def upload(self) -> tuple[str, str]:
        """Attach a small file to a lead in two steps, and read its bytes back."""
        lead = await self._new("lead", "file")
        with tempfile.NamedTemporaryFile(suffix=".txt") as file:
            file.write(b"probe")
            file.flush()
            digest = hashlib.sha256(b"probe").hexdigest()
            with self._assuming(upload="two_step"), _refusal() as refused:
                await upload_file(
                    self.nutshell, "lead", int(lead["id"]), Path(file.name), "probe.txt", digest,
                    label="probe",
                )  # fmt: skip
        return ("off", refused[0]) if refused else ("two_step", "bytes read back")

    async def lead_created_time(self) -> tuple[str, str]:
        """Make a lead of 2019: is its time refused, ignored or kept?"""
        told = "2019-05-06T07:08:09+00:00"
        with _refusal() as refused:
            lead = await self._new("lead", "created", {"createdTime": told})
        if refused:
            return "never", refused[0]
        shown = str(lead.get("createdTime"))
        return ("honoured", "kept") if shown.startswith("2019-05-06") else ("never", "ignored")

    async def rev(self) -> tuple[str, str]:
        """Edit with the rev that was read; only where that fails is it ignored."""
        contact = await self._new("contact", "rev")
        with _refusal() as refused:
            await self.destination.edit(
                "contact", contact["id"], contact["rev"], {"description": "x"}
            )
        return ("REV_IGNORE", refused[0]) if refused else ("read", "edit taken")

    async def find_by_tag(self) -> tuple[str, str]:
        """Make a contact with the import tag: does `find* {tag}` show it, and when?"""
        tag = await self._tag()
        contact = await self._new("contact", "tagged", {"tags": [tag]})
        began = datetime.now(UTC)
        for _ in range(2):
            stubs = await self.nutshell.find_tagged("contact", tag, 1)
            if any(int(stub["id"]) == int(contact["id"]) for stub in stubs):
                seconds = (datetime.now(UTC) - began).total_seconds()
                return "on", f"found after {seconds:.0f} s"
            await asyncio.sleep(self.destination.late_seconds)
        return "off", "not found twice, seconds apart"

    async def stageset(self) -> tuple[str, str]:
        """Move a lead to another pipeline by an edit."""
        found = [s["id"] for s in await self.nutshell.rpc("findStagesets") or ()]
        if len(found) < 2:
            raise Unasked("the account has one pipeline")
        lead = await self._new("lead", "pipeline")
        now = (lead.get("stageset") or {}).get("id")
        other = next(number for number in found if number != now)
        with self._assuming(stageset="edit"), _refusal() as refused:
            await self.destination.edit("lead", lead["id"], lead["rev"], {"stagesetId": other})
        shown = await self.destination.get("lead", lead["id"])
        moved = (shown.get("stageset") or {}).get("id") == other
        return ("edit", "moved") if moved else ("create_only", (refused or ["not moved"])[0])

    async def parent(self) -> tuple[str, str]:
        """Link an account to its parent by REST."""
        parent, child = await self._new("account", "parent"), await self._new("account", "child")
        where, key = f"/accounts/{child['id']}", "/accounts/0/links/parentAccount"
        with _refusal() as refused:
            await self.nutshell.patch(where, key, f"{parent['id']}-accounts", label="probe")
        if refused:
            return "custom_field", refused[0]
        shown = await self.destination.get("account", child["id"])
        held = (shown.get("parentAccount") or {}).get("id") == parent["id"]
        return ("link", "read back") if held else ("custom_field", "taken and not shown")

    async def legacy_id(self) -> tuple[str, str]:
        """Make a contact with a `legacyId`."""
        with _refusal() as refused:
            contact = await self._new("contact", "legacy", {"legacyId": "probe-1"})
        if refused:
            return "not_used", refused[0]
        kept = contact.get("legacyId") == "probe-1"
        return ("kept", "read back") if kept else ("not_used", "taken and not shown")

    async def number_type(self) -> tuple[str, str]:
        """Make a custom field of type Number."""
        with _refusal() as refused:
            await self._field("Probe number", "Number")
        return ("Text", refused[0]) if refused else ("Number", "definition made")

    async def multi_in(self) -> tuple[str, str]:
        """Send two choices of a list as a list."""
        await self._field("Probe choices", "Decision", ["a", "b"])
        with _refusal() as refused:
            await self._new("contact", "list", {"customFields": {"Probe choices": ["a", "b"]}})
        return ("joined", refused[0]) if refused else ("list", "taken")

    async def multi_out(self) -> tuple[str, str]:
        """Read two choices back."""
        await self._field("Probe choices", "Decision", ["a", "b"])
        for sent in (["a", "b"], "a, b"):
            with _refusal() as refused:
                made = await self._new(
                    "contact", "shown", {"customFields": {"Probe choices": sent}}
                )
                shown = await self.destination.get("contact", made["id"])
                held = (shown.get("customFields") or {}).get("Probe choices")
                return ("list", "a list") if isinstance(held, list) else ("joined", "a text")
        raise Unasked(refused[0])

    async def custom_fields_on_edit(self) -> tuple[str, str]:
        """Edit one of two custom fields: is the other kept?"""
        await self._field("Probe text", "Text")
        contact = await self._new("contact", "two fields")
        change = {"customFields": {"Probe text": "x"}}
        with self._assuming(custom_fields_on_edit="changed"):
            await self.destination.edit("contact", contact["id"], contact["rev"], change)
        shown = await self.destination.get("contact", contact["id"])
        kept = self.nutshell.guesses.marker_field in (shown.get("customFields") or {})
        return ("changed", "the others are kept") if kept else ("all", "the others are dropped")

    async def _new(
        self, kind: str, name: str, fields: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        return await make(self.opened, self.destination, kind, fields, name=name)

    async def _tag(self) -> str:
        """Give a tag of contacts that the account has."""
        for tag in listed(await self.nutshell.rpc("findTags")):
            if str(tag.get("tagType") or tag.get("entityType")) == "Contacts":
                return str(tag["name"])
        raise Unasked("the account has no tag of contacts yet: `load fields --create` makes ours")

    async def _field(self, name: str, type_: str, choices: list[str] | None = None) -> None:
        """Have a custom field on contacts: a definition stays, for no call deletes one."""
        there = {str(f.get("name")) for f in (await self.nutshell.custom_fields())["contacts"]}
        if name in there:
            return
        if not self.with_fields:
            raise Unasked("it takes a definition that no call deletes: ask with --with-fields")
        await self.nutshell.create_custom_field(
            "contacts", name, type_, choices, multiple=choices is not None
        )

    @contextmanager
    def _assuming(self, **switches: str) -> Iterator[None]:
        """Let the client go by other switches for a while."""
        before = self.nutshell.guesses
        self.nutshell.guesses = replace(before, **switches)  # type: ignore[arg-type]
        try:
            yield
        finally:
            self.nutshell.guesses = before


#: fact → what each position means for this migration
MEANS: dict[str, dict[str, str]] = {
    "close": dict.fromkeys(("outcome", "outcomeId", "rest"), "won and lost deals are closed so"),
    "value": {
        **dict.fromkeys(("rest", "product", "rpc"), "deals get their amount so"),
        "none": "amounts stand in custom fields only",
    },
    "upload": {
        "two_step": "files may be routed to upload",
        "off": "files are hosted and linked, or left out",
    },
    "lead_created_time": {
        "honoured": "leads and deals keep the day on which they were made",
        "never": "their day stands in custom fields only",
    },
    "rev": {
        "read": "an edit is refused where somebody was quicker",
        "REV_IGNORE": "edits go over others': compare the findings after each load",
    },
    "find_by_tag": {
        "on": "a lost create is found by its tag",
        "off": "a lost create is found by e-mail, name or page",
    },
    "stageset": {
        "edit": "a lead may change its pipeline",
        "create_only": "a lead's pipeline is set when it is made",
    },
    "parent": {
        "link": "accounts could show their parent; it is in custom fields all the same",
        "custom_field": "parents stand in custom fields; the work list links them by hand",
    },
    "legacy_id": {"kept": "not used", "not_used": "not used"},
    "number_type": {
        "Number": "numbers get a field of their own type",
        "Text": "numbers go into Text fields",
    },
    "multi_in": {"list": "choices are sent as a list", "joined": "choices are sent as one text"},
    "multi_out": {"list": "choices are read as a list", "joined": "choices are read as one text"},
    "custom_fields_on_edit": {
        "changed": "an edit names what changes",
        "all": "an edit names every custom field",
    },
}


@click.command(name="probe")
@click.option("--by", required=True, metavar="NAME", help="Who answers for it.")
@click.option(
    "--with-fields",
    is_flag=True,
    help="Also ask what takes custom fields named “Probe …”, which no call deletes again.",
)
@click.pass_obj
def command(frame: Frame, by: str, with_fields: bool) -> None:
    r"""
    Ask the account what nobody knows of Nutshell, on records that are deleted at the end.

    The answers go into policies/nutshell_behaviour.csv, by which everything is written, and a
    report without contents into the data folder. Best on a trial account, before `load plan`.

    \b
    Examples:
      load probe --by "R. Meyer"
      load probe --by "R. Meyer" --with-fields
    """
    check_signer(by, frame.settings.nutshell().url)
    with session(frame, "probe", by=by) as opened:
        findings, unasked = with_nutshell(opened, lambda d: _ask(opened, d, with_fields))
    rows = [(f.fact, f.setting, f.evidence, f.meaning) for f in findings]
    frame.console.table("What Nutshell answered", ("fact", "setting", "evidence", "means"), rows)
    for fact, why in unasked:
        frame.console.say(f"Not asked: {fact}: {why}.")
    changed = write_behaviour(frame.settings.seeds_dir, findings, by)
    write_durably(frame.paths.root / REPORT, orjson.dumps([vars(f) for f in findings]))
    frame.console.say(
        f"{len(findings)} fact(s) stand in {BEHAVIOUR} of the seeds, {len(changed)} of them changed"
        f"{': ' + ', '.join(changed) if changed else ''}. The report is {REPORT} in DATA_DIR."
    )
    for step in BY_HAND:
        frame.console.say(f"By hand: {step}")
    if changed:
        frame.console.say("The mapping has changed: run `dbt build`, `load plan` and approve anew.")


async def _ask(
    opened: Session, destination: Destination, with_fields: bool
) -> tuple[list[Finding], list[tuple[str, str]]]:
    await settle_open(Writer(opened.journal, destination, run_id=opened.run_id, plan_digest=""))
    await sweep(opened, destination)
    asked = Probe(opened, destination, with_fields=with_fields)
    if not await _has_marker(destination):
        raise GateRefused(
            "Probe records carry our marker, a custom field that the account has not yet: run"
            " `load fields --create --by NAME` first."
        )
    findings: list[Finding] = []
    unasked: list[tuple[str, str]] = []
    try:
        with opened.frame.console.progress("Asking Nutshell", len(MEANS)) as task:
            for fact, means in MEANS.items():
                question: Callable[[], Awaitable[tuple[str, str]]] = getattr(asked, fact)
                try:
                    setting, evidence = await question()
                    findings.append(Finding(fact, setting, evidence, means[setting]))
                except Unasked as why:
                    unasked.append((fact, str(why)))
                except Rejected as error:
                    unasked.append((fact, f"refused: {error}"))
                task.advance(1)
    finally:
        await sweep(opened, destination)
    return findings, unasked


async def _has_marker(destination: Destination) -> bool:
    nutshell = destination.nutshell
    fields = await nutshell.custom_fields()
    name = nutshell.guesses.marker_field
    return all(name in {f.get("name") for f in held} for held in fields.values())


@contextmanager
def _refusal() -> Iterator[list[str]]:
    """Take a refusal for an answer; what says nothing about the question goes on as it is."""
    said: list[str] = []
    try:
        yield said
    except ApiError as error:
        if error.exit_code != 1:
            raise
        said.append(f"refused ({type(error).__name__})")


def write_behaviour(seeds: Path, findings: list[Finding], by: str) -> list[str]:
    """Write the findings into the seed, each in its row; return the facts whose setting changed."""
    rows = {row["fact"]: row for row in read_behaviour(seeds)}
    changed = []
    for found in findings:
        row = rows.setdefault(found.fact, {"fact": found.fact})
        if row.get("setting") != found.setting:
            changed.append(found.fact)
        row |= {"setting": found.setting, "evidence": found.evidence}
        row |= {"confirmed_on": date.today().isoformat(), "confirmed_by": by}
    path = seeds / BEHAVIOUR
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADER, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows.values())
    write_durably(path, text.getvalue().encode())
    return changed


def guessed(seeds: Path) -> list[str]:
    """Name the facts that nobody has confirmed."""
    return [row["fact"] for row in read_behaviour(seeds) if not row.get("confirmed_by")]
