"""Which Nutshell user a user of the source could be. Not the fallback: that is a setting."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from load.propose.proposal import Proposal, sure


@dataclass(frozen=True)
class Person:
    """A user at either end."""

    email: str
    name: str = ""
    is_enabled: bool = True


def propose_owner(user: Person, candidates: Sequence[Person]) -> Proposal:
    """Propose the Nutshell user with the same name, or the same mailbox in another domain."""
    scored: list[tuple[float, str, Person]] = []
    mailbox = user.email.lower().partition("@")[0]
    for other in candidates:
        if not other.is_enabled:
            continue  # a disabled user can own nothing
        name = fuzz.token_sort_ratio(user.name.lower(), other.name.lower()) / 100
        if not user.name or not other.name:
            name = 0.0
        box = fuzz.ratio(mailbox, other.email.lower().partition("@")[0]) / 100 if mailbox else 0.0
        score = max(name, 0.9 * box)
        why = f"name {name:.2f}, mailbox {box:.2f}"
        scored.append((score, why, other))
    scored.sort(key=lambda found: (-found[0], found[2].email))
    if not scored or scored[0][0] < 0.8:
        return Proposal("", 0.6, "nobody of a like name: the fallback user owns the records")
    best, reason, other = scored[0]
    second = scored[1][0] if len(scored) > 1 else 0.0
    return Proposal(other.email, sure(0.95 * best, 0.95 * second), reason)
