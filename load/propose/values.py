"""What a pick-list's value could become in Nutshell. Not which field it stands in: see `fields`."""

from collections.abc import Sequence

from load.propose.proposal import FLOOR, Proposal, sure
from load.propose.scoring import Vocabulary, name_similarity, words

_HASH = 16  # hexadecimal characters in a row: a hashed value, not a word


def is_hash(value: str) -> bool:
    """Say whether a value looks hashed or encoded: nothing can be read from it."""
    bare = value.strip().rstrip("=")
    hexadecimal = all(char in "0123456789abcdefABCDEF" for char in bare)
    mixed = any(c.isdigit() for c in bare) and any(c.isupper() for c in bare)
    return len(bare) >= _HASH and " " not in bare and (hexadecimal or mixed)


def propose_value(
    value: str,
    targets: Sequence[str],
    vocabulary: Vocabulary,
    *,
    keep: bool = False,
    default: str = "",
) -> Proposal:
    """
    Propose a target for a value of the source.

    `keep`: where the target's choices are ours to make, a value without a match keeps itself.
    `default`: what stands for a value without a match otherwise ("" proposes nothing).
    """
    for target in targets:
        if target == value:
            return Proposal(target=target, confidence=0.99, reason="the same word at both ends")
    folded = words(value)
    for target in targets:
        if words(target) == folded:
            return Proposal(target, 0.97, "the same word but for case and blanks")
    scored = sorted(
        ((name_similarity(value, target, vocabulary), target) for target in targets),
        key=lambda found: (-found[0], found[1]),
    )
    if scored and scored[0][0] >= FLOOR and not is_hash(value):
        best, target = scored[0]
        second = scored[1][0] if len(scored) > 1 else 0.0
        reason = f"means the same as `{target}` ({best:.2f})"
        if second >= FLOOR:
            reason += f"; `{scored[1][1]}` comes close ({second:.2f})"
        return Proposal(target, sure(0.95 * best, 0.95 * second), reason)
    if keep:
        why = "no choice of Nutshell's fits: kept as it is, as a choice of its own"
        return Proposal(value, 0.4 if is_hash(value) else 0.85, why)
    if is_hash(value):
        return Proposal(default, 0.1, "a hashed value: nothing can be read from it")
    if default:
        return Proposal(default, 0.3, f"no choice of Nutshell's fits: `{default}` is where all start")
    return Proposal("", 0.2, "no choice of Nutshell's fits")
