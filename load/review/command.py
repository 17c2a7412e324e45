"""
`load review`: the published review as one page, `review.html`, for people who would rather look.

Nothing is decided here: every row comes from review.duckdb, and the libraries draw and sort.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import orjson
from markupsafe import Markup

from common.cli import Frame
from common.errors import GateRefused
from common.paths import write_durably
from load.review.charts import bars, by_object
from load.review.sections import TABLES, Section, headline, records_whole, sections

HERE = Path(__file__).parent
NO_REVIEW = "There is no review yet. Run `dbt build` first."


def review_command(frame: Frame) -> None:
    """Write the page and say where it is."""
    page = write_page(frame)
    frame.console.say(f"The review page is {page}: open it with a browser, it needs no network.")


def write_page(frame: Frame) -> Path:
    """Make review.html of review.duckdb, for the owner only; raise GateRefused without a review."""
    if not frame.paths.review.is_file():
        raise GateRefused(NO_REVIEW)
    with duckdb.connect(
        str(frame.paths.review), read_only=True, config={"threads": 2, "memory_limit": "1GB"}
    ) as review:
        page = render(review)
    write_durably(frame.paths.review_page, page.encode())
    return frame.paths.review_page


def render(review: duckdb.DuckDBPyConnection) -> str:
    """Give the page; texts are escaped by jinja2, data by being JSON that holds no `<`."""
    found = list(sections(review))
    style, script = _style(), _script()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["said"] = said
    top = headline(review)
    return environment.get_template("page.html.j2").render(
        policy=f"default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:;"
        f" script-src '{_digest(script)}'; style-src-elem '{_digest(style)}';"
        " style-src-attr 'unsafe-inline'",
        style=Markup(style),  # noqa: S704 - the libraries' and ours, no contents
        script=Markup(script),  # noqa: S704
        data=Markup(_json(_data(review, found))),  # noqa: S704 - no `<` in it
        top=top,
        chart=Markup(by_object(top["objects"])),  # noqa: S704 - counts and our own words
        bars=bars,
        sections=found,
        tables=TABLES,
    )


def said(cell: Any) -> str:
    """Give a cell as people read it: grouped numbers, nothing for nothing."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, list):
        return "; ".join(map(said, cell))
    return f"{cell:,.2f}" if hasattr(cell, "quantize") else str(cell)


def _data(review: duckdb.DuckDBPyConnection, found: list[Section]) -> dict[str, Any]:
    tables = {
        section.name: [[said(cell) for cell in row] for row in section.rows]
        for section in found
        if section.is_sorted
    }
    return {"tables": tables, "whole": records_whole(review)}


def _json(data: Any) -> str:
    return orjson.dumps(data).decode().replace("<", "\\u003c").replace("\u2028", "\\u2028")


def _style() -> str:
    bundle = files("itables") / "html" / "dt_bundle.css"
    return bundle.read_text("utf-8") + (HERE / "page.css").read_text("utf-8")


def _script() -> str:
    """Give DataTables, as itables bundles it, and our few lines, in one module."""
    bundle = (files("itables") / "html" / "dt_bundle.js").read_text("utf-8")
    exported = re.search(r"export\s*\{([^}]*)\}", bundle)
    assert exported  # noqa: S101 - the bundle's version is locked
    names = {
        alias.strip(): name.strip()
        for name, _, alias in (each.partition(" as ") for each in exported[1].split(","))
    }
    ours = (HERE / "page.js").read_text("utf-8")
    code = bundle.replace(exported[0], "") + f"\nconst DataTable = {names['default']};\n" + ours
    return code.replace("</script", "<\\/script")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
