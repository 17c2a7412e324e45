"""
What the environment says: addresses, credentials, folders. No default ever names a system.

`.env` may add addresses and credentials, nothing else: dbt does not read it, so a folder set there
would send SQL and Python to different places.
"""

from __future__ import annotations

import ipaddress
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from common.errors import InsecureAddress, SettingMissing, UsageError

#: What `.env` may hold; everything else belongs into the environment, where dbt sees it too.
ENV_FILE_NAMES = frozenset(
    {
        "VISUAL_PRACTICE_URL",
        "VISUAL_PRACTICE_TOKEN",
        "NUTSHELL_URL",
        "NUTSHELL_USERNAME",
        "NUTSHELL_API_KEY",
        "AWS_ENDPOINT_URL",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "PROPOSE_URL",
        "PROPOSE_MODEL",
        "PROPOSE_API_KEY",
    }
)


#: How long a call that was given up may still take effect over there, unless the environment says.
LATE_SECONDS = 3.0


@dataclass(frozen=True)
class VisualPracticeAccess:
    """Where Visual Practice is, and the token that opens it."""

    url: str
    token: str = field(repr=False)


@dataclass(frozen=True)
class NutshellAccess:
    """Where Nutshell is, and the user and key that open it."""

    url: str
    username: str
    api_key: str = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """The whole environment of a command, read once; secrets do not show in its repr."""

    data_dir: Path
    seeds_dir: Path
    attachment_host_url: str | None
    attachment_host: str  # a folder, or s3://bucket/prefix
    log_json: bool
    values: Mapping[str, str] = field(repr=False)

    def visual_practice(self) -> VisualPracticeAccess:
        """Return the access to Visual Practice, or raise SettingMissing naming the variable."""
        url, token = self.need("VISUAL_PRACTICE_URL", "VISUAL_PRACTICE_TOKEN")
        if not token.isascii():  # a header takes no other letters
            raise UsageError(
                "VISUAL_PRACTICE_TOKEN has letters in it that no token has. Set it again, as it was"
                " given."
            )
        return VisualPracticeAccess(checked_address(url, "VISUAL_PRACTICE_URL"), token)

    def nutshell(self) -> NutshellAccess:
        """Return the access to Nutshell, or raise SettingMissing naming the variable."""
        url, username, api_key = self.need("NUTSHELL_URL", "NUTSHELL_USERNAME", "NUTSHELL_API_KEY")
        return NutshellAccess(checked_address(url, "NUTSHELL_URL"), username, api_key)

    def late_seconds(self) -> float:
        """Return how long a call that was given up may still take effect; raise UsageError."""
        said = self.get("NUTSHELL_LATE_SECONDS", str(LATE_SECONDS))
        try:
            seconds = float(said)
        except ValueError:
            seconds = math.nan
        if not 0 <= seconds <= 3600:
            raise UsageError("NUTSHELL_LATE_SECONDS is no number from 0 to 3600. Mend or unset it.")
        return seconds

    def need(self, *names: str) -> list[str]:
        """Return the variables' values; raise SettingMissing naming all that are unset or empty."""
        if missing := [name for name in names if not self.get(name)]:
            told, it = (" and ".join(missing), "them" if len(missing) > 1 else "it")
            raise SettingMissing(
                f"{told} {'are' if len(missing) > 1 else 'is'} not set. Set {it} in the"
                " environment or in .env; nothing falls back to another system."
            )
        return [self.get(name) for name in names]

    def get(self, name: str, default: str = "") -> str:
        """Return an optional variable's value."""
        return self.values.get(name, "").strip() or default


def load_settings(
    environment: Mapping[str, str] | None = None, env_file: Path = Path(".env")
) -> Settings:
    """Read the environment and `.env` (the environment wins); raise UsageError on a bad `.env`."""
    values = _read_env_file(env_file) | dict(os.environ if environment is None else environment)
    for name in sorted(ENV_FILE_NAMES & values.keys()):
        # no header and no address can hold one; the value is a secret and is not repeated
        if any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in values[name].strip()):
            raise UsageError(
                f"{name} has a line break or another control character in it. Set it again, as one"
                " line."
            )
    data_dir = Path(values.get("DATA_DIR") or "data")
    return Settings(
        data_dir=data_dir,
        seeds_dir=Path(values.get("SEEDS_DIR") or "seeds"),
        attachment_host_url=values.get("ATTACHMENT_HOST_URL") or None,
        attachment_host=values.get("ATTACHMENT_HOST_DIR") or str(data_dir / "hosted"),
        log_json=values.get("LOG_FORMAT", "").lower() == "json",
        values=values,
    )


def _read_env_file(env_file: Path) -> dict[str, str]:
    if not env_file.is_file():
        return {}
    values = {name: value or "" for name, value in dotenv_values(env_file).items()}
    if strangers := sorted(set(values) - ENV_FILE_NAMES):
        raise UsageError(
            f"{env_file} may hold addresses and credentials only, and holds {', '.join(strangers)}."
            " dbt does not read it: export those in the shell instead."
        )
    return values


def is_loopback(url: str) -> bool:
    """Tell whether an address stays on this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked_address(url: str, name: str) -> str:
    """Return the address without its last slash; refuse http outside loopback and odd ones."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InsecureAddress(f"{name} is no http(s) address. Give it as https://host.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InsecureAddress(
            f"{name} must be a bare address: credentials have variables of their own."
        )
    if parts.scheme != "https" and not is_loopback(url):
        raise InsecureAddress(f"{name} must begin with https:// (http is for loopback only).")
    return url.rstrip("/")
