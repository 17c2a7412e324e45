"""State outlives its server, faults do what they say, and nothing but loopback is listened on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from click.testing import CliRunner

from sandbox.cli import is_loopback, main
from sandbox.fault_profiles import PROFILES, BadProfile, Profile, read_profile
from sandbox.faults import Faults
from tests.sandbox.conftest import Nutshell
from tests.waiting import wait_until

Start = Callable[..., Nutshell]


def names(nutshell: Nutshell, word: str) -> list[str]:
    return [row["name"] for row in nutshell.call("searchContacts", string=word, limit=1000)]


def test_a_killed_server_knows_what_it_answered(start: Start) -> None:
    """kill -9: what was answered is there, revs and ids and definitions too; reset forgets it."""
    server = start()
    first_day = server.fingerprint()
    field = {"name": "Kept", "type": "Text"}
    server.http.post("/rest/contacts/customfield", json=field)
    made = server.call("newContact", contact={"name": "A", "customFields": {"Kept": "x"}})
    server.call("editContact", contactId=made["id"], rev="0", contact={"description": "b"})
    server.call("newAccount", account={"name": "C", "contacts": [{"id": made["id"]}]})
    before = server.fingerprint()
    events = server.http.get("/rest/events").json()["events"]
    server.stop(kill=True)
    server.start()
    assert server.fingerprint() == before != first_day
    assert server.http.get("/rest/events").json()["events"] == events
    again = server.call("getContact", contactId=made["id"])
    assert again["rev"] == "1" and again["accounts"][0]["name"] == "C"
    assert server.call("newContact", contact={"name": "D"})["id"] > made["id"]
    assert server.http.post("/_sandbox/reset").status_code == 200
    assert server.fingerprint() == first_day


def test_the_fingerprint_is_blind_to_what_a_rollback_leaves(nutshell: Nutshell) -> None:
    """Revs, times, deleted records, tags and fields do not count; a value and a link do."""
    before = nutshell.fingerprint()
    nutshell.call("newTag", tag={"name": "left over", "entityType": "Contacts"})
    nutshell.http.post("/rest/leads/customfield", json={"name": "Left", "type": "Text"})
    account = nutshell.call("newAccount", account={"name": "Gone"})
    assert nutshell.fingerprint() != before
    contact = nutshell.call("findContacts")[0]["id"]
    link = {"accounts": [{"id": account["id"]}]}
    nutshell.call("editContact", contactId=contact, rev="REV_IGNORE", contact=link)
    nutshell.call("deleteAccount", accountId=account["id"], rev=account["rev"])
    assert nutshell.fingerprint() == before
    described = {"description": "seen"}
    nutshell.call("editContact", contactId=contact, rev="REV_IGNORE", contact=described)
    assert nutshell.fingerprint() != before


@pytest.mark.parametrize(
    "fault", ["lost_drop", "lost_500", "lost_timeout", "truncated", "malformed"]
)
def test_a_lost_answer_had_its_effect_once(nutshell: Nutshell, fault: str) -> None:
    """The caller learns nothing, the record is there."""
    nutshell.faults(f'{{"{fault}": 1, "hang_seconds": 0.2}}')
    body = {"method": "newContact", "params": {"contact": {"name": "Lost One"}}, "id": 1}
    learned = None
    try:
        answer = nutshell.http.post("/api/v1/json", json=body)
        if answer.status_code == 200:
            learned = answer.json()
    except (httpx.TransportError, ValueError):
        pass
    assert learned is None
    nutshell.faults("none")
    assert names(nutshell, "lost") == ["Lost One"]


@pytest.mark.parametrize("fault", ["error_before", "reset_before", "error_body"])
def test_a_fault_before_the_effect_has_none(nutshell: Nutshell, fault: str) -> None:
    """The call failed, and nothing was made."""
    before = nutshell.fingerprint()
    nutshell.faults(f'{{"{fault}": 1}}')
    body = {"method": "newContact", "params": {"contact": {"name": "Lost One"}}, "id": 1}
    try:
        answer = nutshell.http.post("/api/v1/json", json=body)
        assert answer.status_code >= 500 or answer.json().get("error")
    except httpx.TransportError:
        pass
    nutshell.faults("none")
    assert nutshell.fingerprint() == before


def test_a_late_commit_happens_after_the_client_has_gone(nutshell: Nutshell) -> None:
    """The request times out, the record appears afterwards."""
    nutshell.give_up_late("Late One")
    assert names(nutshell, "late") == []
    assert nutshell.late_come() == 1
    assert names(nutshell, "late") == ["Late One"]


def test_a_reset_drops_what_was_still_to_come(nutshell: Nutshell) -> None:
    """A late commit of yesterday does not appear on the new first day."""
    nutshell.give_up_late("Late One")
    nutshell.http.post("/_sandbox/reset")
    nutshell.late_come()
    assert names(nutshell, "late") == []


def test_a_late_commit_comes_by_itself(nutshell: Nutshell) -> None:
    """After its seconds, whoever asks or not."""
    nutshell.faults('{"late_commit": 1, "late_seconds": 0.1, "hang_seconds": 0.1}')
    body = {"method": "newContact", "params": {"contact": {"name": "Late One"}}, "id": 1}
    with pytest.raises(httpx.TransportError):
        nutshell.http.post("/api/v1/json", json=body)
    nutshell.faults("none")
    wait_until(lambda: names(nutshell, "late") == ["Late One"], nutshell.process)


def test_what_is_held_waits_for_other_faults(nutshell: Nutshell) -> None:
    """It goes on once they change, and has no effect if its caller has gone by then."""
    nutshell.faults('{"hold_after": 1, "only_writes": true}')
    with ThreadPoolExecutor() as callers:
        calls = [
            callers.submit(nutshell.call, "newContact", contact={"name": f"Held {number}"})
            for number in (1, 2)
        ]
        wait_until(lambda: nutshell.stats().get("held") == 1, nutshell.process)
        with nutshell.calling("Held 3"):
            wait_until(lambda: nutshell.stats()["held"] == 2, nutshell.process)
        assert len(names(nutshell, "held")) == 1
        nutshell.faults("none")
        assert [call.result() for call in calls]
    assert sorted(names(nutshell, "held")) == ["Held 1", "Held 2"]
    assert not nutshell.stats()["held"]


def test_a_hidden_limit_lets_through_what_it_says(nutshell: Nutshell) -> None:
    """A burst, then the rate; refusals say how long to wait in one of the forms that HTTP has."""
    nutshell.faults('{"rate": 1e-6, "burst": 5, "retry_after": "mixed"}')
    body = {"method": "getUser", "params": {}, "id": 1}
    answers = [nutshell.http.post("/api/v1/json", json=body) for _ in range(60)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(answers) - len(refused) == 5
    said = {answer.headers.get("Retry-After") for answer in refused}
    assert None in said and any(wait and wait.isdigit() for wait in said)
    assert any(wait and "GMT" in wait and parsedate_to_datetime(wait) for wait in said)


def test_a_hidden_limit_goes_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A burst, then so many a second, whatever was not used before; the factors take turns."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr("sandbox.faults.time", SimpleNamespace(monotonic=lambda: clock.now))
    faults = Faults({"rate": 20.0, "burst": 5, "rate_factors": [1.0, 0.5], "rate_period": 10.0})
    allowed = []
    for _ in range(20):
        clock.now += 1.0
        answers = [faults._over_limit() for _ in range(60)]
        allowed.append(sum(answer is None for answer in answers))
        assert answers[-1].headers["Retry-After"] == "1"  # type: ignore[union-attr]
    assert allowed == [5] * 20
    clock.now = 40.0
    for _ in range(100):
        clock.now += 0.1
        allowed.append(sum(faults._over_limit() is None for _ in range(60)))
    assert 200 <= sum(allowed[-100:]) <= 205


def test_credentials_expire_and_humans_interfere(nutshell: Nutshell) -> None:
    """After so many calls 401, for so many; a record changes under the reader's hands."""
    body = {"method": "getUser", "params": {}, "id": 1}
    nutshell.faults('{"expire_after": 2, "expire_for": 2}')
    codes = [nutshell.http.post("/api/v1/json", json=body).status_code for _ in range(6)]
    assert codes == [200, 200, 401, 401, 200, 200]
    before = nutshell.fingerprint()
    nutshell.faults('{"disturb": 1}')
    nutshell.http.post("/api/v1/json", json=body)
    nutshell.faults("none")
    assert nutshell.fingerprint() != before
    assert nutshell.stats()["fault disturb"] >= 1


def test_faults_for_writes_leave_reads_alone(nutshell: Nutshell) -> None:
    """The lost-answer profile strikes calls that write."""
    nutshell.faults('{"lost_500": 1, "only_writes": true}')
    assert nutshell.call("findContacts")
    body = {"method": "newSource", "params": {"name": "Fair"}, "id": 1}
    assert nutshell.http.post("/api/v1/json", json=body).status_code == 500


def test_concurrent_edits_of_one_record_are_serial(nutshell: Nutshell) -> None:
    """Of many edits that saw the same rev exactly one succeeds."""
    made = nutshell.call("newContact", contact={"name": "Wanted"})

    async def race() -> list[bool]:
        async with httpx.AsyncClient(base_url=nutshell.url, auth=nutshell.auth) as client:

            async def edit(number: int) -> bool:
                contact = {"description": str(number)}
                params = {"contactId": made["id"], "rev": made["rev"], "contact": contact}
                body = {"method": "editContact", "params": params, "id": number}
                answer = await client.post("/api/v1/json", json=body)
                return "error" not in answer.json()

            return await asyncio.gather(*(edit(number) for number in range(20)))

    assert sum(asyncio.run(race())) == 1


def test_profiles_are_names_or_json() -> None:
    """A name, a name with changes, or settings alone; what is unknown is refused."""
    assert read_profile("slow") is PROFILES["slow"]
    assert read_profile('{"profile": "slow", "latency": 1}').latency == 1
    assert read_profile('{"rate_factors": [1, 2]}').rate_factors == (1, 2)
    assert read_profile("none") == Profile()
    for wrong in ("nonsense", '{"profile": "nonsense"}', '{"nonsense": 1}', "[1]"):
        with pytest.raises(BadProfile):
            read_profile(wrong)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "no.such.host.invalid"])  # noqa: S104
def test_only_loopback_is_listened_on(host: str, tmp_path: Path) -> None:
    """Any other address is wrong use: exit 2, nothing is started or written."""
    state = tmp_path / "state"
    result = CliRunner().invoke(main, ["serve", "--host", host, "--state", str(state)])
    assert result.exit_code == 2 and "loopback" in result.output
    assert not state.exists()
    assert is_loopback("127.0.0.1") and is_loopback("::1")


def test_control_commands_need_a_loopback_url(monkeypatch: pytest.MonkeyPatch) -> None:
    """`sandbox reset` can not be pointed at a real system; without a URL it says so."""
    monkeypatch.setenv("NUTSHELL_URL", "https://192.0.2.1")
    result = CliRunner().invoke(main, ["fingerprint"])
    assert result.exit_code == 2 and "loopback" in result.output
    monkeypatch.delenv("NUTSHELL_URL")
    result = CliRunner().invoke(main, ["fingerprint"])
    assert result.exit_code == 2 and "NUTSHELL_URL is not set" in result.output


def test_the_env_file_is_private_and_holds_what_was_printed(start: Start, tmp_path: Path) -> None:
    """Credentials are read by their owner only; the state folder likewise."""
    path = tmp_path / "sandbox.env"
    server = start("--env-file", str(path))
    lines = dict(line.split("=", 1) for line in path.read_text().splitlines())
    assert lines == server.env
    assert path.stat().st_mode & 0o077 == 0
    assert server.state.stat().st_mode & 0o077 == 0
    assert (server.state / "nutshell.sqlite").stat().st_mode & 0o077 == 0
