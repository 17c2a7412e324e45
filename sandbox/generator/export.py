"""
The generated practice written as an export folder, so that folder and API can be compared.

Not a dump of a running sandbox: it is the practice at its start.
"""

from __future__ import annotations

import json
from pathlib import Path

from sandbox.generator.practice import Practice


def write_folder(folder: Path, size: int, seed: int) -> dict[str, int]:
    """
    Write metadata.json, <object>.jsonl and files/<attachment id>; return records per object.

    Raises FileExistsError if the folder has something in it. Files are 0600, folders 0700.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty: name a new folder")
    practice = Practice(size, seed)
    files = folder / "files"
    files.mkdir(mode=0o700)
    counts: dict[str, int] = {}
    for name in practice.objects:
        path = folder / f"{name}.jsonl"
        with path.open("w", encoding="utf-8") as lines:
            path.chmod(0o600)
            for record in practice.stream(name):
                lines.write(json.dumps(record, ensure_ascii=False) + "\n")
                if name == "attachments":
                    body = practice.body(record["id"])
                    if body is not None:
                        place = files / record["id"]
                        place.write_bytes(body)
                        place.chmod(0o600)
        counts[name] = practice.count(name)
    metadata = folder / "metadata.json"  # last: a folder with it is whole
    metadata.write_text(json.dumps(practice.metadata(), indent=1), encoding="utf-8")
    metadata.chmod(0o600)
    return counts
