"""Hosted files in a folder and in an S3-compatible store: proven, whole, and taken back."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from moto.s3.models import S3Backend

from common.errors import CredentialsRefused, InsecureAddress, Rejected, ServerFailed, UsageError
from common.settings import load_settings
from load.files.bucket import Bucket
from load.files.folder import Folder
from load.files.hosting import host_of
from tests.load.practice import small_practice
from tests.load.project import approved
from tests.load.store import served

BODY = b"brochure" * 2_200_000  # bytes: more than one part of a put


@pytest.fixture
def bucket():
    """A store that is empty."""
    with served() as made:
        yield made


@pytest.fixture
def source(tmp_path):
    place = tmp_path / "source"
    place.write_bytes(BODY)
    return place


@pytest.fixture(params=["folder", "s3"])
def host(request, tmp_path):
    """Each of the two."""
    if request.param == "folder":
        return Folder(tmp_path / "hosted")
    return store(request.getfixturevalue("bucket"))


def store(bucket, **environment):
    return host_of(load_settings({**bucket.environment, **environment}, Path("none.env")))


def name_of(body, name="brochure.pdf"):
    return f"{hashlib.sha256(body).hexdigest()}/{name}"


def test_a_file_is_put_listed_and_removed(host, source):
    """By its hash and name; a second removal finds nothing and says nothing."""
    name = name_of(BODY)
    host.put(source, name, hashlib.sha256(BODY).hexdigest(), "attachments:att_1/file")
    ((found),) = host.listed()
    assert (found.name, found.size) == (name, len(BODY))
    assert found.modified <= datetime.now(UTC)
    host.remove(name)
    host.remove(name)
    assert list(host.listed()) == []


def test_bytes_that_changed_on_the_way_are_refused(host, source):
    """Nothing is left at the place of the copy."""
    with pytest.raises(Rejected, match="attachments:att_1"):
        host.put(source, f"{'0' * 64}/x.pdf", "0" * 64, "attachments:att_1/file")
    assert list(host.listed()) == []


@pytest.mark.parametrize("name", ["../x.pdf", f"{'0' * 64}/../../x.pdf", "/etc/x.pdf"])
def test_no_name_leads_out(host, source, name):
    """Neither up nor elsewhere."""
    with pytest.raises(Rejected, match="leads out"):
        host.put(source, name, hashlib.sha256(BODY).hexdigest(), "attachments:att_1/file")


def test_the_same_bytes_may_be_copied_by_many_at_once(tmp_path, source):
    """A practice sends one brochure with a hundred records: no copy takes another's away."""
    sha256 = hashlib.sha256(BODY).hexdigest()
    folder = Folder(tmp_path / "hosted")
    with ThreadPoolExecutor(16) as pool:
        keys = [f"attachments:att_{number}/file" for number in range(64)]
        list(pool.map(lambda key: folder.put(source, name_of(BODY), sha256, key), keys))
    ((kept),) = (tmp_path / "hosted" / sha256).iterdir()
    assert kept.name == "brochure.pdf"
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == sha256


def test_what_is_in_the_store_is_not_sent_twice(bucket, source):
    """The same name is the same bytes; where they are damaged they are sent once more."""
    sha256, name = hashlib.sha256(BODY).hexdigest(), name_of(BODY)
    bucket.keep_versions()
    for _ in range(2):
        store(bucket).put(source, name, sha256, "attachments:att_1/file")
    assert bucket.get(name) == (BODY, "application/pdf")
    assert bucket.versions(name) == 1
    # as long, and differing at its end only: a size proves nothing, of a large file neither
    bucket.put(name, BODY[:-1] + b"!")
    store(bucket).put(source, name, sha256, "attachments:att_1/file")
    assert bucket.get(name)[0] == BODY


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("scan.JPG", "image/jpeg"),
        ("table.xls", "application/vnd.ms-excel"),
        ("unknown.0x", "application/octet-stream"),
        ("page.html", "application/octet-stream"),
        ("logo.svg", "application/octet-stream"),
    ],
)
def test_a_browser_is_told_what_a_file_is_and_runs_none(bucket, tmp_path, name, content_type):
    """By its name; what a browser would run as a page of that place is only downloaded."""
    (tmp_path / name).write_bytes(b"small")
    sha256 = hashlib.sha256(b"small").hexdigest()
    hosted = name_of(b"small", name)
    store(bucket).put(tmp_path / name, hosted, sha256, "attachments:att_1/file")
    assert bucket.get(hosted) == (b"small", content_type)


def test_a_store_that_keeps_other_bytes_is_found_out(bucket, source, monkeypatch):
    """By what it gives back; what it kept is removed."""
    honest = S3Backend.put_object

    def damaging(self, bucket_name, key_name, value, *args, **kwargs):
        return honest(self, bucket_name, key_name, value[:-1] + b"!", *args, **kwargs)

    monkeypatch.setattr(S3Backend, "put_object", damaging)
    with pytest.raises(ServerFailed, match="other bytes"):
        store(bucket).put(
            source, name_of(BODY), hashlib.sha256(BODY).hexdigest(), "attachments:att_1/file"
        )
    assert bucket.names() == set()


@pytest.mark.parametrize("variable", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_a_key_that_is_refused_says_so_without_the_file_s_name(bucket, source, variable):
    """Nor the secret: the message names the variables. The signature is what is checked."""
    with pytest.raises(CredentialsRefused) as refused:
        store(bucket, **{variable: "AKIDOTHER"}).put(
            source, name_of(BODY), hashlib.sha256(BODY).hexdigest(), "attachments:att_1/file"
        )
    assert "AWS_SECRET_ACCESS_KEY" in str(refused.value)
    assert "brochure" not in str(refused.value)


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ("AWS Error ACCESS_DENIED during HeadObject operation: No response body.", True),
        ("AWS Error UNKNOWN (HTTP status 403) during PutObject operation: Forbidden", True),
        ("AWS Error UNKNOWN (HTTP status 503) during PutObject operation: Slow down 403", False),
        ("AWS Error NETWORK_CONNECTION during HeadObject operation: curlCode: 7", False),
        ("the disk is full", False),
    ],
)
def test_a_hash_is_no_answer(words, refused):
    """What the store answered is read, and not the file's name, which may hold any digits."""
    name = "files/403403/AWS Error ACCESS_DENIED during x operation.pdf"
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    told = OSError(f"When reading key '{name}' in bucket 'practice': {words}")
    with (
        pytest.raises(CredentialsRefused if refused else ServerFailed),
        Bucket("practice", "", load_settings(keys))._answering(),
    ):
        raise told


def test_an_odd_place_is_refused_at_once(bucket):
    """Before anything is asked."""
    with pytest.raises(InsecureAddress):
        store(bucket, AWS_ENDPOINT_URL="http://files.example")
    with pytest.raises(UsageError):
        store(bucket, ATTACHMENT_HOST_DIR="s3://")


def test_a_load_into_a_store_is_taken_back_and_purged(project, bucket):
    """The same commands: two that share a copy lose it together; a stranger's file stays."""
    bucket.put("readme.txt", b"not ours")
    project.environment |= bucket.environment
    small_practice(project, organizations=1, people=3, deals=0, activities=0, files=3)
    approved(project)
    project.quick("apply", "--sample")
    expected = {name_of(f"file {n}".encode(), f"診断_{n}.txt") for n in range(3)}
    assert bucket.names() == expected | {"readme.txt"}
    project.quick("rollback", "--record", "attachments:0")
    gone = name_of(b"file 0", "診断_0.txt")
    assert bucket.names() == expected - {gone} | {"readme.txt"}
    project.quick("purge", "--older-than", "0d", "--hosted", "--by", "demo", "--yes")
    assert bucket.names() == {"readme.txt"}
    # nor does a folder's name tell which files there were
    assert not [key for key in bucket.everything() if hashlib.sha256(b"file 1").hexdigest() in key]
