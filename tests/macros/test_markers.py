"""The mark of a record is written alike in SQL and in Python, says its key, and is no other's."""

import random
import re
from pathlib import Path

import duckdb
import jinja2

from apis.nutshell_markers import last_line, marker_of

MACROS = Path(__file__).resolve().parents[2] / "macros/record_marker.sql"
LETTERS = [
    "a", "Z", "0", " ", "%", "2", "\n", "\r", "\t", "\x0b", "\x85", "\xa0", "\u2028", "\u200b",
    "\ufeff", "é", "語", ":", "/", "+", "'", '"', "\\", "&", "<", "\U0001f600",
]  # fmt: skip
EDGES = [
    "people:q", "people:q ", "people:q  ", "people: q", "people:q\n", "people:q\t", "people:q%20",
    "people:q%", "people:Q", "activities:q\nVisual Practice activities:q", "activities:q/record",
    "people:q:r", "people: ", "people:\n", "people:%0A", "people:q\u2028", "people:q \n",
]  # fmt: skip


def rendered(name: str, *arguments: str) -> str:
    module = jinja2.Template(MACROS.read_text()).module
    return getattr(module, name)(*arguments)


def keys() -> list[str]:
    dice = random.Random(7)
    made = {"people:" + "".join(dice.choices(LETTERS, k=dice.randint(1, 6))) for _ in range(2000)}
    return sorted({*EDGES, *made})


def test_sql_and_python_write_the_same_mark_and_read_it_back():
    """Of keys with line breaks, blanks at their ends and what nobody sees, each its own mark."""
    link = duckdb.connect()
    link.execute("create table keys (record_key varchar)")
    link.executemany("insert into keys values (?)", [(key,) for key in keys()])
    written, said = rendered("record_marker", "record_key"), rendered("record_of_marker", "m")
    told = link.execute(
        f"select record_key, m, {said} from (select record_key, {written} as m from keys)"  # noqa: S608
    ).fetchall()
    assert len(told) == len(keys())
    assert len({mark for _, mark, _ in told}) == len(told)
    for key, mark, read in told:
        assert (mark, read) == (marker_of(key), key), repr(key)
        # it stands in one line, and nobody who trims it makes it another
        assert mark == mark.strip() and len(mark.splitlines()) == 1
        assert last_line(f"Said.\r\n--\nVisual Practice {mark} \r\n") == f"Visual Practice {mark}"


def test_what_is_written_otherwise_is_no_mark():
    """Blanks beside it, half a code, a code for what needs none."""
    link = duckdb.connect()
    for text in ("people:a ", " people:a", "people:a%", "people:a%2", "people:%E2%80", "people:%61",
                 "people:a%20b", "ask Ann", "People:a", "people:"):  # fmt: skip
        said = rendered("record_of_marker", "m")
        read = link.execute(f"select {said} from (select ?::varchar as m)", [text]).fetchone()  # noqa: S608
        assert read == (None,), text


def test_nothing_of_a_usual_key_is_written_out():
    """What practices use as ids stands as it is."""
    for key in ("people:per_1", "deals:9f8e-77/ab.c", "leads:Ünïcode 7", "activities:a:b"):
        assert marker_of(key) == key
        assert re.fullmatch(r"[a-z]+:.+", key)
