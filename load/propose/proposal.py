"""What a proposal is: a target, how sure we are, and why. Not how it is found."""

import re
from dataclasses import dataclass, field, replace

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
MAP, LEAVE_OUT = "map", "leave_out"
# a best candidate below this is no candidate
FLOOR = 0.55


@dataclass(frozen=True)
class SourceField:
    """A field of the source as the audit of the data model found it; no record's content."""

    source_object: str
    name: str
    label: str = ""
    type: str = "text"
    type_seen: str = ""
    options: tuple[str, ...] = ()  # declared, or else seen in records
    declared: tuple[str, ...] = ()  # by the metadata: these may leave the machine
    longest: int = 0
    filled: int | None = None
    is_phi: bool = False
    is_permitted: bool = False
    is_multiple: bool = False
    references: str = ""  # the object that its values are ids of


@dataclass(frozen=True)
class TargetField:
    """A field that Nutshell has: a standard one, or a live custom field."""

    name: str
    type: str
    label: str = ""
    synonyms: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    filled_from: str = ""
    is_standard: bool = True
    takes_more: bool = False  # models add to it what a row of the map sends there


@dataclass(frozen=True)
class Bookkeeping:
    """A kind of column that a system keeps for itself (seeds/reference/bookkeeping_fields.csv)."""

    pattern: re.Pattern[str]
    is_left_out: bool  # if not, it is only less sure where such a field goes
    confidence: float
    reason: str


@dataclass(frozen=True)
class Proposal:
    """One unconfirmed row of a map."""

    target: str
    confidence: float
    reason: str
    target_type: str = ""
    decision: str = MAP
    choices: tuple[str, ...] = field(default=())


def taken(proposal: Proposal, most: int | None) -> Proposal:
    """Give a proposal whose name Nutshell takes: no control characters, and no longer than that."""
    name = " ".join(_CONTROL.sub(" ", proposal.target).split())
    why = proposal.reason
    if name != proposal.target.strip():
        why += "; without characters that Nutshell refuses"
    if most and len(name) > most:
        name, why = name[: most - 1] + "…", f"{why}; cut: Nutshell takes {most} characters"
    if name == proposal.target:
        return proposal
    # whoever signs looks at what was changed
    return replace(proposal, target=name, reason=why, confidence=min(0.5, proposal.confidence))


def sure(best: float, second: float = 0.0) -> float:
    """
    Turn a best score into a confidence: a runner-up close behind takes from it.

    Returns a number between 0 and 0.99: certainty is for the human who confirms.
    """
    margin = max(0.0, best - second)
    ambiguity = max(0.0, 0.25 - margin) if second >= FLOOR else 0.0
    return round(min(0.99, max(0.0, best - ambiguity)), 2)
