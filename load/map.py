"""
`make map`: the mapper's loop. Each save in seeds/ or models/ is built; what it changed is said.

Not a whole build: data tests, preflight and plan wait for `dbt build`, which `load plan` asks for.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from watchfiles import Change, watch

from common.cli import Frame, open_frame, run
from common.errors import GateRefused, UsageError
from common.paths import PROJECT_ROOT
from common.seeds import check_seeds
from load.warehouse import open_warehouse

#: What the loop answers with: every record as it is wanted now, beside the build before.
ANSWER = "records_changed"
NO_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


@dataclass(frozen=True)
class Loop:
    """
    dbt kept in memory, and the places that are watched.

    `manifest` is the project as dbt read it last; seeds' rows are read at each build, so that only
    an edit of SQL, yml or a macro makes dbt read the project again.
    """

    frame: Frame
    manifest: Manifest

    def answer(self, paths: Iterable[Path]) -> None:
        """Build what the saved files touch and print what that changed; no files: everything."""
        started = time.perf_counter()
        names = sorted({path.stem for path in paths if path.suffix in (".csv", ".sql")})
        select = [f"{name}+,+{ANSWER}" for name in names if self._is_node(name)]
        if len(select) < len(names) or not names:  # a macro or a description: whatever reads it
            select = [f"+{ANSWER}"]
        result = _dbt("build", *NO_TESTS, "--select", *select, ANSWER, manifest=self.manifest)
        if result.success:  # dbt itself says where and why a build stops
            self._print_changes()
        took = time.perf_counter() - started
        self.frame.console.say(f"{', '.join(names) or 'project'}: {took:.1f} s")

    def is_known_seed(self, path: Path) -> bool:
        """Tell whether only rows can have changed: nothing that dbt must read again."""
        return path.suffix == ".csv" and path.exists() and self._is_node(path.stem)

    def _is_node(self, name: str) -> bool:
        return any(node.name == name for node in self.manifest.nodes.values())

    def _print_changes(self) -> None:
        with open_warehouse(self.frame.paths) as warehouse:
            rows = warehouse.sql(
                """
                select
                    kind,
                    field,
                    count(*) as records,
                    count(before) as filled_before,
                    count(after) as filled_after,
                    array_to_string(list(record_key order by record_key)[:3], ', ') as first_records
                from review.records_changed
                group by kind, field
                order by records desc, kind, field
                limit 40
                """
            ).fetchall()
        if rows:
            self.frame.console.table(
                "This edit changes (contents: review.records_changed)",
                ("kind", "field", "records", "filled before", "filled after", "first records"),
                rows,
            )
        else:
            self.frame.console.say("This edit changes no record.")


def _dbt(*arguments: str, manifest: Manifest | None = None) -> dbtRunnerResult:
    """Run dbt in this process; let go of the warehouse, for others open it between saves."""
    try:
        return dbtRunner(manifest=manifest).invoke(["--quiet", "--no-use-colors", *arguments])
    finally:
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]


def read_project(frame: Frame) -> Loop:
    """Let dbt read the project; raise GateRefused, or UsageError for a seed, where it can not."""
    check_seeds(frame.settings.seeds_dir)
    parsed = _dbt("parse")
    if not parsed.success or not isinstance(parsed.result, Manifest):
        raise GateRefused("dbt can not read the project: fix what it says above and save again.")
    return Loop(frame, parsed.result)


def watched(seeds: Path) -> list[Path]:
    """Give the folders whose saves count."""
    return [seeds, PROJECT_ROOT / "models", PROJECT_ROOT / "macros"]


def _is_edit(_change: Change, path: str) -> bool:
    name = Path(path).name
    return Path(path).suffix in (".csv", ".sql", ".yml") and not name.startswith((".", "~", "#"))


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    r"""
    Build what each save touches, and say what it changed.

    \b
    Example: make map, then in another window edit seeds/value_maps/lead_status.csv
    """
    frame = open_frame()
    os.chdir(PROJECT_ROOT)
    logging.getLogger("watchfiles").setLevel(logging.WARNING)
    frame.console.say("Reading the project and building it once; saves are answered after that …")
    loop = None
    # the watch begins before the first build, so that a save meanwhile is not missed
    places = watched(frame.settings.seeds_dir)
    for changes in watch(
        *places,
        watch_filter=_is_edit,
        yield_on_timeout=True,
        rust_timeout=500,
        raise_interrupt=False,
    ):
        paths = {Path(path) for _, path in changes}
        try:
            if loop is None:
                loop = read_project(frame)
                loop.answer(())
                frame.console.say("Watching seeds/, models/ and macros/. Ctrl-C ends it.")
            elif not all(loop.is_known_seed(path) for path in paths):
                loop = read_project(frame)
            if paths:
                loop.answer(paths)
        except (GateRefused, UsageError) as error:
            frame.console.say(str(error))
    frame.console.say("Run `dbt build` before `load plan`: the loop builds selections only.")


if __name__ == "__main__":
    run(command)
