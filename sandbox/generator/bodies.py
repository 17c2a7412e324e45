"""
Bytes of attachments, made when they are asked for: small files that are really what they are.

Not a store: the same seed and number always give the same bytes.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from sandbox.generator.dice import Dice
from sandbox.generator.words import SENTENCES

_UID = b"1.2.826.0.1.3680043.10.1338."


def text(dice: Dice, lines: int = 20) -> bytes:
    """Return a plain text."""
    return "\n".join(dice.pick(SENTENCES) for _ in range(lines)).encode()


def pdf(dice: Dice) -> bytes:
    """Return a PDF of one page with one line."""
    stream = f"BT /F1 12 Tf 72 720 Td ({dice.pick(SENTENCES)}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n"
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def png(dice: Dice) -> bytes:
    """Return a PNG of 24 by 24 grey pixels."""
    rows = b"".join(b"\x00" + dice.randbytes(24) for _ in range(24))

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", 24, 24, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows, 1))
        + chunk(b"IEND", b"")
    )


def docx(dice: Dice) -> bytes:
    """Return a zip laid out as a word processor's file, without the clock's time in it."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "word/document.xml": "<w:document xmlns:w='http://schemas.openxmlformats.org/"
        "wordprocessingml/2006/main'><w:body><w:p><w:r><w:t>"
        f"{dice.pick(SENTENCES)}</w:t></w:r></w:p></w:body></w:document>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()


def _element(group: int, number: int, kind: bytes, value: bytes) -> bytes:
    """Return one DICOM data element, explicit and little-endian, padded to even length."""
    value += (b"\x00" if kind == b"UI" else b" ") * (len(value) % 2)
    if kind == b"OW":
        return struct.pack("<HH2sHI", group, number, kind, 0, len(value)) + value
    return struct.pack("<HH2sH", group, number, kind, len(value)) + value


def dicom(dice: Dice) -> bytes:
    """Return a clinical image: `DICM` at offset 128, a little head, 16 by 16 pixels."""
    unique = _UID + str(dice.below(10**9)).encode()
    short = struct.pack("<H", 16)
    body = b"".join(
        (
            _element(0x0002, 0x0010, b"UI", b"1.2.840.10008.1.2.1"),
            _element(0x0008, 0x0018, b"UI", unique),
            _element(0x0008, 0x0060, b"CS", b"OT"),
            _element(0x0010, 0x0010, b"PN", b"Test^Patient"),
            _element(0x0028, 0x0010, b"US", short),
            _element(0x0028, 0x0011, b"US", short),
            _element(0x7FE0, 0x0010, b"OW", dice.randbytes(256)),
        )
    )
    return bytes(128) + b"DICM" + body


MAKERS: dict[str, Callable[[Dice], bytes]] = {
    "pdf": pdf,
    "png": png,
    "text": text,
    "docx": docx,
    "dicom": dicom,
}
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "text": "text/plain",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "dicom": "application/dicom",
}
ENDINGS = {"pdf": "pdf", "png": "png", "text": "txt", "docx": "docx", "dicom": "dcm"}
