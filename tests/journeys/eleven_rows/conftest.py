"""
The eleven rows of the promise, one test each: what the practice has is in Nutshell, so asked.

Nutshell answers over RPC, the practice from its own export: no table of ours stands between,
but where a row says that something is listed.
"""

import subprocess

import pytest

from tests.journeys.both_sides import Held, Rates, source_records
from tests.journeys.conftest import SIZE
from tests.journeys.road import BIN, PROJECT


@pytest.fixture(scope="package")
def road(stages):
    """The whole road once: extract to verify, with the sample and its gates."""
    with stages.at("loaded") as made:
        yield made


@pytest.fixture(scope="package")
def export(road):
    """The same practice as the sandbox serves, as an export folder."""
    folder = road.folder / "export"
    command = [BIN / "sandbox", "export", folder, "--size", str(SIZE)]
    subprocess.run(command, check=True, env=road.env, cwd=PROJECT, capture_output=True)
    return folder


@pytest.fixture(scope="package")
def practice(export):
    """The practice's records by object and id."""
    return source_records(export)


@pytest.fixture(scope="package")
def users(export):
    """The practice's users by id."""
    return source_records(export, ("users",))["users"]


@pytest.fixture(scope="package")
def held(road):
    """Everything that Nutshell holds afterwards."""
    return Held(road)


@pytest.fixture(scope="package")
def buckets(road):
    """Record key → (bucket, reason, survivor): what review.duckdb tells a reviewer."""
    found = road.rows(
        "select source_object || ':' || source_id, bucket, reason, survivor_key"
        " from review.review_buckets",
        database="review",
    )
    return {key: rest for key, *rest in found}


@pytest.fixture(scope="package")
def landed_rates():
    """The ECB's history, read by the test itself."""
    return Rates()
