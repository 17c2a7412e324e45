"""A landed run that is not what its manifest says is named, with the way out."""

import pytest

from common.errors import DataDamaged
from common.landing import Landing
from common.manifests import check_run, first_damage, newest_manifest, read_manifest
from common.paths import DataPaths
from tests.common.test_landing import landed


def test_a_half_written_manifest_is_named(tmp_path):
    """The message says which run, and what to do."""
    run = landed(tmp_path)
    manifest = run / "manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:40])
    with pytest.raises(DataDamaged, match=f"{run.name} is half-written"):
        read_manifest(run)


def test_a_missing_manifest_is_named(tmp_path):
    """A folder without a manifest was never whole."""
    run = landed(tmp_path)
    (run / "manifest.json").unlink()
    with pytest.raises(DataDamaged, match="no manifest"):
        check_run(run)


def test_a_corrupt_part_is_named(tmp_path):
    """One flipped byte is found, and the file is named."""
    run = landed(tmp_path)
    (part,) = run.glob("rates/*.parquet")
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    with pytest.raises(DataDamaged, match=f"{run.name}/rates/part-00000.parquet is corrupt"):
        check_run(run)


def test_the_newest_run_of_a_kind_gives_the_watermark(tmp_path):
    """A read-back in between does not move the delta's beginning."""
    landed(tmp_path)
    later = Landing.start(DataPaths(tmp_path), "rates", {})
    later.commit({"kind": "readback", "watermark": None})
    manifest = newest_manifest(DataPaths(tmp_path), "rates", ("full", "delta"))
    assert manifest is not None
    assert manifest["watermark"] == "2026-01-01"


def half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def other(path):
    path.write_bytes(b"no Parquet at all, though long enough")


def flipped(path):
    """One bit in the middle: a reader may take it for another value."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [half, other, flipped, lambda path: path.unlink()])
def test_a_build_sees_a_damaged_file(tmp_path, damage):
    """Before any model is built."""
    run = landed(tmp_path)
    assert first_damage(tmp_path / "raw") is None
    damage(*run.glob("rates/*.parquet"))
    told = first_damage(tmp_path / "raw")
    assert told is not None
    assert f"rates/{run.name}/rates/part-00000.parquet is" in told and "xtract again" in told


def test_a_build_sees_half_a_manifest(tmp_path):
    """A folder's files are only worth what its manifest vouches for."""
    run = landed(tmp_path)
    half(run / "manifest.json")
    assert "half-written" in (first_damage(tmp_path / "raw") or "")
