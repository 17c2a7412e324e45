"""
A language model's opinion on one field, behind an OpenAI-compatible endpoint. Absent by default.

It is sent names, types and declared values, never a record; its answers are proposals like others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
import orjson

from common.settings import Settings, checked_address
from load.propose.proposal import LEAVE_OUT, MAP, Proposal, SourceField, TargetField

_TASK = (
    "Choose where a field of a practice's CRM goes in another CRM. Answer with JSON only:"
    ' {"target": "<one of targets, or empty for a new field>", "confidence": 0.0, "reason": "..."}'
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
        if self.trouble:
            return None
        known = {target.name: target for target in targets}
        question = {
            "object": source.source_object,
            "field": source.name,
            "label": source.label,
            "type": source.type,
            "targets": [{"name": t.name, "label": t.label, "type": t.type} for t in targets],
        }
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
                            {"role": "system", "content": _TASK},
                            {"role": "user", "content": orjson.dumps(question).decode()},
                        ],
                    },
                )
            answer.raise_for_status()
            said = orjson.loads(answer.json()["choices"][0]["message"]["content"])
            target = known.get(str(said.get("target") or ""))
            sure = min(0.95, max(0.0, float(said.get("confidence", 0))))
        except httpx.HTTPError as error:
            self.trouble = f"{type(error).__name__} at PROPOSE_URL"
            return None
        except (ValueError, KeyError, IndexError, TypeError, AttributeError):
            self.trouble = "its answer was not the JSON that was asked for"
            return None
        if target is None or source.is_phi:
            return None
        return Proposal(
            target=target.name,
            target_type="Standard" if target.is_standard else target.type,
            confidence=round(sure, 2),
            reason=f"language model: {str(said.get('reason', ''))[:200]}",
            decision=MAP if target.name else LEAVE_OUT,
        )
