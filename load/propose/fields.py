"""Where a field of the source could go in Nutshell. Not its values: see `values`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from load.propose.proposal import (
    FLOOR,
    LEAVE_OUT,
    Bookkeeping,
    Proposal,
    SourceField,
    TargetField,
    sure,
)
from load.propose.scoring import (
    Vocabulary,
    as_column,
    name_similarity,
    type_fit,
    value_overlap,
    words,
)

# what carries a source's type in a new custom field
_CARRIES = {
    "integer": "Number", "decimal": "Number", "currency": "Number", "date": "Date",
    "datetime": "Date", "boolean": "Checkbox", "picklist": "Choice", "longtext": "LongText",
}  # fmt: skip
# what ids of an object can be in Nutshell
_REFERRED = {
    "users": {"owner", "assignee"},
    "organizations": {"accounts", "primaryAccount", "Parent organization"},
    "people": {"contacts"},
}
# who did something to the record itself is not who owns it
_DONE_BY = {"created", "modified", "updated", "deleted", "changed", "entered", "referred"}
# types of which Nutshell keeps a list for each record
_REACHES = {"phone", "email", "url"}
# how sure one can be that nothing fits a name without a known word: text may be anything
_UNREAD = {"Text": 0.75, "Choice": 0.78}
_LINE = 255  # a longer text needs LongText
_WITHOUT_FIELDS = {
    "activities": "Nutshell's activities carry no custom fields",
    "attachments": "Nutshell's files carry no custom fields",
    "users": "users are made by Nutshell's administrator",
}


def _score(source: SourceField, target: TargetField, vocabulary: Vocabulary) -> tuple[float, str]:
    # a synonym is no start of another chain: `region` may be a state, and `state` a status
    names = [(name, vocabulary) for name in (target.name, target.label)]
    names += [(name, vocabulary.without_homonyms(name)) for name in target.synonyms]
    mine = [name for name in (source.name, source.label) if name]
    if source.type == "reference" and _is_doer(source.name):
        mine.append("owner")
    name, said = max(
        (
            (name_similarity(left, right, meanings), right)
            for left in mine
            for right, meanings in names
            if right
        ),
        default=(0.0, ""),  # a key may be empty
    )
    fit = type_fit(source.type or "text", target.type)
    overlap = value_overlap(source.options, target.choices)
    score = 0.85 * name + 0.15 * fit
    why = [f"name like `{said}` {name:.2f}", f"{source.type} fits {target.type} {fit:.2f}"]
    if overlap is not None:
        # the same values under another name are a strong hint, other values a strong doubt
        score = 0.6 * score + 0.4 * overlap if name >= FLOOR else 0.4 * score + 0.6 * overlap
        why.append(f"{overlap:.0%} of its values are choices there")
    if source.references and target.is_standard:
        fits = target.name in _REFERRED.get(source.references, set())
        score = (score + 1) / 2 if fits and name >= FLOOR else score * (0.9 if fits else 0.4)
        why.append(f"its values are {source.references}")
    if target.takes_more and source.type == target.type.lower() and source.type in _REACHES:
        # whatever they call it, in whatever language, it can be called, written to or opened
        score = max(score, 0.8)
        why.append(f"there is a list of every {source.type}")
    if fit < 0.5:
        # a yes-or-no is no name, whatever words they share
        score *= 0.8 if fit else 0.5
    return score, "; ".join(why)


def _is_doer(name: str) -> bool:
    # `handled by`, `sold_by`: a person of the house
    parts = words(name)
    return len(parts) > 1 and parts[-1] == "by" and parts[-2] not in _DONE_BY


def new_field(
    source: SourceField, *, doubt: float = 0.0, is_read: bool = True, why: str = ""
) -> Proposal:
    """
    Propose a custom field of its own.

    `doubt`: the score of the best existing one, 0 to 1; `is_read`: whether any word of its name is
    known, since an unknown one may mean anything; `why`: the reason, if there is a better one.
    """
    kind = _CARRIES.get(source.type, "Text")
    # text by declaration stays text, whatever it looks like: codes keep their leading zeros
    if kind == "Text" and source.longest > _LINE:
        kind = "LongText"
    name = source.label or re.sub(r"[_.]", " ", source.name).strip().capitalize()
    choices = source.options if kind == "Choice" else ()
    most = 0.95 if is_read else _UNREAD.get(kind, 0.79)
    why = why or f"nothing in Nutshell fits (best {doubt:.2f})"
    if not is_read:
        why += ", and no word of its name is known"
    carried = f"; its {len(choices)} values become the choices" if choices else ""
    return Proposal(
        target=name,
        target_type=kind,
        confidence=round(min(most, 1 - 0.6 * doubt), 2),
        reason=f"{why}: a new {kind} field{carried}",
        choices=choices,
    )


def propose_field(
    source: SourceField,
    targets: Iterable[TargetField],
    vocabulary: Vocabulary,
    bookkeeping: Sequence[Bookkeeping] = (),
) -> Proposal:
    """Propose where a field goes: an existing one, a new one, or nowhere, with the reason."""
    if (stays := _stays(source, bookkeeping)) is not None:
        return stays
    found = _place(source, targets, vocabulary)
    if (doubt := _bookkeeping(source, bookkeeping)) and found.confidence > doubt.confidence:
        why = f"{found.reason}; but {doubt.reason}"
        return replace(found, confidence=doubt.confidence, reason=why)
    return found


def _place(source: SourceField, targets: Iterable[TargetField], vocabulary: Vocabulary) -> Proposal:
    own = f"{source.source_object}.{source.name}"

    def is_taken(target: TargetField) -> bool:
        # by another column of the source: a second one would overwrite it
        return bool(target.filled_from) and target.filled_from != own and not target.takes_more

    scored = [(*_score(source, target, vocabulary), target) for target in targets]
    scored.sort(key=lambda found: (-found[0], is_taken(found[2]), found[2].name))
    best = scored[0][0] if scored else 0.0
    if not scored or best < FLOOR:
        names = (source.name, source.label)
        return new_field(source, doubt=best, is_read=any(map(vocabulary.is_known, names)))
    _, reason, target = scored[0]
    if is_taken(target):
        # nor is it what comes second: a company's name is no domain
        why = f"Nutshell's own `{target.name}` fits, but {target.filled_from} fills it ({reason})"
        return new_field(source, doubt=best / 2, why=why)
    second = next((found for found in scored[1:] if found[2].name != target.name), None)
    runner_up = second[0] if second else 0.0
    if second and runner_up >= FLOOR:
        reason += f"; `{second[2].name}` comes close ({runner_up:.2f})"
    return Proposal(
        target=target.name,
        target_type="Standard" if target.is_standard else target.type,
        confidence=sure(best, runner_up),
        reason=reason,
    )


def _bookkeeping(source: SourceField, kinds: Sequence[Bookkeeping]) -> Bookkeeping | None:
    column = as_column(source.name)
    return next((kind for kind in kinds if kind.pattern.search(column)), None)


def _stays(  # noqa: PLR0911 - one way out for each reason
    source: SourceField, bookkeeping: Sequence[Bookkeeping]
) -> Proposal | None:
    def left(reason: str, confidence: float) -> Proposal:
        return Proposal(target="", decision=LEAVE_OUT, confidence=confidence, reason=reason)

    if source.is_phi and not source.is_permitted:
        return left("patients' data, not permitted in policies/field_classes.csv", 0.97)
    if source.source_object in _WITHOUT_FIELDS:
        return left(_WITHOUT_FIELDS[source.source_object], 0.9)
    if not source.name.strip():
        return left("its name is empty: have the practice name it, and it can be mapped", 0.5)
    if source.filled == 0:
        return left("no record has a value", 0.9)
    kind = _bookkeeping(source, bookkeeping)
    if kind and kind.is_left_out:
        why = f"bookkeeping of a system, nothing that somebody typed: {kind.reason}"
        return left(why, kind.confidence)
    if source.type == "object":
        return left("an object, and a field holds one value: name a part of it to keep that", 0.5)
    return None


def rename_twins(proposals: Sequence[tuple[SourceField, Proposal]]) -> list[Proposal]:
    """Give new fields of one object that would share a name the source's own names instead."""
    seen: dict[tuple[str, str], int] = {}
    for source, proposal in proposals:
        key = (source.source_object, proposal.target)
        seen[key] = seen.get(key, 0) + 1
    fixed = []
    for source, proposal in proposals:
        twin = seen[source.source_object, proposal.target] > 1
        if twin and proposal.target and proposal.target_type != "Standard":
            proposal = Proposal(  # noqa: PLW2901 - the same proposal under another name
                target=f"{proposal.target} ({source.name})",
                target_type=proposal.target_type,
                confidence=proposal.confidence,
                reason=f"{proposal.reason}; the label alone is not unique",
                choices=proposal.choices,
            )
        fixed.append(proposal)
    return fixed
