"""kill -9 and SIGTERM while the practice works on: in the end what it holds is what landed."""

import json
import os
import random
import shutil
import signal
import time

import duckdb

from extract.policies import Policies
from extract.runs import policy_digest
from tests.extract.conftest import ROOT, Extract
from tests.waiting import STEP, wait_until

OWN_TABLE = ("users", "organizations", "people", "leads", "deals", "activities", "attachments")
OTHERS = ("workflows", "email_templates", "integrations")
#: so slow that a run goes on for seconds after any of its parts
SLOW = {"profile": "none", "latency": 0.3}
#: the same rule as macros/newest_practice_records.sql: which of several versions counts
NEWEST = """
    select id, _record from read_parquet(?)
    qualify row_number() over (
        partition by {key} order by _run_id desc, modified_at::timestamptz desc, _locator desc
    ) = 1
"""
FILES = """
    select attachment_id, status, sha256 from read_parquet(?)
    qualify row_number() over (partition by attachment_id order by _run_id desc, status = 'ok') = 1
"""


class Killer:
    """Kills the command at an instant of its own each time; the practice uses the pause."""

    def __init__(self, extract, sandbox, seed):
        self.extract, self.sandbox = extract, sandbox
        self.random = random.Random(seed)
        self.met = set()  # how much was durable when it was killed

    def progress(self):
        """Count the parts of the unfinished run that are durable."""
        found = self.extract.data.glob("raw/.partial/visual_practice/*/progress.jsonl")
        return sum(len(path.read_text().splitlines()) for path in found)

    def kill(self, *arguments, after):
        """Kill it when so many more parts are durable, or after its first call where none are."""
        process = self.extract.start(*arguments)
        begun, asked = self.progress(), self.sandbox.stats().get("http 200", 0)
        if after:
            wait_until(lambda: self.progress() >= begun + after, process)
        else:
            wait_until(lambda: self.sandbox.stats().get("http 200", 0) > asked, process)
        # a service manager asks before it kills: neither leaves anything half committed
        number = self.random.choice((signal.SIGKILL, signal.SIGTERM))
        process.send_signal(number)
        process.communicate()
        assert process.returncode == -number
        self.met.add(self.progress())
        self.check_nothing_unfinished_shows()
        self.work()

    def check_nothing_unfinished_shows(self):
        """What dbt reads are runs with a manifest, whole."""
        runs = list(
            (self.extract.data / "raw" / "visual_practice").glob("2*")
        )  # without the empty one
        assert all((run / "manifest.json").is_file() for run in runs)

    def work(self):
        """Let a day pass, and somebody change and delete what was landed, and what was not."""
        self.sandbox.control("advance", {"hours": 24})
        for name in ("people", "deals", "activities"):
            ids = self.sandbox.ids(name)
            changed, gone = ids[self.random.randrange(len(ids))], self.random.choice(ids)
            words = {"description": f"as of {time.monotonic_ns()}"}
            self.sandbox.control("edit", {"object": name, "id": changed, "fields": words})
            self.sandbox.control("edit", {"object": name, "id": gone, "delete": True})


def newest(extract, table):
    """Give the version of each record that counts: id → record."""
    files = str(extract.data / "raw" / "visual_practice" / "*" / table / "*.parquet")
    key = "object, id" if table == "other_records" else "id"
    rows = duckdb.execute(NEWEST.format(key=key), [files]).fetchall()
    assert len({row[0] for row in rows}) == len(rows)
    return {record_id: json.loads(record) for record_id, record in rows}


def held(sandbox, *names):
    """Give what the practice holds; of an id that stands there twice the one that counts."""
    found = {}
    for name in names:
        for record in sandbox.records(name):
            before = found.get(record["id"])
            if before is None or before["modified_at"] <= record["modified_at"]:
                found[record["id"]] = record
    return found


def bytes_of(extract):
    """Give what came of each attachment's bytes."""
    files = str(extract.data / "raw" / "visual_practice" / "*" / "files" / "*.parquet")
    return set(duckdb.execute(FILES, [files]).fetchall())


def test_what_lands_is_what_the_practice_holds(extract, sandbox, tmp_path):
    """Whole run and delta killed, resumed and caught up: each record once, as it is by then."""
    killer = Killer(extract, sandbox, seed=int(os.environ.get("SEED") or 1))
    sandbox.control("faults", SLOW)
    try:
        for after in (0, 1, 4, 2):
            killer.kill("visual-practice", after=after)
        assert len(killer.met) >= 3, killer.met
        sandbox.control("faults", {"profile": "none"})
        code, said, err = extract("visual-practice")
        assert code == 0, err
        assert "Going on with run" in said
        killer.work()
        sandbox.control("faults", SLOW)
        for after in (1, 4):
            killer.kill("visual-practice", "--delta", after=after)
        sandbox.control("faults", {"profile": "none"})
        code, _, err = extract("visual-practice", "--delta")
        assert code == 0, err
        killer.check_nothing_unfinished_shows()
        assert len(list((extract.data / "raw" / "visual_practice").glob("2*"))) == 2
        for name in OWN_TABLE:
            landed = newest(extract, name)
            assert landed == held(sandbox, name), name
        assert newest(extract, "other_records") == held(sandbox, *OTHERS)
        undisturbed = Extract(tmp_path / "undisturbed", sandbox.env)
        undisturbed.data.parent.mkdir()
        assert undisturbed("visual-practice")[0] == 0
        # of an attachment that was deleted since, the bytes that came while it was there stay
        assert {row for row in bytes_of(extract) if not landed[row[0]]["deleted_at"]} == bytes_of(
            undisturbed
        )
    finally:
        sandbox.control("faults", {"profile": "none"})
        sandbox.control("reset")


def test_ctrl_c_is_one_line_and_the_rest_comes_later(extract, sandbox):
    """130, no traceback; the next run goes on; with other policies it begins anew."""
    sandbox.control("faults", SLOW)
    try:
        asked = sandbox.stats().get("http 200", 0)
        process = extract.start("visual-practice")
        wait_until(lambda: extract.has_part("people"), process)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=STEP)
        assert process.returncode == 130, err
        assert err.count("\n") <= 2 and "Interrupted" in err and "Traceback" not in err
        assert sandbox.stats()["http 200"] > asked
    finally:
        sandbox.control("faults", {"profile": "none"})
    # what the policy excludes by now must not stay landed from before
    seeds = extract.data.parent / "seeds"
    shutil.copytree(ROOT / "seeds", seeds)
    objects = seeds / "policies" / "objects.csv"
    objects.write_text(objects.read_text().replace("people,migrate", "people,exclude"))
    extract.env["SEEDS_DIR"] = str(seeds)
    code, said, err = extract("visual-practice")
    assert code == 0, err
    assert "Going on with run" not in said
    assert not list(extract.data.glob("raw/visual_practice/2*/people/*.parquet"))
    assert not list(extract.data.glob("raw/.partial/visual_practice/*"))


def test_any_other_policy_is_another_digest():
    """Whichever object it is of, at either end of the list: it was the tail of a JSON."""
    names = [f"object_{n}" for n in range(40)]
    told = [
        Policies(dict.fromkeys(names, "migrate"), 1),
        Policies(dict.fromkeys(names, "migrate"), 2),
    ]
    for name in names:
        told.append(Policies({**dict.fromkeys(names, "migrate"), name: "exclude"}, 1))
    assert len({policy_digest(each) for each in told}) == len(told)
    assert policy_digest(told[0]) == policy_digest(
        Policies(dict.fromkeys(reversed(names), "migrate"), 1)
    )
