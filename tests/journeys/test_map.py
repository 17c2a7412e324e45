"""The mapper's loop: a save is built, and what it changed is said in fields, counts and ids."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.journey


def lines_until(process, words):
    """Read on until a line holds the words, or the loop has ended."""
    said = []
    for line in process.stdout:
        said.append(line)
        if words in line:
            return "".join(said)
    raise AssertionError("".join(said))


def test_a_saved_row_is_answered_by_what_it_changed(stages):
    """A map's row, an SQL that does not build, and its repair; no content is printed."""
    with stages.at("open_gates") as road:
        process = subprocess.Popen(
            [sys.executable, "-m", "load.map"],
            env=road.env | {"COLUMNS": "200"}, cwd=road.project, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            lines_until(process, "Watching")
            row = road.project / "seeds" / "value_maps" / "lead_status.csv"
            text = row.read_text()
            assert "\nContacted,Working," in text
            row.write_text(text.replace("\nContacted,Working,", "\nContacted,New,"))
            said = lines_until(process, "lead_status:")
            changed = road.rows(
                "select count(distinct record_key), min(record_key), min(before), min(after)"
                " from review.records_changed where field = 'customFields.Lead status'"
            )
            ((records, first, before, after),) = changed
            assert (before, after) == ('"Working"', '"New"')
            assert f" {records} " in said
            assert first in said
            assert "Working" not in said.replace("customFields.Lead status", "")

            model = road.project / "models" / "nutshell" / "nutshell_leads.sql"
            kept = model.read_text()
            model.write_text(kept + "nothing that is SQL")
            lines_until(process, "nutshell_leads:")
            model.write_text(kept)
            assert "changes no record" in lines_until(process, "nutshell_leads:")
        finally:
            process.terminate()
            process.wait()
        refused = road.run("load", "plan", expect=2)
        assert "dbt build" in refused  # a selection is no build to freeze
