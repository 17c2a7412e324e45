"""
A frozen plan on disk: its rows as Parquet, streamed by record, and its headline as JSON.

Not how it came about (`load.plan.freeze`) nor what is done with it (`load.apply.walk`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from common.errors import DataDamaged, GateRefused, UsageError
from common.paths import DataPaths
from load.plan.digests import Element

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

ROWS_AT_A_TIME = 2_000
VERSION = 2  # of a plan's files: those of another one are left alone
#: What a plan's digest does not cover: its own name, and when it was frozen.
OF_A_MOMENT = frozenset({"digest", "frozen_at"})
COLUMNS = (
    "position",
    "level",
    "record_key",
    "operation_key",
    "source_object",
    "source_id",
    "kind",
    "step",
    "operation",
    "reason",
    "bucket",
    "nutshell_id",
    "survivor_key",
    "payload",
    "payload_hash",
    "desired",
    "desired_hash",
    "seen",
    "depends_on",
    "in_sample",
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the plan: one write, or the word that none is needed."""

    position: int
    level: int
    record_key: str
    operation_key: str
    source_object: str
    source_id: str
    kind: str
    step: str
    operation: str
    reason: str | None
    bucket: str | None
    nutshell_id: int | None
    survivor_key: str | None
    payload: str | None
    payload_hash: str | None
    desired: str | None
    desired_hash: str | None
    seen: str | None
    depends_on: Sequence[str] | None
    in_sample: bool | None


@dataclass(frozen=True)
class Headline:
    """What a plan says of itself."""

    digest: str
    rows_digest: str
    mapping_digest: str
    schema_digest: str
    frozen_at: str
    host: str
    records: int
    operations: int
    levels: dict[str, int]
    counts: list[dict[str, Any]]
    calls: dict[str, int]
    files: dict[str, str] = field(repr=False)
    envelope: list[list[str]] = field(repr=False)
    schema: list[list[str]] = field(repr=False)
    gates: list[dict[str, Any]] = field(repr=False)
    behind: list[dict[str, Any]] = field(repr=False)
    definitions: list[dict[str, Any]] = field(repr=False)
    sample_records: int = 0
    version: int = 1

    def elements(self) -> set[Element]:
        """Give the envelope as a set."""
        return {Element(kind, element) for kind, element in self.envelope}


def plan_file(paths: DataPaths, digest: str) -> Path:
    """Give the place of a plan's rows."""
    return paths.plans / f"{digest}.parquet"


def read_headline(paths: DataPaths, digest: str) -> Headline:
    """Read a plan's headline; raise DataDamaged where it is no plan, or one of another version."""
    again = "Run `load plan` to freeze it again."
    try:
        content = orjson.loads((paths.plans / f"{digest}.json").read_bytes())
        headline = Headline(**content)
    except (OSError, orjson.JSONDecodeError, TypeError):
        raise DataDamaged(
            f"Plan {digest[:12]} is not whole, or of another version. {again}"
        ) from None
    if headline.version != VERSION:
        raise DataDamaged(f"Plan {digest[:12]} is of version {headline.version}. {again}")
    if headline.digest != digest:
        raise DataDamaged(f"The file of plan {digest[:12]} holds another plan. {again}")
    return headline


def all_plans(paths: DataPaths) -> list[Headline]:
    """Give the plans that this version reads, oldest first; others lie there and stop nothing."""
    headlines = []
    for digest in _digests(paths):
        with suppress(DataDamaged):
            headlines.append(read_headline(paths, digest))
    return sorted(headlines, key=lambda headline: headline.frozen_at)


def _digests(paths: DataPaths) -> list[str]:
    found = sorted(paths.plans.glob("*.json"))
    return [path.stem for path in found if path.with_suffix(".parquet").is_file()]


def find_plan(paths: DataPaths, prefix: str | None) -> Headline:
    """Find a plan by the beginning of its digest; the newest where none is given."""
    plans = all_plans(paths)
    if prefix is None and plans:
        return plans[-1]
    named = [digest for digest in _digests(paths) if digest.startswith(prefix or "")]
    if not named and prefix is None:
        raise GateRefused("There is no plan yet. Run `load plan` first.")
    if len(named) == 1 or prefix is None:
        return read_headline(paths, named[-1])  # says what is wrong with it
    fitting = [plan for plan in plans if plan.digest.startswith(prefix)]
    if len(fitting) != 1:
        word = "No plan begins" if not fitting else f"{len(fitting)} plans begin"
        raise UsageError(f"{word} with {prefix}. `load status` lists them.")
    return fitting[0]


def _opened(path: Path) -> ParquetFile:
    from pyarrow.parquet import ParquetFile  # whoever reads headlines alone starts without it

    return ParquetFile(path)


def count_writes(path: Path, *, sample_only: bool = False, only: Set[str] | None = None) -> int:
    """Count the operations that write, of a plan or of the same part as `stream_records` gives."""
    found = 0
    with _opened(path) as file:
        for batch in file.iter_batches(columns=["operation", "in_sample", "record_key"]):
            rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
            found += sum(
                operation in ("create", "update")
                and (in_sample or not sample_only)
                and (only is None or record_key in only)
                for operation, in_sample, record_key in rows
            )
    return found


def planned_values(path: Path) -> list[dict[str, Any]]:
    """Sum the values that a plan writes: by currency, how many and how much, as exact decimals."""
    import duckdb

    with duckdb.connect(config={"threads": 1}) as connection:
        rows = connection.execute(
            """
            select
                payload ->> '$.currency' as currency, count(*) as deals,
                sum(try_cast(payload ->> '$.amount' as decimal(38, 4)))::varchar as amount
            from read_parquet(?)
            where step = 'value' and operation in ('create', 'update')
            group by all order by all
            """,
            [str(path)],
        ).fetchall()
    return [dict(zip(("currency", "deals", "amount"), row, strict=True)) for row in rows]


def stream_records(
    path: Path, *, sample_only: bool = False, only: Set[str] | None = None
) -> Iterator[list[Operation]]:
    """
    Stream the plan record by record, each with its steps, in the plan's order; or some of it.

    Holds a few thousand rows at a time. Raises DataDamaged where the file can not be read.
    """
    steps: list[Operation] = []
    try:
        with _opened(path) as file:
            for batch in file.iter_batches(batch_size=ROWS_AT_A_TIME, columns=list(COLUMNS)):
                columns = [batch.column(name).to_pylist() for name in COLUMNS]
                for row in zip(*columns, strict=True):
                    operation = Operation(*row)
                    if sample_only and not operation.in_sample:
                        continue
                    if only is not None and operation.record_key not in only:
                        continue
                    if steps and steps[0].record_key != operation.record_key:
                        yield steps
                        steps = []
                    steps.append(operation)
    except (OSError, ValueError) as error:
        raise DataDamaged(
            f"Plan {path.stem[:12]} can not be read ({type(error).__name__})."
            " Run `load plan` to freeze it again."
        ) from None
    if steps:
        yield steps
