"""What a command leaves behind when it meets an error that nobody expected."""

import pytest

from common.cli import exit_code_of

CONTENT = "".join(("can", "ary"))  # not to be found in a line of code


def fails():
    """An error whose words quote a record."""
    try:
        raise KeyError(CONTENT)
    except KeyError as error:
        raise ValueError(f"could not convert {CONTENT}") from error


def test_an_unexpected_error_is_no_success_with_remarks(tmp_path, monkeypatch, capsys):
    """Exit 2, not 1 ("done"); one line with the kind and the place, and no word of the error's."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    code = exit_code_of(fails)
    said = capsys.readouterr().err
    assert (code, len(said.splitlines())) == (2, 1)
    assert "ValueError" in said and "test_cli.py" in said and CONTENT not in said
    (kept,) = (tmp_path / "data" / "tracebacks").iterdir()
    assert kept.name in said
    text = kept.read_text()
    assert "in fails" in text and "ValueError" in text and "KeyError" in text
    assert CONTENT not in text
    assert kept.stat().st_mode & 0o077 == 0


def test_a_folder_that_can_not_be_written_hides_no_error(tmp_path, monkeypatch, capsys):
    """The line comes all the same."""
    (tmp_path / "data").write_text("a file where the folder belongs")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    assert exit_code_of(fails) == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1 and "ValueError" in said


@pytest.mark.parametrize(("result", "code"), [(None, 0), (1, 1), ("text", 0)])
def test_an_ordinary_end_is_told_by_the_command(result, code):
    """A number is the exit code; anything else is 0."""
    assert exit_code_of(lambda: result) == code


def causes_itself():
    """An error that is raised from itself, as a library's handler may do."""
    error = ValueError(CONTENT)
    try:
        raise KeyError(CONTENT) from error
    except KeyError as other:
        error.__cause__ = other
        raise error from error


def test_an_error_that_is_its_own_cause_has_an_end(tmp_path, monkeypatch, capsys):
    """One line and exit 2, as for any other; no recursion."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    assert exit_code_of(causes_itself) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    (kept,) = (tmp_path / "data" / "tracebacks").iterdir()
    assert "ValueError" in kept.read_text() and CONTENT not in kept.read_text()
