"""`load confirm`: signs rows of the maps with a name and the day. `load approve` signs plans."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from common.cli import Frame
from common.errors import UsageError
from load.propose.proposal import LEAVE_OUT
from load.propose.seed_files import Row, SeedFile

OUTCOMES = ("deal_outcome", "lead_outcome")  # what closes a deal, and so moves money
MOST = 25  # rows of any other map; its file has all


@click.command(name="confirm")
@click.option("--by", required=True, metavar="NAME", help="Who looked at them.")
@click.option("--file", "names", multiple=True, metavar="MAP", help="Only this map.")
@click.option("--all", "everything", is_flag=True, help="Every unconfirmed row.")
@click.option("--min-confidence", type=click.FloatRange(0, 1), help="Only rows at least that sure.")
@click.option("--preview", is_flag=True, help="Only show what would be signed.")
@click.pass_obj
def command(  # noqa: PLR0917 - click gives an option each
    frame: Frame,
    by: str,
    names: tuple[str, ...],
    everything: bool,
    min_confidence: float | None,
    preview: bool,
) -> None:
    r"""
    Confirm proposed rows of seeds/value_maps: writes confirmed_by and confirmed_on.

    Rows that close a deal or a lead are shown one by one before they are signed; with
    --min-confidence the others are shown too, the least sure first.

    \b
    Examples:
      load confirm --by "R. Meyer" --min-confidence 0.9 --preview
      load confirm --by "R. Meyer" --min-confidence 0.9
      load confirm --by "R. Meyer" --file lead_status --all
    """
    if everything == (min_confidence is not None):
        raise UsageError("Say which rows: either --all or --min-confidence X.")
    if not by.strip():
        raise UsageError("--by needs a name: who looked at the rows.")
    folder = frame.settings.seeds_dir / "value_maps"
    wanted = [name.removesuffix(".csv").rsplit("/", 1)[-1] for name in names]
    if strangers := [name for name in wanted if not (folder / f"{name}.csv").is_file()]:
        raise UsageError(f"There is no map {strangers[0]} in {folder}. Give its file's name.")
    today = datetime.now(UTC).date().isoformat()
    seeds = [
        SeedFile.read(path, ())
        for path in sorted(folder.glob("*.csv"))
        if not wanted or path.stem in wanted
    ]
    for seed in seeds:
        if seed.path.stem in OUTCOMES:
            _show(frame, seed, seed.to_confirm(min_confidence))
        elif min_confidence is not None:
            _show(frame, seed, seed.to_confirm(min_confidence), most=MOST)
    if preview:
        frame.console.say("Nothing was signed: a preview.")
        return
    table, left = [], 0
    for seed in seeds:
        signed = seed.confirm(by.strip(), today, min_confidence)
        seed.write()
        left += seed.unconfirmed()
        table.append([seed.path.stem, str(signed), str(seed.unconfirmed())])
    frame.console.table("Confirmed", ["map", "now", "left"], table)
    frame.console.say("Every row is confirmed." if not left else f"{left} rows wait for a name.")


def _show(frame: Frame, seed: SeedFile, rows: list[Row], most: int | None = None) -> None:
    shown = rows[:most]
    if not shown:
        return
    frame.console.table(
        f"{seed.path.stem}: about to be signed",
        ["from", "to", "confidence", "reason"],
        [
            [_source(row), _target(row, seed.path.stem), row["confidence"], row["reason"]]
            for row in shown
        ],
    )
    if len(rows) > len(shown):
        more = len(rows) - len(shown)
        frame.console.say(f"… and {more} more, none less sure: {seed.path.name} has them.")


def _source(row: Row) -> str:
    parts = (row.get(name, "") for name in ("source_object", "source_field"))
    place = ".".join(part for part in parts if part)
    value = row.get("source_value")
    return " ".join(part for part in (place, "(empty)" if value == "" else value) if part)


def _target(row: Row, name: str) -> str:
    if row.get("decision") == LEAVE_OUT:
        return "stays behind"
    return (
        row.get("target_value")
        or row.get("target_field")
        or ("stays open" if name in OUTCOMES else "(none)")
    )
