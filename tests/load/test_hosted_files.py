"""Copies of files on the host's folder: proven, whole, and safe from each other."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from common.errors import Rejected
from load.destination import _copy


def test_the_same_bytes_may_be_copied_by_many_at_once(tmp_path):
    """A practice sends one brochure with a hundred records: no copy takes another's away."""
    source = tmp_path / "source"
    source.write_bytes(b"brochure" * 50_000)
    sha256 = hashlib.sha256(source.read_bytes()).hexdigest()
    target = tmp_path / "hosted" / sha256 / "brochure.pdf"
    with ThreadPoolExecutor(16) as pool:
        keys = [f"attachments:att_{number}/file" for number in range(64)]
        told = list(pool.map(lambda key: _copy(source, target, sha256, key), keys))
    assert {row["hosted_name"] for row in told} == {f"{sha256}/brochure.pdf"}
    assert [path.name for path in target.parent.iterdir()] == ["brochure.pdf"]
    assert hashlib.sha256(target.read_bytes()).hexdigest() == sha256


def test_bytes_that_changed_on_the_way_are_refused(tmp_path):
    """Nothing is left at the place of the copy."""
    source = tmp_path / "source"
    source.write_bytes(b"other bytes")
    target = tmp_path / "hosted" / ("0" * 64) / "x.pdf"
    with pytest.raises(Rejected, match="attachments:att_1"):
        _copy(source, target, "0" * 64, "attachments:att_1/file")
    assert list(target.parent.iterdir()) == []
