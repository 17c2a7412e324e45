"""
Files in two steps: a record names the file, and its bytes are posted to the address it is given.

By Nutshell's older page, which nobody has seen work: off unless a switch says otherwise.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from apis.nutshell import WORDS, Nutshell
from apis.nutshell_answers import SYSTEM
from common.errors import (
    AnswerMalformed,
    EffectUnknown,
    GateRefused,
    Rejected,
    StaleRevision,
)

_PATH = re.compile(r"/file/api/\d+")
_PIECE = 1 << 16
TRIES = 3


@dataclass(frozen=True)
class Uploaded:
    """A file that Nutshell holds, its bytes proven."""

    file_id: int
    uri: str


async def upload_file(  # noqa: PLR0917
    nutshell: Nutshell, kind: str, nutshell_id: int, path: Path, file_name: str, sha256: str,
    *, label: str,
) -> Uploaded:  # fmt: skip
    """
    Attach a file to a lead or to a logged activity, and read its bytes back.

    May be called again after any failure: a file of that name with a size is done, one of size 0
    is posted again, and no second one is named.
    """
    if nutshell.guesses.upload == "off":
        raise GateRefused(
            f"{label}: {SYSTEM} documents no way to upload files that anybody has seen work. Route"
            " them to `host` or `exclude`, or let `load probe --by NAME` try it."
        )
    if kind not in ("lead", "activity"):
        raise Rejected(f"{label}: {SYSTEM} takes files on leads and logged activities only")
    for _ in range(TRIES - 1):
        try:
            return await _upload(nutshell, kind, nutshell_id, path, file_name, sha256, label)
        except (EffectUnknown, StaleRevision):
            continue  # what took effect is seen at the next look
    return await _upload(nutshell, kind, nutshell_id, path, file_name, sha256, label)


async def _upload(  # noqa: PLR0917
    nutshell: Nutshell, kind: str, nutshell_id: int, path: Path, file_name: str, sha256: str,
    label: str,
) -> Uploaded:  # fmt: skip
    record = await nutshell.get(kind, nutshell_id)
    size = (await asyncio.to_thread(path.stat)).st_size
    same = [file for file in _present(record) if file.get("name") == file_name]
    for file in same:
        where = file_path(nutshell, file, label)
        # of two files of one name it is the one with these bytes
        if _size(file) == size and size and await _digest(nutshell, where, label) == sha256:
            return _uploaded(file)
    without_bytes = [file for file in same if not _size(file)]
    file = (
        without_bytes[0] if without_bytes else await _name(nutshell, kind, record, file_name, label)
    )
    where = file_path(nutshell, file, label)
    await nutshell.send_file(where, path, file_name, label=f"upload {label}")
    if await _digest(nutshell, where, label) != sha256:
        raise Rejected(f"{label}: {SYSTEM} gives other bytes back than were sent")
    return _uploaded(file)


async def _name(
    nutshell: Nutshell, kind: str, record: Mapping[str, Any], file_name: str, label: str
) -> Mapping[str, Any]:
    """Take the first step: let the record name one more file, and find it there."""
    there = {file.get("id") for file in _present(record)}
    change = _naming(kind, record, file_name)
    answer = await nutshell.edit(kind, int(record["id"]), str(record["rev"]), change, label=label)
    for file in _present(answer):
        if file.get("name") == file_name and file.get("id") not in there:
            return file
    raise AnswerMalformed(f"{SYSTEM} does not list the file that it was told of: {label}")


def _uploaded(file: Mapping[str, Any]) -> Uploaded:
    return Uploaded(int(str(file["id"]).partition("-")[0]), str(file["uri"]))


def _size(file: Mapping[str, Any]) -> int:
    return int(file.get("size") or 0)


def file_path(nutshell: Nutshell, file: Mapping[str, Any], label: str) -> str:
    """Return the path of a file's address; the key goes to our own host and that path alone."""
    uri = str(file.get("uri"))
    told, ours = urlsplit(uri), urlsplit(nutshell.http.base_url)
    same = (told.scheme, told.netloc) == (ours.scheme, ours.netloc)
    if not same or told.query or told.fragment or not _PATH.fullmatch(told.path):
        raise Rejected(f"{label}: the file's address is not one to send credentials to")
    return told.path


def _present(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    note = record.get("logNote")
    inner = note.get("files") if isinstance(note, Mapping) else None
    found = record.get("file") or record.get("files") or inner or []
    return [file for file in found if isinstance(file, Mapping)]


def _naming(kind: str, record: Mapping[str, Any], name: str) -> dict[str, Any]:
    # a list is replaced whole: what is there is sent again
    kept = [{"entityType": "Files", "id": file["id"]} for file in _present(record)]
    files = [*kept, {"entityType": "Files", "name": name}]
    if kind == "lead":
        return {"file": files}
    note = record.get("logNote")
    text = note.get("note") if isinstance(note, Mapping) else note
    return {"logNote": {"note": text or "", "files": files}}


async def _digest(nutshell: Nutshell, where: str, label: str) -> str:
    digest = hashlib.sha256()
    async with nutshell.http.stream(where, label=f"read back {label}") as response:
        async for piece in response.aiter_bytes(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


assert {"lead", "activity"} <= set(WORDS)  # noqa: S101 - the kinds that take files
