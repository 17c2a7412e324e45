"""Who can open the data folder, and which folder of seeds dbt is given."""

from datetime import UTC, datetime, timedelta

import jinja2
import pytest
import yaml

from common.paths import (
    PROJECT_ROOT,
    close_to_others,
    ensure_folder,
    is_run,
    moment_of_run,
    new_run_id,
)


def test_an_open_folder_is_closed(tmp_path):
    """Whoever made it by hand left it open; the first command closes it, and makes no new one."""
    folder = tmp_path / "data"
    close_to_others(folder)
    assert not folder.exists()
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    close_to_others(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_made_folders_are_closed_all_the_way_down(tmp_path):
    """Missing parents as well."""
    made = ensure_folder(tmp_path / "a" / "b" / "c")
    assert {f.stat().st_mode & 0o777 for f in (made, made.parent, made.parent.parent)} == {0o700}


@pytest.mark.parametrize(
    ("named", "given"),
    [
        (None, "seeds"),
        ("tests/practice_seeds", "tests/practice_seeds"),
        # dbt would write its compiled inserts over the CSVs of these
        ("/srv/practice/seeds", "SEEDS_DIR-must-lie-inside-the-project"),
        ("../seeds", "SEEDS_DIR-must-lie-inside-the-project"),
    ],
)
def test_dbt_gets_no_folder_of_seeds_that_it_would_write_over(named, given):
    """A path out of the project names no folder, so the build stops before it begins."""
    project = yaml.safe_load((PROJECT_ROOT / "dbt_project.yml").read_text())
    template = jinja2.Template(project["seed-paths"][0])
    assert template.render(env_var=lambda _, default: named or default) == given


def test_names_of_runs_sort_by_time_within_one_second():
    """Which run is the newest is asked of the name: two quick commands must not be mistaken."""
    moment = datetime(2026, 11, 24, 2, 0, 0, tzinfo=UTC)
    moments = [moment + timedelta(milliseconds=n) for n in range(0, 2000, 7)]
    names = [new_run_id(moment) for moment in moments]
    assert sorted(names) == names
    assert [moment_of_run(name) for name in names] == moments
    assert not is_run("copy of 20261124T020000.000000Z-ab12")
