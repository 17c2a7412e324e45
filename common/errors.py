"""
The one tree of expected errors, each with its exit code. Not for bugs: see `common.tracebacks`.

    MigrationError                 what happened, to which record (ids only), what to do next
    ├── UsageError            2    the command was called wrongly
    │   ├── SettingMissing         a variable is not set
    │   └── InsecureAddress        http outside loopback, or a redirect to elsewhere
    ├── GateRefused           2    a gate that a person must open is closed
    ├── Locked                2    another command of ours is at work
    ├── DataDamaged           2    a file of ours is half-written or corrupt
    ├── RecordsFailed         1    done, but records failed or are blocked
    └── ApiError                   what the other side answered, or did not
        ├── Transient         3    the same call may succeed later: it is repeated first
        │   ├── Unreachable        no connection: the call surely had no effect
        │   ├── AnswerLost         sent, but no whole answer: the effect is unknown
        │   ├── RateLimited        429: surely no effect
        │   │   └── ComeBack           for longer than a command waits: when is said
        │   ├── ServerFailed       5xx: the effect is unknown
        │   └── AnswerMalformed    no JSON, cut JSON, or an error body in a 200
        └── Terminal          1    repeating the call changes nothing
            ├── CredentialsRefused 2
            ├── MethodMissing      2   the other side has no such call: it is about no record
            ├── NotFound
            ├── StaleRevision      somebody edited the record meanwhile
            ├── Rejected           the other side's validation refuses it
            └── EffectUnknown      a write whose answer was lost: ask, never repeat
"""

from __future__ import annotations


class MigrationError(Exception):
    """An expected error: one line for people, and the exit code that goes with it."""

    exit_code = 2


class UsageError(MigrationError):
    """The command was called wrongly, or its input is not what it must be."""


class SettingMissing(UsageError):
    """An environment variable that the command needs is not set."""


class InsecureAddress(UsageError):
    """An address that credentials or patients' data must not be sent to."""


class GateRefused(MigrationError):
    """A gate that only a person can open is closed."""


class Locked(MigrationError):
    """Another command of ours holds the lock."""


class DataDamaged(MigrationError):
    """A file of ours is half-written, missing or corrupt."""


class RecordsFailed(MigrationError):
    """The command is done, but some records failed or are blocked."""

    exit_code = 1


class ApiError(MigrationError):
    """What another system answered; `status` is its HTTP status or error code, 0 if none."""

    exit_code = 1

    def __init__(self, message: str, *, status: int = 0, retry_after: float | None = None) -> None:
        """Keep the status and the seconds that the other side asks to wait."""
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class Transient(ApiError):
    """The same call may succeed later."""

    exit_code = 3


class Unreachable(Transient):
    """No connection was made, so the call had no effect."""


class AnswerLost(Transient):
    """The call was sent and no whole answer came back: its effect is unknown."""


class RateLimited(Transient):
    """429: too many calls; this one had no effect."""


class ComeBack(RateLimited):
    """No calls are wanted for longer than a command waits."""


class ServerFailed(Transient):
    """5xx; whether the call had an effect is unknown."""


class AnswerMalformed(Transient):
    """The answer was no JSON, was cut, or carried an error in a 200."""


class Terminal(ApiError):
    """Repeating the same call changes nothing."""


class CredentialsRefused(Terminal):
    """401 or 403."""

    exit_code = 2


class MethodMissing(Terminal):
    """The other side does not offer the call at all; it says nothing about the record at hand."""

    exit_code = 2


class NotFound(Terminal):
    """There is no such record, or it was deleted."""


class MergedAway(NotFound):
    """Somebody merged the record with another, which stands for it now: its id is `into`."""

    def __init__(self, message: str, *, into: int) -> None:
        """Keep the id of the record that it went into."""
        super().__init__(message, status=404)
        self.into = into


class StaleRevision(Terminal):
    """The record was edited since its revision was read."""


class Rejected(Terminal):
    """The other side's validation refuses the call."""


class EffectUnknown(Terminal):
    """A write whose answer was lost: settle it by asking, never by repeating."""
