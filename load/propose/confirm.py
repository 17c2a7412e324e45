"""`load confirm`: signs rows of the maps with a name and the day. `load approve` signs plans."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from common.cli import Frame
from common.errors import UsageError
from load.propose.seed_files import SeedFile


@click.command(name="confirm")
@click.option("--by", required=True, metavar="NAME", help="Who looked at them.")
@click.option("--file", "names", multiple=True, metavar="MAP", help="Only this map.")
@click.option("--all", "everything", is_flag=True, help="Every unconfirmed row.")
@click.option("--min-confidence", type=click.FloatRange(0, 1), help="Only rows at least that sure.")
@click.pass_obj
def command(
    frame: Frame, by: str, names: tuple[str, ...], everything: bool, min_confidence: float | None
) -> None:
    r"""
    Confirm proposed rows of seeds/value_maps: writes confirmed_by and confirmed_on.

    \b
    Examples:
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
    table, left = [], 0
    for path in sorted(folder.glob("*.csv")):
        if wanted and path.stem not in wanted:
            continue
        seed = SeedFile.read(path, ())
        signed = seed.confirm(by.strip(), today, min_confidence)
        seed.write()
        left += seed.unconfirmed()
        table.append([path.stem, str(signed), str(seed.unconfirmed())])
    frame.console.table("Confirmed", ["map", "now", "left"], table)
    frame.console.say("Every row is confirmed." if not left else f"{left} rows wait for a name.")
