"""A full disk or a folder that can not be written stops an extraction in one line; it goes on."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.extract.conftest import ROOT
from tests.waiting import STEP

SCRIPT = """
set -e
mount -t tmpfs -o size=150k,mode=700 tmpfs "$DATA_DIR"
step() {
    set +e
    "$PYTHON" -m extract.cli visual-practice 2>&1
    echo "-- $?"
    set -e
}
step full
find "$DATA_DIR/raw" -path '*/visual_practice/2*' -not -path '*/.partial/*' |
    sed 's/^/COMMITTED /'
mount -o remount,size=64m,ro "$DATA_DIR"
step closed
mount -o remount,rw "$DATA_DIR"
step roomy
cp -a "$DATA_DIR" "$KEPT"
"""


def test_a_full_disk_loses_no_row(extract, sandbox, tmp_path):
    """Exit 2 and the way out, no half run for SQL to see; with room the same command lands all."""
    extract.data.mkdir(mode=0o700)
    unshare = ["unshare", "-m"] if os.getuid() == 0 else ["unshare", "-rm"]
    probe = [*unshare, "mount", "-t", "tmpfs", "tmpfs", str(extract.data)]
    if (
        shutil.which("unshare") is None
        or subprocess.run(probe, capture_output=True, check=False).returncode
    ):
        pytest.skip("this machine lets us mount nothing")
    kept = tmp_path / "kept"
    ended = subprocess.run(
        [*unshare, "bash", "-c", SCRIPT],
        cwd=ROOT,
        env=extract.env | {"PYTHON": sys.executable, "KEPT": str(kept)},
        capture_output=True,
        text=True,
        timeout=STEP,
        check=False,
    )
    said = ended.stdout + ended.stderr
    assert ended.returncode == 0, said
    assert "Traceback" not in said, said
    codes = [line for line in said.splitlines() if line.startswith("-- ")]
    assert codes == ["-- 2", "-- 2", "-- 0"], said
    assert "No space left" in said and "Read-only" in said, said
    assert "run the same command again" in said
    assert "COMMITTED" not in said
    extract.data = kept
    for name in ("people", "deals", "activities"):
        assert sorted(sandbox.ids(name)) == sorted(row[0] for row in extract.rows(name, "id"))
