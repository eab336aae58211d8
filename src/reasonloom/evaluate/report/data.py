"""From entries to the numbers that plots and tables show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from statistics import fmean
from typing import NamedTuple

from reasonloom.evaluate import cost
from reasonloom.evaluate.at_k import any_right, vote_right
from reasonloom.evaluate.bootstrap import Estimate
from reasonloom.evaluate.comparison import Comparison
from reasonloom.evaluate.entries import Asked, Entry
from reasonloom.evaluate.records import Attempt
from reasonloom.evaluate.report.charts import Curve, Dot, Row, Series, Spread
from reasonloom.evaluate.tables import Line, Sample, by, rounds_by_level
from reasonloom.problem import Problem

Facet = Callable[[Problem], int | str | None]


class Breakdown(NamedTuple):
    """Accuracy by one facet: of each strategy (by number) its lines."""

    name: str
    lines: Sequence[tuple[int, str, Sequence[Line]]]

    @property
    def values(self) -> list[int | str | None]:
        return list(dict.fromkeys(line.key for _, _, lines in self.lines for line in lines))


class Named(NamedTuple):
    """An entry with the number, from 0, that gives it its colour and shape."""

    number: int
    entry: Entry


FACETS: dict[str, Facet] = {
    "level": lambda problem: problem.level,
    "depth": lambda problem: _plain(problem.meta.get("depth")),
    "topic": lambda problem: problem.topic,
}


def dots(named: Sequence[Named], found: Comparison) -> list[Dot]:
    places = {n.entry.label: n.number for n in named}
    return [
        Dot(places[line.label], line.label, line.tokens, percent(line.accuracy))
        for line in found.lines
        if line.accuracy
    ]


def breakdowns(named: Sequence[Named], problems: Sequence[Asked]) -> list[Breakdown]:
    """Those facets in which the shared problems differ."""
    found = []
    for name, facet in FACETS.items():
        lines = [(n.number, n.entry.label, _by(n.entry, problems, facet)) for n in named]
        breakdown = Breakdown(name, lines)
        if len(breakdown.values) > 1:
            found.append(breakdown)
    return found


def as_series(breakdown: Breakdown) -> list[Series]:
    return [
        Series(i, label, {shown(line.key): percent(line.accuracy) for line in lines})
        for i, label, lines in breakdown.lines
    ]


def rounds(named: Sequence[Named], problems: Sequence[Asked]) -> list[Series]:
    """Mean rounds by level, of the strategies that count them, where there are several levels."""
    found = []
    for number, entry in named:
        lines = rounds_by_level(_samples(entry, problems, FACETS["level"]))
        values = {shown(line.level): _spread(line.rounds) for line in lines}
        if len(values) > 1:
            found.append(Series(number, entry.label, values))
    return found


def costs(named: Sequence[Named], problems: Sequence[Asked]) -> list[Series]:
    """Tokens per right answer by level (ReasonFlux, Figure 5), where there are enough of them."""
    found = []
    for number, entry in named:
        levels: dict[str, list[list[cost.Attempt]]] = {}
        for asked in problems:
            spent = [cost.Attempt(a.tokens, a.correct) for a in entry.attempts[asked]]
            levels.setdefault(shown(entry.source.problems[asked].level), []).append(spent)
        rates = {level: cost.per_right(levels[level]) for level in sorted(levels)}
        values = {level: _spread(r) for level, r in rates.items() if r and isfinite(r.high)}
        if values:
            found.append(Series(number, entry.label, values))
    return found


def sample_curves(named: Sequence[Named], problems: Sequence[Asked]) -> list[Curve]:
    """maj@k, solid, and pass@k, dashed, of the strategies that made several samples."""
    found = []
    for number, entry in named:
        made = [entry.attempts[asked] for asked in problems]
        n = min(map(len, made))
        if n < 2:
            continue
        label = entry.label
        found.append(Curve(number, f"{label}, maj@k", _curve(made, n, vote_right)))
        found.append(Curve(number, f"{label}, pass@k", _curve(made, n, any_right), solid=False))
    return found


def differences(found: Comparison) -> list[Row]:
    return [
        Row(
            f"{pair.one} − {pair.two}",
            Spread(pair.difference.points, pair.difference.low, pair.difference.high),
            pair.clear,
        )
        for pair in found.pairs
    ]


def percent(found: Estimate | None) -> Spread:
    assert found is not None
    return Spread(100 * found.mean, 100 * found.low, 100 * found.high)


def shown(value: int | str | None) -> str:
    return "none" if value is None else str(value).replace("_", " ")


def told(problems: Sequence[Asked]) -> list[Asked]:
    """Those with a reference answer: only they are graded."""
    return [asked for asked in problems if asked.answer is not None]


def _curve(
    made: Sequence[Sequence[Attempt]], n: int, share: Callable[[Sequence[Attempt], int], float]
) -> list[tuple[int, float]]:
    return [(k, 100 * fmean(share(attempts, k) for attempts in made)) for k in _ks(n)]


def _ks(n: int) -> list[int]:
    """Every k to 16, then doubling."""
    far = [2**i for i in range(5, n.bit_length()) if 2**i < n]
    return sorted({*range(1, min(n, 16) + 1), *far, n})


def _by(entry: Entry, problems: Sequence[Asked], facet: Facet) -> list[Line]:
    groups = {asked.id: facet(entry.source.problems[asked]) for asked in problems}
    return by(_samples(entry, problems, FACETS["level"]), lambda s: groups[s.problem])


def _samples(entry: Entry, problems: Sequence[Asked], level: Facet) -> list[Sample]:
    return [
        Sample(
            a.problem,
            a.correct,
            a.tokens,
            _level(level(entry.source.problems[asked])),
            rounds=a.rounds,
        )
        for asked in problems
        for a in entry.attempts[asked]
    ]


def _level(value: int | str | None) -> int | None:
    return value if isinstance(value, int) else None


def _plain(value: object) -> int | str | None:
    return value if isinstance(value, int | str) else None


def _spread(found: Estimate) -> Spread:
    return Spread(found.mean, found.low, found.high)
