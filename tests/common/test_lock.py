"""One command at a time; a killed one leaves no lock behind."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from common.errors import Locked
from common.lock import INHERITED, handed_down, hold
from common.paths import DataPaths

HOLD = "import sys, pathlib; from common.lock import hold; from common.paths import DataPaths\n"
HOLD += "with hold(DataPaths(pathlib.Path(sys.argv[1])), 'load apply'):\n"
HOLD += "    print('held', flush=True); sys.stdin.read()\n"


def test_the_second_is_told_who_is_first_and_a_kill_frees_it(tmp_path):
    """The refusal names command and pid; after kill -9 the lock is free at once."""
    env = os.environ | {"PYTHONPATH": str(Path.cwd())}
    first = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=env,
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


HANDED = (
    "import sys, pathlib; from common.lock import hold; from common.paths import DataPaths\n"
    "with hold(DataPaths(pathlib.Path(sys.argv[1])), 'extract nutshell'): print('went on')\n"
)


def test_a_lock_is_handed_down_and_only_as_an_open_file(tmp_path):
    """A child that was handed the lock goes on; one that only knows a number does not."""
    paths = DataPaths(tmp_path)
    env = os.environ | {"PYTHONPATH": str(Path.cwd())}
    with hold(paths, "load delta"):
        descriptor = handed_down(paths)
        assert descriptor is not None
        with hold(paths, "load plan"):  # within the same process
            pass
        child = [sys.executable, "-c", HANDED, str(tmp_path)]
        env[INHERITED] = str(descriptor)
        said = subprocess.run(
            child, env=env, pass_fds=[descriptor], capture_output=True, check=True
        )
        assert said.stdout == b"went on\n"
        refused = subprocess.run(child, env=env, capture_output=True, check=False)
        assert refused.returncode and b"`load delta`" in refused.stderr
        other = subprocess.run(
            child,
            env=env | {INHERITED: ""},
            pass_fds=[descriptor],
            capture_output=True,
            check=False,
        )
        assert other.returncode
    with hold(paths, "load apply"):
        pass
