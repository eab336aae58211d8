"""How well scores tell good steps from bad ones, on problems that were held out.

The unit is one completion: it ended right or wrong, and the score was given to the step that it
went on from. So nothing depends on a threshold, and what chance decides hits all scorers alike.

auc            how often a completion that ended right has the higher score of two; 0.5 is chance
brier          mean squared distance of the score from 1 or 0; lower is better
calibration    mean gap between score and share of right endings, over ten bins of scores (ECE)
auc_solutions  as `auc`, for whole solutions by the score of their worst step
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from reasonloom.evaluate.bootstrap import Estimate, percentiles
from reasonloom.train.rows import Row, row_id

DRAWS = 1_000
BINS = 10
Array = NDArray[np.float64]
Scores = Sequence[Sequence[float]]
"""For each row, a score from 0 to 1 for each step."""


@dataclass(frozen=True)
class Graded:
    """Scores, values from 0 to 1, and for each the number of its problem; all `[unit]`."""

    scores: Array
    values: Array
    owners: NDArray[np.intp]


Statistic = Callable[[Graded, Array], float]


def auc(graded: Graded, weights: Array) -> float:
    """NaN where there is nothing right, or nothing wrong."""
    _, place = np.unique(graded.scores, return_inverse=True)
    right = np.bincount(place, weights * graded.values)
    wrong = np.bincount(place, weights * (1 - graded.values))
    if right.sum() <= 0 or wrong.sum() <= 0:
        return float("nan")
    below = np.cumsum(wrong) - wrong / 2
    return float(right @ below / (right.sum() * wrong.sum()))


def brier(graded: Graded, weights: Array) -> float:
    v, s = graded.values, graded.scores
    return float(weights @ (v * (1 - s) ** 2 + (1 - v) * s**2) / weights.sum())


def calibration(graded: Graded, weights: Array) -> float:
    bins = np.minimum((graded.scores * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, weights * (graded.scores - graded.values))
    return float(np.abs(gaps).sum() / weights.sum())


def report(rows: Sequence[Row], scorers: Mapping[str, Scores]) -> dict[str, dict[str, Estimate]]:
    """Each measure of each scorer; from the second on also as `first - other`, paired.

    Problems are resampled whole, the same ones for all scorers; 95 % percentile intervals. A
    measure that cannot be told (all right, or all wrong) is left out.
    """
    measures: dict[str, tuple[Statistic, Callable[[Sequence[Row], Scores], Graded]]] = {
        "auc": (auc, _by_step),
        "brier": (brier, _by_step),
        "calibration": (calibration, _by_step),
        "auc_solutions": (auc, _by_solution),
    }
    told: dict[str, dict[str, Estimate]] = {}
    for name, (measure, units) in measures.items():
        found = {k: _drawn(measure, units(rows, scores)) for k, scores in scorers.items()}
        first, *others = scorers
        gaps = {f"{first} - {other}": found[first] - found[other] for other in others}
        for scorer, values in (found | gaps).items():
            if not np.isnan(values[0]):
                told.setdefault(scorer, {})[name] = _estimate(values, _problems(rows).max() + 1)
    return told


def as_json(told: Mapping[str, Mapping[str, Estimate]]) -> dict[str, dict[str, dict[str, float]]]:
    return {k: {name: asdict(e) for name, e in found.items()} for k, found in told.items()}


def _drawn(measure: Statistic, graded: Graded) -> Array:
    """The measure on all units, and then on each resampling, `[1 + DRAWS]`."""
    rng = np.random.default_rng(0)
    k = int(graded.owners.max()) + 1
    counts = rng.multinomial(k, np.full(k, 1 / k), size=DRAWS).astype(np.float64)
    even = np.ones((1, k))
    weights = np.concatenate([even, counts])[:, graded.owners]
    return np.array([measure(graded, w) for w in weights])


def _estimate(values: Array, clusters: int) -> Estimate:
    drawn = values[1:][~np.isnan(values[1:])]
    low, high = percentiles(drawn) if len(drawn) else (float(values[0]), float(values[0]))
    return Estimate(float(values[0]), low, high, int(clusters))


def _by_step(rows: Sequence[Row], scores: Scores) -> Graded:
    sizes = [len(row["values"]) for row in rows]
    return Graded(
        np.array([s for row in scores for s in row]),
        np.array([v for row in rows for v in row["values"]], dtype=float),
        np.repeat(_problems(rows), sizes),
    )


def _by_solution(rows: Sequence[Row], scores: Scores) -> Graded:
    worst = np.array([min(row) for row in scores])
    return Graded(worst, np.array([float(row["values"][-1]) for row in rows]), _problems(rows))


def _problems(rows: Sequence[Row]) -> NDArray[np.intp]:
    """The number of each row's problem: rows of one prompt belong together."""
    names = [row_id(row["prompt"]) for row in rows]
    places = {name: i for i, name in enumerate(dict.fromkeys(names))}
    return np.array([places[name] for name in names], dtype=np.intp)
