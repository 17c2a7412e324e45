"""What nobody knows of the real Nutshell: a switch each, so that every position can be tried."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args, get_type_hints


class BadBehaviour(ValueError):
    """A switch that there is not, or a position that it has not."""


@dataclass(frozen=True)
class Behaviour:
    """
    The switches; the first position of each is what the contract page takes for likely.

    Changed by `POST /_sandbox/behaviour`; two are numbers of seconds or records.
    """

    #: which ways of closing a lead work: an outcome's id in `outcome`, in `outcomeId`, or over REST
    close: Literal["outcome", "outcomeId", "rest"] = "outcome"
    #: how a lead's value is set: REST's manualValue, one product line, or RPC's `value`
    value: Literal["rest", "product", "rpc", "none"] = "rest"
    #: files in two steps, or not at all
    upload: Literal["two_step", "none"] = "two_step"
    #: a new lead's `createdTime`: kept, thrown away, or an error
    lead_created_time: Literal["honoured", "ignored", "refused"] = "honoured"
    #: whether REV_IGNORE skips the comparison
    rev_ignore: Literal["skips", "refused"] = "skips"
    #: seconds until `find*({tag})` shows a new record; below 0 it never does
    found_by_tag_after: float = 0.0
    #: a parent company by REST's link patch
    parent: Literal["refused", "link"] = "refused"
    #: `stagesetId` in editLead
    stageset: Literal["create_only", "edit"] = "create_only"
    #: `legacyId` in new* and edit*
    legacy_id: Literal["refused", "kept"] = "refused"
    #: the type `Number` of custom fields
    number_type: Literal["Text", "Number"] = "Text"
    #: how several choices go in and come back
    multi_in: Literal["list", "joined"] = "list"
    multi_out: Literal["list", "joined"] = "list"
    #: what an edit does to the custom fields that it does not name
    custom_fields_on_edit: Literal["kept", "dropped"] = "kept"
    #: the most records of a find* with stubs
    stub_limit: int = 1_000
    #: how the loser of a merge refuses an edit
    merged: Literal["has been merged", "invalid"] = "has been merged"


def changed(now: Behaviour, settings: Any) -> Behaviour:
    """Return the switches with some in other positions; `{}` is the first of each."""
    if not isinstance(settings, dict):
        raise BadBehaviour("an object of switches is expected")
    positions = {name: get_args(kind) for name, kind in get_type_hints(Behaviour).items()}
    for name, value in settings.items():
        if name not in positions:
            raise BadBehaviour(f"no such switch: {name}; there are: {', '.join(positions)}")
        if positions[name] and value not in positions[name]:
            raise BadBehaviour(f"{name} is one of: {', '.join(positions[name])}")
        if not positions[name] and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise BadBehaviour(f"{name} is a number")
    return replace(now, **settings) if settings else Behaviour()


def shown(now: Behaviour) -> dict[str, Any]:
    """Return every switch and its position."""
    return asdict(now)
