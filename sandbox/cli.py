"""The command `sandbox`: serves both imitated systems and asks their control paths."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

_PORT_HELP = "0 takes a free one"
_size = click.option(
    "--size",
    type=click.IntRange(1, 1_000_000),
    default=200,
    show_default=True,
    help="People in the generated practice; 50 and more make one with every kind of mess.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Both systems as real HTTP servers on loopback: the embedded default, and the test bed."""


@main.command()
@click.option(
    "--practice",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="An export folder that Visual Practice serves; without it a practice is generated.",
)
@_size
@click.option(
    "--seed", default=1, show_default=True, help="Seed of the practice and of the faults."
)
@click.option(
    "--state",
    "state_dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the state lives; it survives a restart. [default: DATA_DIR/sandbox]",
)
@click.option("--faults", default="none", show_default=True, help="A profile's name, or JSON.")
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address.")
@click.option("--port-visual-practice", default=0, help=_PORT_HELP)
@click.option("--port-nutshell", default=0, help=_PORT_HELP)
@click.option(
    "--env-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the printed lines here too.",
)
@click.option(
    "--only", type=click.Choice(["nutshell", "visual-practice"]), help="Serve one of them."
)
def serve(**options: Any) -> None:
    """
    Serve until interrupted; print NAME=value lines, then SANDBOX_READY=1.

    Example: sandbox serve --practice practice --faults lost_answers --env-file sandbox.env
    """  # fmt: skip
    import uvloop

    from sandbox.fault_profiles import BadProfile, read_profile
    from sandbox.serve import NotServed, run

    if not is_loopback(options["host"]):
        raise click.UsageError("the sandbox listens on loopback only")
    try:
        read_profile(options["faults"])
    except BadProfile as error:
        raise click.UsageError(str(error)) from None
    options["state_dir"] = (
        options["state_dir"] or Path(os.environ.get("DATA_DIR", "data")) / "sandbox"
    )
    options["state_dir"].mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(**options))
    except NotServed as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        return


def is_loopback(host: str) -> bool:
    """Say whether every address of a host name is a loopback one."""
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        return False
    return all(ipaddress.ip_address(entry[4][0]).is_loopback for entry in found)


def _control(variable: str, method: str, path: str, body: Any = None) -> Any:
    """Call a control path; exit 2 without its server's URL, 3 when it does not answer."""
    import httpx

    base = os.environ.get(variable)
    if not base:
        click.echo(f"{variable} is not set: start `sandbox serve` and set what it prints", err=True)
        sys.exit(2)
    if not is_loopback(httpx.URL(base).host):
        click.echo(f"{variable} is no loopback address: control paths are the sandbox's", err=True)
        sys.exit(2)
    try:
        answer = httpx.request(method, f"{base}/_sandbox/{path}", json=body, timeout=600)
    except httpx.TransportError:
        click.echo(f"{variable}: no sandbox answers there", err=True)
        sys.exit(3)
    if answer.is_error:
        click.echo(f"{variable}: the sandbox answered {answer.status_code}", err=True)
        sys.exit(1)
    return answer.json()


_BOTH = (("visual_practice", "VISUAL_PRACTICE_URL"), ("nutshell", "NUTSHELL_URL"))


@main.command()
def fingerprint() -> None:
    """Print the hash of what a user sees in Nutshell: a rollback brings it back."""
    click.echo(_control("NUTSHELL_URL", "GET", "fingerprint")["fingerprint"])


@main.command()
@click.option("--only", type=click.Choice(["nutshell", "visual-practice"]))
def reset(only: str | None) -> None:
    """Return both systems to their first day."""
    for name, variable in _BOTH:
        if only in (None, name.replace("_", "-")):
            _control(variable, "POST", "reset")
            click.echo(f"{name}: reset")


@main.command()
@click.option("--hours", default=24.0, show_default=True)
def advance(hours: float) -> None:
    """Let the practice work on: new, changed and deleted records in Visual Practice."""
    told = _control("VISUAL_PRACTICE_URL", "POST", "advance", {"hours": hours})
    sums = Counter[str]()
    for changes in told["changes"].values():
        sums.update(changes)
    done = ", ".join(f"{number} {word}" for word, number in sums.items())
    click.echo(f"It is {told['server_time']} at the practice: {done}.")


@main.command()
def stats() -> None:
    """Print the calls that each server has had, by method and status."""
    for name, variable in _BOTH:
        if os.environ.get(variable):
            for key, number in _control(variable, "GET", "stats").items():
                click.echo(f"{name}\t{key}\t{number}")


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@_size
@click.option("--seed", default=1, show_default=True, help="Seed of the practice.")
def export(folder: Path, size: int, seed: int) -> None:
    """
    Write the generated practice as an export folder: the same records as `serve` serves at first.

    Example: sandbox export practice --size 500 --seed 3
    """  # fmt: skip
    from sandbox.generator.export import write_folder

    try:
        counts = write_folder(folder, size, seed)
    except (OSError, ValueError) as error:
        raise click.UsageError(str(error)) from None
    for name, number in counts.items():
        click.echo(f"{name}\t{number}")


if __name__ == "__main__":
    main()
