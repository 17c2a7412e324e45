"""One command at a time; a killed one leaves no lock behind."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from common.errors import Locked
from common.lock import hold
from common.paths import DataPaths

HOLD = (
    "import sys, time, pathlib; from common.lock import hold; from common.paths import DataPaths\n"
)
HOLD += "with hold(DataPaths(pathlib.Path(sys.argv[1])), 'load apply'):\n"
HOLD += "    print('held', flush=True); time.sleep(60)\n"


def test_the_second_is_told_who_is_first_and_a_kill_frees_it(tmp_path):
    """The refusal names command and pid; after kill -9 the lock is free at once."""
    env = os.environ | {"PYTHONPATH": str(Path.cwd())}
    first = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, env=env
    )
    assert first.stdout
    first.stdout.readline()
    told = pytest.raises(Locked, match=rf"`load apply` \(pid {first.pid}, since ")
    with told, hold(DataPaths(tmp_path), "extract nutshell"):
        pass
    first.send_signal(signal.SIGKILL)
    first.wait()
    with hold(DataPaths(tmp_path), "extract nutshell"):
        assert stat.S_IMODE((tmp_path / "lock").stat().st_mode) == 0o600
