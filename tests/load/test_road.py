"""The load commands, one after the other, over HTTP."""


def test_road(loaded, sandbox):
    """Fields, plan, approval, sample, review, full load: every record once; twice writes nothing."""
    before = sandbox.control("fingerprint")
    project = loaded()
    print(project.load("apply", "--sample"))
    print(project.load("apply", code=2))
    print(project.load("status"))
    sign_sample(project)
    print(project.load("apply"))
    print(project.load("apply"))
    print(project.load("rollback", "--preview"))
    print(project.load("rollback"))
    print(before, sandbox.control("fingerprint"))


def sign_sample(project):
    """Stand in for verify, which needs the whole dbt project, and sign."""
    from load.journal import Journal

    with Journal(project.paths.audit) as journal:
        journal.start_run("verify", run_id="stand-in", host=project.environment["NUTSHELL_URL"])
        journal.finish_run("stand-in", "done")
    project.load("approve", "--sample-reviewed", "--by", "demo")
