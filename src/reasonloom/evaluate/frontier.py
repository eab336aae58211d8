"""Accuracy against cost: which settings no other beats, and arms compared at equal tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reasonloom.evaluate.bootstrap import DRAWS, gap_text, grouped, percentiles, resampled


class Point(NamedTuple):
    """One setting: `tokens` is the mean per problem, prompt and completion of every call."""

    name: str
    tokens: float
    accuracy: float


@dataclass(frozen=True)
class Setting:
    """What one setting of an arm (n=4, say) did on the problems that all settings share.

    tokens   of each problem
    correct  of each problem, as 0 and 1 or as a mean over samples
    """

    name: str
    tokens: Sequence[float]
    correct: Sequence[float]

    @property
    def point(self) -> Point:
        return Point(self.name, float(np.mean(self.tokens)), float(np.mean(self.correct)))


class Gap(NamedTuple):
    """First arm minus second at a budget, in percentage points, with its 95 % interval."""

    tokens: float
    points: float
    low: float
    high: float

    def __str__(self) -> str:
        return gap_text(self.points, self.low, self.high)


def frontier(points: Sequence[Point]) -> list[Point]:
    """The points that no other dominates, the cheapest first."""
    best: list[Point] = []
    for point in sorted(points, key=lambda p: (p.tokens, -p.accuracy)):
        if not best or point.accuracy > best[-1].accuracy:
            best.append(point)
    return best


def dominates(one: Point, two: Point) -> bool:
    """Whether `one` is nowhere worse and somewhere better (Pareto)."""
    no_worse = one.tokens <= two.tokens and one.accuracy >= two.accuracy
    return no_worse and (one.tokens, one.accuracy) != (two.tokens, two.accuracy)


def accuracy_at(points: Sequence[Point], tokens: float) -> float | None:
    """What an arm reaches with so many tokens a problem; None below its cheapest setting.

    Between two settings on the arm's upper hull the accuracy is linear in tokens, since one can
    toss a coin between them and get exactly that; beyond the dearest of them it stays.
    """
    mixed = _mix(points, tokens)
    return None if mixed is None else sum(share * point.accuracy for point, share in mixed)


def difference_at(
    one: Sequence[Setting],
    two: Sequence[Setting],
    tokens: float,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Gap | None:
    """Two arms at equal tokens, problem by problem; None where one of them cannot be so cheap.

    Each arm is mixed as in `accuracy_at`, and the paired differences are resampled. The shares of
    the mixture are held fixed, so that the noise of the mean cost is left out.

    Raises ValueError when settings hold different numbers of problems.
    """
    if len({len(row) for s in (*one, *two) for row in (s.tokens, s.correct)}) != 1:
        raise ValueError("arms compared at equal tokens must share their problems")
    first, second = _mixed(one, tokens), _mixed(two, tokens)
    if first is None or second is None:
        return None
    sums, sizes = grouped((first - second).tolist())
    low, high = percentiles(resampled(sums, sizes, draws, seed))
    return Gap(tokens, 100 * float(sums.mean()), 100 * low, 100 * high)


def _mixed(arm: Sequence[Setting], tokens: float) -> NDArray[np.float64] | None:
    """Of each problem the expected correctness at a budget."""
    shares = _mix([s.point for s in arm], tokens)
    if shares is None:
        return None
    by_name = {s.point: np.asarray(s.correct, np.float64) for s in arm}
    rows = [share * by_name[point] for point, share in shares]
    return np.asarray(np.sum(rows, axis=0), np.float64)


def _mix(points: Sequence[Point], tokens: float) -> list[tuple[Point, float]] | None:
    """The one or two settings that make the best use of a budget, with their shares."""
    hull = _hull(points)
    if not hull or tokens < hull[0].tokens:
        return None
    for left, right in pairwise(hull):
        if tokens < right.tokens:
            share = (tokens - left.tokens) / (right.tokens - left.tokens)
            return [(left, 1 - share), (right, share)]
    return [(hull[-1], 1.0)]


def _hull(points: Sequence[Point]) -> list[Point]:
    """The frontier without points that lie below a line between two others."""
    hull: list[Point] = []
    for point in frontier(points):
        while len(hull) > 1 and _slope(hull[-2], hull[-1]) <= _slope(hull[-1], point):
            hull.pop()
        hull.append(point)
    return hull


def _slope(left: Point, right: Point) -> float:
    return (right.accuracy - left.accuracy) / (right.tokens - left.tokens)
