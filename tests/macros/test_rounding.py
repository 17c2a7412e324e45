"""The money macros against Python's decimal. Not the models that use them."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from pathlib import Path

import duckdb
import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

MACROS = Path(__file__).parents[2] / "macros"
NAMES = ("unscaled", "divide_half_even", "round_half_even", "money_text")


def compiled(call: str) -> str:
    """The SQL that dbt makes of a macro call."""
    source = "".join((MACROS / f"{name}.sql").read_text() for name in NAMES)
    return jinja2.Environment(autoescape=False).from_string(source + "{{ " + call + " }}").render()  # noqa: S701


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


amounts = st.decimals(min_value="-1e15", max_value="1e15", places=8, allow_nan=False)


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(st.tuples(amounts, st.integers(0, 4)), min_size=1, max_size=20))
def test_round_half_even_agrees_with_decimal(
    connection: duckdb.DuckDBPyConnection, rows: list[tuple[Decimal, int]]
) -> None:
    """An amount rounded in SQL is what Python's decimal makes of it, to the last digit."""
    rounded = compiled("round_half_even('v', 'd')")
    columns = "unnest(?::decimal(28, 8)[]) as v, unnest(?::integer[]) as d"
    sql = f"select {rounded} from (select {columns})"  # noqa: S608
    got = connection.execute(sql, [[v for v, _ in rows], [d for _, d in rows]]).fetchall()
    with localcontext(prec=40):
        expected = [v.quantize(Decimal(1).scaleb(-d), ROUND_HALF_EVEN) for v, d in rows]
    assert expected == [value for (value,) in got]


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(st.tuples(st.integers(-(10**30), 10**30), st.integers(1, 10**30))))
def test_divide_half_even_is_exact(
    connection: duckdb.DuckDBPyConnection, rows: list[tuple[int, int]]
) -> None:
    """A quotient of whole numbers is rounded half-even as Python rounds the exact fraction."""
    quotient_sql = compiled("divide_half_even('n', 'd')")
    sql = f"select {quotient_sql} from (select ?::hugeint as n, ?::hugeint as d)"  # noqa: S608
    for numerator, denominator in rows[:5]:
        (got,) = connection.execute(sql, [numerator, denominator]).fetchone() or (None,)
        quotient, rest = divmod(abs(numerator), denominator)
        up = rest * 2 > denominator or (rest * 2 == denominator and quotient % 2 == 1)
        assert (quotient + up) * (1 if numerator >= 0 else -1) == got


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [("12.5", 2, "12.50"), ("12", 0, "12"), ("-0.5", 3, "-0.500"), ("0", 2, "0.00")],
)
def test_money_text_shows_exactly_the_minor_units(
    connection: duckdb.DuckDBPyConnection, value: str, digits: int, text: str
) -> None:
    """Money is written with as many digits as its currency has."""
    text_sql = compiled("money_text('v', 'd')")
    sql = f"select {text_sql} from (select ?::decimal(28, 4) as v, ? as d)"  # noqa: S608
    assert (text,) == connection.execute(sql, [value, digits]).fetchone()
