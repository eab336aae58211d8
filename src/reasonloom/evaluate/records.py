"""What a run is made of, as plain values: its settings, strategies, attempts and verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from reasonloom.solution import StopReason

Outcome = Literal["correct", "wrong", "ungradable"]


class Key(NamedTuple):
    """Which attempt: the problem's id, the strategy's spec, and the sample from 0."""

    problem: str
    strategy: str
    sample: int

    @property
    def trace(self) -> str:
        """The name of its trace in the run's trace file."""
        return f"{self.problem} {self.sample} {self.strategy}"


@dataclass(frozen=True, slots=True)
class ModelUsed:
    """`hash` is that of local weights, else None. Prices are USD for a million tokens."""

    spec: str
    hash: str | None = None
    usd_per_million: tuple[float, float, float] | None = None
    priced_on: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run was asked for. `limit`, `samples` and the strategies may grow later; the rest not.

    models   by role; "default" serves those that are not named
    budget   of one attempt, as `Limits` prints it; empty for none
    library  the folder of templates; None for those that ship
    created  ISO 8601, UTC
    """

    dataset: str
    models: Mapping[str, ModelUsed]
    split: str | None = None
    seed: int = 0
    limit: int | None = None
    samples: int = 1
    budget: str = ""
    library: str | None = None
    version: str = ""
    created: str = ""


@dataclass(frozen=True, slots=True)
class Arm:
    """One strategy of a run.

    made   the strategy with every argument, as Python prints it, and the hash of the weights that
           a scorer brings along
    lacks  why the model cannot serve it (n/a: it has no attempts), else None
    """

    spec: str
    made: str
    lacks: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One strategy on one problem, once.

    failure    class of the error that ended it without an answer of its own, else None
    detail     what the strategy added to its Solution (reasonflux: trajectory, rounds)
    calls      model calls, retries included; tokens likewise; `usd` is 0 where no price is known
    seconds    wall time; `replayed` of its calls came from the trace of a run that was stopped, so
               that this time says nothing unless it is 0
    depth      calls that had to wait for each other: the longest chain
    path       seconds of the slowest such chain: no schedule could have been faster
    outcome    the grader's word and its `reason`; None while it is not graded
    """

    problem: str
    strategy: str
    sample: int
    answer: str | None
    text: str
    stop_reason: StopReason
    candidates: tuple[str | None, ...] = ()
    confidence: float | None = None
    failure: str | None = None
    error: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    cached_tokens: int = 0
    usd: float = 0.0
    seconds: float = 0.0
    estimated: bool = False
    overshot: bool = False
    replayed: int = 0
    depth: int = 0
    path: float = 0.0
    outcome: Outcome | None = None
    reason: str = ""

    @property
    def key(self) -> Key:
        return Key(self.problem, self.strategy, self.sample)

    @property
    def correct(self) -> bool:
        """Whether it is known to be right; what is not graded or ungradable is not."""
        return self.outcome == "correct"

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    @property
    def rounds(self) -> float | None:
        """Rounds where the strategy counts them (reasonflux), else None."""
        found = self.detail.get("rounds")
        return float(found) if isinstance(found, int | float) else None
