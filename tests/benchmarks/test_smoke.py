"""The benchmarks run at all, in a size that says nothing about speed."""

import pytest
from click.testing import CliRunner

from benchmarks import diff, extraction, load


def run(command, *arguments):
    done = CliRunner().invoke(command, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output + repr(done.exception)
    return done.output


def test_the_extraction_benchmark_runs():
    """Ours alone: the peer is no part of what is installed for tests."""
    told = run(extraction.main, "--size", 60, "--rounds", 1, "--latency", 0.01, "--no-peer")
    assert "extract visual-practice" in told


def test_the_diff_benchmark_finds_what_the_naive_way_finds():
    """The models' comparison and the naive one agree, or the benchmark stops."""
    pytest.importorskip("jinja2")
    told = run(diff.main, "--records", 2000, "--rounds", 1)
    assert "Both find the same" in told


def test_the_load_benchmark_runs():
    """The loader's pieces walk a plan against the least server, and against the sandbox."""
    told = run(load.main, "--records", 300, "--latency", 0.01, "--no-limit")
    assert "stub, plain httpx" in told
