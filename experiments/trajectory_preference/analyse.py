"""From records to numbers: what the registration names, no more and no less."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from reasonloom.evaluate.bootstrap import DRAWS, grouped, percentiles, resampled

from ..common import results
from .arms import FROZEN


class Share(NamedTuple):
    """Part of the way from the structure checkpoint to a ceiling, with its 95 % interval."""

    share: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{100 * self.share:.0f} % [{100 * self.low:.0f}, {100 * self.high:.0f}]"


class Results(results.Results):
    shares = ("right", "planned")

    def share(self, arm: str, ceiling: str) -> Share | None:
        """(R of the arm - R of the structure checkpoint) / (R of the ceiling - the same).

        None where the ceiling is not clearly above that checkpoint: a share of it says nothing.
        """
        if self.compare(ceiling, FROZEN, "reward").low <= 0:
            return None
        start, mine, top = (self.of(a, "reward") for a in (FROZEN, arm, ceiling))
        places = sorted(start)
        problems = [problem for _, problem in places]
        gained, _ = grouped([mine[p] - start[p] for p in places], problems)
        possible, _ = grouped([top[p] - start[p] for p in places], problems)
        with np.errstate(divide="ignore", invalid="ignore"):
            draws = resampled(gained, possible, DRAWS, 0)
        return Share(float(gained.sum() / possible.sum()), *percentiles(draws))
