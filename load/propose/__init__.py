"""Proposals for the maps, with a confidence and a reason in words. Not a decision: a human confirms each."""
