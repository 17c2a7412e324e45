"""What the macros of days and times read, form by form. Not the models that use them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import jinja2
import pytest

MACROS = Path(__file__).parents[2] / "macros"
NAMES = ("time_parts", "read_day", "read_epoch", "parse_date", "parse_timestamp")
ZONE = "'America/Denver'"

#: text → the day, read with the month first, with the day first, and in a column that tells neither
DAYS: dict[str | None, tuple[str | None, str | None, str | None]] = {
    "2021-03-04": ("2021-03-04",) * 3,
    "2021/3/4": ("2021-03-04",) * 3,
    "2021.03.04": ("2021-03-04",) * 3,
    "20210304": ("2021-03-04",) * 3,
    "2021-03-04T23:30:00-09:00": ("2021-03-04",) * 3,
    "3/4/2021": ("2021-03-04", "2021-04-03", None),
    "3-4-2021 7:15 PM": ("2021-03-04", "2021-04-03", None),
    "03.04.2021": ("2021-03-04", "2021-04-03", None),
    "4/4/2021": ("2021-04-04",) * 3,
    "3/4/21": ("2021-03-04", "2021-04-03", None),
    "3/24/21": ("2021-03-24", None, "2021-03-24"),
    "24/3/2021": (None, "2021-03-24", "2021-03-24"),
    "24/3/21": (None, "2021-03-24", None),  # it may be of 2024
    "24-03-2021 19:58": (None, "2021-03-24", "2021-03-24"),
    "3/24/58": ("1958-03-24", None, "1958-03-24"),
    "04-Mar-21": ("2021-03-04",) * 3,
    "4 March 2021": ("2021-03-04",) * 3,
    "March 4th, 2021": ("2021-03-04",) * 3,
    "Thu, 4 Mar 2021 10:00:00 +0000": ("2021-03-04",) * 3,
    "1614816000": ("2021-03-04",) * 3,
    "1614816000000": ("2021-03-04",) * 3,
    "2021-02-30": (None,) * 3,
    "0000-00-00": (None,) * 3,
    "0001-01-01T00:00:00Z": (None,) * 3,
    "1899-12-31": (None,) * 3,
    "10000-01-01": (None,) * 3,
    "2101-01-01": (None,) * 3,
    "infinity": (None,) * 3,
    "2021-03-04 or so": (None,) * 3,
    "soon": (None,) * 3,
    "": (None,) * 3,
    None: (None,) * 3,
}
#: text → the instant in UTC, read in a column with the month first, in Denver (seven hours behind)
INSTANTS: dict[str | None, str | None] = {
    "2021-03-04T10:00:00Z": "2021-03-04 10:00:00",
    "2021-03-04T10:00Z": "2021-03-04 10:00:00",
    "2021-03-04 10:00:00 utc": "2021-03-04 10:00:00",
    "2021-03-04T10:00:00Z ": "2021-03-04 10:00:00",
    "\u00a02021-03-04 10:00:00 GMT": "2021-03-04 10:00:00",
    "2021-03-04T10:00:00.250+05:30": "2021-03-04 04:30:00.25",
    "2021-03-04T10:00:00+02": "2021-03-04 08:00:00",
    "2021-03-04T10:00:00 +0200": "2021-03-04 08:00:00",
    "2021-03-04T10:00:00-06:00[America/Chicago]": "2021-03-04 16:00:00",
    "Thu Mar 04 2021 10:00:00 GMT-0600 (Central Standard Time)": "2021-03-04 16:00:00",
    "2021-03-04 10:00 America/New_York": "2021-03-04 15:00:00",
    "2021-03-04 10:00:00": "2021-03-04 17:00:00",
    "2021-03-04T10:00": "2021-03-04 17:00:00",
    "2021-03-04": "2021-03-04 07:00:00",
    "20210304T101500Z": "2021-03-04 10:15:00",
    "3/4/21 10:00": "2021-03-04 17:00:00",
    "3/4/2021 12:05 AM": "2021-03-04 07:05:00",
    "3/4/2021, 7:05:09\u202fp.m.": "2021-03-05 02:05:09",
    "4-Mar-21 7pm": "2021-03-05 02:00:00",
    "1614852000": "2021-03-04 10:00:00",
    "1614852000.5": "2021-03-04 10:00:00.5",
    "1614852000000": "2021-03-04 10:00:00",
    "2021-03-04 25:00": None,
    "2021-03-04 10:00 nowhere/at_all": None,
    "infinity": None,
    "9999-12-31T00:00:00Z": None,
    "0": None,
    "false": None,
    "": None,
    None: None,
}


def compiled(call: str) -> str:
    """Return the SQL that dbt makes of a macro call."""
    source = "".join((MACROS / f"{name}.sql").read_text() for name in NAMES)
    return jinja2.Environment(autoescape=False).from_string(source + "{{ " + call + " }}").render()  # noqa: S701


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    """A database in the zone of the builds."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    return connection


def test_a_day_is_read_in_every_form(connection: duckdb.DuckDBPyConnection) -> None:
    """Each form, by each order; what is no day of our time is null."""
    read = [
        compiled(f'parse_date("text", "{order}")')
        for order in ("'month_first'", "'day_first'", "null::varchar")
    ]
    sql = f"select text, {', '.join(f'({one})::varchar' for one in read)} from texts"  # noqa: S608
    connection.execute("create or replace table texts as select unnest(?) as text", [list(DAYS)])
    assert {text: tuple(found) for text, *found in connection.execute(sql).fetchall()} == DAYS


def test_an_instant_is_read_in_every_form(connection: duckdb.DuckDBPyConnection) -> None:
    """With a zone, a zone's name, a blank behind it, or none."""
    read = compiled(f'parse_timestamp("text", "{ZONE}")')
    sql = f"select text, timezone('UTC', {read})::varchar from texts"  # noqa: S608
    connection.execute(
        "create or replace table texts as select unnest(?) as text", [list(INSTANTS)]
    )
    assert dict(connection.execute(sql).fetchall()) == INSTANTS
