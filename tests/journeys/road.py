"""The whole road with the real commands, against a sandbox of its own over HTTP; no shortcuts."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import duckdb

from common.paths import DataPaths, new_run_id
from load.audit.journal import Journal
from tests.waiting import STEP, wait_until

PROJECT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
#: Counters of the sandbox that stand for calls that write: methods of RPC, verbs on paths of REST.
WRITES = ("new", "edit", "delete", "undelete", "add", "POST ", "PATCH ", "PUT ", "DELETE ")
#: What decides and what runs: enough of the project for a copy that a test may edit.
TREE = (
    "models",
    "macros",
    "seeds",
    "profiles",
    "tests/data",
    "apis",
    "common",
    "extract",
    "load",
    "sandbox",
)


#: What dbt leaves out: its tests are a third of a build, and run on the roads that ask for them.
WITHOUT_TESTS, WITH_TESTS = "unit_test test", "unit_test"
#: As much of a build as `load fields` reads.
FOR_FIELDS = ("--select", "+preflight_definitions", "+preflight_blockers", "resource_type:seed")


def copy_project(folder: Path) -> Path:
    """Copy what decides about data, so that a test can edit a line of it; return the copy."""
    for name in TREE:
        if (PROJECT / name).is_dir():
            shutil.copytree(
                PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
    shutil.copy(PROJECT / "dbt_project.yml", folder)
    (folder / "profiles.yml").symlink_to("profiles/profiles.yml")
    return folder


def _inside(seeds: Path) -> str:
    """Make a folder of seeds reachable by a path inside the project: dbt takes no other."""
    if seeds.is_relative_to(PROJECT):
        return str(seeds.relative_to(PROJECT))
    (PROJECT / "data").mkdir(mode=0o700, exist_ok=True)
    link = PROJECT / "data" / f"seeds-{os.getpid()}-{abs(hash(str(seeds)))}"
    link.unlink(missing_ok=True)
    link.symlink_to(seeds)
    return str(link.relative_to(PROJECT))


def _for_a_small_practice(project: Path, folder: Path) -> Path:
    """Write the project's profile with one thread of DuckDB's: a quarter less CPU a build."""
    folder.mkdir(exist_ok=True)
    text = (project / "profiles.yml").read_text()
    settings = "      settings:\n"
    assert settings in text
    (folder / "profiles.yml").write_text(text.replace(settings, f"{settings}        threads: 1\n"))
    return folder


class Road:
    """One practice's way into Nutshell: a data folder, a sandbox, and the commands."""

    def __init__(
        self, folder: Path, *, project: Path = PROJECT, seeds: Path | None = None, **env: str
    ) -> None:
        self.folder = folder
        self.project = project
        self.data = folder / "data"
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.env = {
            **os.environ,
            "PYTHONPATH": str(project),
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "DATA_DIR": str(self.data),
            "SEEDS_DIR": _inside(seeds) if seeds else "seeds",
            "DBT_TARGET_PATH": str(self.data / "target"),
            "DBT_LOG_PATH": str(self.data / "logs"),
            "DBT_LOG_LEVEL_FILE": "none",  # a fifth of a build's time goes into its debug log
            "DBT_PROFILES_DIR": str(_for_a_small_practice(project, folder / "profiles")),
            "DBT_EXCLUDE_RESOURCE_TYPES": WITHOUT_TESTS,
            "ATTACHMENT_HOST_DIR": str(self.data / "hosted"),
            "ATTACHMENT_HOST_URL": "https://files.practice.example",
            "NO_COLOR": "1",
            **env,
        }
        self.sandbox: subprocess.Popen[bytes] | None = None

    # the sandbox

    def serve(self, *options: str) -> None:
        """Start both servers and take over the addresses and credentials that they print."""
        env_file = self.folder / "sandbox.env"
        env_file.unlink(missing_ok=True)
        log = (self.folder / "sandbox.log").open("ab")
        self.sandbox = subprocess.Popen(
            [str(BIN / "sandbox"), "serve", "--state", str(self.folder / "sandbox"),
             "--env-file", str(env_file), *options],
            env=self.env, cwd=self.project, stdout=log, stderr=log,
        )  # fmt: skip
        wait_until(
            lambda: env_file.exists() and "SANDBOX_READY=1" in env_file.read_text(), self.sandbox
        )
        for line in env_file.read_text().splitlines():
            name, _, value = line.partition("=")
            self.env[name] = value

    def stop(self) -> None:
        """End the sandbox; its state stays."""
        if self.sandbox is not None and self.sandbox.poll() is None:
            self.sandbox.send_signal(signal.SIGTERM)
            self.sandbox.wait(STEP)

    def control(self, path: str, body: Any = None, *, system: str = "NUTSHELL") -> Any:
        """Ask one of the sandbox's control paths; a body makes it a POST."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - loopback, made by us
            f"{self.env[system + '_URL']}/_sandbox/{path}",
            data=data,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=STEP) as answer:  # noqa: S310
            return json.load(answer)

    def fingerprint(self) -> str:
        """What a user sees in Nutshell, as one hash."""
        found: str = self.control("fingerprint")["fingerprint"]
        return found

    def write_calls(self) -> int:
        """How many calls Nutshell has had that could have changed it."""
        calls: dict[str, int] = self.control("stats")
        return sum(count for name, count in calls.items() if name.startswith(WRITES))

    def rpc(self, method: str, **params: Any) -> Any:
        """Ask Nutshell as any other client would: what is there, whatever our audit says."""
        login = f"{self.env['NUTSHELL_USERNAME']}:{self.env['NUTSHELL_API_KEY']}"
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self.env['NUTSHELL_URL']}/api/v1/json",
            data=json.dumps(
                {"jsonrpc": "2.0", "id": "t", "method": method, "params": params}
            ).encode(),
            headers={
                "Authorization": "Basic " + base64.b64encode(login.encode()).decode(),
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=STEP) as answer:  # noqa: S310
            body = json.load(answer)
        assert not body.get("error"), body["error"]
        return body["result"]

    def ask_practice(self, path: str, **query: Any) -> Any:
        """Ask the practice's API as the extractor does."""
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self.env['VISUAL_PRACTICE_URL']}/api/v1/{path}?{urllib.parse.urlencode(query)}",
            headers={"Authorization": f"Bearer {self.env['VISUAL_PRACTICE_TOKEN']}"},
        )
        with urllib.request.urlopen(request, timeout=STEP) as answer:  # noqa: S310
            return json.load(answer)

    def practice_has(self, name: str, **query: Any) -> list[dict[str, Any]]:
        """List the practice's records of an object, page by page."""
        found: list[dict[str, Any]] = []
        while page := self.ask_practice(name, page=len(found) // 200 + 1, **query)["data"]:
            found += page
        return found

    def make_field(self, entity: str, name: str, kind: str) -> None:
        """Let the administrator make a custom field in Nutshell."""
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self.env['NUTSHELL_URL']}/rest/{entity}/customfield",
            data=json.dumps({"name": name, "type": kind, "choices": []}).encode(),
            headers=self._headers(),
        )
        urllib.request.urlopen(request, timeout=STEP).close()  # noqa: S310

    def _headers(self) -> dict[str, str]:
        login = f"{self.env['NUTSHELL_USERNAME']}:{self.env['NUTSHELL_API_KEY']}"
        return {
            "Authorization": "Basic " + base64.b64encode(login.encode()).decode(),
            "Content-Type": "application/json",
        }

    # the commands

    def start(self, *args: str) -> subprocess.Popen[str]:
        """Start a command and leave it running."""
        return subprocess.Popen(
            [str(BIN / args[0]), *args[1:]],
            env=self.env, cwd=self.project, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def run(self, *args: str, expect: int | tuple[int, ...] = (0, 1)) -> str:
        """Run a command to its end; 0 (done) and 1 (done, some records blocked) are both well."""
        process = self.start(*args)
        output, _ = process.communicate(timeout=STEP)
        allowed = (expect,) if isinstance(expect, int) else expect
        assert process.returncode in allowed, f"{args} → {process.returncode}\n{output[-4000:]}"
        return output

    def build(self, *options: str) -> str:
        """Build the warehouse."""
        return self.run("dbt", "--quiet", "build", *options, expect=0)

    def prepare(self) -> None:
        """Everything up to a warehouse that a plan can be frozen from."""
        self.run("extract", "visual-practice")
        self.run("extract", "nutshell")
        self.run("extract", "rates")
        self.build(*FOR_FIELDS)
        self.run("load", "fields", "--create", "--by", "demo")
        self.run("extract", "nutshell")
        self.build()

    def approve(self) -> None:
        """Freeze and sign."""
        self.run("load", "plan")
        self.run("load", "approve", "--by", "demo")

    def sample(self) -> None:
        """Load the sample, read it back, sign it."""
        self.run("load", "apply", "--sample")
        self.run("load", "verify")
        self.run("load", "approve", "--sample-reviewed", "--by", "demo")

    def note_read_back(self) -> None:
        """
        Let the audit say that the sample was read back, where no review is looked at.

        That build has journeys of its own. A later `load verify` leaves the sample out.
        """
        run_id = new_run_id()
        with Journal(DataPaths(self.data).audit) as journal:
            journal.start_run("verify", run_id=run_id, host=self.env["NUTSHELL_URL"])
            journal.finish_run(run_id, "done")

    def whole(self) -> None:
        """From nothing to a full load, verified; dbt's tests run once, on what the end holds."""
        self.prepare()
        self.approve()
        self.sample()
        self.run("load", "apply")
        self.verify_tested()

    def verify_tested(self) -> str:
        """Read back and build with dbt's tests."""
        self.env["DBT_EXCLUDE_RESOURCE_TYPES"] = WITH_TESTS
        said = self.run("load", "verify")
        self.env["DBT_EXCLUDE_RESOURCE_TYPES"] = WITHOUT_TESTS
        return said

    # the tables

    def rows(self, sql: str, *params: Any, database: str = "warehouse") -> list[tuple[Any, ...]]:
        """Query the warehouse (or `review`) as an analyst would."""
        with duckdb.connect(str(self.data / f"{database}.duckdb"), read_only=True) as connection:
            return connection.execute(sql, params).fetchall()

    def value(self, sql: str, *params: Any, database: str = "warehouse") -> Any:
        """Return the one value of a query."""
        return self.rows(sql, *params, database=database)[0][0]
