"""
What nobody could check against a live account, by name. Not a place for documented facts.

A switch is changed here, or where a client is made (`Nutshell.connect(access, Guesses(…))`); the
sample migration's read-back proves it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Literal


def _environment_says(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


@dataclass(frozen=True)
class Guesses:
    """What is only seen in other people's clients, or known to nobody; each can be switched."""

    upload: bool = field(default_factory=lambda: _environment_says("NUTSHELL_ASSUMED_UPLOAD"))
    upload_path: str = "/rest/{rest}/{id}/files"
    value_by: Literal["rest", "rpc"] = "rest"
    value_path: str = "/leads/0/manualValue"
    outcome_by: Literal["rest", "rpc"] = "rest"
    outcome_key: Literal["outcome", "status"] = "outcome"  # when closed by rpc
    custom_fields_merge: bool = True  # an edit keeps the custom fields that it does not name
    order_by: str = "id"  # rises with creation
    page_size: int = 100
    search_limit: int = 50
    marker_field: str = "Visual Practice ID"
    marker_line: str = "Visual Practice {marker}"


GUESSES = Guesses()
