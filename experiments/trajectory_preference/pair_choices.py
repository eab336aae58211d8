"""What K, M and the margin are worth, told from one set of roll-outs without a further call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import fmean
from typing import NamedTuple

from reasonloom.evaluate.bootstrap import Estimate, accuracy, mean
from reasonloom.train.trajectories import Rolled, Scored, Settings
from reasonloom.train.trajectories.pairs import apart
from reasonloom.train.trajectories.records import GREEDY, key_of

KS, MS, MARGINS = (4, 8, 16), (1, 2, 4), (0.2, 0.4, 0.6)
LARGEST = Settings(k=16, m=8)
"""What is rolled out: the last LARGEST.m - max(MS) similar problems choose no pair."""


class Choice(NamedTuple):
    """One K, M and margin.

    usable    share of the problems with a pair
    pairs     of a problem
    rollouts  of a problem
    gap       in R between the two of a pair, as it was chosen
    gap_apart the same on problems that did not choose it: what the pair truly tells
    """

    k: int
    m: int
    margin: float
    usable: Estimate
    pairs: float
    rollouts: float
    gap: float
    gap_apart: Estimate | None


def choices(rolled: Sequence[Rolled], base: Settings) -> Iterator[Choice]:
    """All of KS, MS and MARGINS on problems rolled out with `LARGEST`; the rest is `base`'s."""
    for k in KS:
        for m in MS:
            smaller = [cut(one, k, m) for one in rolled]
            for margin in MARGINS:
                yield choice(rolled, smaller, replace(base, k=k, m=m, margin=margin))


def choice(rolled: Sequence[Rolled], smaller: Sequence[Rolled], settings: Settings) -> Choice:
    gaps: list[tuple[float, float, str]] = []
    for whole, part in zip(rolled, smaller, strict=True):
        unseen = {key_of(s.steps): _unseen(s) for s in whole.scored}
        for good, bad in apart(part, settings):
            told = good.reward - bad.reward
            truly = unseen[key_of(good.steps)] - unseen[key_of(bad.steps)]
            gaps.append((told, truly, whole.problem.id))
    owners = [owner for _, _, owner in gaps]
    return Choice(
        settings.k,
        settings.m,
        settings.margin,
        accuracy([part.problem.id in owners for part in smaller]),
        len(gaps) / len(smaller),
        fmean(sum(len(s.outcomes) for s in part.scored) for part in smaller),
        fmean(told for told, _, _ in gaps) if gaps else 0.0,
        mean([truly for _, truly, _ in gaps], owners) if gaps else None,
    )


def cut(rolled: Rolled, k: int, m: int) -> Rolled:
    """As if only K trajectories had been sampled, and M similar problems drawn."""
    kept = {GREEDY, *(f"plan-{i}" for i in range(k))}
    scored = tuple(
        s._replace(draws=tuple(d for d in s.draws if d in kept), outcomes=s.outcomes[: m + 1])
        for s in rolled.scored
        if kept & set(s.draws)
    )
    return rolled._replace(similar=rolled.similar[:m], scored=scored)


def _unseen(scored: Scored) -> float:
    """R over the similar problems that no M of `MS` reaches."""
    return fmean(scored.right[max(MS) + 1 :])
