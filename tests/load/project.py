"""A data folder with a warehouse, and the load command at work on it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from apis.pace import forget_paces
from common.cli import exit_code_of
from common.paths import PROJECT_ROOT, DataPaths
from load.audit.questions import Audit
from load.cli import cli
from tests.load.imitated import Sandbox
from tests.load.warehouse import write_warehouse
from tests.waiting import STEP


@dataclass
class Project:
    """A data folder with a warehouse, and the load command to run on it."""

    root: Path
    environment: dict[str, str]
    warehouse: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    complaint: str = ""  # what the last quick command said on stderr

    @property
    def paths(self) -> DataPaths:
        return DataPaths(self.root / "data")

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "load.cli", *arguments],
            text=True,
            env={**self.environment, **environment},
            cwd=PROJECT_ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def load(self, *arguments: str, code: int = 0, **environment: str) -> str:
        """Run the load command; the whole of what it says."""
        process = self.start(*arguments, **environment)
        out, err = process.communicate(timeout=STEP)
        assert process.returncode == code, f"exit {process.returncode}\n{out}\n{err}"
        assert "Traceback" not in err, err
        return out + err

    def quick(self, *arguments: str, code: int = 0) -> str:
        """Run the load command in this process: the same, without a second for starting Python."""
        said, complained = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            patch.chdir(PROJECT_ROOT)
            forget_paces()
            umask = os.umask(0o077)
            try:
                with redirect_stdout(said), redirect_stderr(complained):
                    ended = exit_code_of(lambda: cli.main(list(arguments), standalone_mode=False))
            finally:
                os.umask(umask)
        self.complaint = complained.getvalue()
        out = said.getvalue() + self.complaint
        assert ended == code, f"exit {ended}\n{out}"
        return out

    def audit(self) -> Audit:
        return Audit(self.paths.audit, read_only=True)

    def build(self) -> None:
        """Do what `dbt build` would: note which audit the plan was made from."""
        version = self.audit().version() if self.paths.audit.is_file() else 0
        write_warehouse(self.paths, self.environment, self.warehouse, version)


def approved(project: Project) -> Project:
    """Make the fields, freeze the plan and sign it."""
    project.build()
    project.quick("fields", "--create", "--by", "demo")
    project.build()
    project.quick("plan")
    project.quick("approve", "--by", "demo")
    return project


def make_project(root: Path, sandbox: Sandbox) -> Project:
    """Make an empty one whose seeds are its own, so that a test may change them."""
    seeds = root / "seeds"
    seeds.mkdir()
    (seeds / "lead_status.csv").write_text("source_value,target_value\nNew,New\n")
    made = Project(
        root,
        {
            **os.environ,
            **sandbox.environment,
            "DATA_DIR": str(root / "data"),
            "SEEDS_DIR": str(seeds),
            "DBT_TARGET_PATH": str(root / "target"),
            "PYTHONPATH": os.environ.get("PYTHONPATH", str(PROJECT_ROOT)),
            "COLUMNS": "200",
        },
    )
    made.paths.root.mkdir()
    return made
