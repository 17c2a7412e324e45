"""A warehouse as SQL would leave it, small and known, and a Nutshell to load it into."""

from __future__ import annotations

import hashlib
import io
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from apis.pace import forget_paces
from common.cli import exit_code_of
from common.paths import PROJECT_ROOT, DataPaths
from load.audit import Audit
from load.cli import cli

BUILD = "11111111-2222-3333-4444-555555555555"


@dataclass
class Sandbox:
    """The imitated Nutshell, and its control paths."""

    environment: dict[str, str]

    @property
    def url(self) -> str:
        return self.environment["NUTSHELL_URL"]

    def control(self, path: str, body: Any = None) -> Any:
        data = (
            None if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
        )
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}/_sandbox/{path}",
            data=data,
            method="GET" if body is None else "POST",
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.load(answer)

    def rpc(self, method: str, **params: Any) -> Any:
        import base64

        account = f"{self.environment['NUTSHELL_USERNAME']}:{self.environment['NUTSHELL_API_KEY']}"
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}/api/v1/json",
            data=json.dumps({"id": "1", "method": method, "params": params}).encode(),
            headers={"Authorization": "Basic " + base64.b64encode(account.encode()).decode()},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            told = json.load(answer)
        assert told["error"] is None, told
        return told["result"]

    def find(self, entity: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        page = 1
        while more := self.rpc(f"find{entity}", limit=100, page=page, stubResponses=False):
            found += more
            page += 1
        return found

    def writes(self) -> int:
        """Count the calls that write."""
        stats = self.control("stats")
        return sum(
            calls
            for name, calls in stats.items()
            if name.startswith(("new", "edit", "delete", "PATCH", "POST /rest"))
        )

    def faults(self, profile: Any) -> None:
        self.control("faults", profile if isinstance(profile, str) else json.dumps(profile))

    def reset(self) -> None:
        self.faults("none")
        self.control("reset", {})


@pytest.fixture(scope="session")
def served_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder = tmp_path_factory.mktemp("sandbox")
    env_file = folder / "env"
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "sandbox.cli",
            "serve",
            "--only",
            "nutshell",
            "--state",
            str(folder / "state"),
            "--env-file",
            str(env_file),
            "--size",
            "50",
        ],
        env={**os.environ, "DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    environment = {}
    for line in process.stdout:
        name, _, value = line.strip().partition("=")
        environment[name] = value
        if name == "SANDBOX_READY":
            break
    assert "SANDBOX_READY" in environment, "the sandbox did not start"
    yield Sandbox(environment)
    process.terminate()
    process.wait(20)


@pytest.fixture
def sandbox(served_sandbox: Sandbox) -> Sandbox:
    served_sandbox.reset()
    return served_sandbox


@dataclass
class Project:
    """A data folder with a warehouse, and the load command to run on it."""

    root: Path
    environment: dict[str, str]
    warehouse: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

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
        out, err = process.communicate(timeout=120)
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
        out = said.getvalue() + complained.getvalue()
        assert ended == code, f"exit {ended}\n{out}"
        return out

    def audit(self) -> Audit:
        return Audit(self.paths.audit, read_only=True)

    def build(self) -> None:
        """Do what `dbt build` would: note which audit the plan was made from."""
        version = self.audit().version() if self.paths.audit.is_file() else 0
        write_warehouse(self, version)


@pytest.fixture
def project(tmp_path: Path, sandbox: Sandbox) -> Project:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "lead_status.csv").write_text("source_value,target_value\nNew,New\n")
    made = Project(
        tmp_path,
        {
            **os.environ,
            **sandbox.environment,
            "DATA_DIR": str(tmp_path / "data"),
            "SEEDS_DIR": str(seeds),
            "DBT_TARGET_PATH": str(tmp_path / "target"),
            "PYTHONPATH": os.environ.get("PYTHONPATH", str(PROJECT_ROOT)),
            "COLUMNS": "200",
        },
    )
    made.paths.root.mkdir()
    return made


@pytest.fixture
def loaded(project: Project) -> Callable[..., Project]:
    """Bring a project to where its full load may begin."""

    def prepare(**sizes: int) -> Project:
        small_practice(project, **sizes)
        return approved(project)

    return prepare


def approved(project: Project) -> Project:
    """Make the fields, freeze the plan and sign it."""
    project.build()
    project.quick("fields", "--create", "--by", "demo")
    project.build()
    project.quick("plan")
    project.quick("approve", "--by", "demo")
    return project


# -- the plan's rows -----------------------------------------------------------------------------


def small_practice(
    project: Project,
    *,
    organizations: int = 6,
    people: int = 20,
    deals: int = 8,
    activities: int = 10,
    files: int = 3,
) -> None:
    """Plan a practice: parents before children, people at organizations, deals with value."""
    rows: list[dict[str, Any]] = []

    def add(  # noqa: PLR0917
        obj: str, kind: str, number: int, level: int, payload: Any, needs: list[str], **more: Any
    ) -> None:
        key = f"{obj}:{number}"
        rows.append(
            {
                "level": level,
                "record_key": key,
                "operation_key": f"{key}/{more.get('step', 'record')}",
                "source_object": obj,
                "source_id": str(number),
                "kind": kind,
                "step": "record",
                "operation": "create",
                "reason": "new",
                "bucket": "created" if more.get("step", "record") in ("record", "file") else None,
                "payload": json.dumps(payload),
                "desired": json.dumps(payload),
                "depends_on": needs,
                "in_sample": number < 3,
                **more,
            }
        )

    for n in range(organizations):
        parent = {"Parent link": {"$url": f"organizations:{n - 1}"}} if n % 2 else {}
        add(
            "organizations",
            "account",
            n,
            n % 2,
            {
                "name": f"Clinic {n}",
                "customFields": {"Visual Practice ID": f"organizations:{n}", **parent},
            },
            [f"organizations:{n - 1}"] if n % 2 else [],
        )
    for n in range(people):
        add(
            "people",
            "contact",
            n,
            2,
            {
                "name": {"givenName": f"Given{n}", "familyName": f"Family{n}"},
                "email": [f"person{n}@people.example"],
                "accounts": [
                    {"id": {"$ref": f"organizations:{n % organizations}"}, "relationship": "Nurse"}
                ],
                "customFields": {"Visual Practice ID": f"people:{n}"},
            },
            [f"organizations:{n % organizations}"],
        )
    for n in range(deals):
        add(
            "deals",
            "lead",
            n,
            3,
            {
                "description": f"Deal {n}",
                "stagesetId": 75,
                "contacts": [{"id": {"$ref": f"people:{n % people}"}, "entityType": "Contacts"}],
                "customFields": {"Visual Practice ID": f"deals:{n}"},
            },
            [f"people:{n % people}"],
        )
        add("deals", "lead", n, 3, {"amount": f"{n + 1}00.50", "currency": "USD"}, [], step="value")
        if n % 2:
            add("deals", "lead", n, 3, {"outcomeId": 3, "status": 10}, [], step="outcome")
    for n in range(activities):
        add(
            "activities",
            "activity",
            n,
            4,
            {
                "name": f"Call {n}",
                "activityTypeId": 1,
                "status": 1,
                "startTime": "2024-01-02T03:04:05Z",
                "endTime": "2024-01-02T03:14:05Z",
                "description": f"Spoke.\n--\nVisual Practice activities:{n}",
                "participants": [
                    {"entityType": "Contacts", "id": {"$ref": f"people:{n % people}"}}
                ],
            },
            [f"people:{n % people}"],
        )
    for n in range(files):
        body = f"file {n}".encode()
        digest = hashlib.sha256(body).hexdigest()
        place = project.paths.file(digest)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
        add(
            "attachments",
            "file",
            n,
            5,
            {
                "route": "host",
                "path": f"files/{digest[:2]}/{digest}",
                "sha256": digest,
                "file_name": f"f{n}.txt",
                "size_bytes": len(body),
                "hosted_name": f"{digest}/f{n}.txt",
            },
            [f"people:{n}"],
            step="file",
        )
    project.warehouse = {"operations": rows}  # type: ignore[dict-item]
    field_rows = [
        ("custom_field", entity, "Visual Practice ID", "Text", "[]", False, "missing", "rest", None)
        for entity in ("accounts", "contacts", "leads")
    ]
    project.warehouse["definitions"] = [
        *field_rows,
        ("custom_field", "accounts", "Parent link", "Text", "[]", False, "missing", "rest", None),
        (
            "custom_field",
            "contacts",
            "Insurance",
            "Decision",
            '["A","B"]',
            False,
            "missing",
            "rest",
            None,
        ),
        ("tag", "contacts", "Patient", None, "[]", False, "missing", "rpc", None),
        ("source", "leads", "Walk-in", None, "[]", False, "missing", "rpc", None),
    ]
    project.warehouse["blockers"] = []
    project.warehouse["envelope"] = [("operation", "create"), ("field", "people.email")]
    project.warehouse["schema"] = [("pipeline", "75/Deals"), ("outcome", "3/Won/10")]


COLUMNS = {
    "position": "bigint",
    "level": "integer",
    "record_key": "varchar",
    "operation_key": "varchar",
    "source_object": "varchar",
    "source_id": "varchar",
    "kind": "varchar",
    "step": "varchar",
    "operation": "varchar",
    "reason": "varchar",
    "bucket": "varchar",
    "nutshell_id": "bigint",
    "survivor_key": "varchar",
    "payload": "varchar",
    "payload_hash": "varchar",
    "desired": "varchar",
    "desired_hash": "varchar",
    "seen": "varchar",
    "depends_on": "varchar[]",
    "in_sample": "boolean",
}


def write_warehouse(project: Project, audit_version: int) -> None:
    """Write the tables of the seam, and dbt's artefacts of a build without failures."""
    place = project.paths.warehouse
    place.unlink(missing_ok=True)
    link = duckdb.connect(str(place))
    link.execute("create schema plan; create schema preflight; create schema review")
    link.execute(
        f"create table plan.plan_operations ({', '.join(f'{k} {v}' for k, v in COLUMNS.items())})"
    )
    rows = []
    for position, row in enumerate(project.warehouse["operations"]):
        full = dict.fromkeys(COLUMNS) | dict(row) | {"position": position}
        full["payload_hash"] = hashlib.md5(str(full["payload"]).encode()).hexdigest()  # noqa: S324
        full["desired_hash"] = hashlib.md5(str(full["desired"]).encode()).hexdigest()  # noqa: S324
        rows.append([full[name] for name in COLUMNS])
    link.executemany(
        f"insert into plan.plan_operations values ({', '.join('?' * len(COLUMNS))})",  # noqa: S608
        rows,
    )
    link.execute(
        "create table plan.plan_build as select ?::varchar as invocation_id, now() as built_at,"
        " ?::bigint as audit_version",
        [BUILD, audit_version],
    )
    for table, name in (("plan_envelope", "envelope"), ("plan_schema", "schema")):
        link.execute(f"create table plan.{table} (element_kind varchar, element varchar)")
        link.executemany(f"insert into plan.{table} values (?, ?)", project.warehouse[name])  # noqa: S608
    link.execute(
        "create table preflight.preflight_definitions (definition_kind varchar, entity varchar,"
        " name varchar, nutshell_type varchar, choices varchar, is_multiple boolean,"
        " state varchar, create_via varchar, note varchar)"
    )
    link.executemany(
        "insert into preflight.preflight_definitions values (?,?,?,?,?,?,?,?,?)",
        project.warehouse["definitions"],
    )
    link.execute(
        "create table preflight.preflight_blockers (blocker_class varchar, scope varchar,"
        " source_object varchar, source_id varchar, subject varchar, detail varchar, mend varchar,"
        " is_accepted boolean)"
    )
    for blocker in project.warehouse["blockers"]:
        link.execute("insert into preflight.preflight_blockers values (?,?,?,?,?,?,?,?)", blocker)
    link.close()
    write_artefacts(project)


def write_artefacts(project: Project, *, status: str = "success") -> None:
    target = Path(project.environment["DBT_TARGET_PATH"])
    target.mkdir(exist_ok=True)
    seeds = Path(project.environment["SEEDS_DIR"])
    nodes = {
        str(path): {
            "resource_type": "seed" if path.suffix == ".csv" else "model",
            "original_file_path": str(path),
            "checksum": {
                "name": "sha256",
                "checksum": hashlib.sha256(path.read_bytes()).hexdigest(),
            },
        }
        for path in [*(PROJECT_ROOT / "models").rglob("*.sql"), *seeds.rglob("*.csv")]
    }
    started = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 1)) + ".000000Z"
    (target / "manifest.json").write_text(
        json.dumps({"metadata": {"project_name": "p"}, "nodes": nodes, "macros": {}})
    )
    (target / "run_results.json").write_text(
        json.dumps(
            {
                "metadata": {"invocation_id": BUILD, "invocation_started_at": started},
                "args": {"which": "build"},
                "results": [{"unique_id": "model.p.some_model", "status": status}],
            }
        )
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
