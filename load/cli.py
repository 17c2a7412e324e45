"""The load command: what it is called and what its options mean; the modules do the work."""

from __future__ import annotations

import importlib
import importlib.util
import sqlite3
from pathlib import Path

import click

from common.cli import Frame, Group, open_frame, run, told_whole

PLAN = click.option("--plan", "digest", help="Beginning of a plan's digest; default: the newest.")
BY = click.option("--by", required=True, metavar="NAME", help="Who answers for it.")

#: Commands that other modules bring along: name → module with a click command `command`.
REGISTERED = {
    "delta": "load.delta",
    "probe": "load.probe",
    "propose": "load.propose",
    "confirm": "load.propose.confirm",
    "purge": "load.purge.command",
    "resolve": "load.resolve",
}
#: As they are needed: help lists them so.
IN_ORDER = (
    *(
        "doctor",
        "probe",
        "propose",
        "confirm",
        "fields",
        "plan",
        "approve",
        "apply",
        "verify",
        "review",
        "explain",
        "status",
    ),
    *("delta", "retry", "resolve", "rollback", "purge"),
)


class _Group(Group):
    """The group; registered commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        there = {*super().list_commands(ctx), *(n for n, m in REGISTERED.items() if _there(m))}
        return sorted(there, key=IN_ORDER.index)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = REGISTERED.get(cmd_name)
        if module is not None and _there(module):
            command: click.Command = importlib.import_module(module).command
            return told_whole(command)
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an audit that fails midway is said in one line, with the way out."""
        try:
            return super().invoke(ctx)
        except sqlite3.Error as error:
            from load.audit.journal import damaged

            raise damaged(ctx.obj.paths.audit, error) from None


def _there(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


@click.group(
    cls=_Group,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.pass_context
def cli(ctx: click.Context) -> None:
    r"""
    Write what SQL planned into Nutshell, and take it back.

    Alone it says where this migration stands and what comes next.

    \b
    The order: propose, confirm, fields, plan, approve, apply --sample, verify,
    approve --sample-reviewed, apply, verify (, rollback).
    """
    ctx.obj = open_frame()
    if ctx.invoked_subcommand is None:
        from load.overview import show_overview

        show_overview(ctx.obj)


@cli.command()
@click.pass_obj
def doctor(frame: Frame) -> None:
    r"""
    Check the surroundings before the night: settings, addresses, clocks, disk, versions, folders.

    \b
    Example:
      load doctor
    """
    from load.doctor import doctor_command

    doctor_command(frame)


@cli.command()
@click.option("--create", is_flag=True, help="Make what Nutshell's API can make.")
@click.option("--by", metavar="NAME", help="Who answers for it; needed with --create.")
@click.option(
    "--checklist",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.csv",
    help="Write what is missing as the administrator's steps.",
)
@click.pass_obj
def fields(frame: Frame, create: bool, by: str | None, checklist: Path | None) -> None:
    r"""
    Print the custom fields, tags and sources that Nutshell lacks, and make them.

    \b
    Examples:
      load fields
      load fields --checklist steps.csv
      load fields --create --by "R. Meyer"
    """
    from load.fields.command import fields_command

    fields_command(frame, create=create, by=by, checklist=checklist)


@cli.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "markdown", "json")),
    default="text",
    help="For a review: of counts, costs, gates and digests; never of contents.",
)
@click.pass_obj
def plan(frame: Frame, form: str) -> None:
    r"""
    Freeze what the warehouse plans, and say what would happen.

    \b
    Examples:
      dbt build && load plan
      load plan --format markdown > plan.md
    """
    from load.commands import plan_command

    plan_command(frame, form)


@cli.command()
@BY
@click.option("--sample-reviewed", is_flag=True, help="Sign that the loaded sample was reviewed.")
@click.option("--max-age", type=click.IntRange(1), help="Refuse a plan frozen more hours ago.")
@PLAN
@click.pass_obj
def approve(
    frame: Frame, by: str, sample_reviewed: bool, max_age: int | None, digest: str | None
) -> None:
    r"""
    Sign a plan, or its sample once that was loaded, read back and reviewed.

    \b
    Examples:
      load approve --by "R. Meyer"
      load approve --sample-reviewed --by "R. Meyer"
      load approve --by "R. Meyer" --max-age 24
    """
    from load.commands import approve_command

    approve_command(frame, by=by, sample=sample_reviewed, digest=digest, max_age=max_age)


@cli.command()
@click.option("--sample", is_flag=True, help="Only the records that the plan marks as its sample.")
@PLAN
@click.pass_obj
def apply(frame: Frame, sample: bool, digest: str | None) -> None:
    r"""
    Carry out the approved plan. Run it again after any interruption: nothing is written twice.

    \b
    Examples:
      load apply --sample
      load apply
    """
    from load.commands import apply_command

    apply_command(frame, sample=sample, digest=digest)


@cli.command()
@click.pass_obj
def verify(frame: Frame) -> None:
    r"""
    Read back what was written, build, publish the review and print its headlines.

    \b
    Example:
      load verify
    """
    from load.verify.command import verify_command

    verify_command(frame)


@cli.command()
@click.pass_obj
def review(frame: Frame) -> None:
    r"""
    Write the review as a page to look at: one file that opens from disk, without any network.

    \b
    Example:
      load review
    """
    from load.review.command import review_command

    review_command(frame)


@cli.command()
@click.argument("record")
@click.argument("field", required=False)
@click.option("--show", is_flag=True, help="Print contents, too.")
@click.pass_obj
def explain(frame: Frame, record: str, field: str | None, show: bool) -> None:
    r"""
    Say why a record, or one of its fields, is as it is, step by step.

    Where it comes from, which map changed it, what was written when, and how it differs now.

    \b
    Examples:
      load explain people:per_1
      load explain people:per_1 email --show
    """
    from load.review.explain import explain_command

    explain_command(frame, record, field, show=show)


@cli.command()
@click.option("--run", "run_id", metavar="R", help="Only what this run wrote.")
@click.option("--object", "source_object", metavar="O", help="Only this object: people, deals …")
@click.option("--record", metavar="ID", help="Only this record: people:per_1.")
@click.option("--with-linked", is_flag=True, help="Also what we loaded that links to those.")
@click.option("--extras", is_flag=True, help="Only copies of ours that the audit does not know.")
@click.option("--preview", is_flag=True, help="Say what would happen; change nothing.")
@click.pass_obj
def rollback(  # noqa: PLR0917 - click passes by name
    frame: Frame,
    run_id: str | None,
    source_object: str | None,
    record: str | None,
    with_linked: bool,
    extras: bool,
    preview: bool,
) -> None:
    r"""
    Take back what was loaded: delete what was created, restore what was changed.

    What a human has edited since is kept and named. So is a record to which one that stays
    links, be it others' or ours: nothing that stays loses a link. With --object leads, leads
    that have activities of ours are kept therefore; --with-linked takes those activities back
    as well, and whatever links to them.

    A create that was given up and took effect late stands in Nutshell twice. Such a copy goes with
    its record; --extras takes nothing but such copies, and never the one that the audit knows.

    \b
    Examples:
      load rollback --preview
      load rollback --extras --preview
      load rollback --object leads --with-linked --preview
      load rollback --record people:per_1
    """
    from load.rollback.command import rollback_command
    from load.rollback.selection import Selection

    selection = Selection(run_id, source_object, record, extras=extras)
    rollback_command(frame, selection, with_linked=with_linked, preview=preview)


@cli.command()
@click.option("--cause", metavar="C", help="Only records that wait for this cause.")
@PLAN
@click.pass_obj
def retry(frame: Frame, cause: str | None, digest: str | None) -> None:
    r"""
    Write, after the mend, the records that waited for a cause, and no others.

    Writes that failed are tried once more. Of records that the plan holds back it says the mend
    and what comes next; once an approved plan has it, they are written, with those that waited
    for them.

    \b
    Examples:
      load retry --cause rejected
      load retry --cause rate_missing
    """
    from load.retry.command import retry_command

    retry_command(frame, cause=cause, digest=digest)


@cli.command()
@click.option("--watch", is_flag=True, help="Go on until the load at work ends.")
@click.option("--check", is_flag=True, help="Walk the audit's chain: was anything changed by hand?")
@click.pass_obj
def status(frame: Frame, watch: bool, check: bool) -> None:
    r"""
    Show plans, runs, counts, rate and time to go, also while another process loads.

    \b
    Examples:
      load status --watch
      load status --check
    """
    from load.status import check_audit, show_status

    if check:
        check_audit(frame)
    else:
        show_status(frame, watch=watch)


def main() -> None:
    """Run the command and end with its exit code."""
    run(cli)


if __name__ == "__main__":
    main()
