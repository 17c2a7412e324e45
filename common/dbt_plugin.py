"""
What a build needs and SQL can not do: know half a file, rename a whole one, have the last word.

Not a place for decisions about data; those are models and seeds.
"""

import atexit
import gc
import os
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.flags import get_flags
from duckdb import DuckDBPyConnection

from common.manifests import first_damage
from common.paths import close_to_others, ensure_folder, make_private


def publish_file(new: str, target: str) -> bool:
    """
    Put `new` in the place of `target` by one rename, readable by its owner only.

    Whoever has the old file open keeps reading it. Returns True.

    Raises:
        OSError: the file is not there, or the folder can not be written.

    """
    source = Path(new)
    source.chmod(0o600)
    with source.open("rb") as handle:
        os.fsync(handle.fileno())
    source.replace(target)
    return True


def say_last(text: str) -> bool:
    """Print a text after everything that dbt still has to say. Returns True."""
    atexit.register(print, text, flush=True)
    return True


def _first_damage(raw: str) -> str:
    return first_damage(Path(raw)) or ""  # a null would mean that the function failed


class Plugin(BasePlugin):
    """Gives the build's connection `publish_file(new, target)`, `first_damage`, `say_last`."""

    def initialize(self, config: dict[str, Any]) -> None:
        """
        Make whatever the build writes readable by its owner only: it holds patients' data.

        What dbt has parsed until here lives to its end: a build of few records is an eighth faster
        when Python does not look through it for garbage again and again.
        """
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        make_private()
        flags: Any = get_flags()  # type: ignore[no-untyped-call]
        root = Path(flags.PROJECT_DIR or ".")
        # without it dbt would wait for the warehouse to appear, minute after minute
        data = ensure_folder(Path(os.environ.get("DATA_DIR") or "data"))
        close_to_others(data)
        # dbt has made these before it came to us, with whatever the shell's umask was
        for folder in (flags.LOG_PATH or "logs", flags.TARGET_PATH or "target"):
            close_to_others(root / folder)
            for path in (root / folder).rglob("*"):
                if path.is_file() and path.stat().st_mode & 0o077:
                    path.chmod(0o600)

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the functions; those with an effect are never folded or cached."""
        conn.create_function(
            "publish_file", publish_file, ["VARCHAR", "VARCHAR"], "BOOLEAN", side_effects=True
        )
        conn.create_function("first_damage", _first_damage, ["VARCHAR"], "VARCHAR")
        conn.create_function("say_last", say_last, ["VARCHAR"], "BOOLEAN", side_effects=True)
