"""From records to estimates: a problem's training seeds are resampled together, everywhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import fmean
from typing import ClassVar, NamedTuple

from reasonloom.evaluate.bootstrap import Estimate, accuracy, mean
from reasonloom.evaluate.paired import Difference, difference

Place = tuple[int, str]
"""A training seed and a problem."""


class Record(NamedTuple):
    """What was measured of one arm on one problem, by the name of the measure."""

    problem: str
    depth: int
    values: dict[str, float]


class Results:
    """`values[arm][measure][(seed, problem)]`.

    shares  measures that are shares of problems; the others are means
    """

    shares: ClassVar[tuple[str, ...]] = ()

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
        found = self.of(arm, measure, depth)
        kind = accuracy if measure in self.shares else mean
        return kind(list(found.values()), [problem for _, problem in found])

    def by_seed(self, arm: str, measure: str) -> dict[int, float]:
        found = self.of(arm, measure)
        seeds = sorted({seed for seed, _ in found})
        return {s: fmean(v for (seed, _), v in found.items() if seed == s) for s in seeds}

    def compare(self, one: str, two: str, measure: str, depth: int | None = None) -> Difference:
        """Paired by seed and problem, in hundredths of the measure."""
        first, second = (self.of(arm, measure, depth) for arm in (one, two))
        places = sorted(first.keys() & second.keys())
        return difference(
            [first[p] for p in places],
            [second[p] for p in places],
            clusters=[problem for _, problem in places],
        )

    def contrast(
        self, weights: Mapping[str, float], measure: str, depth: int | None = None
    ) -> Estimate:
        """A weighted sum of arms, such as {"rl": 1, "sft": -1}, paired by seed and problem, in the
        unit of the measure."""
        found = {arm: self.of(arm, measure, depth) for arm in weights}
        places = sorted(set.intersection(*(set(values) for values in found.values())))
        sums = [sum(w * found[arm][p] for arm, w in weights.items()) for p in places]
        return mean(sums, [problem for _, problem in places])

    def of(self, arm: str, measure: str, depth: int | None = None) -> dict[Place, float]:
        return {
            place: value
            for place, value in self.values[arm][measure].items()
            if depth in (None, self.depth[place[1]])
        }
