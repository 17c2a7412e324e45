"""
Attachments of the generated practice: records, and which bytes belong to them.

Not honest about themselves: names lie, sums are wrong or absent, one file is gone.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from sandbox.generator.bodies import CONTENT_TYPES, ENDINGS, MAKERS
from sandbox.generator.dice import ORPHAN, put, quirk, stamp
from sandbox.generator.world import World

HUGE = 3_221_225_472  # bytes: the 3 GB record whose bytes are nowhere
_QUIRKS = (
    ("clinical as jpg", 0.01), ("clinical as document", 0.005), ("clinical without ending", 0.005),
    ("pdf as docx", 0.01), ("same bytes", 0.05), ("wrong sum", 0.0), ("no sum", 0.06),
    ("huge", 0.0), ("no bytes", 0.002), ("orphan parent", 0.01), ("hostile name", 0.005),
    ("empty", 0.002), ("clinical", 0.03), ("wrong size", 0.002), ("no name", 0.001),
    ("long name", 0.001), ("same bytes", 0.0),
)  # fmt: skip
_KINDS = (("pdf", 0.4), ("text", 0.2), ("png", 0.2), ("docx", 0.2))
_HOSTILE = ("../../etc/passwd", "con.txt", "a\x00b.pdf", "x<script>.txt", "a/b\\c?.docx",
            "\u202egpj.exe", "very  spaced .pdf ")  # fmt: skip
_PARENTS = (("people", 0.35), ("deals", 0.25), ("organizations", 0.15), ("leads", 0.1),
            ("activities", 0.15))  # fmt: skip


def _oddity(world: World, index: int) -> str:
    return quirk(world.dice("attachments", index), index, _QUIRKS)


def _what(world: World, index: int, odd: str) -> str:
    """Return what the bytes really are."""
    if odd.startswith("clinical"):
        return "dicom"
    if odd == "pdf as docx":
        return "pdf"
    return world.dice("attachments", index, "what").weighted(_KINDS)


def _source(world: World, index: int, odd: str) -> int:
    """Return the attachment whose bytes these are: another one's for a duplicate."""
    tail = world.counts["attachments"] - len(_QUIRKS)
    if odd != "same bytes":
        return index
    return len(_QUIRKS) + world.dice("attachments", index, "same").below(min(tail, 5 + tail // 4))


def body(world: World, index: int) -> bytes | None:
    """Return an attachment's bytes; None where the practice has lost them."""
    odd = _oddity(world, index)
    if odd in ("huge", "no bytes"):
        return None
    if odd == "empty":
        return b""
    source = _source(world, index, odd)
    what = _what(world, source, _oddity(world, source) if source != index else odd)
    return MAKERS[what](world.dice("attachments", source, "bytes"))


def _name(what: str, index: int, odd: str, hostile: str) -> str | None:
    """Return the file name with the quirk."""
    plain = f"{what}-{index}.{ENDINGS[what]}"
    return {
        "clinical as jpg": f"photo-{index}.jpg",
        "clinical without ending": f"IM{index:05d}",
        "pdf as docx": f"contract-{index}.docx",
        "hostile name": hostile,
        "long name": f"{'very-' * 60}long-{index}.{ENDINGS[what]}",
        "no name": None,
    }.get(odd, plain)


def attachment(world: World, index: int) -> dict[str, Any]:
    """Return an attachment's record; its size and sum are those of the bytes, mostly."""
    dice = world.dice("attachments", index)
    odd = quirk(dice, index, _QUIRKS)
    what = _what(world, _source(world, index, odd), odd)
    content = body(world, index)
    size = HUGE if odd == "huge" else len(content or b"") + (odd == "wrong size")
    checksum = sha256(content).hexdigest() if content is not None else "0" * 64
    if odd == "wrong sum":
        checksum = sha256(b"something else").hexdigest()
    shown = CONTENT_TYPES["docx"] if odd == "pdf as docx" else CONTENT_TYPES[what]
    kind = {"dicom": "clinical_image", "png": "image"}.get(what, "document")
    if odd == "clinical as jpg":
        shown, kind = "image/jpeg", "image"
    elif odd == "clinical as document":
        shown, kind = "application/octet-stream", "document"
    parent = dice.weighted(_PARENTS)
    record: dict[str, Any] = {"id": world.id("attachments", index)}
    put(dice, record, "file_name", _name(what, index, odd, _HOSTILE[index % len(_HOSTILE)]))
    put(dice, record, "content_type", shown)
    record["size_bytes"] = size
    put(dice, record, "sha256", None if odd == "no sum" else checksum)
    record["kind"] = kind
    record["parent_type"] = parent
    record["parent_id"] = (
        world.id(parent, ORPHAN + dice.below(50))
        if odd == "orphan parent"
        else world.link(dice, parent, orphans=0.0)
    )
    put(dice, record, "owner_id", world.owner(dice))
    stamp(dice, record)
    return record
