"""A mean with its 95 % interval, where some values belong together."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
DRAWS = 10_000
_AT_ONCE = 2_000_000
"""Weights that are held at once while resampling (our choice: 16 MB)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """`clusters` is how many independent problems stand behind the mean."""

    mean: float
    low: float
    high: float
    clusters: int

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def mean(
    values: Sequence[float],
    clusters: Sequence[Hashable] | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Estimate:
    """The mean of all values with a percentile interval, clusters resampled whole.

    In each draw, k clusters are taken with replacement out of k, and the mean is sum / count over
    what they hold (Efron and Tibshirani 1993; Miller 2024, arXiv 2411.00640, for evaluations).

    clusters  what belongs together: the problem of a sample; each value of its own if left out

    Raises ValueError for no values, or names that do not match them.
    """
    sums, sizes = grouped(values, clusters)
    low, high = percentiles(resampled(sums, sizes, draws, seed))
    return Estimate(float(sums.sum() / sizes.sum()), low, high, len(sums))


def accuracy(
    correct: Sequence[float],
    clusters: Sequence[Hashable] | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Estimate:
    """The share that is correct (True, False or a chance of it); as `mean`, save at all and none.

    There resampling would claim certainty. The exact interval of Clopper and Pearson (1934) over
    k clusters stands in: [(0.025)^(1/k), 1] for all, [0, 1 - (0.025)^(1/k)] for none. Samples of a
    single cluster, some right and some not, say nothing about others: [0, 1].
    """
    found = mean([float(c) for c in correct], clusters, draws=draws, seed=seed)
    if found.clusters == 1 and found.mean not in (0.0, 1.0):
        return Estimate(found.mean, 0.0, 1.0, 1)
    if found.mean not in (0.0, 1.0):
        return found
    edge = ((1 - LEVEL) / 2) ** (1 / found.clusters)
    low, high = (edge, 1.0) if found.mean else (0.0, 1 - edge)
    return Estimate(found.mean, low, high, found.clusters)


def gap_text(points: float, low: float, high: float) -> str:
    """A difference in percentage points with its interval, and a word where it may be nothing."""
    clear = "" if low > 0 or high < 0 else ", not distinguishable"
    return f"{points:+.1f} [{low:+.1f}, {high:+.1f}]{clear}"


def percentiles(means: NDArray[np.float64]) -> tuple[float, float]:
    """The interval that holds `LEVEL` of the resampled means."""
    low, high = np.quantile(means, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return float(low), float(high)


def grouped(
    values: Sequence[float], clusters: Sequence[Hashable] | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The sum and the number of the values of each cluster, in order of appearance."""
    names = range(len(values)) if clusters is None else clusters
    if not values or len(names) != len(values):
        raise ValueError(f"{len(values)} values in {len(names)} named clusters have no mean")
    places = {name: i for i, name in enumerate(dict.fromkeys(names))}
    which = np.array([places[name] for name in names])
    sums = np.bincount(which, np.asarray(values, float)).astype(np.float64)
    return sums, np.bincount(which).astype(np.float64)


def resampled(
    sums: NDArray[np.float64], sizes: NDArray[np.float64], draws: int, seed: int
) -> NDArray[np.float64]:
    """The mean in each of `draws` resamplings of the clusters, `[draws]`."""
    rng = np.random.default_rng(seed)
    k = len(sums)
    even = np.full(k, 1 / k)
    pieces = []
    for start in range(0, draws, step := max(1, _AT_ONCE // k)):
        weights = rng.multinomial(k, even, size=min(step, draws - start))
        pieces.append((weights @ sums) / (weights @ sizes))
    return np.concatenate(pieces)
