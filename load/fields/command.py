"""
`load fields`: what must be defined in Nutshell before anything can be loaded, and making of it.

Not what is needed: that is `preflight.preflight_definitions`. Pipelines and stages are made by the
administrator only.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from click.exceptions import Exit

from apis.nutshell import WORDS, Nutshell
from apis.nutshell_pages import all_pages, listed
from common.cli import Frame
from common.errors import EffectUnknown, GateRefused, Rejected
from load.apply.settle import settle_open
from load.apply.writer import Writer
from load.audit.entries import insert, now, void
from load.destination import Destination
from load.fields.checklist import said, steps, write_checklist
from load.fields.live import choices_of, differing
from load.fields.probe import probe
from load.plan.approve import check_signer
from load.plan.digests import some
from load.session import Session, session, with_nutshell
from load.warehouse import open_warehouse

Place = tuple[str, str | None, str]  # kind, entity, name without case
NEXT = "Then run `extract nutshell`, `dbt build` and `load plan`."


def fields_command(
    frame: Frame, *, create: bool, by: str | None, checklist: Path | None = None
) -> None:
    """
    Print what is missing and whose work it is; with `create`, make what the API can make.

    `checklist`: the file that gets every missing definition as a step, before any is made.
    """
    if create:
        check_signer(by or "", frame.settings.nutshell().url)  # before a page of what to make
    missing = [d for d in read_definitions(frame) if d["state"] != "present"]
    ours = [d for d in missing if d["state"] == "missing" and d["create_via"] in ("rest", "rpc")]
    theirs = [d for d in missing if d not in ours]
    # what is about to be made is nobody's step any more
    _print(frame, missing, theirs if create else missing)
    if checklist is not None:
        write_checklist(checklist, missing)
        frame.console.say(f"{len(missing)} step(s) written to {checklist}.")
    if not create:
        if ours:
            frame.console.say("`load fields --create --by NAME` makes those marked rest or rpc.")
        raise Exit(0 if not theirs else 1)
    _refuse_over_cap(frame)
    name = by or ""
    with session(frame, "fields", by=name) as opened:
        made, refused = with_nutshell(opened, lambda d: _make(opened, d, ours, name))
    frame.console.say(
        f"{made} definition(s) made; Nutshell gives custom fields back on read. {NEXT}"
    )
    for line in refused:
        frame.console.say(f"Refused: {line}")
    if refused:
        frame.console.say(
            f"{len(refused)} definition(s) were refused, the others are made. Mend them in"
            " seeds/value_maps, build, and run the same command again."
        )
    if theirs or refused:
        raise Exit(1)


def read_definitions(frame: Frame) -> list[dict[str, Any]]:
    """Read the definitions that the plan needs, each with its state."""
    with open_warehouse(frame.paths) as warehouse:
        cursor = warehouse.execute("select * from preflight.preflight_definitions order by all")
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _refuse_over_cap(frame: Frame) -> None:
    # a definition can not be taken back: none is made while which of them are is undecided
    with open_warehouse(frame.paths) as warehouse:
        gates = warehouse.execute(
            "select subject, detail, mend from preflight.preflight_blockers"
            " where blocker_class = 'over_limit' and scope = 'gate'"
            " and not coalesce(is_accepted, false) and subject like '%custom_fields %' order by all"
        ).fetchall()
    if gates:
        named = [f"{subject} ({detail}): {mend}" for subject, detail, mend in gates]
        raise GateRefused(f"The account takes fewer fields than the plan needs: {some(named)}.")


def _print(frame: Frame, missing: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> None:
    frame.console.table(
        "Definitions that Nutshell lacks",
        ("kind", "on", "name", "type", "choices", "multiple", "state", "made by"),
        [
            (
                d["definition_kind"],
                d["entity"] or "",
                d["name"],
                d["nutshell_type"] or "",
                len(choices_of(d)) or "",
                "yes" if d["is_multiple"] else "",
                d["state"],
                d["create_via"],
            )
            for d in missing
        ],
    )
    for step in steps(theirs):
        frame.console.say(said(step))


async def _make(
    opened: Session, destination: Destination, ours: list[dict[str, Any]], by: str
) -> tuple[int, list[str]]:
    """Make what is not there; return how many were made, and each that was refused, and why."""
    nutshell = destination.nutshell
    await settle_open(Writer(opened.journal, destination, run_id=opened.run_id, plan_digest=""))
    there = await _live(nutshell)
    made = 0
    refused: list[str] = []
    accepted: list[dict[str, Any]] = []
    for definition in ours:
        if _place(definition) not in there:
            try:
                made += await _make_one(opened, nutshell, definition, by)
            except _DefinitionRefused as refusal:
                # one that Nutshell does not take keeps none of the others
                refused.append(str(refusal))
                continue
        accepted.append(definition)
    # the same check as before an apply: what was made, or was there in other letters, is as wanted
    if others := differing(accepted, await nutshell.custom_fields()):
        raise GateRefused(
            f"Nutshell has not what is wanted: {some([*others, *refused])}."
            " Run `extract nutshell` and `dbt build`; `load fields` then says whose work it is."
        )
    marker = destination.nutshell.guesses.marker_field
    if not any(d["name"] == marker for d in ours if d not in accepted):
        await probe(opened, destination)
    return made, refused


class _DefinitionRefused(Exception):
    """Nutshell refused one definition: what it is, and the reason without a word of ours."""


def _place(definition: dict[str, Any]) -> Place:
    """Give what tells a definition from others: names differ by more than case over there."""
    kind = str(definition["definition_kind"])
    # sources belong to no entity of their own
    entity = None if kind == "source" else definition["entity"]
    return kind, entity, str(definition["name"]).casefold()


async def _live(nutshell: Nutshell) -> set[Place]:
    """List what is there now: a second run, or one after a lost answer, makes nothing twice."""
    there: set[Place] = set()
    for entity, fields in (await nutshell.custom_fields()).items():
        there |= {("custom_field", entity, str(field["name"]).casefold()) for field in fields}
    rest_of = {word.entity: word.rest for word in WORDS.values()}
    for tag in listed(await nutshell.rpc("findTags")):
        entity = str(tag.get("tagType") or tag.get("entityType"))
        there.add(("tag", rest_of.get(entity, entity), str(tag.get("name")).casefold()))
    async for sources in all_pages(nutshell, "findSources"):
        there |= {("source", None, str(source["name"]).casefold()) for source in sources}
    return there


async def _make_one(
    opened: Session, nutshell: Nutshell, definition: dict[str, Any], by: str
) -> int:
    """Make one definition; return how many were made: none where it turns out to be there."""
    kind, entity, name = definition["definition_kind"], definition["entity"], definition["name"]

    def note(link: sqlite3.Connection) -> None:
        insert(
            link,
            "definitions",
            definition_kind=kind,
            entity=entity,
            name=name,
            created_by=by,
            run_id=opened.run_id,
            created_at=now(),
        )

    await opened.journal.note(note)
    try:
        if kind == "custom_field":
            await nutshell.create_custom_field(
                entity,
                name,
                definition["nutshell_type"],
                [str(choice) for choice in choices_of(definition)],
                multiple=bool(definition["is_multiple"]),
            )
        elif kind == "tag":
            entities = {word.rest: word.entity for word in WORDS.values()}
            await nutshell.new_tag(name, entities[entity])
        else:
            await nutshell.new_source(name)
    except Rejected as error:
        statement = "delete from definitions where run_id = ? and entity is ? and name = ?"
        await opened.journal.note(
            lambda link: void(link.execute(statement, (opened.run_id, entity, name)))
        )
        # refused because somebody made it meanwhile: that is what was wanted
        if _place(definition) in await _live(nutshell):
            return 0
        raise _DefinitionRefused(f"{kind} “{name}” could not be made: {error}") from None
    except EffectUnknown:
        # names are unique over there: asking for the list tells
        if _place(definition) not in await _live(nutshell):
            raise GateRefused(
                f"Whether {kind} “{name}” was made is not known. Run the same command again."
            ) from None
    return 1
