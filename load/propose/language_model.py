"""
A language model's opinion, behind an OpenAI-compatible endpoint. Absent by default.

It is sent names, labels and types of fields, never a value, be it declared or in a record: lists of
values hold names of staff and of treatments. Its answers are proposals like others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from common.settings import Settings, checked_address
from load.propose.proposal import Proposal, SourceField, TargetField

_ANSWER = ' Answer with JSON only: {"target": "<%s>", "confidence": 0.0, "reason": "..."}'
_FIELD = "Choose where a field of a practice's CRM goes in another CRM." + _ANSWER % (
    "one of targets, or empty for a new field"
)
_SECONDS = 30.0


@dataclass
class LanguageModel:
    """The endpoint; after its first failure it is asked no more."""

    url: str
    name: str
    key: str = field(default="", repr=False)
    below: float = 0.7  # only where the offline proposal is less sure than this
    trouble: str = ""
    transport: httpx.BaseTransport | None = None

    @classmethod
    def of(cls, settings: Settings) -> LanguageModel | None:
        """Build it from PROPOSE_URL, PROPOSE_MODEL and PROPOSE_API_KEY; None without a URL."""
        if not settings.get("PROPOSE_URL"):
            return None
        url, model = settings.need("PROPOSE_URL", "PROPOSE_MODEL")
        return cls(checked_address(url, "PROPOSE_URL"), model, settings.get("PROPOSE_API_KEY"))

    def ask(self, source: SourceField, targets: Sequence[TargetField]) -> Proposal | None:
        """Ask about one field; None where there is no usable answer (`trouble` says why)."""
        if source.is_phi:
            return None
        said = self._said(
            _FIELD,
            {
                "object": source.source_object,
                "field": source.name,
                "label": source.label,
                "type": source.type,
                "targets": [{"name": t.name, "label": t.label, "type": t.type} for t in targets],
            },
        )
        target = {target.name: target for target in targets}.get(said.target) if said else None
        if said is None or target is None:
            return None
        return Proposal(
            target=target.name,
            target_type="Standard" if target.is_standard else target.type,
            confidence=said.confidence,
            reason=said.reason,
        )

    def _said(self, task: str, question: dict[str, Any]) -> _Said | None:
        if self.trouble:
            return None
        try:
            with httpx.Client(
                timeout=_SECONDS, transport=self.transport, trust_env=False
            ) as client:
                answer = client.post(
                    f"{self.url}/chat/completions",
                    headers={"Authorization": f"Bearer {self.key}"} if self.key else {},
                    json={
                        "model": self.name,
                        "temperature": 0,
                        "messages": [
                            {"role": "system", "content": task},
                            {"role": "user", "content": orjson.dumps(question).decode()},
                        ],
                    },
                )
            answer.raise_for_status()
            said = orjson.loads(answer.json()["choices"][0]["message"]["content"])
            return _Said(
                target=str(said.get("target") or ""),
                confidence=round(min(0.95, max(0.0, float(said.get("confidence", 0)))), 2),
                reason=f"language model: {str(said.get('reason', ''))[:200]}",
            )
        except httpx.HTTPError as error:
            self.trouble = f"{type(error).__name__} at PROPOSE_URL"
        except (ValueError, KeyError, IndexError, TypeError, AttributeError):
            self.trouble = "its answer was not the JSON that was asked for"
        return None


@dataclass(frozen=True)
class _Said:
    target: str
    confidence: float
    reason: str
