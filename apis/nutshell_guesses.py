"""
What nobody could check against a live account, by name. Not a place for documented facts.

Here are the defaults. The switches are `policies/nutshell_behaviour.csv` of the seeds, which
`load probe` writes; the sample migration's read-back proves them once more.
"""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Literal, get_args, get_type_hints

from common.errors import UsageError

BEHAVIOUR = Path("policies") / "nutshell_behaviour.csv"
#: facts that change no call: they are in the file for whoever reads it
UNUSED = frozenset({"legacy_id", "batch", "new_email", "parent", "multi_out", "number_type"})


def _upload() -> Literal["off", "two_step"]:
    said = os.environ.get("NUTSHELL_ASSUMED_UPLOAD", "").strip().lower()
    return "two_step" if said in {"1", "true", "yes", "on"} else "off"


@dataclass(frozen=True)
class Guesses:
    """What is only seen in other people's clients, or known to nobody; each can be switched."""

    close: Literal["outcome", "outcomeId", "rest"] = "outcome"
    value: Literal["rest", "product", "rpc", "none"] = "rest"
    upload: Literal["off", "two_step"] = field(default_factory=_upload)
    lead_created_time: Literal["never", "honoured"] = "never"
    rev: Literal["read", "REV_IGNORE"] = "read"
    find_by_tag: Literal["on", "off"] = "on"
    stageset: Literal["create_only", "edit"] = "create_only"
    multi_in: Literal["list", "joined"] = "list"
    custom_fields_on_edit: Literal["changed", "all"] = "changed"
    # of no switch: names and sizes
    value_path: str = "/leads/0/manualValue"
    value_product: str = "Migrated value"
    order_by: str = "id"  # rises with creation
    page_size: int = 100
    search_limit: int = 50
    marker_field: str = "Visual Practice ID"
    marker_line: str = "Visual Practice {marker}"


GUESSES = Guesses()


def read_guesses(seeds: Path) -> Guesses:
    """Return the switches as the seeds have them; raise UsageError for a position there is not."""
    kinds = get_type_hints(Guesses)
    switches = {f.name: get_args(kinds[f.name]) for f in fields(Guesses) if get_args(kinds[f.name])}
    chosen: dict[str, str] = {}
    for row in read_behaviour(seeds):
        fact, setting = row["fact"], row["setting"]
        if fact in UNUSED:
            continue
        if setting not in switches.get(fact, ()):
            raise UsageError(
                f"{BEHAVIOUR} of the seeds: {fact} = {setting} is no switch that there is."
                f" {'It takes ' + ', '.join(switches[fact]) if fact in switches else 'Drop it'}."
            )
        chosen[fact] = setting
    # the environment may turn uploads on where nobody has probed
    if chosen.get("upload") == "off" and _upload() != "off":
        del chosen["upload"]
    return replace(GUESSES, **chosen)  # type: ignore[arg-type]


def read_behaviour(seeds: Path) -> list[dict[str, str]]:
    """Return the file's rows, blanks cut off; none where it is absent: the defaults hold then."""
    path = seeds / BEHAVIOUR
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8-sig") as file:
        return [{k: (v or "").strip() for k, v in row.items() if k} for row in csv.DictReader(file)]
