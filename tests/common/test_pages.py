"""What pages and mends tell people to type is something that the commands know."""

import re
import shlex
from pathlib import Path

import click
import pytest

from extract.cli import extract
from load.cli import cli as load
from sandbox.cli import main as sandbox

ROOT = Path(__file__).parents[2]
PROSE = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
PAGES = [*PROSE, *(ROOT / "seeds").glob("[pr]*/*.csv")]
GROUPS = {"extract": extract, "load": load, "sandbox": sandbox}


def commands():
    """Give each command of a code block or a code span, once."""
    found = set()
    for page in PAGES:
        text = page.read_text()
        blocks = "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.S | re.M))
        lines = re.split(r"\n|&&|;|\s&(?=\s|$)|#.*", blocks)
        lines += re.findall(r"`([^`\n&]+)`", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M))
        for line in lines:
            words = " ".join(line.split())
            if re.match(r"(extract|load|sandbox) [a-z-]+", words) and "|" not in words:
                found.add(words)
    return sorted(found)


def next_words():
    """Give what the demo prints last, each program that it tells to type with its variables."""
    script = (ROOT / "sandbox" / "demo.sh").read_text()
    told = re.search(r"^What to try next.*?\n(.*?)^END$", script, re.S | re.M)
    assert told
    return re.split(r"\n|;|\s&(?=\s|$)", told[1])


def test_what_the_demo_tells_to_try_is_there(tmp_path):
    """Each line's program is one that an installation has, and our own know their options."""
    words = [" ".join(line.split()) for line in next_words() if line.strip()]
    ours = [line for line in words if line.split()[0] in GROUPS]
    assert {line.split()[0] for line in ours} == {"sandbox", "load"}
    for line in ours:
        is_a_command(line.replace("$SIZE", "300").replace("$DATA_DIR", str(tmp_path)))
    # the rest is the shell's own, and the one tool that the README asks for
    others = {line.split()[0].partition("=")[0] for line in words} - {*GROUPS}
    assert others == {"sleep", "set", ".", "DATA_DIR", "duckdb"}


@pytest.mark.parametrize("line", commands())
def test_a_command_of_a_page_is_one(line):
    """Its options are there, and what they need; nothing is run."""
    is_a_command(re.sub(r"\b[NS]\b", "1", line).replace(" FILE", f" {__file__}"))  # any of them


def is_a_command(line):
    """Hold a line to the command that it names, as that would itself before it begins."""
    program, name, *arguments = shlex.split(line)
    group = GROUPS[program]
    with click.Context(group, info_name=program) as parent:
        command = group.get_command(parent, name)
        assert command is not None
        command.make_context(name, arguments, parent=parent)


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.stem)
def test_what_proves_a_promise_is_there(page):
    """Each file that a page names exists, and each test by its name, in the file beside it."""
    text = page.read_text()
    folders = "tests|models|macros|seeds|docs|benchmarks|extract|load|apis|common|sandbox|profiles"
    files = set(re.findall(rf"`((?:{folders})/[^`*<>{{ …]*)`", text))
    files |= set(re.findall(r"\]\((?!http)([^)#]+)\)", text))
    beside = [ROOT, page.parent]
    assert [name for name in files if not any((place / name).exists() for place in beside)] == []
    tests = "".join(file.read_text() for file in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", text))
    assert [name for name in named if f"def {name}(" not in tests] == []
    for name, file in re.findall(r"`(test_\w+)` in `([^`]+)`", text):
        assert f"def {name}(" in (ROOT / file).read_text(), (name, file)
