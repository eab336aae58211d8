"""How well a method's thinking can be set from outside: control, scaling, performance.

Muennighoff et al., s1 (arXiv 2501.19393). The paper names no units; here they are explicit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from statistics import fmean
from typing import NamedTuple


class Run(NamedTuple):
    """One setting on a whole set of problems.

    tokens    thinking tokens a problem, the mean
    accuracy  share of problems that were solved, in [0, 1]
    """

    tokens: float
    accuracy: float


def control(
    tokens: Sequence[float], *, at_most: float | None = None, at_least: float = 0.0
) -> float:
    """Percent of runs (or of problems) whose thinking tokens lie within the bounds, both included.

    Raises ValueError where there are none.
    """
    if not tokens:
        raise ValueError("the control of no runs is not defined: give at least one")
    high = float("inf") if at_most is None else at_most
    return 100 * sum(at_least <= t <= high for t in tokens) / len(tokens)


def scaling(runs: Iterable[Run]) -> float:
    """Mean slope over all pairs of runs, in percentage points per 1,000 thinking tokens.

    Runs with the very same tokens count as one, with their mean accuracy. Raises ValueError where
    fewer than two remain.
    """
    accuracies = defaultdict[float, list[float]](list)
    for run in runs:
        accuracies[run.tokens].append(run.accuracy)
    curve = sorted((tokens, fmean(found)) for tokens, found in accuracies.items())
    if len(curve) < 2:
        raise ValueError("a slope needs runs at two different numbers of tokens")
    slopes = [(f_b - f_a) / (b - a) for (a, f_a), (b, f_b) in combinations(curve, 2)]
    return 100 * 1_000 * fmean(slopes)


def performance(runs: Iterable[Run]) -> float:
    """The best run's accuracy in percent. Raises ValueError where there are none."""
    return 100 * max(run.accuracy for run in runs)
