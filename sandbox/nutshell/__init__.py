"""Nutshell's JSON-RPC and the little REST that the loader needs, imitated; no Nutshell code is in it."""
