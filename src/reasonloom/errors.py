"""Every error that reasonloom raises on purpose.

    LoomError
    ├── UsageError              the caller asked for something that cannot be (exit code 2)
    │   ├── SpecError           a spec string that does not parse or names an unknown thing
    │   ├── InputError          a question, file or option that cannot be used
    │   ├── TemplateError       a template file that is not well formed (has `file` and `line`)
    │   ├── ContextMisuse       two calls at once in one context, a child key used twice
    │   └── NoSkill             a strategy asks for what the model was never taught
    ├── ModelError              a model did not answer (exit code 1)
    │   ├── ConnectionFailed    nobody listens, the name does not resolve
    │   │   └── ConnectionBroke it stood and was lost: retried
    │   ├── AuthenticationFailed   401 and 403: never retried
    │   ├── BadRequest          400, 404, 422: never retried
    │   ├── RateLimited         429: retried after `retry_after` seconds
    │   ├── ServerFailed        5xx: retried
    │   ├── TimedOut            no reply within the time limit: retried
    │   └── BadReply            a reply that is not what the protocol promises
    ├── TrainingError           a training run whose numbers are no longer finite
    ├── BudgetSpent             a reservation does not fit into what is left
    └── StoreError              a cache, trace or recording that cannot be read or written

Each message says what was wrong, with which value, and what to do.
"""

from __future__ import annotations


class LoomError(Exception):
    """Root of the tree; `exit_code` is what the command line ends with."""

    exit_code = 1


class UsageError(LoomError):
    exit_code = 2


class SpecError(UsageError):
    pass


class InputError(UsageError):
    pass


class TemplateError(UsageError):
    """A template that cannot be read; `file` and `line` (1-based) say where, if known."""

    def __init__(self, message: str, file: str | None = None, line: int | None = None) -> None:
        where = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(where + message)
        self.file, self.line = file, line


class ContextMisuse(UsageError):
    pass


class NoSkill(UsageError):
    """The model lacks a skill that the strategy needs: evaluation prints n/a, not wrong."""


class ModelError(LoomError):
    """`attempts` is how many calls were made before giving up; the ledger books them all."""

    attempts: int = 1


class ConnectionFailed(ModelError):
    pass


class ConnectionBroke(ConnectionFailed):
    """A connection that stood was lost: unlike a refused one, worth trying again at once."""


class AuthenticationFailed(ModelError):
    pass


class BadRequest(ModelError):
    pass


class RateLimited(ModelError):
    """The endpoint asked us to slow down; `retry_after` in seconds where it said for how long."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ServerFailed(ModelError):
    """A 5xx reply; `retry_after` in seconds where the endpoint named it."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TimedOut(ModelError):
    pass


class BadReply(ModelError):
    pass


class TrainingError(LoomError):
    pass


class BudgetSpent(LoomError):
    """A call does not fit into what is left; strategies answer with what they have."""


class StoreError(LoomError):
    pass
