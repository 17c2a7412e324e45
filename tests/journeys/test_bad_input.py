"""Wrong use of dbt is met with one line that says what to do; extraction's are in tests/extract."""

import pytest

from tests.journeys.road import Road

pytestmark = pytest.mark.journey


def test_a_build_before_anything_was_extracted(tmp_path):
    """Even where there is no data folder yet: no waiting, one line that says what to run."""
    road = Road(tmp_path)
    road.env["DATA_DIR"] = str(tmp_path / "nowhere" / "data")
    said = road.run("dbt", "build", expect=2)
    assert said.count("nothing has been extracted") == 1
    assert "run `extract visual-practice`" in said
