"""Successes of trials, with their interval."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """Successes of trials."""

    hits: int
    trials: int

    @property
    def percent(self) -> float:
        return 100 * self.hits / self.trials if self.trials else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson score interval, in percent."""
        if not self.trials:
            return 0.0, 100.0
        n, p, z = self.trials, self.hits / self.trials, 1.959964
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return 100 * max(0.0, centre - half), 100 * min(1.0, centre + half)


def show_rate(rate: Rate) -> str:
    low, high = rate.interval
    return f"{rate.percent:.0f} % [{low:.0f}, {high:.0f}]"
