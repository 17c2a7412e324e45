"""What goes on for long says so, in a pipe by plain lines, and says nothing where it is quiet."""

import pytest

from common.console import Console


@pytest.fixture
def often(monkeypatch):
    monkeypatch.setattr("common.console.PLAIN_LINE_EVERY", 0.0)


def test_what_has_no_count_tells_its_seconds(often, capsys):
    """A build that a command waits for: a line every moment, no control codes."""
    with Console().waiting("dbt build") as still:
        still()
        still()
    assert capsys.readouterr().out == "dbt build: 0 s\ndbt build: 0 s\n"


def test_what_can_be_counted_tells_how_far_it_is(often, capsys):
    """So many of how many."""
    with Console().progress("Freezing", 40_000) as task:
        task.advance(20_000)
    assert capsys.readouterr().out.startswith("Freezing: 20,000 of 40,000, ")


def test_a_quiet_command_says_neither(often, capsys):
    """A delta by cron has one line of its own."""
    console = Console(quiet=True)
    with console.waiting("dbt build") as still, console.progress("Freezing", 2) as task:
        still()
        task.advance()
    assert capsys.readouterr().out == ""


def test_a_cell_is_neither_markup_nor_a_command_to_the_terminal(capsys):
    """What somebody typed is shown as it is; control characters are shown as points."""
    Console().table("Values", ["[value]"], [["[red]a[/b]"], ["b\x00c\x1b[2Jd"]])
    said = capsys.readouterr().out
    assert "[red]a[/b]" in said
    assert "b·c·[2Jd" in said
