"""The rollback's proof at 20,000 records; `make rollback-scale` runs it and prints the figures."""

import os
import time

import pytest

from tests.journeys.road import Road
from tests.journeys.test_rollback import outcomes

pytestmark = [pytest.mark.journey, pytest.mark.slow]

PEOPLE = int(os.environ.get("ROLLBACK_SCALE_PEOPLE", "4600"))  # over 20,000 records with theirs


@pytest.mark.timeout(0)
def test_a_large_load_comes_back(tmp_path, settled_project, capsys):
    """Fingerprint before = after, with nothing kept; seconds and records a second are printed."""
    road = Road(tmp_path / "road", project=settled_project.project)
    road.serve("--size", str(PEOPLE))
    try:
        before = road.fingerprint()
        for system in ("visual-practice", "nutshell", "rates"):
            road.run("extract", system)
        road.build()
        settled_project.settle(road)
        road.build()
        road.run("load", "fields", "--create", "--by", "demo")
        road.run("extract", "nutshell")
        road.build()
        road.approve()
        road.run("load", "apply", "--sample")
        road.run("load", "verify")
        road.run("load", "approve", "--sample-reviewed", "--by", "demo")
        started = time.monotonic()
        road.run("load", "apply")
        loaded = time.monotonic() - started
        started = time.monotonic()
        preview = outcomes(road.run("load", "rollback", "--preview", expect=0))
        previewed = time.monotonic() - started
        started = time.monotonic()
        done = outcomes(road.run("load", "rollback", expect=0))
        rolled_back = time.monotonic() - started
        assert done == preview
        assert {word for _, word in done} == {"reversed"}
        assert road.fingerprint() == before
        records = sum(done.values())
        with capsys.disabled():
            print(
                f"\n{records:,} records: loaded in {loaded:.0f} s, previewed in {previewed:.0f} s,"
                f" taken back in {rolled_back:.0f} s ({records / rolled_back:,.0f} a second);"
                " fingerprint before = after, 0 exceptions"
            )
    finally:
        road.stop()
