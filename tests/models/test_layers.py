"""Layers point one way: what a model reads stands in its own layer or in an earlier one."""

import pytest

from tests.models.test_described import manifest  # noqa: F401 - a fixture

LAYERS = ("staging", "intermediate", "nutshell", "records", "preflight", "plan", "review")


@pytest.fixture
def arrows(manifest):  # noqa: F811
    """Pairs of models, each with its layer: who is read, and by whom."""
    models = {k: n for k, n in manifest["nodes"].items() if n["resource_type"] == "model"}
    return [
        ((models[read]["fqn"][1], models[read]["name"]), (node["fqn"][1], node["name"]))
        for node in models.values()
        for read in node["depends_on"]["nodes"]
        if read in models
    ]


def test_layers_point_one_way(arrows):
    """No arrow runs back: the order of the folders is the order of the data's way."""
    backward = [(read, by) for read, by in arrows if LAYERS.index(read[0]) > LAYERS.index(by[0])]
    assert arrows
    assert backward == []
