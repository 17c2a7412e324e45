"""
The life of a write: its states, and every step between them; a new step is a new row here.

The audit holds the states as words: `intents` begin a life, each row of `outcomes` is a step of it.
`docs/writes.md` is made from here, and the loader's tests hold every audit that they leave to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from load.audit.questions import Audit


class Status(StrEnum):
    """What is known of a write; the newest row of `outcomes` tells."""

    INTENDED = "intended"  # no row yet: its call was perhaps made
    IN_DOUBT = "in_doubt"
    DONE = "done"
    FAILED = "failed"
    BLOCKED = "blocked"
    CONFLICT = "conflict"
    REVERTED = "reverted"


class RecordState(StrEnum):
    """What Nutshell holds of a source record; `deleted` may be created or matched anew."""

    INTENDED = "intended"
    IN_DOUBT = "in_doubt"
    CREATED = "created"
    MATCHED = "matched"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: between which states, what brings it about, who takes it."""

    before: Status
    after: Status
    because: str
    taken_by: str


_I, _Q, _D, _F = Status.INTENDED, Status.IN_DOUBT, Status.DONE, Status.FAILED
_CREATES, _SETTLE, _CHANGES = "`apply/creates.py`", "`apply/settle.py`", "`apply/changes.py`"
STEPS = (
    Step(_I, _D, "Nutshell answered, or a look found that it took effect",
         f"{_CREATES}, {_CHANGES}, {_SETTLE}"),
    Step(_I, _F, "Nutshell refused it, or two looks did not find it: it is made anew",
         "`apply/writer.py`"),
    Step(_I, _Q, "the answer was lost: it is looked for", _CREATES),
    Step(_I, Status.BLOCKED, "what it leans on is not there; no call", "`apply/executor.py`"),
    Step(_I, Status.CONFLICT, "a human changed it since the plan saw it; no call", _CHANGES),
    Step(_Q, _D, "a look found it, or a person said where it is", f"{_SETTLE}, `resolve.py`"),
    Step(_Q, _F, "two looks, some seconds apart, did not find it, or a person said so",
         f"{_SETTLE}, `resolve.py`"),
    Step(_Q, _Q, "no look can tell: it waits for a person, and so do those that lean on it",
         _SETTLE),
    Step(_D, Status.REVERTED, "taken back", "`rollback/notes.py`"),
    Step(_F, Status.REVERTED, "a copy that it made too late was found and taken back",
         "`rollback/notes.py`"),
)  # fmt: skip
ALLOWED = {(step.before, step.after) for step in STEPS}


def unknown_steps(audit: Audit) -> Iterator[str]:
    """Name each step that an audit holds and the table does not."""
    for row in audit.rows(
        """
        select
            outcome_id, status,
            coalesce(lag(status) over (partition by write_id order by outcome_id), 'intended')
                as status_before
        from outcomes
        order by outcome_id
        """
    ):
        if (Status(row["status_before"]), Status(row["status"])) not in ALLOWED:
            yield f"outcomes {row['outcome_id']}: {row['status_before']} → {row['status']}"


def page() -> str:
    """Give the page of the documentation: the picture and the table."""
    arrows = "\n".join(f"    {step.before} --> {step.after}" for step in STEPS)
    rows = "\n".join(
        f"| {step.before} | {step.after} | {step.because} | {step.taken_by} |" for step in STEPS
    )
    return f"""# The life of a write

Made from `load/audit/states.py` (`python -m load.audit.states > docs/writes.md`).

An intent is durable before its call is made, and with it the claim on its record: a second create
of that record is impossible from then on. Each step is a row that is durable before the record's
next step; the newest one counts. What is `intended` or `in_doubt` when a command begins is settled
before anything else is written, by asking Nutshell.

A create whose answer is lost is `in_doubt`. It is looked for by its marker, twice, some seconds
apart. Found, it is `done`, with the id that was found. Not found, it is `failed` and its claim is
taken back; the record is then created anew, with an intent of its own, before which it is looked
for once more. Where no look can tell, it stays `in_doubt` and blocks what leans on it, until a
person says what is there (`load resolve 17 --absent --by NAME`). A call that takes effect later
still is a copy, which `load verify` names and `load rollback --extras` takes back.

```mermaid
stateDiagram-v2
    [*] --> intended
{arrows}
```

| from | to | because | noted by (`load/`) |
|---|---|---|---|
{rows}
"""


if __name__ == "__main__":
    print(page(), end="")
