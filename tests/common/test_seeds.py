"""A seed that a spreadsheet saved its own way is named: file, line, and what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from common.errors import UsageError
from common.seeds import check_seeds, seed_rows, setting_of

HEAD = "source_value,target_value,note\n"
GOOD = HEAD + 'Öffentlich,Open,"a, b"\n\n"two\nlines",Open,\n'
WRONG = {
    "windows-1252": (GOOD.encode("cp1252"), "line 2: not saved as UTF-8"),
    "utf-16": (GOOD.encode("utf-16"), "line 1: not saved as UTF-8"),
    "utf-16 without a mark": (GOOD.encode("utf-16-le"), "line 1: not saved as UTF-8"),
    "semicolons": (GOOD.replace(",", ";").encode(), "line 1: saved with semicolons"),
    "tabs": (GOOD.replace(",", "\t").encode(), "line 1: saved with tabs"),
    "a cell too many": ((HEAD + "a,b,c\n\na,b,c, d\n").encode(), "line 4: 4 cells"),
    "a cell too few": ((HEAD + '"x\ny",b,c\na,b\n').encode(), "line 4: 2 cells"),
    "empty but for commas": ((HEAD + "a,b,c\n,,\n").encode(), "line 3: commas and nothing else"),
    "a name twice": (b"a,b,a\n1,2,3\n", "line 1: the column 'a' stands there twice"),
    "an open quote": ((HEAD + 'a,b,c\n"a,b,c\n').encode(), "line 3: a quote out of place"),
}


@pytest.mark.parametrize("how", WRONG)
def test_what_dbt_would_read_wrongly_is_refused(tmp_path, how):
    """Through the commands that read one seed, and the look at all of them."""
    content, said = WRONG[how]
    (tmp_path / "policies").mkdir()
    path = tmp_path / "policies" / "settings.csv"
    path.write_bytes(content)
    looks = (lambda: seed_rows(path), lambda: setting_of(tmp_path, "x"))
    for look in (*looks, lambda: check_seeds(tmp_path)):
        with pytest.raises(UsageError, match=r"settings\.csv, line") as refused:
            look()
        assert said in str(refused.value)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_is_well_formed_passes(tmp_path, mark, end):
    """With the mark of Windows, with its line ends, with commas and lines in quotes."""
    path = tmp_path / "map.csv"
    path.write_bytes((mark + GOOD.replace("\n", end)).encode())
    rows = seed_rows(path)
    assert [row["source_value"].split()[0] for row in rows] == ["Öffentlich", "two"]
    assert rows[0]["note"] == "a, b"


def test_dbt_is_not_begun_with_such_a_seed(tmp_path):
    """`dbt build` ends with 2 and one line, and no word of a traceback; help comes all the same."""
    (tmp_path / "dbt_project.yml").touch()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "lead_status.csv").write_bytes(WRONG["windows-1252"][0])
    dbt = Path(sys.executable).with_name("dbt")
    env = os.environ | {"SEEDS_DIR": "mine"}
    ran = subprocess.run(
        [dbt, "build"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        "mine/lead_status.csv, line 2: not saved as UTF-8."
        " Save it again as CSV UTF-8, with commas.\n"
    )
    helped = subprocess.run(
        [dbt, "--version"], cwd=tmp_path, env=env, capture_output=True, check=False
    )
    assert helped.returncode == 0


def test_jinja_in_a_seed_is_text(tmp_path):
    """Nothing of a cell is run."""
    path = tmp_path / "map.csv"
    path.write_text(HEAD + "\"{{ env_var('HOME') }}\",{% raw %},x\n")
    assert seed_rows(path)[0]["source_value"] == "{{ env_var('HOME') }}"


FIELDS = "source_object,source_field,target_field"
CHOICES = "source_object,source_field,source_value,target_value"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            ["source_value,note", "Web,A", "Walk-in,B", " Web ,C"],
            "line 4: the same value as line 2",
        ),
        (["source_value,note", "Web,A", "web,B", '"We b",C'], None),
        (["source_value,note", ",A", '" ",B'], "line 3: the same value as line 2"),
        ([CHOICES, "people,a,x,1", "deals,a,x,1", "people,b,x,1"], None),
        ([CHOICES, "people,a,x,1", "people,a,x ,2"], "line 3: the same value as line 2"),
        ([FIELDS, "people,a,1", "people,a ,2"], None),
    ],
)
def test_a_value_has_one_row_of_a_map(tmp_path, rows, said):
    """Two that differ by blanks alone are one to the joins, which would double its records."""
    (tmp_path / "value_maps").mkdir()
    (tmp_path / "value_maps" / "map.csv").write_text("\n".join(rows) + "\n")
    if said is None:
        check_seeds(tmp_path)
    else:
        with pytest.raises(UsageError, match=said):
            check_seeds(tmp_path)
