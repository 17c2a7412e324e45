"""The imitated Nutshell as a test has it: a process of its own, over HTTP, like the real thing."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.waiting import STEP, wait_until


class Nutshell:
    """A running sandbox and a client of it."""

    def __init__(self, state: Path, *options: str) -> None:
        self.state, self.options = state, options
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "sandbox.cli", "serve", "--only", "nutshell"]
        command += ["--state", str(self.state), "--size", "50", *self.options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.env: dict[str, str] = {}
        for line in self.process.stdout:
            name, _, value = line.strip().partition("=")
            self.env[name] = value
            if name == "SANDBOX_READY":
                break
        self.url = self.env["NUTSHELL_URL"]
        self.auth = (self.env["NUTSHELL_USERNAME"], self.env["NUTSHELL_API_KEY"])
        self.http = httpx.Client(base_url=self.url, auth=self.auth, timeout=STEP)

    def stop(self, *, kill: bool = False) -> None:
        self.http.close()
        if kill:
            self.process.kill()
        else:
            self.process.terminate()
        self.process.wait(timeout=STEP)

    def answer(self, method: str, **params: Any) -> dict[str, Any]:
        body = {"jsonrpc": "2.0", "id": "t", "method": method, "params": params}
        response = self.http.post("/api/v1/json", json=body)
        answer = dict(response.json())
        # an error is told by the status, too; where all is well there is none
        assert (response.status_code == 200) == ("error" not in answer)
        return answer

    def call(self, method: str, **params: Any) -> Any:
        answer = self.answer(method, **params)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def refused(self, method: str, **params: Any) -> dict[str, Any]:
        answer = self.answer(method, **params)
        assert answer["result"] is None and answer["error"], f"{method} was accepted"
        return dict(answer["error"])

    def behave(self, **switches: Any) -> None:
        """Set switches of what nobody knows; none: each in its first position."""
        assert self.http.post("/_sandbox/behaviour", json=switches).status_code == 200

    def fingerprint(self) -> str:
        return str(self.http.get("/_sandbox/fingerprint").json()["fingerprint"])

    def faults(self, profile: str) -> None:
        assert self.http.post("/_sandbox/faults", content=profile).status_code == 200

    def give_up_late(self, name: str) -> None:
        """Call for a contact that is made late, and hang up while nothing has come."""
        faults = {"late_commit": 1, "late_seconds": 3600.0, "hang_seconds": 3600.0}
        self.faults(json.dumps(faults))
        with self.calling(name):
            wait_until(lambda: self.stats().get("fault late_commit"), self.process)
        self.faults("none")

    @contextmanager
    def calling(self, name: str) -> Iterator[None]:
        """Call for a contact, and hang up when the body ends, answered or not."""
        call = {"method": "newContact", "params": {"contact": {"name": name}}, "id": 1}
        request = self.http.build_request("POST", "/api/v1/json", json=call)
        login = base64.b64encode(":".join(self.auth).encode()).decode()
        headers = {**request.headers, "Authorization": f"Basic {login}"}
        lines = ["POST /api/v1/json HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
        with socket.create_connection((request.url.host, request.url.port)) as connection:
            connection.sendall("\r\n".join(lines).encode() + request.content)
            yield

    def late_come(self) -> int:
        """Let what is late happen now; say how many that were."""
        return int(self.http.post("/_sandbox/late").json()["came"])

    def stats(self) -> dict[str, int]:
        return dict(self.http.get("/_sandbox/stats").json())


@pytest.fixture(scope="session")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nutshell]:
    server = Nutshell(tmp_path_factory.mktemp("nutshell"))
    yield server
    server.stop()


@pytest.fixture
def nutshell(_shared: Nutshell) -> Nutshell:
    """A sandbox on its first day."""
    _shared.faults("none")
    _shared.http.post("/_sandbox/reset")
    return _shared


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Nutshell]]:
    """Starts further sandboxes, with options."""
    servers: list[Nutshell] = []

    def run(*options: str) -> Nutshell:
        servers.append(Nutshell(tmp_path / "state", *options))
        return servers[-1]

    yield run
    for server in servers:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture
def user(nutshell: Nutshell) -> dict[str, Any]:
    """Who the test logs in as."""
    return dict(nutshell.call("getUser"))


@pytest.fixture
def furnished(nutshell: Nutshell, user: dict[str, Any]) -> dict[str, Any]:
    """An account, a contact at it, a lead with both and an activity, each with everything set."""
    for kind in ("accounts", "contacts", "leads"):
        field = {"name": "Visual Practice ID", "type": "Text"}
        assert nutshell.http.post(f"/rest/{kind}/customfield", json=field).status_code == 201
    nutshell.call("newTag", tag={"name": "moved", "entityType": "Leads"})
    owner = {"entityType": "Users", "id": user["id"]}
    reach = {
        "phone": ["717-555-0480 x12", "+44 20 7946 0958"],
        "email": {"work": "Front@clinic.example", "other": "b@clinic.example"},
        "url": ["https://clinic.example"],
        "address": [{"address_1": "1 Main St", "city": "Ann Arbor", "state": "MI"}],
        "owner": owner,
    }
    account = nutshell.call("newAccount", account={"name": "Clinic", "industryId": 1, **reach})
    link = {"id": account["id"], "relationship": "Surgeon"}
    contact = nutshell.call(
        "newContact",
        contact={
            "name": "Dr. Ada Lovelace",
            "description": " Prefers mornings ",
            "accounts": [link],
            "customFields": {"Visual Practice ID": "people:per_1"},
            **reach,
        },
    )
    lead = nutshell.call(
        "newLead",
        lead={
            "description": "Laser",
            "primaryAccount": {"id": account["id"]},
            "contacts": [{"id": contact["id"], "relationship": "buyer"}],
            "assignee": owner,
            "sources": [{"id": 3}],
            "tags": ["moved"],
            "stagesetId": 75,
            "dueTime": "2031-01-01T00:00:00Z",
            "market": {"id": 1},
        },
    )
    activity = nutshell.call(
        "newActivity",
        activity={
            "name": "Call",
            "description": "Said yes",
            "activityTypeId": 1,
            "startTime": "2012-02-03T10:00:00-06:00",
            "endTime": "2012-02-03T10:15:00-06:00",
            "status": 1,
            "participants": [owner, {"entityType": "Contacts", "id": contact["id"]}],
            "leads": [{"entityType": "Leads", "id": lead["id"]}],
        },
    )
    return {"account": account, "contact": contact, "lead": lead, "activity": activity}
