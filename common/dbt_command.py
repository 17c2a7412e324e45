"""
The command `dbt`: dbt's own, after a look at the seeds. It changes nothing of what dbt does.

dbt reads each seed before any hook or plugin of ours is asked, and one in another encoding ends it
with a traceback that names neither file nor line.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from common.errors import UsageError
from common.seeds import check_seeds

NEEDS_NO_SEEDS = {"--help", "-h", "--version", "-V", "-v", "clean", "deps", "init", "debug"}


def main() -> None:
    """Run dbt; exit 2 with one line where a seed can not be read."""
    seeds = Path(os.environ.get("SEEDS_DIR") or "seeds")
    # a folder outside is none to dbt (dbt_project.yml), and may be as large as a disk
    is_ours = not seeds.is_absolute() and ".." not in seeds.parts
    if is_ours and not NEEDS_NO_SEEDS & {*sys.argv[1:]} and Path("dbt_project.yml").is_file():
        try:
            check_seeds(seeds)
        except UsageError as error:
            print(error, file=sys.stderr)
            sys.exit(2)
    from dbt.cli.main import cli

    sys.exit(cli())


if __name__ == "__main__":
    main()
