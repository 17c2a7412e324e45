"""
Where an error that nobody expected came from: kept in a file, for whoever mends us.

It keeps kinds of errors and places in code, and never an error's own words: those may quote a
patient's record.
"""

from __future__ import annotations

import traceback
from pathlib import Path

from common.paths import PROJECT_ROOT, DataPaths, ensure_folder, new_run_id, write_durably

MOST_CAUSES = 50


def keep_traceback(error: BaseException, paths: DataPaths) -> Path:
    """Write where an error came from to a file of its own and return that; raise OSError."""
    path = ensure_folder(paths.tracebacks) / f"{new_run_id()}.txt"
    write_durably(path, _wordless(error).encode())
    return path


def place_of(error: BaseException) -> str:
    """Return the line of ours in which an error arose, or the outermost line if none is ours."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(PROJECT_ROOT)]
    # our own environment's packages lie below us, too
    ours = [frame for frame in ours if "site-packages" not in frame.filename] or frames[:1]
    return f"{Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else "an unknown place"


def _wordless(error: BaseException) -> str:
    told: list[str] = []
    seen: set[int] = set()
    cause: BaseException | None = error
    # an error can be its own cause, by a detour too
    while cause is not None and id(cause) not in seen and len(seen) < MOST_CAUSES:
        seen.add(id(cause))
        frames = "".join(traceback.format_tb(cause.__traceback__))
        told.append(f"{type(cause).__module__}.{type(cause).__qualname__}\n{frames}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\nwhich led to\n\n".join(reversed(told))
