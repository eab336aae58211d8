"""Strategies side by side on the problems that they share: how accurate, at what cost, how sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import fmean
from typing import NamedTuple

from reasonloom.errors import InputError
from reasonloom.evaluate import cost
from reasonloom.evaluate.at_k import AtK, at_k, common_k
from reasonloom.evaluate.bootstrap import Estimate, accuracy
from reasonloom.evaluate.entries import Asked, Entry, shared
from reasonloom.evaluate.frontier import Gap, Point, Setting, difference_at, dominates, frontier
from reasonloom.evaluate.paired import ALPHA, Difference, clear, difference
from reasonloom.evaluate.records import Attempt
from reasonloom.evaluate.twins import Twin, set_apart, twins
from reasonloom.spec import Spec, parse


@dataclass(frozen=True, slots=True)
class Line:
    """One strategy on the shared problems. Tokens, calls and seconds are means of an attempt.

    accuracy      over attempts at problems with a reference answer; None where there are none
    usd           of an attempt, None where prices are not known
    at_k          pass@k and maj@k, with one k for all lines; None without several samples
    per_right     tokens spent for each right answer; None where none is right
    to_correct    tokens until the first correct answer
    on_frontier   None where nothing is graded
    dominated_by  one that takes no more tokens and is no less accurate, and better in one of them
    """

    label: str
    problems: int
    attempts: int
    accuracy: Estimate | None
    at_k: AtK | None
    tokens: float
    completion: float
    calls: float
    seconds: float | None
    usd: float | None
    per_right: Estimate | None
    to_correct: cost.MeanCost | None
    failed: int
    unanswered: int
    undecided: int
    on_frontier: bool | None = None
    dominated_by: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two strategies on all problems that these two share; `difference` is one minus two.

    p  of McNemar's exact test; None where a problem has several samples, for which it is not made
    """

    one: str
    two: str
    difference: Difference
    p: float | None

    @property
    def clear(self) -> bool:
        return clear(self.difference, self.p)

    @property
    def verdict(self) -> str:
        if not self.clear:
            return "not distinguishable"
        better = self.one if self.difference.points > 0 else self.two
        return f"{better} is better"


class EqualTokens(NamedTuple):
    """Two strategies at one number of tokens a problem; `settings` are the labels of each."""

    one: str
    two: str
    settings: tuple[Sequence[str], Sequence[str]]
    gap: Gap


@dataclass(frozen=True, slots=True)
class Comparison:
    """`problems` that all share; `lacks` says of the strategies left out why.

    Strategies on perturbed copies of these problems stand in `twins` only.
    """

    problems: Sequence[Asked]
    lines: Sequence[Line]
    pairs: Sequence[Pair]
    equal_tokens: Sequence[EqualTokens]
    twins: Sequence[Twin]
    lacks: Mapping[str, str]
    remarks: Sequence[str]


def compare(entries: Sequence[Entry]) -> Comparison:
    """Raises InputError where they have no problem in common."""
    made, changed = set_apart([entry for entry in entries if entry.attempts])
    lacks = {e.label: e.arm.lacks or "no attempt is finished" for e in entries if not e.attempts}
    common = shared(made) if made else []
    if not common:
        raise InputError(_nothing(made, lacks))
    told = [asked for asked in common if asked.answer is not None]
    k = common_k([[entry.attempts[asked] for asked in told] for entry in made])
    lines = _ranked([_line(entry, common, k) for entry in made])
    pairs = [found for one, two in combinations(made, 2) if (found := _pair(one, two))]
    equal = _equal_tokens(made, told) if told else []
    robust = twins(made, changed)
    remarks = _remarks(made, common, len(told), pairs) + _alone(changed, robust)
    return Comparison(common, lines, pairs, equal, robust, lacks, remarks)


def _nothing(made: Sequence[Entry], lacks: Mapping[str, str]) -> str:
    if not made:
        why = "; ".join(f"{label}: {lack}" for label, lack in lacks.items())
        return f"there is nothing to compare ({why}): run `loom eval` first"
    names = ", ".join(dict.fromkeys(str(e.source.path) for e in made))
    return (
        f"no problem was attempted by all of {names}: compare runs of the same dataset, split and"
        " seed, or finish them first"
    )


def _line(entry: Entry, problems: Sequence[Asked], k: int) -> Line:
    made = [a for asked in problems for a in entry.attempts[asked]]
    timed = [a.seconds for a in made if not a.replayed]
    told = [asked for asked in problems if asked.answer is not None]
    return Line(
        entry.label,
        len(problems),
        len(made),
        _accuracy(entry, told) if told else None,
        at_k([entry.attempts[asked] for asked in told], k),
        fmean(a.tokens for a in made),
        fmean(a.completion_tokens for a in made),
        fmean(a.calls for a in made),
        fmean(timed) if timed else None,
        fmean(a.usd for a in made) if entry.source.priced else None,
        cost.per_right(_spent(entry, told)) if told else None,
        cost.mean_cost(_spent(entry, told)) if told else None,
        sum(a.failure is not None for a in made),
        sum(a.answer is None and a.failure is None for a in made),
        sum(a.answer is not None and a.outcome in (None, "ungradable") for a in _in(entry, told)),
    )


def _in(entry: Entry, problems: Sequence[Asked]) -> list[Attempt]:
    return [a for asked in problems for a in entry.attempts[asked]]


def _accuracy(entry: Entry, told: Sequence[Asked]) -> Estimate:
    made = _in(entry, told)
    return accuracy([a.correct for a in made], [a.problem for a in made])


def _spent(entry: Entry, told: Sequence[Asked]) -> list[list[cost.Attempt]]:
    return [[cost.Attempt(a.tokens, a.correct) for a in entry.attempts[asked]] for asked in told]


def _ranked(lines: Sequence[Line]) -> list[Line]:
    """The lines with their place at the frontier."""
    points = {
        line.label: Point(line.label, line.tokens, line.accuracy.mean)
        for line in lines
        if line.accuracy
    }
    best = {point.name for point in frontier(list(points.values()))}
    ranked = []
    for line in lines:
        over = _dominating(points[line.label], points) if line.label in points else None
        place = line.label in best if line.label in points else None
        ranked.append(replace(line, on_frontier=place, dominated_by=over))
    return ranked


def _dominating(point: Point, points: Mapping[str, Point]) -> str | None:
    """The most accurate of those that dominate it, the cheapest of equals."""
    over = [p for p in points.values() if dominates(p, point)]
    return max(over, key=lambda p: (p.accuracy, -p.tokens)).name if over else None


def _pair(one: Entry, two: Entry) -> Pair | None:
    told = [asked for asked in shared((one, two)) if asked.answer is not None]
    if not told:
        return None
    found = difference(_shares(one, told), _shares(two, told))
    single = all(len(entry.attempts[asked]) == 1 for entry in (one, two) for asked in told)
    return Pair(one.label, two.label, found, found.p if single else None)


def _shares(entry: Entry, problems: Sequence[Asked]) -> list[float]:
    """Of each problem the share of samples that are right."""
    return [fmean(a.correct for a in entry.attempts[asked]) for asked in problems]


def _equal_tokens(entries: Sequence[Entry], told: Sequence[Asked]) -> list[EqualTokens]:
    """Strategies with several settings and others, at the dearest budget that both make use of.

    Two single settings are compared as they stand, in the pairs.
    """
    curves: dict[str, list[Entry]] = {}
    for entry in entries:
        curves.setdefault(curve_name(entry), []).append(entry)
    found = []
    for (name, one), (other, two) in combinations(curves.items(), 2):
        if len(one) == len(two) == 1:
            continue
        arms = [[_setting(entry, told) for entry in curve] for curve in (one, two)]
        spent = [[setting.point.tokens for setting in arm] for arm in arms]
        budget = max(*map(min, spent), min(map(max, spent)))
        gap = difference_at(arms[0], arms[1], budget)
        if gap is not None:
            labels = ([e.label for e in one], [e.label for e in two])
            found.append(EqualTokens(name, other, labels, gap))
    return found


def curve_name(entry: Entry) -> str:
    """Settings that differ in nothing but numbers are one strategy at several costs."""
    spec = parse(entry.arm.spec)
    kept = {k: v for k, v in spec.args.items() if isinstance(v, bool | str | Spec | list | tuple)}
    suffix = entry.label.removeprefix(entry.arm.spec)
    return f"{Spec(spec.name, kept, spec.scheme)}{suffix}"


def _setting(entry: Entry, told: Sequence[Asked]) -> Setting:
    tokens = [fmean(a.tokens for a in entry.attempts[asked]) for asked in told]
    return Setting(entry.label, tokens, _shares(entry, told))


def _alone(changed: Sequence[Entry], found: Sequence[Twin]) -> list[str]:
    """Which strategies were tried on perturbed problems only."""
    return [
        f"{other.label}: its problems are perturbed ({other.source.change}), and no run here has"
        " this strategy with the same models and budget on the originals: it is left out"
        for other in changed
        if other.label not in {twin.other for twin in found}
    ]


def _remarks(
    made: Sequence[Entry], common: Sequence[Asked], told: int, pairs: Sequence[Pair]
) -> list[str]:
    """What a reader of the numbers must know besides."""
    most = max(len(entry.attempts) for entry in made)
    models = {str(e.source.settings.models) for e in made}
    found = []
    if most > len(common):
        found.append(
            f"all strategies were tried on {len(common)} problems, the most on {most}: the table"
            f" counts those {len(common)}, a pair all that the two share"
        )
    if told < len(common):
        found.append(f"{len(common) - told} problems without a reference answer are not graded")
    if len(models) > 1:
        found.append("tokens of different models are different units: compare their cost in USD")
    if len(pairs) > 3:
        found.append(
            f"{len(pairs)} pairs are compared and intervals are not widened for that: by chance"
            f" alone up to {ALPHA * len(pairs):.1f} would look clear"
        )
    return found
