"""The load commands, one after the other, over HTTP."""


def test_road(loaded, sandbox):
    """Fields, plan, approval, sample, review, full load: every record once; twice writes nothing."""
    project = loaded()
    print(project.load("apply", "--sample"))
    print(project.load("apply", code=2))
    print(project.load("status"))
