"""What a pick-list's value could become in Nutshell. Not which field it stands in: see `fields`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from load.propose.outcomes import CATEGORIES, ending_of, nearest
from load.propose.proposal import FLOOR, Proposal, sure
from load.propose.scoring import Vocabulary, meaning, name_similarity, same, tokens

Alike = Callable[[str, str, Vocabulary], float]
_HASH = 16  # hexadecimal characters in a row: a hashed value, not a word
_SPELT = 0.97  # the same word but for case and blanks
_ALL = 0.9  # so much of a value must mean a target that gives a lead up
_OWN = 0.8  # how sure at most that a value which could stay itself becomes another
_DOUBT = 0.5  # how sure one can be at most of a value that nothing explains


def is_hash(value: str) -> bool:
    """Say whether a value looks hashed or encoded: nothing can be read from it."""
    bare = value.strip().rstrip("=")
    hexadecimal = all(char in "0123456789abcdefABCDEF" for char in bare)
    mixed = any(c.isdigit() for c in bare) and any(c.isupper() for c in bare)
    return len(bare) >= _HASH and " " not in bare and (hexadecimal or mixed)


def same_word(value: str, targets: Sequence[str]) -> Proposal | None:
    """Propose the target that is the value itself, but for case and blanks; None if none is."""
    for target in targets:
        if target == value:
            return Proposal(target=target, confidence=0.99, reason="the same word at both ends")
    for target in targets:
        if same(target) == same(value):
            return Proposal(target, _SPELT, "the same word but for case and blanks")
    return None


def fitting(
    value: str, targets: Sequence[str], vocabulary: Vocabulary, alike: Alike = meaning
) -> Proposal | None:
    """Propose the target that a value means; None where its words say none."""
    if is_hash(value):
        return None
    scored = sorted(
        ((alike(value, target, vocabulary), target) for target in targets),
        key=lambda found: (-found[0], found[1]),
    )
    if not scored or scored[0][0] < FLOOR:
        return None
    best, target = scored[0]
    second = scored[1][0] if len(scored) > 1 else 0.0
    reason = f"means the same as `{target}` ({best:.2f})"
    if second >= FLOOR:
        reason += f"; `{scored[1][1]}` comes close ({second:.2f})"
    return Proposal(target, sure(0.95 * best, 0.95 * second), reason)


def propose_value(
    value: str,
    targets: Sequence[str],
    vocabulary: Vocabulary,
    *,
    keep: bool = False,
    default: str = "",
    alike: Alike = name_similarity,
) -> Proposal:
    """
    Propose a target for a value of the source.

    `keep`: where the target's choices are ours to make, a value without a match keeps itself.
    `default`: what stands for a value without a match otherwise ("" proposes nothing).
    """
    if found := same_word(value, targets):
        return found
    if found := fitting(value, targets, vocabulary, alike):
        return replace(found, confidence=min(found.confidence, _OWN)) if keep else found
    if keep:
        why = "no choice of Nutshell's fits: kept as it is, as a choice of its own"
        # where there are choices, it may be one of them in words that nobody here knows
        doubt = 0.4 if is_hash(value) else 0.7 if targets else 0.85
        return Proposal(value.strip(), doubt, why)
    if is_hash(value):
        return Proposal(default, 0.1, "a hashed value: nothing can be read from it")
    if default:
        return Proposal(default, 0.4, f"nothing explains it: `{default}`, to be looked at")
    return Proposal("", 0.2, "no choice of Nutshell's fits")


def propose_in_map(  # noqa: PLR0911 - one way out for each kind of evidence
    name: str, value: str, names: Mapping[str, Sequence[str]], vocabulary: Vocabulary
) -> Proposal:
    """Propose a target in a fixed map; `names` are the targets of each map, in their order."""
    targets = names.get(name, [])
    if name == "source":
        return propose_value(value, targets, vocabulary, keep=True, alike=meaning)
    if name.endswith("_outcome"):
        return _outcome(name, value, targets, vocabulary)
    first = targets[0] if targets else ""
    if not value:
        return Proposal(first, 0.3, "records without a value begin where all begin")
    if found := same_word(value, targets):
        return found
    if name == "activity_type":
        noted = fitting("note", targets, vocabulary)
        default = noted.target if noted else first
        return propose_value(value, targets, vocabulary, default=default, alike=meaning)
    if ended := _ended(name, value, names, vocabulary):
        return ended
    if name == "lead_status":
        return _lead_status(value, names, vocabulary)
    # an open deal stands in no stage that says that it is closed
    open_ones = [target for target in targets if not ending_of(target, vocabulary)]
    default = _worked_on(open_ones, vocabulary) if name == "lead_milestone" else first
    keep = name == "deal_stage"
    if keep and _rests(value, vocabulary):
        return Proposal(value.strip(), 0.75, "stands in no stage of Nutshell's: kept as it is")
    return propose_value(value, open_ones, vocabulary, keep=keep, default=default, alike=meaning)


def _outcome(name: str, value: str, targets: Sequence[str], vocabulary: Vocabulary) -> Proposal:
    if not value or is_hash(value):
        return Proposal("", 0.3, "nothing says that it is closed: stays open")
    if found := same_word(value, targets):
        return found
    ending = ending_of(value, vocabulary, of_deal=name == "deal_outcome")
    if ending:
        target, certainty = nearest(ending, targets, vocabulary)
        if target:
            why = f", because `{ending.reason}`" if ending.reason else ""
            return Proposal(target, round(certainty, 2), f"says that it is {ending.category}{why}")
    if any(vocabulary.concepts.get(word) for word in vocabulary.telling(value)):
        return Proposal("", 0.9, "says where it stands, and no outcome: stays open")
    # that a word is not known is weak evidence: the confidence says so
    return Proposal("", 0.8, "no outcome's word in it: stays open")


def _ended(  # noqa: PLR0911 - one way out for each map
    name: str, value: str, names: Mapping[str, Sequence[str]], vocabulary: Vocabulary
) -> Proposal | None:
    """Propose the stage or status of what has ended, never surer than the outcome behind it."""
    ending = ending_of(value, vocabulary)
    targets = names.get(name, [])
    if not ending or not targets:
        return None
    certainty = round(min(0.9, ending.sure), 2)
    why = f"says that it is {ending.category}"
    if name == "deal_milestone":
        return Proposal(targets[-1], certainty, f"{why}: the last stage")
    if name == "deal_stage":
        target, certainty = nearest(ending, targets, vocabulary)
        if target:
            return Proposal(target, round(certainty, 2), why)
        return Proposal(value.strip(), 0.6, f"{why}, and no stage is: kept as a choice of its own")
    if name == "lead_status":
        if ending.category == "won":
            return Proposal(_worked_on(targets, vocabulary), min(0.8, certainty), why)
        bad = fitting("unqualified", targets, vocabulary)
        return Proposal(bad.target, certainty, why) if bad else None
    worked = _worked_on(targets, vocabulary)
    return Proposal(worked, min(_DOUBT, certainty), f"{why}, and no stage is the last")


def _lead_status(
    value: str, names: Mapping[str, Sequence[str]], vocabulary: Vocabulary
) -> Proposal:
    """Propose by the status's own words, else by the stage that it tells."""
    targets = names["lead_status"]
    worked = _worked_on(targets, vocabulary)
    bad = fitting("unqualified", targets, vocabulary)
    own = fitting(value, targets, vocabulary)
    if own and bad and own.target == bad.target and meaning(value, own.target, vocabulary) < _ALL:
        # no lead is given up for one word among others
        return Proposal(worked, _DOUBT, f"only a part of it says `{own.target}`: `{worked}`")
    if own:
        return own
    for stages in (names.get("lead_milestone", []), names.get("deal_milestone", [])):
        if found := fitting(value, stages, vocabulary):
            begins = found.target == stages[0] and stages is names.get("lead_milestone")
            target = targets[0] if begins else worked
            return Proposal(
                target, round(0.9 * found.confidence, 2), f"its stage is `{found.target}`"
            )
    if is_hash(value):
        return Proposal(worked, 0.1, "a hashed value: nothing can be read from it")
    return Proposal(worked, _DOUBT, f"nothing explains it: `{worked}`, since somebody has it")


def _rests(value: str, vocabulary: Vocabulary) -> bool:
    # nor does what has a word of an end in it, and has not ended: `Lost interest`
    ends = any({*CATEGORIES} & vocabulary.endings.get(word, frozenset()) for word in tokens(value))
    words = vocabulary.joined(value)
    return ends or any("resting" in vocabulary.concepts.get(word, ()) for word in words)


def _worked_on(targets: Sequence[str], vocabulary: Vocabulary) -> str:
    found = fitting("working", targets, vocabulary)
    if found:
        return found.target
    return targets[min(1, len(targets) - 1)] if targets else ""
