"""What a run shows beside accuracy, each where it holds what that needs: perturbed problems, the
cost of a right answer, lengths of thinking, false equations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path

from reasonloom.evaluate.bootstrap import Estimate
from reasonloom.evaluate.comparison import Comparison
from reasonloom.evaluate.cost import MeanCost
from reasonloom.evaluate.entries import Asked
from reasonloom.evaluate.falsehoods import falsehoods
from reasonloom.evaluate.journal import Traces
from reasonloom.evaluate.lengths import Length, Series, series
from reasonloom.evaluate.report.cells import Cell, name, of_cells, rate, verdict
from reasonloom.evaluate.report.data import Named
from reasonloom.evaluate.report.html import Html, join, tag
from reasonloom.evaluate.show import gap, p_value


def perturbed(named: Sequence[Named], found: Comparison) -> Html | None:
    """Accuracy on changed problems against that on their originals."""
    if not found.twins:
        return None
    numbers = _numbers(named)
    rows = []
    for twin in found.twins:
        r, d = twin.found, twin.found.drop
        cells = [
            name(twin.label, numbers),
            Cell("change", twin.change, twin.change, "left"),
            Cell("problems", twin.problems, str(twin.problems)),
            Cell("as drawn", r.before.mean, f"{100 * r.before.mean:.1f} %"),
            Cell("changed", r.after.mean, f"{100 * r.after.mean:.1f} %"),
            Cell("points", d.points, gap(d.points, d.low, d.high)),
            Cell("McNemar p", "" if twin.p is None else twin.p, p_value(twin.p)),
            rate("still right", r.kept),
            Cell("lost / gained", r.lost, f"{r.lost} / {r.gained}"),
        ]
        rows.append([*cells, verdict(twin.verdict, clear=twin.clear)])
    note = (
        "Each problem paired with its perturbed copy; copies that came back as they were are left"
        " out. Still right: of the attempts right as drawn, those right on the copy too. Lost and"
        " gained count attempts."
    )
    return join([_note(note), of_cells(rows, left=(0, 1, len(rows[0]) - 1))])


def costs(named: Sequence[Named], found: Comparison) -> Html | None:
    """What a right answer costs, in tokens."""
    lines = [(line, cost) for line in found.lines if (cost := line.to_correct)]
    if not any(line.per_right for line, _ in lines):
        return None
    numbers = _numbers(named)
    rows = []
    for line, cost in lines:
        spent = line.per_right
        cells = [
            name(line.label, numbers),
            Cell("tokens per right answer", spent.mean, f"{spent.mean:,.0f}")
            if spent
            else Cell("tokens per right answer", "", "none right"),
            Cell("95 % interval", spent.low if spent else "", _reach(spent)),
            Cell("problems solved", cost.solved, f"{cost.solved} of {cost.problems}"),
            Cell("tokens until the first", "" if cost.cost is None else cost.cost, _first(cost)),
            Cell("over all problems at least", cost.bound, f"{cost.bound:,.0f}"),
        ]
        rows.append(cells)
    note = (
        "Tokens per right answer: all that was spent, wrong attempts too, divided by the right"
        " answers; ∞ where resampling leaves too few of them. Until the first: over the samples of"
        " a solved problem in random order; over all problems it is a lower bound, since the"
        " unsolved ones would take more (ReasonFlux, Figure 5, in one unit for all)."
    )
    return join([_note(note), of_cells(rows, left=(0,))])


def thinking(named: Sequence[Named], told: Sequence[Asked]) -> Html | None:
    """Control, Scaling and Performance of each method with several settings."""
    found = series([n.entry for n in named], told) if told else []
    if not found:
        return None
    numbers = _numbers(named)
    note = (
        "Control: attempts whose thinking lies within the bounds that the setting names."
        " Scaling: the mean slope over all pairs of settings, in percentage points of accuracy per"
        " 1,000 tokens of thinking; below 0, thinking hurts. Performance: the best setting's"
        " accuracy (s1, arXiv 2501.19393)."
    )
    settings = [_setting(s, numbers) for one in found for s in one.settings]
    return join(
        [
            _note(note),
            of_cells([_series(one) for one in found], left=(0,)),
            tag("h3", "Settings"),
            of_cells(settings, left=(0,)),
        ]
    )


def equations(
    named: Sequence[Named], problems: Sequence[Asked], traces: Mapping[Path, Traces]
) -> Html | None:
    """The share of false ones among the equations written on the way."""
    found = [f for n in named if (f := falsehoods(n.entry, problems, traces))]
    if not found:
        return None
    numbers = _numbers(named)
    rows = [
        [
            name(f.label, numbers),
            rate("share false", f.share),
            Cell("false equations", f.false, f"{f.false:,}"),
            Cell("of those checked", f.checked, f"{f.checked:,}"),
            Cell("not judged", f.unchecked, f"{f.unchecked:,}"),
            Cell("attempts with equations", f.stating, f"{f.stating:,} of {f.attempts:,}"),
        ]
        for f in found
    ]
    note = (
        "Equations between numbers in every reply of an attempt (in the solution's text where the"
        " trace is gone), both sides computed exactly. What could mean something else (names, words"
        " in between, roots) is not judged. It says nothing about false statements in words."
    )
    return join([_note(note), of_cells(rows, left=(0,))])


def _series(one: Series) -> list[Cell]:
    slope = one.scaling
    shown = gap(slope.mean, slope.low, slope.high) if slope else "one length only"
    within = "" if one.control is None else one.control
    return [
        Cell("method", one.name, one.name),
        Cell("settings", len(one.settings), str(len(one.settings))),
        Cell("control", within, f"{within:.1f} %" if within != "" else "no bounds"),
        Cell("scaling, points per 1,000 tokens", slope.mean if slope else "", shown),
        Cell("performance", one.performance, f"{one.performance:.1f} %"),
    ]


def _setting(setting: Length, numbers: Mapping[str, int]) -> list[Cell]:
    within = "" if setting.within is None else setting.within
    return [
        name(setting.label, numbers),
        Cell("thinking tokens", setting.tokens, f"{setting.tokens:,.0f}"),
        Cell("at least", setting.low or "", f"{setting.low:,}" if setting.low else ""),
        Cell("at most", setting.high or "", f"{setting.high:,}" if setting.high else ""),
        Cell("control", within, f"{within:.1f} %" if within != "" else ""),
        rate("accuracy", setting.accuracy),
    ]


def _numbers(named: Sequence[Named]) -> dict[str, int]:
    return {n.entry.label: n.number for n in named}


def _note(words: str) -> Html:
    return tag("p", words, class_="note")


def _reach(found: Estimate | None) -> str:
    if not found:
        return ""
    return f"[{found.low:,.0f}, {f'{found.high:,.0f}' if isfinite(found.high) else '∞'}]"


def _first(cost: MeanCost) -> str:
    return "" if cost.cost is None else f"{cost.cost:,.0f}"
