"""
The administrator's checklist: each definition that Nutshell lacks as a whole step, said or as CSV.

Not what is lacking, nor why: `preflight.preflight_definitions` says both.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from common.errors import UsageError
from common.paths import write_durably
from load.fields.live import choices_of
from load.spreadsheets import as_text

COLUMNS = (
    "step",
    "made by",
    "kind",
    "object",
    "name",
    "type",
    "choices",
    "several at once",
    "required",
    "default",
    "length",
    "validation",
    "state",
    "note",
)
Definition = Mapping[str, Any]


def steps(definitions: Iterable[Definition]) -> list[dict[str, str]]:
    """Give each definition as a step: every column of the checklist, some of them empty."""
    return [_step(number, definition) for number, definition in enumerate(definitions, start=1)]


def said(step: Mapping[str, str]) -> str:
    """Say a step in one line; what a definition has not is left out."""
    place = f" on {step['object']}" if step["object"] else ""
    parts = [f"Step {step['step']}, {step['made by']}: {step['kind']} “{step['name']}”{place}"]
    parts += [f"type {step['type']}"] if step["type"] else []
    parts += [f"{word}: {step[word]}" for word in COLUMNS[6:12] if step[word]]
    return f"{'; '.join(parts)}. {step['note']}".rstrip()


def write_checklist(path: Path, definitions: Iterable[Definition]) -> None:
    """Write the steps as CSV for this user alone (0600); raise UsageError where that can not be."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for step in steps(definitions):
        writer.writerow({name: as_text(cell) for name, cell in step.items()})
    try:
        write_durably(path, text.getvalue().encode())
    except OSError as error:
        raise UsageError(f"{path} can not be written: {error.strerror}.") from None


def _step(number: int, definition: Definition) -> dict[str, str]:
    cells = (
        number,
        definition["create_via"],
        str(definition["definition_kind"]).replace("_", " "),
        # sources belong to no kind of record
        None if definition["definition_kind"] == "source" else definition["entity"],
        definition["name"],
        definition["nutshell_type"],
        " | ".join(map(str, choices_of(definition))),
        "yes" if definition["is_multiple"] else None,
        "yes" if definition["is_required"] else None,
        definition["default_value"],
        definition["max_length"],
        definition["validation"],
        definition["state"],
        definition["note"],
    )
    return {
        name: "" if cell is None else str(cell) for name, cell in zip(COLUMNS, cells, strict=True)
    }
