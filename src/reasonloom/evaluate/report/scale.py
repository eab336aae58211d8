"""From values to places on an axis, and which values to print there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple


class Tick(NamedTuple):
    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """`low` lies at `start` and `high` at `end`, in units of the drawing; `log` needs low > 0."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        low, high = self._shown(self.low), self._shown(self.high)
        share = (self._shown(value) - low) / (high - low) if high > low else 0.5
        return self.start + share * (self.end - self.start)

    def ticks(self, wanted: int = 6) -> list[Tick]:
        """Round values within the scale, about `wanted` of them."""
        values = self._log_ticks(wanted) if self.log else self._even_ticks(wanted)
        return [Tick(value, number(value)) for value in values]

    def _shown(self, value: float) -> float:
        return math.log10(value) if self.log else value

    def _even_ticks(self, wanted: int) -> list[float]:
        step = nice_step((self.high - self.low) / max(1, wanted - 1))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [i * step for i in range(first, last + 1)]

    def _log_ticks(self, wanted: int) -> list[float]:
        low, high = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        for leads in ((1, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
            found = [lead * 10.0**i for i in range(low, high + 1) for lead in leads]
            kept = [v for v in found if self.low <= v <= self.high]
            if len(kept) <= wanted + 1:
                return kept
        return kept


def nice_step(least: float) -> float:
    """1, 2 or 5 times a power of ten, not below `least`."""
    if least <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(k * power for k in (1, 2, 5, 10) if k * power >= least * (1 - 1e-9))


def around(values: list[float], start: float, end: float) -> Scale:
    """A scale from 0 to a round value above all, logarithmic where they span a factor of 8."""
    low, high = min(values), max(values)
    if low > 0 and high / low >= 8:
        return Scale(low / 1.4, high * 1.4, start, end, log=True)
    step = nice_step(high / 5)
    return Scale(0.0, step * max(1, math.ceil(high * 1.05 / step)), start, end)


def number(value: float) -> str:
    """As an axis shows it: 0.5, 20, 1,500, 20k, 3M."""
    if abs(value) >= 1e6:
        return f"{value / 1e6:g}M"
    if abs(value) >= 1e4:
        return f"{value / 1e3:g}k"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.6g}"
