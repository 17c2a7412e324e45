"""`load propose`: writes unconfirmed rows into the maps. Not `load confirm`, which signs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from common.cli import Frame
from load.propose.fields import new_field, propose_field, rename_twins
from load.propose.gather import ENTITIES, Material, ValueInUse, gather
from load.propose.language_model import LanguageModel
from load.propose.owners import propose_owner
from load.propose.proposal import Proposal, SourceField, TargetField, taken
from load.propose.scoring import same
from load.propose.seed_files import Row, SeedFile
from load.propose.values import propose_in_map, propose_value

FIELDS_KEY = ("source_object", "source_field")
VALUES_KEY = ("source_object", "source_field", "source_value")


@click.command(name="propose")
@click.pass_obj
def propose(frame: Frame) -> None:
    r"""
    Propose where fields, pick-list values and owners go; nothing that is confirmed changes.

    Offline. With PROPOSE_URL, PROPOSE_MODEL (and PROPOSE_API_KEY) a language model is asked about
    fields that nothing fits: it sees names, labels and types, never a value.

    \b
    Example:
      dbt build && load propose
    """
    material = gather(frame)
    model = LanguageModel.of(frame.settings)
    table = [
        ["fields", *_write_fields(frame.settings.seeds_dir, material, model)],
        *_write_values(frame.settings.seeds_dir, material),
        ["owners", *_write_owners(frame.settings.seeds_dir, material)],
    ]
    frame.console.table("Proposed", ["map", "new", "refreshed", "unconfirmed"], table)
    if model and model.trouble:
        frame.console.say(f"The language model was not used: {model.trouble}")
    frame.console.say(
        "Look through seeds/value_maps, edit what is wrong, then `load confirm --by NAME --all`."
    )


def proposed_fields(
    material: Material, model: LanguageModel | None = None
) -> list[tuple[SourceField, Proposal]]:
    """Propose a place for every field that no model carries, as it is written into the map."""
    found = []
    for source in material.fields:
        targets = material.targets.get(ENTITIES.get(source.source_object, ""), [])
        proposal = propose_field(source, targets, material.vocabulary, material.bookkeeping)
        if model and proposal.decision == "map" and proposal.confidence < model.below:
            proposal = model.ask(source, targets) or proposal
        proposal = carried(source, proposal, targets)
        if proposal.target_type != "Standard":
            proposal = taken(proposal, material.limits.get("custom_field_name_length"))
        found.append((source, proposal))
    proposals = rename_twins(found)
    return [(source, proposal) for (source, _), proposal in zip(found, proposals, strict=True)]


def _write_fields(
    seeds: Path, material: Material, model: LanguageModel | None
) -> tuple[str, str, str]:
    seed = SeedFile.read(seeds / "value_maps" / "fields.csv", FIELDS_KEY)
    rows: list[Row] = []
    for source, proposal in proposed_fields(material, model):
        rows.append(
            {
                "source_object": source.source_object,
                "source_field": source.name,
                "target_field": proposal.target,
                "target_type": proposal.target_type,
                "decision": proposal.decision,
                **_tail(proposal),
            }
        )
    return _saved(seed, rows)


def carried(source: SourceField, proposal: Proposal, targets: Sequence[TargetField]) -> Proposal:
    """Give a field of its own to what fits a standard one that no model fills from a map."""
    takes_more = {target.name for target in targets if target.takes_more}
    if proposal.target_type != "Standard" or proposal.target in takes_more:
        return proposal
    own = new_field(source)
    return replace(
        own,
        confidence=proposal.confidence,
        reason=f"Nutshell's own `{proposal.target}` fits, but no model fills it from here:"
        f" a {own.target_type} field of its own ({proposal.reason})",
    )


def _write_values(seeds: Path, material: Material) -> list[list[str]]:
    by_map: dict[str, list[Row]] = {}
    for value, proposal in proposed_values(material):
        row = {"source_value": value.value, "target_value": proposal.target, **_tail(proposal)}
        if value.map == "pick_list_values":
            row |= {"source_object": value.source_object, "source_field": value.source_field}
        by_map.setdefault(value.map, []).append(row)
    table = []
    for name, rows in sorted(by_map.items()):
        key = VALUES_KEY if name == "pick_list_values" else ("source_value",)
        seed = SeedFile.read(seeds / "value_maps" / f"{name}.csv", key)
        table.append([name, *_saved(seed, rows)])
    return table


def proposed_values(material: Material) -> list[tuple[ValueInUse, Proposal]]:
    """Propose for every value in use; two that differ in case and blanks become one choice."""
    written: dict[tuple[str, ...], str] = {}
    found = []
    # what the metadata declare says how it is spelt
    for value in sorted(material.values, key=lambda value: not value.is_declared):
        proposal = taken(proposed_value(value, material), material.limits.get("text_length"))
        # leads and deals share Nutshell's sources
        place = () if value.map == "source" else (value.source_object, value.source_field)
        key = (value.map, *place, same(proposal.target))
        first = written.setdefault(key, proposal.target)
        if first != proposal.target:
            why = f"`{first}` but for case and blanks, and Nutshell tells them apart by no more"
            proposal = replace(proposal, target=first, reason=why)
        found.append((value, proposal))
    return found


def proposed_value(value: ValueInUse, material: Material) -> Proposal:
    """Propose what a value becomes: one of Nutshell's own choices before one of ours."""
    if value.map == "pick_list_values":
        choices = material.choices.get((value.source_object, value.source_field), [])
        return propose_value(value.value, choices, material.meanings, keep=True)
    return propose_in_map(value.map, value.value, material.names, material.meanings)


def _write_owners(seeds: Path, material: Material) -> tuple[str, str, str]:
    seed = SeedFile.read(seeds / "value_maps" / "owners.csv")
    rows = []
    for user in material.users:
        proposal = propose_owner(user, material.nutshell_users)
        # who has nobody gets the fallback user without a row
        if proposal.target:
            rows.append(
                {"source_value": user.email, "target_value": proposal.target, **_tail(proposal)}
            )
    return _saved(seed, rows)


def _tail(proposal: Proposal) -> Row:
    return {
        "confidence": f"{proposal.confidence:.2f}",
        "reason": proposal.reason,
        "confirmed_by": "",
        "confirmed_on": "",
    }


def _saved(seed: SeedFile, rows: list[Row]) -> tuple[str, str, str]:
    added, refreshed = seed.propose(rows)
    seed.write()
    return str(added), str(refreshed), str(seed.unconfirmed())
