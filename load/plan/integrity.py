"""
Whether a plan on disk is what was frozen: its rows, its head, and that it was frozen here.

Not whether it may be carried out (`load.plan.approve`). Read in a stream before any call is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import orjson

from common.errors import DataDamaged, GateRefused
from common.paths import DataPaths
from load.audit.questions import Audit
from load.plan.digests import digest_lines, short, some
from load.plan.frozen import COLUMNS, OF_A_MOMENT, Headline, plan_file

AT_ONCE = 20_000
_PACKED = ", ".join(f'{name} := "{name}"' for name in COLUMNS if name != "position")
#: One line for each row, and its payload's hash as it is now.
LINES = f"md5(to_json(struct_pack({_PACKED}))::varchar)"


def rows_digest(lines: Iterable[str]) -> str:
    """Digest a plan's rows, in their order."""
    return digest_lines(lines)


def plan_digest(head: dict[str, Any]) -> str:
    """Digest what a plan says of itself, its rows' digest among it: that is the plan's name."""
    said = {name: value for name, value in head.items() if name not in OF_A_MOMENT}
    return digest_lines([orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()])


def check_plan(paths: DataPaths, audit: Audit, plan: Headline) -> None:
    """Raise GateRefused, saying what does not fit, where a plan is not what was frozen here."""
    this = f"Plan {short(plan.digest)}"
    out = "Run `load plan`, and have the new plan approved."
    noted = audit.connection.execute(
        "select mapping_digest, schema_digest, host from plans where plan_digest = ?",
        (plan.digest,),
    ).fetchone()
    if noted is None:
        raise GateRefused(f"{this} was not frozen here: the audit does not know it. {out}")
    if changed := list(_changed(paths, plan)):
        raise GateRefused(f"{this} is not what was frozen: {some(changed, '; ')}. {out}")
    if tuple(noted) != (plan.mapping_digest, plan.schema_digest, plan.host):
        raise GateRefused(f"{this} is not what the audit noted when it was frozen. {out}")


def _changed(paths: DataPaths, plan: Headline) -> Iterator[str]:
    if plan_digest(plan.__dict__) != plan.digest:
        yield "its head was changed"
    payloads: list[str] = []
    if rows_digest(_lines(plan_file(paths, plan.digest), payloads.append)) != plan.rows_digest:
        yield "its rows were changed"
    if payloads:
        yield f"the payload is not the one that was hashed: {some(payloads)}"


def _lines(path: Path, mismatch: Callable[[str], object]) -> Iterator[str]:
    """Give the rows' lines in the order of the file; name those whose payload has another hash."""
    try:
        with duckdb.connect(config={"threads": 1}) as connection:
            cursor = connection.execute(
                f"select {LINES}, operation_key, payload is null or payload_hash = md5(payload)"  # noqa: S608
                " from read_parquet(?)",
                [str(path)],
            )
            while rows := cursor.fetchmany(AT_ONCE):
                for line, operation_key, fits in rows:
                    if not fits:
                        mismatch(str(operation_key))
                    yield line
    except duckdb.Error as error:
        raise DataDamaged(
            f"Plan {path.stem[:12]} can not be read ({type(error).__name__})."
            " Run `load plan` to freeze it again."
        ) from None
