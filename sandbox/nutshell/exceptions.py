"""The refusals of the imitated Nutshell: each one knows its JSON-RPC code and its HTTP status."""

from __future__ import annotations


class Refused(Exception):
    """A call that is not carried out: over RPC HTTP 400 with JSON-RPC's code for a bad request."""

    code, status = -32600, 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class MethodNotFound(Refused):
    """JSON-RPC's own code for a method that the SMD does not list."""

    code, status = -32601, 404


class InvalidParams(Refused):
    """A parameter that is unknown, missing or of the wrong JSON type; told like any other."""


class NotFound(Refused):
    """No such record, or one that was deleted and is asked to change; HTML 404 over REST."""


class StaleRev(Refused):
    """Documented: error 409 when the rev that is sent is not the record's."""

    code, status = 409, 409

    def __init__(self) -> None:
        super().__init__("rev key is out-of-date")
