"""How a comparison is shown: tables on standard output, or one JSON object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from math import isfinite
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reasonloom.evaluate.comparison import Comparison, Line, Pair
from reasonloom.evaluate.show import gap, interval, p_value, usd, votes_cells, votes_heads
from reasonloom.evaluate.twins import Twin

WIDE = 160
"""Columns where standard output is no terminal (our choice)."""


def show(found: Comparison) -> None:
    """Strategies, then pairs, and where there are any pairs at equal tokens and perturbed ones."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, WIDE)
    console.print(_strategies(found))
    if found.pairs:
        console.print(_pairs(found))
    if found.equal_tokens:
        console.print(_equal(found))
    if found.twins:
        console.print(_robust(found.twins))
    lacks = (f"{label}: n/a, {why}" for label, why in found.lacks.items())
    for line in (*lacks, *found.remarks):
        console.print(escape(line), soft_wrap=True)


def as_object(found: Comparison) -> dict[str, Any]:
    """For JSON: shares between 0 and 1, differences in percentage points."""
    return {
        "problems": [asked.id for asked in found.problems],
        "strategies": [_as_object(line) for line in found.lines],
        "pairs": [_pair_object(pair) for pair in found.pairs],
        "equal_tokens": [
            {"one": e.one, "two": e.two, "settings": e.settings, **e.gap._asdict()}
            for e in found.equal_tokens
        ],
        "perturbed": [_twin_object(twin) for twin in found.twins],
        "lacks": dict(found.lacks),
        "remarks": list(found.remarks),
    }


def _as_object(line: Line) -> dict[str, Any]:
    to_correct = None if line.to_correct is None else line.to_correct._asdict()
    per_right = None if line.per_right is None else asdict(line.per_right)
    if per_right and not isfinite(per_right["high"]):
        per_right["high"] = None
    return asdict(line) | {"to_correct": to_correct, "per_right": per_right}


def _twin_object(twin: Twin) -> dict[str, Any]:
    r = twin.found
    return {
        "strategy": twin.label,
        "change": twin.change,
        "problems": twin.problems,
        "before": asdict(r.before),
        "after": asdict(r.after),
        "points": r.drop.points,
        "low": r.drop.low,
        "high": r.drop.high,
        "p": twin.p,
        "kept": None if r.kept is None else asdict(r.kept),
        "lost": r.lost,
        "gained": r.gained,
        "clear": twin.clear,
        "verdict": twin.verdict,
    }


def _pair_object(pair: Pair) -> dict[str, Any]:
    d = pair.difference
    return {
        "one": pair.one,
        "two": pair.two,
        "problems": d.problems,
        "points": d.points,
        "low": d.low,
        "high": d.high,
        "p": pair.p,
        "clear": pair.clear,
        "verdict": pair.verdict,
    }


def _strategies(found: Comparison) -> Table:
    priced = any(line.usd for line in found.lines)
    votes = votes_heads(line.at_k for line in found.lines)
    headings = ["accuracy, 95 % interval", *votes, "tokens", "calls"]
    headings += [*["USD / 1,000"] * priced, "failed"]
    table = _table(f"{len(found.problems)} problems", "strategy", headings)
    table.add_column("accuracy against tokens")
    for line in found.lines:
        cells = [interval(line.accuracy), *votes_cells(line.at_k, votes)]
        cells += [f"{line.tokens:,.0f}", f"{line.calls:.1f}"]
        cells += [usd(line.usd)] * priced
        cells += [str(line.failed or ""), _place(line)]
        table.add_row(*map(escape, (line.label, *cells)))
    return table


def _place(line: Line) -> str:
    if line.dominated_by:
        return f"dominated by {line.dominated_by}"
    return "on the frontier" if line.on_frontier else ""


def _pairs(found: Comparison) -> Table:
    headings = ["minus", "problems", "points, 95 % interval", "McNemar p"]
    table = _table("paired differences", "strategy", headings, left=("minus",))
    table.add_column("")
    for pair in found.pairs:
        d = pair.difference
        points = gap(d.points, d.low, d.high)
        cells = (pair.one, pair.two, str(d.problems), points, p_value(pair.p), pair.verdict)
        table.add_row(*map(escape, cells))
    return table


def _equal(found: Comparison) -> Table:
    headings = ["minus", "tokens", "points, 95 % interval"]
    table = _table("at equal tokens", "strategy", headings, left=("minus",))
    for one, two, _, at in found.equal_tokens:
        table.add_row(*map(escape, (one, two, f"{at.tokens:,.0f}", str(at))))
    return table


def _robust(found: Sequence[Twin]) -> Table:
    headings = ["change", "problems", "as drawn", "changed", "points, 95 % interval", "still right"]
    table = _table("perturbed problems", "strategy", headings, left=("change",))
    table.add_column("")
    for twin in found:
        r, d = twin.found, twin.found.drop
        cells = [twin.label, twin.change, str(twin.problems), f"{100 * r.before.mean:.1f} %"]
        cells += [f"{100 * r.after.mean:.1f} %", gap(d.points, d.low, d.high)]
        cells += ["" if r.kept is None else interval(r.kept), twin.verdict]
        table.add_row(*map(escape, cells))
    return table


def _table(title: str, first: str, headings: Sequence[str], left: Iterable[str] = ()) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None)
    table.add_column(first, overflow="fold")
    for heading in headings:
        if heading in left:
            table.add_column(heading, overflow="fold")
        else:
            table.add_column(heading, justify="right", no_wrap=True)
    return table
