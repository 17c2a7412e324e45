"""How a test waits: for the event itself, never for a time in which it ought to have happened."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

#: Seconds that one step may take, a command or a wait: far more than a slow and busy machine needs.
#: It ends what hangs for good. A fixture that walks a whole road is many steps and has no bound.
STEP = 1800.0


def wait_until(
    happened: Callable[[], object],
    process: subprocess.Popen[str] | subprocess.Popen[bytes] | None = None,
) -> None:
    """Return once `happened` says so; fail if the process that should bring it about has ended."""
    until = time.monotonic() + STEP
    while not happened():
        if process is not None and process.poll() is not None and not happened():
            raise AssertionError(f"ended before what was waited for: {process.communicate()}")
        assert time.monotonic() < until, "what was waited for never happened"
        time.sleep(0.02)
