"""What a walk has done so far, counted, with the first few names. Ids only, never contents."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """What became of records and writes; ids and counts only."""

    counts: Counter[str] = field(default_factory=Counter)
    named: dict[str, list[str]] = field(default_factory=dict)
    causes: Counter[str] = field(default_factory=Counter)

    def note(self, word: str, name: str | None = None, *, keep: int = 20) -> None:
        """Count, and remember the first few names."""
        self.counts[word] += 1
        if name is not None and len(named := self.named.setdefault(word, [])) < keep:
            named.append(name)
