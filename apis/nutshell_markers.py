"""
The mark of the record of Nutshell's that was made for `people:per_1`: its key, whole.

What a mark can not hold is written as %0A. macros/record_marker.sql writes the same: the two are
tested against each other.
"""

from __future__ import annotations

import re
from urllib.parse import quote

#: Line breaks, what nobody sees, and the percent sign that tells of them.
UNHELD = re.compile(
    "[%\x00-\x1f\x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]| +\\Z"
)


def marker_of(record_key: str) -> str:
    """Write the mark of a record's key: no two keys have one mark."""
    return UNHELD.sub(lambda found: quote(found[0], safe=""), record_key)


def last_line(description: object) -> str:
    """Give the last line of an activity's text, where its mark stands."""
    return str(description or "").rstrip(" \t\r\n").rpartition("\n")[2]
