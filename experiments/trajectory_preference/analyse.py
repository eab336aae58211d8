"""From records to numbers: what the registration names, no more and no less."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from statistics import fmean
from typing import NamedTuple

import numpy as np

from reasonloom.evaluate.bootstrap import (
    DRAWS,
    Estimate,
    accuracy,
    grouped,
    mean,
    percentiles,
    resampled,
)
from reasonloom.evaluate.paired import Difference, difference

from .arms import FROZEN
from .measure import Record

Place = tuple[int, str]
"""A training seed and a problem."""
SHARES = ("right", "planned")
"""Measures that are shares of problems; the others are means."""


class Share(NamedTuple):
    """Part of the way from the structure checkpoint to a ceiling, with its 95 % interval."""

    share: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{100 * self.share:.0f} % [{100 * self.low:.0f}, {100 * self.high:.0f}]"


class Results:
    """`values[arm][measure][(seed, problem)]`. Everywhere a problem's seeds are one cluster."""

    def __init__(self) -> None:
        self.values: dict[str, dict[str, dict[Place, float]]] = defaultdict(
            lambda: defaultdict(dict)
        )
        self.depth: dict[str, int] = {}

    def add(self, arm: str, seed: int, records: Iterable[Record]) -> None:
        for record in records:
            self.depth[record.problem] = record.depth
            for measure, value in record.values.items():
                self.values[arm][measure][seed, record.problem] = value

    @property
    def depths(self) -> list[int]:
        return sorted(set(self.depth.values()))

    def estimate(self, arm: str, measure: str, depth: int | None = None) -> Estimate:
        found = self._of(arm, measure, depth)
        kind = accuracy if measure in SHARES else mean
        return kind(list(found.values()), [problem for _, problem in found])

    def by_seed(self, arm: str, measure: str) -> dict[int, float]:
        found = self._of(arm, measure)
        seeds = sorted({seed for seed, _ in found})
        return {s: fmean(v for (seed, _), v in found.items() if seed == s) for s in seeds}

    def compare(self, one: str, two: str, measure: str, depth: int | None = None) -> Difference:
        """Paired by seed and problem, in points: hundredths of R, or of the problems."""
        first, second = (self._of(arm, measure, depth) for arm in (one, two))
        places = sorted(first.keys() & second.keys())
        return difference(
            [first[p] for p in places],
            [second[p] for p in places],
            clusters=[problem for _, problem in places],
        )

    def share(self, arm: str, ceiling: str) -> Share | None:
        """(R of the arm - R of the structure checkpoint) / (R of the ceiling - the same).

        None where the ceiling is not clearly above that checkpoint: a share of it says nothing.
        """
        if self.compare(ceiling, FROZEN, "reward").low <= 0:
            return None
        start, mine, top = (self._of(a, "reward") for a in (FROZEN, arm, ceiling))
        places = sorted(start)
        problems = [problem for _, problem in places]
        gained, _ = grouped([mine[p] - start[p] for p in places], problems)
        possible, _ = grouped([top[p] - start[p] for p in places], problems)
        with np.errstate(divide="ignore", invalid="ignore"):
            draws = resampled(gained, possible, DRAWS, 0)
        return Share(float(gained.sum() / possible.sum()), *percentiles(draws))

    def _of(self, arm: str, measure: str, depth: int | None = None) -> dict[Place, float]:
        return {
            place: value
            for place, value in self.values[arm][measure].items()
            if depth in (None, self.depth[place[1]])
        }
