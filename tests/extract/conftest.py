"""The real commands against the real sandbox, each test with a data folder of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import httpx
import pytest

from tests.waiting import STEP

ROOT = Path(__file__).resolve().parents[2]


class Sandbox:
    """Both imitated systems in a process of their own."""

    def __init__(self, folder, size=300):
        folder.mkdir(parents=True, exist_ok=True)
        env_file = folder / "env"
        command = [sys.executable, "-m", "sandbox.cli", "serve", "--size", str(size)]
        command += ["--state", str(folder / "state"), "--env-file", str(env_file)]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        for line in self.process.stdout:
            if line.startswith("SANDBOX_READY"):
                break
        lines = [line.split("=", 1) for line in env_file.read_text().splitlines() if "=" in line]
        self.env = dict(lines)
        self.url = self.env["VISUAL_PRACTICE_URL"]

    def control(self, path, body=None):
        # text that UTF-8 can not write is escaped, which httpx's own JSON is not
        text = json.dumps(body or {})
        response = httpx.post(f"{self.url}/_sandbox/{path}", content=text, timeout=STEP)
        response.raise_for_status()

    def stats(self):
        return httpx.get(f"{self.url}/_sandbox/stats", timeout=STEP).json()

    def records(self, name):
        """List an object the slow way, in peace."""
        headers = {"Authorization": f"Bearer {self.env['VISUAL_PRACTICE_TOKEN']}"}
        records, page = [], 1
        while True:
            params = {"page": page, "per_page": 200, "include_deleted": "true"}
            where = f"{self.url}/api/v1/{name}"
            data = httpx.get(where, params=params, headers=headers, timeout=STEP).json()["data"]
            if not data:
                return records
            records += data
            page += 1

    def ids(self, name):
        """List an object's ids."""
        return [record["id"] for record in self.records(name)]


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    """One sandbox for the session; tests that disturb it put it right again."""
    served = Sandbox(tmp_path_factory.mktemp("sandbox"))
    yield served
    served.process.terminate()
    served.process.wait()


class Extract:
    """The command, with a data folder."""

    def __init__(self, folder, env):
        self.data = folder / "data"
        self.env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | env
        self.env |= {"DATA_DIR": str(self.data), "SEEDS_DIR": str(ROOT / "seeds")}

    def start(self, *arguments, stdout=subprocess.PIPE, env=None):
        return subprocess.Popen(
            [sys.executable, "-m", "extract.cli", *arguments],
            cwd=self.data.parent,
            env=self.env | (env or {}),
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *arguments):
        process = self.start(*arguments)
        out, err = process.communicate(timeout=STEP)
        return process.returncode, out, err

    def rows(self, table, what="*", source="visual_practice"):
        pattern = str(self.data / "raw" / source / "*" / table / "*.parquet")
        query = f"select {what} from read_parquet(?)"  # noqa: S608
        return duckdb.execute(query, [pattern]).fetchall()

    def has_part(self, table):
        """Tell whether a part of a table of the unfinished run is durable."""
        found = self.data.glob("raw/.partial/*/*/progress.jsonl")
        return any(f'"table":"{table}"' in path.read_text() for path in found)


@pytest.fixture
def extract(tmp_path, sandbox):
    """The command, talking to the sandbox."""
    return Extract(tmp_path, sandbox.env)


@pytest.fixture
def offline(tmp_path):
    """The command, knowing no system at all."""
    return Extract(tmp_path, {})
