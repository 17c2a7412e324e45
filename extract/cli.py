"""The command `extract`: lands the practice, Nutshell and the rates; the work is elsewhere."""

from __future__ import annotations

import shutil
from pathlib import Path

import click
import uvloop

from common.cli import Frame, Group, open_frame, run
from common.console import Console
from common.errors import UsageError
from common.lock import hold

FOLDER = click.Path(path_type=Path)


@click.group(
    cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.pass_context
def extract(context: click.Context) -> None:
    """
    Land raw data as Parquet below DATA_DIR/raw; afterwards run `dbt build`.

    Exit codes: 0 done, 1 done but for what is no record, 2 wrong use or credentials, 3 a system
    could not be reached.
    A killed `extract visual-practice` goes on where it stopped when it is run again; from a folder
    it begins anew, and so do the others.
    """
    context.obj = open_frame()


@extract.command("visual-practice")
@click.option("--from", "folder", type=FOLDER, help="An export folder instead of the API.")
@click.option("--delta", is_flag=True, help="Only what changed since the newest run.")
@click.pass_obj
def visual_practice(frame: Frame, folder: Path | None, delta: bool) -> None:
    r"""
    Land the practice: every object that the policy lets in, and the files.

    \b
    Examples:
      extract visual-practice                  # from VISUAL_PRACTICE_URL
      extract visual-practice --delta          # what changed since
      extract visual-practice --from ./export  # from an export folder
    """
    from extract.practice import extract_api, extract_folder

    if folder and delta:
        raise UsageError("An export folder is always whole: leave --delta away.")
    with hold(frame.paths, "extract visual-practice"):
        if folder:
            uvloop.run(extract_folder(frame, folder))
        else:
            frame.settings.visual_practice()  # say what is missing before anything is touched
            uvloop.run(extract_api(frame, delta=delta))


@extract.command("nutshell")
@click.pass_obj
def nutshell(frame: Frame) -> None:
    r"""
    Land what Nutshell holds: users, fields, pipelines, accounts, contacts, leads, activities.

    \b
    Example:
      extract nutshell    # from NUTSHELL_URL
    """
    frame.settings.nutshell()
    with hold(frame.paths, "extract nutshell"):
        uvloop.run(_nutshell(frame))


async def _nutshell(frame: Frame) -> None:
    from apis.nutshell import NEEDED_TO_READ, Nutshell
    from apis.nutshell_guesses import read_guesses
    from apis.nutshell_landing import land_full

    console: Console = frame.console
    shutil.rmtree(frame.paths.raw / ".partial" / "nutshell", ignore_errors=True)
    guesses = read_guesses(frame.settings.seeds_dir)
    async with Nutshell.connect(frame.settings.nutshell(), guesses, log=console.log) as api:
        await api.check_methods(NEEDED_TO_READ)
        with console.progress("records of Nutshell") as task:
            run_folder, rows = await land_full(api, frame.paths, task.advance)
    console.table(
        f"Nutshell, run {run_folder.name}",
        ("table", "rows", "pages"),
        [(row["object"], row["rows"], row["pages"]) for row in rows],
    )


@extract.command("rates")
@click.option("--from", "file", type=FOLDER, help="A newer eurofxref-hist (.zip or .csv).")
@click.pass_obj
def rates(frame: Frame, file: Path | None) -> None:
    r"""
    Land the ECB's reference rates: those that came with the installation, or a newer file.

    \b
    Examples:
      extract rates
      extract rates --from eurofxref-hist.zip
    """
    from extract.rates import bundled_file, land_rates

    with hold(frame.paths, "extract rates"):
        count, newest = land_rates(frame.paths, file or bundled_file())
    frame.console.say(f"{count:,} rates landed, the newest of {newest}.")


@extract.command("check")
@click.pass_obj
def check(frame: Frame) -> None:
    r"""
    Compare every landed file with its run's manifest; name the first that is damaged.

    \b
    Example:
      extract check
    """
    from common.manifests import check_run

    folders = [
        folder
        for source in ("visual_practice", "nutshell", "rates")
        for folder in frame.paths.committed_runs(source)
    ]
    with frame.console.progress("runs checked", len(folders)) as task:
        for folder in folders:
            check_run(folder)
            task.advance()
    runs = len(folders)
    frame.console.say(f"{runs} runs are whole." if runs else "Nothing has been extracted yet.")


def main() -> None:
    """Run the command."""
    run(extract)


if __name__ == "__main__":
    main()
