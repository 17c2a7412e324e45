"""Which JSON-RPC methods there are and what they take: dispatch and the SMD read one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.nutshell.account import Account
from sandbox.nutshell.exceptions import InvalidParams, MethodNotFound
from sandbox.nutshell.render import Renderer

Row = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """Who calls what the method acts on."""

    state: Account
    render: Renderer
    actor: int
    #: who is written down as creator; nobody where the company's domain logs in
    author: int | None = None


@dataclass(frozen=True)
class Method:
    """A method's parameters (name → JSON type), those that must be there, and what it does."""

    parameters: dict[str, str]
    required: tuple[str, ...]
    run: Callable[[Call, Row], Any]


METHODS: dict[str, Method] = {}


def dispatch(call: Call, name: str, params: Any) -> Any:
    """Run a method by name; unknown methods, unknown and missing parameters are refused."""
    method = METHODS.get(name)
    if method is None:
        raise MethodNotFound("Method not found")
    if isinstance(params, list):  # by position, as the official PHP client sends them
        params = dict(zip(method.parameters, params, strict=False))
    if not isinstance(params, dict):
        raise InvalidParams("params are named, or stand in their order")
    if unknown := set(params) - set(method.parameters):
        raise InvalidParams(f"{name}: unknown parameter {', '.join(sorted(unknown))[:200]}")
    for required in method.required:
        if params.get(required) is None:
            raise InvalidParams(f"Missing required parameter: {required}")
    return method.run(call, params)


def smd(target: str) -> Row:
    """Return the service description: every method's signature, as a GET answers without auth."""
    services = {}
    for name, method in sorted(METHODS.items()):
        parameters = [
            {"name": key, "type": kind, "optional": key not in method.required}
            for key, kind in method.parameters.items()
        ]
        services[name] = {
            "envelope": "JSON-RPC-2.0",
            "transport": "POST",
            "name": name,
            "parameters": parameters,
            "returns": "object",
        }
    head = {"transport": "POST", "envelope": "JSON-RPC-2.0", "contentType": "application/json"}
    return {**head, "SMDVersion": "2.0", "target": target, "services": services}


def add(
    name: str, parameters: Row, required: tuple[str, ...], run: Callable[[Call, Row], Any]
) -> None:
    """Add a method to the table."""
    METHODS[name] = Method(parameters, required, run)
