"""Settings of one method that differ in how long the model thinks, as s1 measures them.

Muennighoff et al., s1 (arXiv 2501.19393). Thinking is counted as `budget_forcing` books it: what
the model wrote before its answer and what was put into its mouth, in tokens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np

from reasonloom.evaluate.bootstrap import Estimate, accuracy, percentiles
from reasonloom.evaluate.budget_metrics import Run, control, performance, scaling
from reasonloom.evaluate.comparison import curve_name
from reasonloom.evaluate.entries import Asked, Entry
from reasonloom.evaluate.records import Attempt
from reasonloom.spec import parse

DRAWS = 2_000
"""Resamplings of the problems for the interval of Scaling (our choice)."""


@dataclass(frozen=True, slots=True)
class Length:
    """One setting.

    thought   tokens of thinking of each attempt that tells them
    low, high  the bounds that the setting names, in tokens; None where it names none
    """

    label: str
    thought: Sequence[int]
    low: int | None
    high: int | None
    accuracy: Estimate

    @property
    def tokens(self) -> float:
        return fmean(self.thought)

    @property
    def within(self) -> float | None:
        """Control of this setting, in percent; None without a bound."""
        if self.low is None and self.high is None:
            return None
        return control(self.thought, at_most=self.high, at_least=self.low or 0)


@dataclass(frozen=True, slots=True)
class Series:
    """control      percent of the attempts within their own setting's bounds; None without bounds
    scaling      percentage points per 1,000 thinking tokens; None where all settings think alike
    performance  accuracy of the best setting, in percent
    """

    name: str
    settings: Sequence[Length]
    control: float | None
    scaling: Estimate | None
    performance: float


def series(entries: Sequence[Entry], told: Sequence[Asked]) -> list[Series]:
    """The methods with several settings whose thinking was counted, on graded problems."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        if any(thought(a) is not None for asked in told for a in entry.attempts[asked]):
            groups.setdefault(curve_name(entry), []).append(entry)
    return [_series(name, found, told) for name, found in groups.items() if len(found) > 1]


def thought(attempt: Attempt) -> int | None:
    """Tokens of thinking; None where they were not counted."""
    account: Any = attempt.detail.get("budget_forcing")
    if not isinstance(account, Mapping) or account.get("end") == "unchecked":
        return None
    return int(account["thinking"]) + int(account["injected"])


def _series(name: str, entries: Sequence[Entry], told: Sequence[Asked]) -> Series:
    settings = sorted((_length(entry, told) for entry in entries), key=lambda s: s.tokens)
    bounded = [(s.within, len(s.thought)) for s in settings]
    inside = [(within, n) for within, n in bounded if within is not None]
    return Series(
        name,
        settings,
        sum(w * n for w, n in inside) / sum(n for _, n in inside) if inside else None,
        _scaling(settings, entries, told),
        performance([Run(s.tokens, s.accuracy.mean) for s in settings]),
    )


def _length(entry: Entry, told: Sequence[Asked]) -> Length:
    made = [a for asked in told for a in entry.attempts[asked]]
    options = parse(entry.arm.spec).args
    bounds = [options.get(name) for name in ("min_thinking", "max_thinking")]
    low, high = (bound if isinstance(bound, int) else None for bound in bounds)
    return Length(
        entry.label,
        [tokens for a in made if (tokens := thought(a)) is not None],
        low,
        high,
        accuracy([a.correct for a in made], [a.problem for a in made]),
    )


def _scaling(
    settings: Sequence[Length], entries: Sequence[Entry], told: Sequence[Asked]
) -> Estimate | None:
    """Its interval resamples the problems, the same ones for all settings."""
    runs = [Run(s.tokens, s.accuracy.mean) for s in settings]
    if len({run.tokens for run in runs}) < 2:
        return None
    sums = np.array([_sums(entry, told) for entry in entries], float)
    rng = np.random.default_rng(0)
    weights = rng.multinomial(len(told), np.full(len(told), 1 / len(told)), size=DRAWS)
    drawn = np.einsum("dp,sqp->dsq", weights, sums)
    slopes = [slope for draw in drawn if (slope := _slope(draw)) is not None]
    low, high = percentiles(np.array(slopes))
    return Estimate(scaling(runs), low, high, len(told))


def _sums(entry: Entry, told: Sequence[Asked]) -> list[list[float]]:
    """Of each problem: tokens thought, attempts that tell them, right attempts, attempts."""
    rows = []
    for asked in told:
        made = entry.attempts[asked]
        known = [tokens for a in made if (tokens := thought(a)) is not None]
        rows.append([sum(known), len(known), sum(a.correct for a in made), len(made)])
    return [list(column) for column in zip(*rows, strict=True)]


def _slope(draw: np.ndarray[Any, Any]) -> float | None:
    """None where the draw holds too little for a slope."""
    runs = [Run(t / n, right / made) for t, n, right, made in draw.tolist() if n]
    return scaling(runs) if len({run.tokens for run in runs}) > 1 else None
