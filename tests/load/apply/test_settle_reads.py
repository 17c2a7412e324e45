"""Settling what a kill left in doubt costs few reads for each write, whatever the load's size."""

import signal

from tests.load.apply.test_road import markers, planned, through_sample

READS = ("get", "find", "search")
#: two looks, each a search, the hit that it gives, and one page of what is younger than the intent
MOST = 2 * 3


def reads(sandbox):
    return sum(n for name, n in sandbox.control("stats").items() if name.startswith(READS))


def test_few_reads_for_each_write_in_doubt(loaded, sandbox):
    """Reads of the rerun, less those of a run with nothing to settle: at most six for each."""
    project = through_sample(loaded(people=150, deals=30, activities=60))
    before = reads(sandbox)
    project.load("apply", "--sample")
    at_start = reads(sandbox) - before

    sandbox.faults({"lost_drop": 0.1, "hold_after": 150, "only_writes": True})
    process = project.start("apply")
    sandbox.wait_for_held(process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    sandbox.faults("none")
    audit = project.audit()
    doubted = len(audit.open_writes())
    audit.close()
    assert doubted >= 5

    before, closed = reads(sandbox), sandbox.control("stats").get("editLead", 0)
    said = project.load("apply")
    # a lead is read before it is closed, whether or not anything was in doubt
    closed = sandbox.control("stats").get("editLead", 0) - closed
    asked = reads(sandbox) - before - at_start - closed
    assert "settled" in said
    assert asked <= MOST * doubted, f"{asked} reads for {doubted} writes in doubt"
    print(f"{asked} reads settled {doubted} writes in doubt")
    assert markers(sandbox) == planned(project)
