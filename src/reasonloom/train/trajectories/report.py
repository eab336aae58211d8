"""What the roll-outs say: how R is spread, how much of that is chance, what could be gained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, pvariance
from typing import Any

from reasonloom.data.many import Costs
from reasonloom.evaluate.bootstrap import Estimate, accuracy, mean
from reasonloom.train.trajectories.collect import Collected, LeftOut
from reasonloom.train.trajectories.pairs import apart, best_of
from reasonloom.train.trajectories.records import Rolled, Scored
from reasonloom.train.trajectories.settings import Settings


@dataclass(frozen=True)
class Report:
    """Estimates have 95 % intervals over problems; None where nothing can be said.

    short        problems with fewer than M similar ones
    distinct     different trajectories of a problem, the greedy one among them
    granularity  the step in which R moves: 1 / (M + 1)
    sampled      mean R of the K samples; what is no plan has R = 0
    greedy       mean R of the greedy trajectory
    best         mean R of the best of K, chosen by that same R: an upper bound, lifted by chance
    best_apart   the best of K chosen on one half of the problems and measured on the other
    histogram    samples by R
    variance     of R over trajectories of one problem, mean over problems
    noise        the part of it that so few problems explain: mean R (1 - R) / M
    standard_error  of one R: the root of `noise`
    usable       share of problems with a pair
    """

    settings: Settings
    problems: int
    left_out: list[LeftOut]
    short: int
    samples: int
    unreadable: int
    outside: int
    distinct: float
    rollouts: int
    refused: int
    granularity: float
    sampled: Estimate
    greedy: Estimate
    best: Estimate
    best_apart: Estimate | None
    histogram: dict[str, int]
    variance: float | None
    noise: float | None
    usable: Estimate
    pairs: int
    costs: Costs

    @property
    def standard_error(self) -> float | None:
        return None if self.noise is None else self.noise**0.5

    def as_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "left_out": [left._asdict() for left in self.left_out],
            "standard_error": self.standard_error,
        }


def report(made: Collected, settings: Settings, costs: Costs) -> Report:
    """Raises ValueError where no problem was rolled out."""
    rolled = made.rolled
    scored = [s for r in rolled for s in r.scored]
    halves = [r for r in rolled if r.similar]
    several = [r for r in rolled if len(r.scored) > 1]
    noisy = [s for r in halves for s in r.scored]
    pairs = [len(apart(r, settings)) for r in rolled]
    return Report(
        settings=settings,
        problems=len(rolled),
        left_out=made.left_out,
        short=sum(len(r.similar) < settings.m for r in rolled),
        samples=sum(r.samples for r in rolled),
        unreadable=sum(r.unreadable for r in rolled),
        outside=sum(r.outside for r in rolled),
        distinct=fmean(len(r.scored) for r in rolled),
        rollouts=sum(len(s.outcomes) for s in scored),
        refused=sum(o.refused for s in scored for o in s.outcomes),
        granularity=1 / (settings.m + 1),
        sampled=mean([reward_sampled(r) for r in rolled]),
        greedy=mean([_of(_greedy(r)) for r in rolled]),
        best=mean([_of(best_of(r)) for r in rolled]),
        best_apart=mean([reward_apart(r) for r in halves]) if halves else None,
        histogram=_histogram(scored),
        variance=fmean(pvariance([s.reward for s in r.scored]) for r in several)
        if several
        else None,
        noise=fmean(s.reward * (1 - s.reward) / (len(s.outcomes) - 1) for s in noisy)
        if noisy
        else None,
        usable=accuracy([bool(n) for n in pairs]),
        pairs=sum(pairs),
        costs=costs,
    )


def reward_sampled(rolled: Rolled) -> float:
    """Mean R of the K samples; what is no plan has R = 0."""
    return sum(s.reward * s.times for s in rolled.scored) / rolled.samples


def _greedy(rolled: Rolled) -> Scored | None:
    return next((s for s in rolled.scored if s.greedy), None)


def _of(scored: Scored | None) -> float:
    return scored.reward if scored else 0.0


def reward_apart(rolled: Rolled) -> float:
    """R of the best of K: chosen by every second problem, measured on the others; both ways,
    averaged."""
    sampled = [s for s in rolled.scored if s.times]
    if not sampled:
        return 0.0
    ways = [(_best_by(half, sampled), 1 - half) for half in (0, 1)]
    return fmean(_half(best, other) for best, other in ways)


def _best_by(half: int, sampled: Sequence[Scored]) -> Scored:
    return max(sampled, key=lambda s: (_half(s, half), s.times))


def _half(scored: Scored, first: int) -> float:
    return fmean(scored.right[first::2])


def _histogram(scored: Sequence[Scored]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for s in scored:
        counts[f"{s.reward:.2f}"] += s.times
    return dict(sorted(counts.items()))
