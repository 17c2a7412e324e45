"""After the retention period what holds patients' data is gone, and the audit still tells."""

from tests.load.test_road import through_sample


def test_purge(loaded, sandbox):
    """Names of people are found nowhere below the data folder afterwards; hashes and ids are."""
    project = through_sample(loaded(people=3, deals=1, activities=1, files=1))
    assert "less than 30 days" in project.quick("purge", "--by", "demo", code=2)
    assert "Nothing was done" in project.quick("purge")
    assert holding(project, b"Family1")
    project.quick("purge", "--older-than", "0", "--by", "demo")
    assert holding(project, b"Family1") == []
    audit = project.audit()
    assert audit.value("select count(*) from writes where payload_hash is not null") > 0
    assert audit.record_by_key("people:1").nutshell_id


def holding(project, text):
    return [
        path.name
        for path in project.paths.root.rglob("*")
        if path.is_file() and text in path.read_bytes()
    ]
