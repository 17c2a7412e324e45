"""A full disk, a folder that can not be written, a damaged audit: a clear stop, nothing lost."""

import os
import shutil
import subprocess
import sys

import pytest

from common.paths import PROJECT_ROOT
from tests.load.apply.test_road import markers, planned, through_sample
from tests.waiting import STEP

#: a small file system of its own, which only this script sees: full, then read-only, then roomy
SCRIPT = """
set -e
mount -t tmpfs -o size=64m,mode=700 tmpfs "$PLACE"
cp -a "$DATA_DIR/." "$PLACE/"
mount -o remount,size=$(( $(du -sk "$PLACE" | cut -f1) + 220 ))k "$PLACE"
export DATA_DIR="$PLACE"
step() { echo "== $1"; shift; set +e; "$@" 2>&1; echo "-- $?"; set -e; }
step full "$PYTHON" -m load.cli apply
step status "$PYTHON" -m load.cli status
mount -o remount,size=64m,ro "$PLACE"
step closed "$PYTHON" -m load.cli apply
mount -o remount,rw "$PLACE"
step roomy "$PYTHON" -m load.cli apply
step again "$PYTHON" -m load.cli apply
step plan "$PYTHON" -m load.cli rollback --preview
"""


def _fails(command):
    return subprocess.run(command, capture_output=True, check=False).returncode != 0


def in_a_small_world(script, tmp_path, environment):
    """Run it with mounts of its own; skip where this machine allows none."""
    place = tmp_path / "small"
    place.mkdir()
    unshare = ["unshare", "-m"] if os.getuid() == 0 else ["unshare", "-rm"]
    probe = [*unshare, "mount", "-t", "tmpfs", "tmpfs", str(place)]
    if shutil.which("unshare") is None or _fails(probe):
        pytest.skip("this machine lets us mount nothing")
    ended = subprocess.run(
        [*unshare, "bash", "-c", script],
        env={**environment, "PLACE": str(place), "PYTHON": sys.executable},
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=STEP,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout, ended.stdout
    steps = {}
    for part in ended.stdout.split("== ")[1:]:
        name, _, rest = part.partition("\n")
        said, _, code = rest.rpartition("-- ")
        steps[name] = (int(code), said)
    return steps


def test_a_full_disk_and_a_closed_folder_stop_a_load_and_lose_nothing(loaded, sandbox, tmp_path):
    """Exit 2 with the way out; once there is room, the same command brings each record once."""
    project = through_sample(loaded(organizations=20, people=150, deals=60, activities=60, files=1))
    steps = in_a_small_world(SCRIPT, tmp_path, project.environment)
    for name in ("full", "closed"):
        code, said = steps[name]
        assert code == 2, (name, said)
        assert "gain" in said, said  # "and run the same command again", "and run again"
    assert "full" in steps["full"][1] or "No space left" in steps["full"][1], steps["full"][1]
    assert steps["status"][0] == 0
    assert steps["roomy"][0] == 0, steps["roomy"][1]
    assert steps["again"][0] == 0
    assert markers(sandbox) == planned(project), "each once, whatever the disk said"


@pytest.mark.parametrize("how", ["overwritten", "cut"])
def test_a_damaged_audit_stops_every_command(loaded, sandbox, how):
    """Without it nothing is written; every command says how to get it back."""
    project = loaded(people=2, deals=0, activities=0, files=0)
    copy = project.paths.audit.with_suffix(".copy")
    shutil.copy(project.paths.audit, copy)
    content = project.paths.audit.read_bytes()
    project.paths.audit.write_bytes(
        {
            "overwritten": b"garbage " * 2048,
            "cut": content[: len(content) // 2],
        }[how]
    )
    writes = sandbox.writes()
    for arguments in (
        ("status",),
        ("plan",),
        ("approve", "--by", "demo"),
        ("apply", "--sample"),
        ("rollback",),
        ("rollback", "--preview"),
        ("retry",),
        ("purge", "--older-than", "0d", "--by", "demo", "--yes"),
    ):
        said = project.quick(*arguments, code=2)
        assert "audit" in said, (arguments, said)
        assert "copy" in said or "recover" in said, (arguments, said)
    assert sandbox.writes() == writes
    assert project.paths.plans.exists(), "a purge that can not be noted removes nothing"
    shutil.copy(copy, project.paths.audit)
    project.quick("apply", "--sample")
