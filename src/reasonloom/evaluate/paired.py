"""Two arms on the same problems: the difference of their accuracies, and whether it is real."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from reasonloom.evaluate.bootstrap import DRAWS, gap_text, grouped, percentiles, resampled

ALPHA = 0.05
"""McNemar's p must lie below it, too, before a difference is called one."""


@dataclass(frozen=True)
class Difference:
    """`points` is the first arm's accuracy minus the second's, in percentage points.

    low, high  95 % interval, clusters resampled whole
    p          two-sided exact McNemar test over single problems; it knows nothing of clusters, and
               says nothing where a value is a share of several samples
    """

    points: float
    low: float
    high: float
    p: float
    problems: int

    def __str__(self) -> str:
        return gap_text(self.points, self.low, self.high)


def clear(found: Difference, p: float | None) -> bool:
    """Whether the interval leaves 0 out and McNemar's test, where there is one, agrees."""
    return (found.low > 0 or found.high < 0) and (p is None or p < ALPHA)


def difference(
    one: Sequence[float],
    two: Sequence[float],
    *,
    clusters: Sequence[Hashable] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Difference:
    """Compare two arms, problem by problem: each right or not, or the share of its samples right.

    clusters  what belongs together (the same problem under several training seeds); each value of
              its own if left out

    Raises ValueError when the arms differ in length or hold nothing.
    """
    if len(one) != len(two) or not one:
        raise ValueError(f"paired arms of {len(one)} and {len(two)} problems cannot be compared")
    gaps = np.asarray(one, float) - np.asarray(two, float)
    sums, sizes = grouped(gaps.tolist(), clusters)
    low, high = percentiles(resampled(sums, sizes, draws, seed))
    return Difference(
        100 * float(gaps.mean()),
        100 * low,
        100 * high,
        mcnemar(int((gaps > 0).sum()), int((gaps < 0).sum())),
        len(sums),
    )


def mcnemar(only_one: int, only_two: int) -> float:
    """Two-sided exact p-value from the problems that just one arm solves."""
    n, k = only_one + only_two, min(only_one, only_two)
    tail = sum(math.comb(n, i) for i in range(k + 1)) / 2.0**n
    return min(1.0, 2 * tail)
