"""Fixtures that every test may use."""

from pathlib import Path
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.beside import find_beside

# how long an example takes says something about the machine, and nothing about the code
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")


@pytest.fixture(scope="session")
def practice_folder() -> Path:
    """The real practice's export folder: read only; the test is skipped where it is absent."""
    return find_beside("PRACTICE_DIR", "shared/practice", "metadata.json")


#: Files that start from one road, and so run in the worker that has made it.
SHARED_ROADS = {
    "stages": (
        "test_delta",
        "eleven_rows/test_activities_and_files",
        "eleven_rows/test_beside_the_rows",
        "eleven_rows/test_fields_and_owners",
        "eleven_rows/test_leads_and_deals",
        "eleven_rows/test_organizations_and_people",
        "test_gates",
        "test_map",
        "test_pages",
        "test_recipes",
        "test_retry",
        "test_review_page",
        "test_rollback",
        "test_sample",
    ),
    "frozen": ("test_chaos", "test_faults"),
}
ROAD_OF = {
    f"tests/journeys/{name}.py": road for road in SHARED_ROADS for name in SHARED_ROADS[road]
}
#: What takes minutes, longest first: begun first, so that no worker is left with one at the end.
LONGEST = (
    "stages",
    "tests/journeys/test_practice.py",
    "frozen",
    "tests/journeys/test_canaries.py",
    "tests/journeys/test_from_empty_map.py",
    "tests/journeys/test_bad_input.py",
)


class ByRoad(LoadScopeScheduling):
    """A file's tests run in one worker, and with them the files that share its road."""

    def _split_scope(self, nodeid: str) -> str:
        return _scope(nodeid)


def _scope(nodeid: str) -> str:
    file = nodeid.partition("::")[0]
    return ROAD_OF.get(file, file)


@pytest.hookimpl(optionalhook=True)  # not there under -p no:xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByRoad:
    """Deal out the tests by road, whatever `--dist` says."""
    return ByRoad(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first; see that no file starts from a road without standing in its list."""
    turn = {scope: number for number, scope in enumerate(LONGEST)}
    items.sort(key=lambda item: turn.get(_scope(item.nodeid), len(turn)))
    for item in items:
        used = {*SHARED_ROADS} & {*getattr(item, "fixturenames", ())}
        missing = used - {_scope(item.nodeid)}
        assert not missing, f"add {item.path.stem} to SHARED_ROADS[{missing}] of tests/conftest.py"
