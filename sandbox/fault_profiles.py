"""How badly a server behaves, as data; the misbehaving itself is in faults.py."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

import orjson


class BadProfile(ValueError):
    """A profile that does not exist, or a setting that no profile has."""


@dataclass(frozen=True)
class Profile:
    """
    Probabilities (0–1, per request) and amounts of every fault; by default there is none.

    Of the probabilities at most one strikes a request. `before` in a name means that the call has
    no effect, `lost` that it has one and the answer never arrives.
    """

    # a limit that nobody publishes: a token bucket whose rate is multiplied by the next factor
    # every `rate_period` seconds; `retry_after` is none, seconds, date or mixed, or the very words
    rate: float = 0.0
    burst: float = 20.0
    rate_factors: tuple[float, ...] = (1.0,)
    rate_period: float = 10.0
    retry_after: str = "seconds"
    # the same for what is dear to serve: records one by one, and listings of whole records
    read_rate: float = 0.0
    read_burst: float = 5.0
    # before the effect
    error_before: float = 0.0
    reset_before: float = 0.0
    error_body: float = 0.0
    # the effect, and then …
    lost_drop: float = 0.0
    lost_timeout: float = 0.0
    lost_500: float = 0.0
    malformed: float = 0.0
    truncated: float = 0.0
    # the client waits in vain, and the effect happens `late_seconds` after the call
    late_commit: float = 0.0
    late_seconds: float = 3.0
    hang_seconds: float = 8.0
    # slowness: fixed, and a heavy tail (Pareto, cut off at `tail_most`)
    latency: float = 0.0
    tail: float = 0.0
    tail_seconds: float = 0.2
    tail_most: float = 5.0
    # lists and files
    lying_total: float = 0.0
    cut_file: float = 0.0
    # people at work meanwhile: a record changes, which also shifts pages
    disturb: float = 0.0
    # how far the server's clock is ahead, in its `Date`, and (Nutshell) in its records' times
    clock_seconds: float = 0.0
    # after so many calls the credentials are refused for the next `expire_for` (0: for good)
    expire_after: int = 0
    expire_for: int = 0
    # after so many calls every further one waits, without effect, until the faults change
    hold_after: int = 0
    # faults strike calls that write, or all
    only_writes: bool = False


PROFILES: dict[str, Profile] = {
    "none": Profile(),
    "lost_answers": Profile(
        lost_drop=0.02, lost_timeout=0.004, lost_500=0.02, late_commit=0.004, hang_seconds=4.0,
        late_seconds=1.5, only_writes=True,
    ),
    # after the client has given up: before its second look, and after it. What comes after it
    # stands in Nutshell twice
    "late": Profile(
        late_commit=0.15, late_seconds=2.0, hang_seconds=0.3, only_writes=True, clock_seconds=-1200,
    ),
    "too_late": Profile(late_commit=0.15, late_seconds=6.0, hang_seconds=0.3, only_writes=True),
    "storm": Profile(rate=60.0, burst=10.0, retry_after="mixed", error_before=0.02),
    "hidden_limit": Profile(
        rate=150.0, burst=15.0, rate_factors=(1.0, 0.4, 1.6, 0.7), retry_after="mixed"
    ),
    "slow": Profile(latency=0.15, tail=0.03),
    "tail": Profile(tail=0.2, tail_seconds=0.1),
    "garbled": Profile(malformed=0.02, truncated=0.02, error_body=0.02, error_before=0.02),
    "shifting": Profile(disturb=0.2, lying_total=0.1),
    "dear_reads": Profile(read_rate=30.0, read_burst=5.0, retry_after="none"),
    "humans": Profile(disturb=0.02, only_writes=True),
    "cut_files": Profile(cut_file=0.4),
    "expiring": Profile(expire_after=200),
    "chaos": Profile(
        rate=400.0, burst=40.0, rate_factors=(1.0, 0.5, 1.5), retry_after="mixed",
        error_before=0.01, reset_before=0.01, error_body=0.005, lost_drop=0.01, lost_timeout=0.002,
        lost_500=0.01, malformed=0.005, truncated=0.005, late_commit=0.002, late_seconds=1.5,
        hang_seconds=4.0, tail=0.02, tail_seconds=0.05, tail_most=1.0, cut_file=0.1, disturb=0.005,
    ),
}  # fmt: skip


def read_profile(text: str | dict[str, Any]) -> Profile:
    """Return a profile by name, or from JSON: `{"profile": "slow", "latency": 1}` alters one."""
    if isinstance(text, str) and text in PROFILES:
        return PROFILES[text]
    try:
        settings = orjson.loads(text) if isinstance(text, str) else dict(text)
        base = PROFILES[settings.pop("profile", "none")]
    except (orjson.JSONDecodeError, KeyError, AttributeError, TypeError):
        raise BadProfile(f"no such fault profile; there are: {', '.join(PROFILES)}") from None
    known = {field.name for field in fields(Profile)}
    if unknown := set(settings) - known:
        raise BadProfile(f"unknown fault settings: {', '.join(sorted(unknown))}")
    for name, value in settings.items():
        wanted = {"retry_after": str, "rate_factors": list | tuple}.get(name, int | float)
        if not isinstance(value, wanted):
            raise BadProfile(f"fault setting {name} has a value of the wrong type")
    if "rate_factors" in settings:
        settings["rate_factors"] = tuple(settings["rate_factors"])
    return Profile(**{**asdict(base), **settings})
