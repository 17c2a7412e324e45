"""Proposals for the maps, with a confidence and a reason. Not decisions: a human confirms each."""

from load.propose.cli import propose as command

__all__ = ["command"]
