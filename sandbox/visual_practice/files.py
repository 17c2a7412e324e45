"""
A file's answer: whole, or the range that resumes a broken download.

Not a file server: one range at a time, and nothing outside the practice.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from aiohttp import web

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def content(request: web.Request, body: bytes | Path) -> web.Response:
    """Answer with the bytes (200), a range of them (206), or that there is no such range (416)."""
    raw = body.read_bytes() if isinstance(body, Path) else body
    tag = f'"{sha256(raw).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Content-Type": "application/octet-stream",
    }
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers=headers)
    wanted = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    stale = request.headers.get("If-Range", tag) != tag
    if wanted is None or not any(wanted.groups()) or stale:
        return web.Response(body=raw, headers=headers)
    first, last = wanted.groups()
    if first:
        start, end = int(first), min(int(last) if last else len(raw) - 1, len(raw) - 1)
    else:  # the last so many bytes
        start, end = max(len(raw) - int(last), 0), len(raw) - 1
    if start > end:
        headers["Content-Range"] = f"bytes */{len(raw)}"
        return web.Response(status=416, headers=headers)
    headers["Content-Range"] = f"bytes {start}-{end}/{len(raw)}"
    return web.Response(status=206, body=raw[start : end + 1], headers=headers)
