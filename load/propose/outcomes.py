"""
What a value says of a deal's end: won, lost or cancelled, and why. Not what is proposed: `values`.

A value says so only as a whole, but for the words that stand around an outcome (`Closed`, `deal`),
or as a category with its reason (`Lost: price`). One shared word closes nothing: most values that
hold one (`Budget approved`, `Appointment cancelled`) are of open deals.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from load.propose.proposal import FLOOR
from load.propose.scoring import Vocabulary, name_similarity, same, tokens

CATEGORIES = ("won", "lost", "cancelled")
# a hyphen without a blank beside it joins words, as in `Closed-Won`
_PARTS = re.compile(r"[:(),;|/\[\]]|\s[-–—]+|[-–—]+\s")
_NUMBERING = re.compile(r"[a-z]?\d+[a-z]?|[a-z]")  # `7 - Closed Won (100 %)`
_WHOLE, _OF_A_DEAL, _PERHAPS, _WITH_REASON, _WON_WITH_MORE = 0.93, 0.85, 0.5, 0.85, 0.7


@dataclass(frozen=True)
class Ending:
    """One of the three ends, its reason in the value's own words, and how surely it is said."""

    category: str
    reason: str
    sure: float


def ending_of(value: str, vocabulary: Vocabulary, *, of_deal: bool = True) -> Ending | None:
    """
    Read which end a value as a whole says, if any.

    `of_deal`: whether words count that end a deal and of a lead say only that it is bad (`Dead`).
    """
    if "?" in value:
        return None
    if whole := _category(tokens(value), vocabulary, of_deal):
        return Ending(whole[0], "", whole[1])
    parts = [part for part in _PARTS.split(value) if _bare(part, vocabulary)]
    if not parts:
        return None
    head, reason = _bare(parts[0], vocabulary), " ".join(parts[1:])
    found = _category(head, vocabulary, of_deal)
    for place, word in enumerate(head):
        # `lost to a rival`; who won is not said by `won by a rival`, nor what was refused by a bank
        if not found and place and "because" in vocabulary.endings.get(word, ()):
            found = _category(head[:place], vocabulary, of_deal=False)
            found = found if found and found[0] != "won" else None
            reason = " ".join((*head[place + 1 :], reason))
    if not found or _is_taken_back(found[0], value, reason, vocabulary):
        return None
    category, sure = found
    if reason.strip():
        most = _WON_WITH_MORE if category == "won" else _WITH_REASON
        # `Declined - insurance` may be the insurance's word
        sure = min(sure, most) if sure == _WHOLE else min(sure, _PERHAPS)
    return Ending(category, reason.strip(), sure)


def nearest(ending: Ending, targets: Sequence[str], vocabulary: Vocabulary) -> tuple[str, float]:
    """Choose the target of the same end whose reason fits best; how sure is at most the ending."""
    for target in targets:
        # `Closed Lost - No decision`, where `No decision` is an outcome of its own
        if ending.reason and same(ending.reason) == same(target):
            return target, ending.sure
    ends = [(target, ending_of(target, vocabulary)) for target in targets]
    own = [(target, end) for target, end in ends if end and end.category == ending.category]
    if not own:
        return "", 0.0
    plain = [target for target, end in own if not end.reason]
    alike = sorted(
        (
            (-name_similarity(ending.reason, end.reason, vocabulary), target)
            for target, end in own
            if end.reason and ending.reason
        ),
    )
    if alike and -alike[0][0] >= FLOOR:
        return alike[0][1], ending.sure
    if plain:
        return plain[0], ending.sure
    # which of several reasons it was is not said
    return own[0][0], 0.5 if len(own) == 1 else 0.4


def _bare(part: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(
        word
        for word in tokens(part)
        if not _NUMBERING.fullmatch(word) and "around" not in vocabulary.endings.get(word, ())
    )


def _category(
    words: Sequence[str], vocabulary: Vocabulary, of_deal: bool
) -> tuple[str, float] | None:
    said = "".join(words)
    for known, sure in (
        (vocabulary.endings, _WHOLE),
        (vocabulary.endings_of_deals, _OF_A_DEAL if of_deal else 0.0),
        # `Signed` may be the contract, or a consent
        (vocabulary.endings_perhaps, _PERHAPS if of_deal else 0.0),
    ):
        for category in CATEGORIES:
            if sure and category in known.get(said, ()):
                return category, sure
    return None


def _is_taken_back(category: str, value: str, reason: str, vocabulary: Vocabulary) -> bool:
    # a deal that is won, but for the rest of the sentence, is not won yet
    why = tokens(reason)
    doubts = {"taken back", "doubted"} if category == "won" else {"taken back"}
    others = {*CATEGORIES, *doubts} - {category}
    if any(others & vocabulary.endings.get(word, frozenset()) for word in why):
        return True
    if any("taken back" in vocabulary.endings.get(word, ()) for word in tokens(value)):
        return True
    lost_to = "reason_competitor"
    return category == "won" and any(lost_to in vocabulary.concepts.get(word, ()) for word in why)
