"""The environment decides what is talked to, and a slip is said in one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from common.errors import InsecureAddress, SettingMissing, UsageError
from common.settings import ENV_FILE_NAMES, checked_address, load_settings


def test_a_missing_variable_is_named(tmp_path):
    """Nothing falls back: the message names the variable that is not set."""
    settings = load_settings({}, tmp_path / ".env")
    with pytest.raises(SettingMissing, match="VISUAL_PRACTICE_URL"):
        settings.visual_practice()


def test_the_environment_wins_over_the_file(tmp_path):
    """`.env` only adds what the environment leaves open."""
    env = tmp_path / ".env"
    env.write_text("NUTSHELL_URL=https://file.example\nNUTSHELL_USERNAME=u\nNUTSHELL_API_KEY=k\n")
    settings = load_settings({"NUTSHELL_URL": "https://shell.example/"}, env)
    assert settings.nutshell().url == "https://shell.example"


def test_folders_in_the_file_are_refused(tmp_path):
    """dbt does not read `.env`, so DATA_DIR there would split the data in two."""
    (tmp_path / ".env").write_text("DATA_DIR=/elsewhere\n")
    with pytest.raises(UsageError, match="DATA_DIR"):
        load_settings({}, tmp_path / ".env")


@pytest.mark.parametrize(
    "url", ["http://practice.example", "ftp://x", "practice.example", "https://u:p@x.example", ""]
)
def test_addresses_that_would_leak_are_refused(url):
    """https everywhere but on loopback, and no credentials in an address."""
    with pytest.raises(InsecureAddress):
        checked_address(url, "NUTSHELL_URL")


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost:1", "http://[::1]:1"])
def test_loopback_may_be_plain(url):
    """The sandbox speaks http on loopback."""
    assert url == checked_address(url + "/", "NUTSHELL_URL")


def test_secrets_do_not_show(tmp_path):
    """A secret is in no repr, so in no log of one."""
    values = {
        "NUTSHELL_URL": "https://x.example",
        "NUTSHELL_USERNAME": "u",
        "NUTSHELL_API_KEY": "canary-key",
        "VISUAL_PRACTICE_URL": "https://y.example",
        "VISUAL_PRACTICE_TOKEN": "canary-token",
    }
    settings = load_settings(values, tmp_path / ".env")
    shown = f"{settings!r}{settings.nutshell()!r}{settings.visual_practice()!r}"
    assert "canary" not in shown


@pytest.mark.parametrize("command", ["visual-practice", "nutshell"])
def test_the_command_ends_with_2(tmp_path, command):
    """A missing variable is wrong use: exit 2 and one line."""
    done = subprocess.run(
        [sys.executable, "-m", "extract.cli", command],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd()), "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


@pytest.mark.parametrize("name", sorted(ENV_FILE_NAMES))
def test_a_line_break_in_a_setting_is_told_when_settings_are_read(tmp_path, name):
    """By the variable's name, never its value; one at the end, as `$(cat file)` leaves, is cut."""
    load_settings({name: "canary\n"}, tmp_path / ".env")
    for inside in ("\n", "\r", "\0", "\x85"):
        with pytest.raises(UsageError, match=name) as refused:
            load_settings({name: f"canary{inside}x"}, tmp_path / ".env")
        assert "canary" not in str(refused.value)
