"""What a correct answer costs: how far a method must go until its first one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from reasonloom.evaluate.bootstrap import DRAWS, LEVEL, Estimate, resampled


class Attempt(NamedTuple):
    """`cost` in any one unit: tokens, USD, seconds, samples (1 each) or rounds."""

    cost: float
    correct: bool


class FirstCorrect(NamedTuple):
    """`cost` is a lower bound where no attempt was correct (`solved` is False)."""

    cost: float
    solved: bool


class MeanCost(NamedTuple):
    """cost  mean over the problems solved; None if there are none

    bound     mean over all problems, the unsolved ones at what was spent on them: a lower bound
    """

    cost: float | None
    bound: float
    solved: int
    problems: int


def to_first_correct(attempts: Sequence[Attempt]) -> FirstCorrect:
    """The expected cost until the first correct attempt, in random order without replacement.

    With c correct and w wrong ones, each wrong one comes before all correct ones with probability
    1 / (c + 1): so w / (c + 1) x their mean cost, and once the mean cost of a correct one. This is
    the quantity of ReasonFlux (arXiv 2502.06772), Figure 5, in a unit that compares methods.

    Raises ValueError for no attempts.
    """
    if not attempts:
        raise ValueError("the cost of a correct answer needs at least one attempt")
    right = [a.cost for a in attempts if a.correct]
    wrong = [a.cost for a in attempts if not a.correct]
    if not right:
        return FirstCorrect(sum(wrong), False)
    return FirstCorrect(sum(right) / len(right) + sum(wrong) / (len(right) + 1), True)


def per_right(problems: Sequence[Sequence[Attempt]], *, seed: int = 0) -> Estimate | None:
    """All that was spent divided by the number of right answers; None where there is none.

    The interval resamples problems whole. It has no upper end (infinity) where as many as one in
    forty of the draws hold no right answer.
    """
    spent = np.array([sum(a.cost for a in attempts) for attempts in problems], float)
    right = np.array([sum(a.correct for a in attempts) for attempts in problems], float)
    if not right.sum():
        return None
    with np.errstate(divide="ignore"):
        found = np.sort(resampled(spent, right, DRAWS, seed))
    edge = int((1 - LEVEL) / 2 * DRAWS)
    low, high = float(found[edge]), float(found[-1 - edge])
    return Estimate(float(spent.sum() / right.sum()), low, high, len(problems))


def mean_cost(problems: Sequence[Sequence[Attempt]]) -> MeanCost:
    """Over problems; what was never solved is told beside, never dropped in silence."""
    found = [to_first_correct(attempts) for attempts in problems]
    if not found:
        raise ValueError("the mean cost of a correct answer needs at least one problem")
    solved = [f.cost for f in found if f.solved]
    cost = float(np.mean(solved)) if solved else None
    return MeanCost(cost, float(np.mean([f.cost for f in found])), len(solved), len(found))
