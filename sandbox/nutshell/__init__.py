"""Nutshell's JSON-RPC and the little REST that a loader needs, imitated."""
