"""The tables and figures of a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reasonloom.evaluate import tables
from reasonloom.evaluate.bootstrap import Estimate
from reasonloom.evaluate.comparison import Comparison, Line
from reasonloom.evaluate.entries import Asked
from reasonloom.evaluate.report import charts, data
from reasonloom.evaluate.report.cells import Cell, name, of_cells, rate, row, table, verdict
from reasonloom.evaluate.report.data import Breakdown, Named
from reasonloom.evaluate.report.html import Html, join, tag
from reasonloom.evaluate.report.svg import key
from reasonloom.evaluate.show import interval, p_value, usd


def strategies(named: Sequence[Named], found: Comparison) -> Html:
    places = {n.entry.label: n.number for n in named}
    rows = [[name(line.label, places), *_cells(line, found)] for line in found.lines]
    heads = [cell.head for cell in rows[0]]
    shown = [row(cells) for cells in rows]
    for label, why in found.lacks.items():
        told = tag("td", f"n/a: {why}", colspan=len(heads) - 1, class_="lack")
        shown.append(tag("tr", tag("th", key(places[label]), label, scope="row"), told,
                         data_keys=label))  # fmt: skip
    return table(heads, shown, left=(0, len(heads) - 1))


def _cells(line: Line, found: Comparison) -> list[Cell]:
    """Columns that are empty for every strategy are left out."""
    place = f"dominated by {line.dominated_by}" if line.dominated_by else "on the frontier"
    cells = [
        *_accuracy(line.accuracy),
        *_votes(line, found),
        Cell("tokens", line.tokens, f"{line.tokens:,.0f}"),
        Cell("of them completion", line.completion, f"{line.completion:,.0f}"),
        Cell("calls", line.calls, f"{line.calls:.1f}"),
        Cell("wall s", line.seconds or 0.0, "" if line.seconds is None else f"{line.seconds:.2f}"),
    ]
    if any(other.usd for other in found.lines):
        cells.append(Cell("USD / 1,000", line.usd or 0.0, usd(line.usd)))
    for head, of in _LOST.items():
        if any(map(of, found.lines)):
            cells.append(Cell(head, of(line), str(of(line) or "")))
    if line.on_frontier is not None:
        cells.append(Cell("accuracy against tokens", place, place, "left words"))
    return cells


def _accuracy(found: Estimate | None) -> list[Cell]:
    if not found:
        return [Cell("accuracy", "", "ungraded"), Cell("95 % interval", "", "")]
    return [
        Cell("accuracy", found.mean, f"{100 * found.mean:.1f} %"),
        Cell("95 % interval", found.low, interval(found).partition("% ")[2]),
    ]


def _votes(line: Line, found: Comparison) -> list[Cell]:
    """Any of k and the vote of k, where a strategy has several samples."""
    k = next((other.at_k.k for other in found.lines if other.at_k), 0)
    if not k:
        return []
    return [
        rate(f"pass@{k}", line.at_k.any if line.at_k else None),
        rate(f"maj@{k}", line.at_k.vote if line.at_k else None),
    ]


_LOST: dict[str, Callable[[Line], int]] = {
    "failed": lambda line: line.failed,
    "no answer": lambda line: line.unanswered,
    "undecided": lambda line: line.undecided,
}


def pairs(found: Comparison) -> Html:
    rows = []
    for pair in found.pairs:
        d = pair.difference
        cells = [
            Cell("strategy", pair.one, pair.one),
            Cell("minus", pair.two, pair.two, "left"),
            Cell("problems", d.problems, str(d.problems)),
            Cell("points", d.points, f"{d.points:+.1f}"),
            Cell("95 % interval", d.low, f"[{d.low:+.1f}, {d.high:+.1f}]"),
            Cell("McNemar p", 2.0 if pair.p is None else pair.p, p_value(pair.p)),
        ]
        rows.append([*cells, verdict(pair.verdict, clear=pair.clear)])
    return of_cells(rows, left=(0, 1, 6))


def equal_tokens(found: Comparison) -> Html | None:
    if not found.equal_tokens:
        return None
    rows = []
    for one, two, _, at in found.equal_tokens:
        clear = at.low > 0 or at.high < 0
        better = f"{one if at.points > 0 else two} is better" if clear else "not distinguishable"
        cells = [
            Cell("strategy", one, one),
            Cell("minus", two, two, "left"),
            Cell("tokens", at.tokens, f"{at.tokens:,.0f}"),
            Cell("points", at.points, f"{at.points:+.1f}"),
            Cell("95 % interval", at.low, f"[{at.low:+.1f}, {at.high:+.1f}]"),
        ]
        rows.append([*cells, verdict(better, clear=clear)])
    told = tag(
        "p",
        "Settings of a strategy that differ in numbers only form a curve; it is compared with"
        " others at one number of tokens a problem, two settings mixed where it lies between.",
        class_="note",
    )
    return join([tag("h3", "At equal tokens"), told, of_cells(rows, left=(0, 1, 5))])


def figures(made: Sequence[Named], found: Comparison) -> Html:
    """Those plots for which there is something to show."""
    told = data.told(found.problems)
    shown: list[Html] = []
    if told:
        dots = data.dots(made, found)
        best = [line.label for line in found.lines if line.on_frontier]
        note = "The line joins what no other strategy beats at its cost or below."
        shown.append(_figure("Accuracy against tokens", charts.frontier(dots, best), made, note))
        shown += _rounds(made, told) + _costs(made, told) + _curves(made, told)
        if found.pairs:
            note = "Filled where the two are told apart, hollow where not."
            plot = charts.forest(data.differences(found))
            shown.append(_figure("Paired differences", plot, [], note))
        shown += [_facet(made, breakdown) for breakdown in data.breakdowns(made, told)]
    return tag("div", shown, class_="figures")


def breakdown_tables(made: Sequence[Named], found: Comparison) -> Html:
    """The numbers behind the plots by level and topic."""
    parts = []
    for breakdown in data.breakdowns(made, data.told(found.problems)):
        rows = [
            _line(breakdown.name, number, label, line)
            for number, label, lines in breakdown.lines
            for line in lines
        ]
        title = tag("summary", f"Accuracy by {breakdown.name}")
        parts.append(tag("details", title, of_cells(rows, left=(0, 1)), class_="numbers"))
    return join(parts)


def _line(facet: str, number: int, label: str, line: tables.Line) -> list[Cell]:
    value = data.shown(line.key)
    return [
        Cell(facet, value, value),
        Cell("strategy", label, tag("span", key(number), label), "left"),
        Cell("problems", line.problems, str(line.problems)),
        *_accuracy(line.accuracy),
        Cell("tokens", line.tokens, f"{line.tokens:,.0f}"),
    ]


def _facet(made: Sequence[Named], breakdown: Breakdown) -> Html:
    series = data.as_series(breakdown)
    title = f"Accuracy by {breakdown.name}"
    if breakdown.name == "topic":
        return _figure(title, charts.rows(series, "topic"), made)
    return _figure(title, charts.grouped(series, breakdown.name, "accuracy %"), made)


def _rounds(made: Sequence[Named], told: Sequence[Asked]) -> list[Html]:
    series = data.rounds(made, told)
    if not series:
        return []
    counted = [n for n in made if n.number in {s.number for s in series}]
    plot = charts.grouped(series, "level", "rounds (mean)", percent=False)
    return [_figure("Rounds against difficulty", plot, counted)]


def _costs(made: Sequence[Named], told: Sequence[Asked]) -> list[Html]:
    series = data.costs(made, told)
    if len({level for s in series for level in s.values}) < 2:
        return []
    drawn = [n for n in made if n.number in {s.number for s in series}]
    plot = charts.grouped(series, "level", "tokens per right answer", percent=False)
    note = "Levels with too few right answers for an interval are left out."
    return [_figure("Cost of a right answer against difficulty", plot, drawn, note)]


def _curves(made: Sequence[Named], told: Sequence[Asked]) -> list[Html]:
    curves = data.sample_curves(made, told)
    if not curves:
        return []
    drawn = [n for n in made if n.number in {c.number for c in curves}]
    plot = charts.curves(curves, "samples k", "accuracy %")
    note = (
        "Solid: the vote of k samples (maj@k). Dashed: any of k right (pass@k), an oracle's figure."
    )
    return [_figure("Accuracy against samples", plot, drawn, note)]


def _figure(title: str, plot: Html, named: Sequence[Named], note: str = "") -> Html:
    keys = [tag("span", key(n.number), n.entry.label, class_="meaning") for n in named]
    return tag(
        "figure",
        tag("h3", title),
        plot,
        tag("p", keys, class_="legend") if keys else None,
        tag("figcaption", note) if note else None,
    )
