"""Nothing moves unapproved: a closed gate refuses with exit 2, names itself, writes nothing."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.load.apply.test_road import sign_sample, through_sample
from tests.load.practice import small_practice
from tests.load.warehouse import write_artefacts


@pytest.fixture
def ready(loaded):
    """A project whose sample is loaded and signed: `load apply` would run."""
    return through_sample(loaded(people=4, deals=2, activities=2, files=1))


def refused(project, sandbox, *arguments, names):
    writes = sandbox.writes()
    said = project.quick(*arguments, code=2)
    assert sandbox.writes() == writes
    assert names in said, said


def plan_anew(project, **sizes):
    small_practice(project, **{"people": 4, "deals": 2, "activities": 2, "files": 1, **sizes})


def test_one_seed_cell(ready, sandbox):
    """A changed cell closes apply; a plan made of it is not covered by the old signature."""
    seed = Path(ready.environment["SEEDS_DIR"]) / "lead_status.csv"
    seed.write_text("source_value,target_value\nNew,Working\n")
    refused(ready, sandbox, "apply", names="seeds/lead_status.csv")
    refused(ready, sandbox, "plan", names="audit")
    ready.build()
    ready.quick("plan")
    refused(ready, sandbox, "apply", names="seeds/lead_status.csv changed")


def test_a_build_of_other_text(ready, sandbox):
    """A seed changed after the build: `load plan` refuses and names the file."""
    ready.build()
    (Path(ready.environment["SEEDS_DIR"]) / "lead_status.csv").write_text("source_value\nX\n")
    refused(ready, sandbox, "plan", names="lead_status.csv")


def test_a_failed_build(ready, sandbox):
    """A build with a failed test is no ground for a plan."""
    ready.build()
    write_artefacts(ready.environment, status="fail")
    refused(ready, sandbox, "plan", names="some_model")


def test_a_field_that_is_gone(ready, sandbox):
    """What the plan relies on is looked for in the live account before anything is written."""
    ready.warehouse["schema"] = [("pipeline", "75/Deals"), ("outcome", "999/Won/10")]
    ready.build()
    ready.quick("plan")
    refused(ready, sandbox, "apply", names="Nutshell has outcome 999")
    ready.quick("approve", "--by", "demo")
    refused(ready, sandbox, "apply", "--sample", names="outcome 999")


def test_one_new_source_value(ready, sandbox):
    """A delta with a value that nobody approved stops and says which; one without runs."""
    plan_anew(ready, people=5)
    ready.build()
    ready.quick("plan")
    ready.quick("apply")
    ready.warehouse["envelope"] = [*ready.warehouse["envelope"], ("value", "leads.status=Nurture")]
    ready.build()
    ready.quick("plan")
    refused(ready, sandbox, "apply", names="value leads.status=Nurture")


def test_an_unreviewed_sample(loaded, sandbox):
    """A whole load without a reviewed sample is refused; so is a review of nothing."""
    project = loaded(people=4, deals=2, activities=2, files=1)
    refused(project, sandbox, "apply", names="reviewed sample")
    refused(project, sandbox, "approve", "--sample-reviewed", "--by", "demo", names="--sample")
    project.quick("apply", "--sample")
    refused(project, sandbox, "approve", "--sample-reviewed", "--by", "demo", names="load verify")
    sign_sample(project)


def test_an_open_gate(loaded, sandbox):
    """An open gate refuses the signature and names the mend; an accepted one does not."""
    project = loaded(people=2, deals=1, activities=1, files=0)
    gate = (
        "unmapped_value",
        "gate",
        "leads",
        None,
        "Nurture",
        None,
        "add Nurture to lead_status.csv",
    )
    project.warehouse["blockers"] = [(*gate, False, "unmapped_value")]
    project.warehouse["envelope"] = [*project.warehouse["envelope"], ("blocker", "unmapped_value")]
    # fifty that one command opens do not hide the one that a person must
    project.warehouse["blockers"] += [
        ("missing_definition", "gate", None, None, f"Field {n}", None, f"make {n}", False, "x")
        for n in range(50)
    ]
    project.build()
    said = project.quick("plan").partition("Open gates")[2]
    assert said.index("unmapped_value") < said.index("missing_definition")
    assert "make 12" in said and "… 45 more" in said and "make 20" not in said
    refused(project, sandbox, "approve", "--by", "demo", names="add Nurture to lead_status.csv")
    refused(project, sandbox, "apply", "--sample", names="unmapped_value")
    project.warehouse["blockers"] = [(*gate, True, "unmapped_value")]
    project.build()
    project.quick("plan")
    project.quick("approve", "--by", "demo")


def test_the_demo_signs_for_loopback_only(ready, sandbox):
    """`--by demo` is refused for a real host, and a signature for one host is none for another."""
    ready.environment["NUTSHELL_URL"] = "https://nutshell.example"
    ready.build()
    refused(ready, sandbox, "approve", "--by", "demo", names="sandbox only")
    refused(ready, sandbox, "apply", names="was made for")
    ready.quick("plan")
    refused(ready, sandbox, "apply", names="No plan is approved for https://nutshell.example")


def test_without_anything(project, sandbox):
    """Commands out of order say what comes first."""
    refused(project, sandbox, "rollback", names="nothing was loaded")
    refused(project, sandbox, "plan", names="dbt build")
    refused(project, sandbox, "approve", "--by", "demo", names="load plan")
    refused(project, sandbox, "apply", names="load plan")
    del project.environment["NUTSHELL_URL"]
    assert "NUTSHELL_URL" in project.load("plan", code=2)


def test_a_plan_as_a_document(loaded):
    """Markdown for a pull request, JSON for a program: all of the digests, nothing of a record."""
    project = loaded(people=2, deals=2, activities=1, files=0)
    told = json.loads(project.quick("plan", "--format", "json"))
    assert told["values"] == [{"currency": "USD", "deals": 2, "amount": "301.0000"}]
    assert told["records"] == sum(row["records"] for row in told["counts"])
    page = project.quick("plan", "--format", "markdown")
    for digest in (told["plan"], told["mapping"], told["schema"]):
        assert digest in page
    assert "| USD | 2 | 301.0000 |" in page and "(none)" in page
    for payload in payloads(project):
        for text in payload.values():
            assert not isinstance(text, str) or len(text) < 4 or text not in page
    head = next(project.paths.plans.glob("*.json"))
    head.write_text(
        json.dumps({**json.loads(head.read_text()), "frozen_at": "2026-01-01T00:00:00Z"})
    )
    said = project.quick("approve", "--by", "demo", "--max-age", "24", code=2)
    assert "hours ago, and at most 24 were asked for" in said
    project.quick("approve", "--by", "demo")


def payloads(project):
    (path,) = project.paths.plans.glob("*.parquet")
    rows = pq.read_table(path, columns=["payload"]).to_pylist()
    return [json.loads(row["payload"]) for row in rows if row["payload"]]
