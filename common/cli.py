"""The frame of every command: settings, console, expected errors as one line. No business here."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

import click

from common.console import Console
from common.errors import MigrationError
from common.paths import DataPaths, close_to_others, make_private
from common.settings import Settings, load_settings
from common.tasks import first_error
from common.tracebacks import keep_traceback, place_of


@dataclass(frozen=True)
class Frame:
    """What a command is given: `click.pass_obj` hands it in."""

    settings: Settings
    paths: DataPaths
    console: Console


class Group(click.Group):
    """A group whose commands' examples keep their lines."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command, its help as it was written."""
        command = super().get_command(ctx, cmd_name)
        return told_whole(command) if command else None

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the group's own help as it was written."""
        told_whole(self)
        super().format_help(ctx, formatter)


def told_whole(command: click.Command) -> click.Command:
    """Turn the mark of a raw docstring into the character that keeps click from wrapping."""
    command.help = (command.help or "").replace("\\b\n", "\b\n")
    return command


def open_frame() -> Frame:
    """Read the settings and make this process private."""
    make_private()
    spare_the_collector()
    settings = load_settings()
    close_to_others(settings.data_dir)
    return Frame(settings, DataPaths(settings.data_dir), Console(log_json=settings.log_json))


def spare_the_collector() -> None:
    """Let the garbage collector look seldom: records are trees, and it took a fifth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def run(group: click.Group | click.Command) -> None:
    """Run a click command; end the process with the exit code of what happened."""
    sys.exit(exit_code_of(lambda: group.main(standalone_mode=False)))


def exit_code_of(command: Callable[[], object]) -> int:
    """Run a command and return its exit code; expected errors become one line on stderr."""
    try:
        try:
            result = command()
        except BaseExceptionGroup as errors:
            raise first_error(errors) from None
    except MigrationError as error:
        _complain(str(error))
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except click.exceptions.Exit as error:
        return error.exit_code
    except (KeyboardInterrupt, click.exceptions.Abort):
        _complain("Interrupted. Run the same command again: it goes on where it stopped.")
        return 130
    except Exception as error:  # left to Python it would end with 1, which means "done"
        # a full disk, a read-only folder: the machine's fault, and the way out is the user's
        machine = _is_the_machines(error)
        _complain(_what_the_machine_said(error) if machine else _what_nobody_expected(error))
        return 2
    return result if isinstance(result, int) else 0


def _is_the_machines(error: Exception) -> bool:
    from duckdb import IOException  # a command that asks nothing of it starts without it

    return isinstance(error, OSError | IOException)


def _what_the_machine_said(error: Exception) -> str:
    if isinstance(error, OSError):
        told = os.strerror(error.errno) if error.errno else "Reading or writing failed"
        cause = error.strerror or told
        place = f"{cause}: {error.filename or 'the data folder'}."
    else:  # the words of the library are not repeated: they may hold more than a place
        place = (
            "A file below the data folder can not be read or written: the disk is full, the file"
            " is damaged, or another program holds it."
        )
    return f"{place} Mend it and run the same command again: it goes on where it stopped."


def _what_nobody_expected(error: Exception) -> str:
    # its own words may quote a record: they are neither said nor kept
    told = f"An error of ours: {type(error).__name__} in {place_of(error)}."
    try:
        path = keep_traceback(error, DataPaths(load_settings().data_dir))
    except (OSError, MigrationError):
        return f"{told} Traceback: could not be kept."
    return f"{told} Traceback, without contents: {path}. Give it to whoever mends us."


def _complain(line: str) -> None:
    print(" ".join(line.split()), file=sys.stderr)
