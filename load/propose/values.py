"""What a pick-list's value could become in Nutshell. Not which field it stands in: see `fields`."""

from collections.abc import Mapping, Sequence

from load.propose.proposal import FLOOR, Proposal, sure
from load.propose.scoring import Vocabulary, name_similarity, words

_HASH = 16  # hexadecimal characters in a row: a hashed value, not a word


def is_hash(value: str) -> bool:
    """Say whether a value looks hashed or encoded: nothing can be read from it."""
    bare = value.strip().rstrip("=")
    hexadecimal = all(char in "0123456789abcdefABCDEF" for char in bare)
    mixed = any(c.isdigit() for c in bare) and any(c.isupper() for c in bare)
    return len(bare) >= _HASH and " " not in bare and (hexadecimal or mixed)


def propose_value(  # noqa: PLR0911 - one way out for each kind of evidence
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
        # where there are choices, it may be one of them in words that nobody here knows
        doubt = 0.4 if is_hash(value) else 0.6 if targets else 0.85
        return Proposal(value.strip(), doubt, why)
    if is_hash(value):
        return Proposal(default, 0.1, "a hashed value: nothing can be read from it")
    if default:
        return Proposal(default, 0.3, f"no choice fits: `{default}` is where all start")
    return Proposal("", 0.2, "no choice of Nutshell's fits")


def propose_in_map(
    name: str, value: str, names: Mapping[str, Sequence[str]], vocabulary: Vocabulary
) -> Proposal:
    """Propose a target in a fixed map; `names` are the targets of each map, in their order."""
    targets = names.get(name, [])
    if name == "source":
        return propose_value(value, targets, vocabulary, keep=True)
    if name.endswith("_outcome"):
        return _outcome(value, targets, vocabulary)
    first = targets[0] if targets else ""
    if not value:
        return Proposal(first, 0.3, "records without a value begin where all begin")
    if name.endswith("_milestone"):
        closing = _outcome(value, names.get(name.replace("_milestone", "_outcome"), []), vocabulary)
        if closing.target and targets:
            return Proposal(targets[-1], 0.85, f"closed as {closing.target}: the last stage")
    return propose_value(value, targets, vocabulary, keep=name == "deal_stage", default=first)


def _outcome(value: str, targets: Sequence[str], vocabulary: Vocabulary) -> Proposal:
    found = propose_value(value, targets, vocabulary)
    if found.target:
        return found
    if not value or is_hash(value):
        return Proposal("", 0.3, "nothing says that it is closed: stays open")
    # that a word is not known is weak evidence: the confidence says so
    return Proposal("", 0.6, "no outcome's word in it: stays open")
