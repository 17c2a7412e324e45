"""A damaged CSV costs the lines that are damaged, and each of those is named."""

import csv
import gc
import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import UsageError
from extract import csv_rows as module
from extract.csv_rows import csv_rows

HEADER = ["id", "first_name", "description", "modified_at"]


def read(tmp_path, text, encoding="utf-8"):
    """Return the rows that are records by id, and (line, problem) of the others."""
    path = tmp_path / "people.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    rows = list(csv_rows(path, "id"))
    good = {row.cells["id"]: row.cells for row in rows if not row.problem}
    assert len(good) == sum(not row.problem for row in rows)
    return good, [(row.line, row.problem) for row in rows if row.problem]


def table(*rows):
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([HEADER, *rows])
    return file.getvalue()


def people(number):
    return [[f"per_{n}", f"Ann {n}", "", f"2024-01-{n:02}T03:04:05Z"] for n in range(1, number + 1)]


def damaged(number, change, rows=50):
    """Write a table and let `change` damage the line of the person of that number."""
    lines = table(*people(rows)).splitlines(keepends=True)
    lines[number] = change(lines[number])
    return "".join(lines)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda line: line.replace("Ann", '"Ann'), "broken_quotes"),
        (lambda line: line.replace(",,", '",,'), "broken_quotes"),
        (lambda line: line.replace("Ann", '"Ann" B'), "broken_quotes"),
        (lambda line: line.replace("Ann", 'An"n'), "broken_quotes"),
        (lambda _: "per_x,OnlyFirst\n", "missing_cells"),
        (lambda line: line.replace("Ann", "Ann,B"), "surplus_cells"),
    ],
)
@pytest.mark.parametrize("number", [1, 29, 50])
def test_one_damaged_row_costs_one_row(tmp_path, change, problem, number):
    """First, in the middle or last: it is named by its line, and the 49 others land."""
    good, bad = read(tmp_path, damaged(number, change))
    assert bad == [(number + 1, problem)]
    assert {*good} == {row[0] for row in people(50)} - {f"per_{number}"}


def test_rows_between_two_broken_quotes_are_not_swallowed(tmp_path):
    """One opens, a later one closes: by their commas they would be a single row of the table."""
    lines = table(*people(20)).splitlines(keepends=True)
    lines[5] = lines[5].replace("Ann", '"Ann')
    lines[9] = lines[9].replace(",,", '",,')
    good, bad = read(tmp_path, "".join(lines))
    assert bad == [(6, "broken_quotes"), (10, "broken_quotes")]
    assert len(good) == 18


def test_a_text_of_several_lines_lands_whole(tmp_path):
    """Line breaks, commas and quotes in a description are content, also where lines look busy."""
    text = 'Dear Ann,\n\nshe said "yes, no, maybe",\r\nThanks, and so on, bye, B.\n'
    rows = people(3)
    rows[1][2] = text
    good, bad = read(tmp_path, table(*rows))
    assert (good["per_2"]["description"], len(good), bad) == (text, 3, [])


def test_the_rest_of_a_broken_text_is_no_record(tmp_path):
    """A text with a bare quote in it: each of its lines is named, none passes for a person."""
    rows = people(4)
    rows[1][2] = "one\nHello Ann, how are you, all well, I hope\nlast"
    text = table(*rows).replace('"one\n', '"one "quoted"\n')
    good, bad = read(tmp_path, text)
    assert {*good} == {"per_1", "per_3", "per_4"}
    assert [line for line, _ in bad] == [3, 4, 5]


@pytest.mark.parametrize("column", [0, 3])
def test_ids_and_times_stand_on_one_line(tmp_path, column):
    """A line break in one of them is damage, not content."""
    rows = people(4)
    rows[1][column] = rows[1][column].replace("-", "\n", 1).replace("_", "\n", 1)
    good, bad = read(tmp_path, table(*rows))
    assert {*good} == {"per_1", "per_3", "per_4"}
    assert bad[0] == (3, "line_break")


def test_a_quote_that_stays_open_is_given_up_in_time(tmp_path, monkeypatch):
    """No more than so many lines are ever held for one row."""
    monkeypatch.setattr(module, "MOST_LINES", 5)
    good, bad = read(tmp_path, damaged(3, lambda line: line.replace("Ann", '"Ann')))
    assert (len(good), bad) == (49, [(4, "broken_quotes")])


def test_other_encodings_are_read_or_named(tmp_path):
    """UTF-16 says so itself; Latin-1 does not, and no letter of it is made up."""
    rows = people(3)
    rows[1][1] = "Jürg"
    assert read(tmp_path, table(*rows), "utf-16")[0]["per_2"]["first_name"] == "Jürg"
    assert read(tmp_path, table(*rows), "utf-8-sig")[0]["per_2"]["first_name"] == "Jürg"
    good, bad = read(tmp_path, table(*rows), "latin-1")
    assert ({*good}, bad) == ({"per_1", "per_3"}, [(3, "not_utf8")])


def test_a_nul_is_landed_as_sent(tmp_path):
    """What it means is SQL's to say."""
    rows = people(1)
    rows[0][1] = "A\0n"
    assert read(tmp_path, table(*rows))[0]["per_1"]["first_name"] == "A\0n"


@pytest.mark.parametrize(
    "text", ["", "per_1,Ann\nper_2,Bob\n", "id;name\nper_1;Ann\n", "id,name,name\n", '"id\n']
)
def test_columns_that_nobody_can_name_are_refused(tmp_path, text):
    """Without a first row that names them the first record would do so; it is not repeated."""
    with pytest.raises(UsageError) as refused:
        read(tmp_path, text)
    assert "people.csv" in str(refused.value) and "Ann" not in str(refused.value)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text('a1,"\n\r ü', max_size=12), max_size=5))
def test_what_is_well_written_is_read_as_it_was(tmp_path_factory, texts):
    """Any text of any lines, quoted as the grammar says, comes back."""
    header = ["id", "modified_at", *(f"text_{n}" for n in range(10))]
    rows = [["per_1", "2024-01-02T03:04:05Z", *[text] * 10] for text in texts]
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    path = tmp_path_factory.mktemp("csv") / "people.csv"
    path.write_bytes(file.getvalue().encode())
    found = [(row.problem, [*row.cells.values()]) for row in csv_rows(path, "id")]
    assert found == [(None, row) for row in rows]


def test_memory_does_not_grow_with_the_rows(tmp_path):
    """Eight times as many rows need no more of it: a million are read like a thousand."""
    path = tmp_path / "people.csv"

    def peak(number):
        with path.open("w") as file:
            file.write("id,first_name,description,modified_at\n")
            text = '"a ""word"" and\na line"'
            file.writelines(f"p{n},Ida,{text},2024-01-01T00:00:00Z\n" for n in range(number))
        gc.collect()
        tracemalloc.start()
        try:
            assert sum(not row.problem for row in csv_rows(path, "id")) == number
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(100)  # what is imported and kept
    assert peak(8_000) < 1.5 * peak(1_000) + 100_000
