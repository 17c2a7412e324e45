"""
An export folder in which everything is wrong that can be: what a generated practice lacks.

Where a record lands and with which words is `test_bad_input`'s; WORD stands in contents that no
log, message or table of findings may repeat.
"""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

from sandbox.generator.export import write_folder

WORD = "hagebutte"
SIZE = 50
GB = 1_000_000_000
TIMES = {"created_at": "2024-01-02T03:04:05Z", "modified_at": "2024-01-02T03:04:05Z"}
DEFAULTS: dict[str, dict[str, Any]] = {
    "organizations": {"name": "Clinic"},
    "people": {"first_name": "Pat", "last_name": "Doe"},
    "leads": {"title": "Lead", "status": "New"},
    "deals": {"name": "Deal", "stage": "Proposal", "amount": "10.00", "currency": "USD"},
    "activities": {"type": "call", "subject": "Call", "started_at": "2024-01-02T03:04:05Z"},
    "attachments": {"file_name": "x.pdf", "parent_type": "people", "parent_id": "per_orphan"},
}
FORMULA = '=HYPERLINK("https://evil.example","x")'
STAGE_FORMULA = '=1+1,"x"'

#: object → id → what differs from a good record
BAD: dict[str, dict[str, dict[str, Any]]] = {
    "organizations": {
        "org_count": {"employee_count": f"many {WORD}"},
        "org_cycle": {"parent_id": "org_cycle"},
        "org_orphan": {"parent_id": "org_nowhere"},
        "org_formula": {"name": FORMULA},
        "org_nul": {"name": "Cli\0nic"},
    },
    "people": {
        "per_email": {"emails": [{"value": f"no e-mail {WORD}", "primary": True}]},
        "per_orphan": {"organization_id": "org_nowhere"},
        "per_owner": {"owner_id": "usr_nowhere"},
        "per_birth": {"date_of_birth": f"never {WORD}"},
        "per_texts": {"phones": WORD, "tags": WORD, "custom_fields": [WORD]},
        "per_nameless": {"first_name": None, "last_name": " "},
        "per_formula": {"last_name": FORMULA},
        "per_nul": {"last_name": "Do\0e", "emails": [{"value": "do\0e@mail.example"}]},
        "per_'x\"/../..;--": {"last_name": "Ofanodd-Id"},
        "per_long": {"description": "x" * 2_000_000},
    },
    "leads": {
        "lead_status": {"status": "Zombie"},
        "lead_amount": {"estimated_value": f"plenty {WORD}", "currency": "USD"},
        "lead_deal": {"converted_deal_id": "deal_nowhere"},
    },
    "deals": {
        "deal_stage": {"stage": "Ghosted"},
        "deal_formula": {"stage": STAGE_FORMULA},
        "deal_amount": {"amount": f"a lot {WORD}"},
        "deal_amounts": {"amount": ["10", "20"]},
        "deal_nan": {"amount": "NaN"},
        "deal_huge": {"amount": "9" * 60},
        "deal_moneyless": {"currency": None},
        "deal_currency": {"currency": "QQQ"},
        "deal_closed": {"closed_at": f"never {WORD}", "expected_close_date": "2025-02-30"},
        "deal_probable": {"probability": 250},
        "deal_nobody": {"person_ids": ["per_nowhere"], "organization_id": "org_nowhere"},
        "deal_custom": {"custom_fields": {"contract_start": "never", "renewal": "perhaps"}},
    },
    "activities": {
        "act_type": {"type": "carrier pigeon"},
        "act_timeless": {"started_at": f"soon {WORD}", "created_at": "once"},
        "act_start": {"started_at": "soon"},
        "act_words": {"completed": "N"},
        "act_wordless": {"completed": "perhaps"},
        "act_nobody": {"person_ids": ["per_nowhere"], "deal_id": "deal_nowhere"},
    },
    "attachments": {
        "att_3gb": {"size_bytes": 3 * GB},
        "att_3gb_unsaid": {},
        "att_no_bytes": {"size_bytes": 10},
        "att_orphan": {"parent_id": "per_nowhere"},
        "att_path": {"file_name": "../../../etc/passwd\0.pdf"},
    },
}

#: lines of people.jsonl that are no record, and what the quarantine calls them
NO_RECORDS: list[tuple[bytes, str]] = [
    (f'{{"id": "per_half", "first_name": "{WORD}'.encode(), "invalid_json"),
    (f"{WORD}, no JSON".encode(), "invalid_json"),
    (f'{{"id": "per_\xff{WORD}"}}'.encode("latin-1"), "invalid_json"),
    (b"[" * 5_000, "invalid_json"),
    (f'["{WORD}"]'.encode(), "not_an_object"),
    (b"7", "not_an_object"),
    (f'{{"first_name": "{WORD}"}}'.encode(), "missing_id"),
    (f'{{"id": "  ", "first_name": "{WORD}"}}'.encode(), "missing_id"),
    (f'{{"id": ["per_list"], "first_name": "{WORD}"}}'.encode(), "unusable_id"),
    (b'{"id": true}', "unusable_id"),
    (f'{{"id": "per_key", "last_name": "x", "last_name": "{WORD}"}}'.encode(), "key_twice"),
]
#: lines in the middle of a CSV, whose name is odd, too, and what the quarantine calls them
ODD_CSV = "Workflows.CSV"
DAMAGED = [
    (f'wfl_open,"{WORD} never ends', "broken_quotes"),
    ("wfl_short", "missing_cells"),
]
#: people whose ids come twice: the same twice, and once changed since
TWICE = [
    {"id": "per_twice"},
    {"id": "per_twice"},
    {"id": "per_changed", "last_name": "Before"},
    {"id": "per_changed", "last_name": "After", "modified_at": "2025-01-01T00:00:00Z"},
]


def write_bad_practice(folder: Path) -> None:
    """Write a generated practice and add to it; a 3 GB file takes no room, it is all hole."""
    write_folder(folder, SIZE, 1)
    owner = json.loads((folder / "organizations.jsonl").read_text().splitlines()[0])["owner_id"]
    for name, records in BAD.items():
        rows = [{"id": key, **change} for key, change in records.items()]
        lines = [
            json.dumps(DEFAULTS[name] | TIMES | {"owner_id": owner} | row).encode()
            for row in rows + (TWICE if name == "people" else [])
        ]
        if name == "people":
            lines += [line for line, _ in NO_RECORDS]
        with (folder / f"{name}.jsonl").open("ab") as file:
            file.write(b"\n".join(lines) + b"\n")
    write_damaged_csv(folder)
    with (folder / "files" / "att_3gb_unsaid").open("wb") as hole:
        os.truncate(hole.fileno(), 3 * GB)


def write_damaged_csv(folder: Path) -> None:
    """Put a CSV in the place of an object's file: after its first record come the damaged lines."""
    path = folder / "workflows.jsonl"
    records = [json.loads(line) for line in path.read_text().splitlines()]
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(columns := [*records[0]])
    for record in records:
        cells = [record.get(column) for column in columns]
        rows.writerow([json.dumps(c) if isinstance(c, list | dict) else c for c in cells])
    lines = text.getvalue().splitlines()
    lines[2:2] = [line for line, _ in DAMAGED]
    (folder / ODD_CSV).write_text("\n".join(lines) + "\n")
    path.unlink()
