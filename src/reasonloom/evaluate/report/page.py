"""The report: one HTML file that holds all it needs."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from reasonloom import __version__
from reasonloom.errors import StoreError
from reasonloom.evaluate import entries, store
from reasonloom.evaluate.comparison import Comparison, compare
from reasonloom.evaluate.journal import Traces
from reasonloom.evaluate.report import measures, problems, sections
from reasonloom.evaluate.report.data import Named, told
from reasonloom.evaluate.report.head import reproduction
from reasonloom.evaluate.report.html import Child, Html, raw, tag
from reasonloom.evaluate.report.traces import Allowance
from reasonloom.evaluate.show import count, interval


class Written(NamedTuple):
    """What was written; `cut` says what was left out, empty for nothing."""

    path: Path
    bytes: int
    cut: str


def write_report(runs: Sequence[Path], out: Path, *, trace_bytes: int = 16_000_000) -> Written:
    """Write the report of some runs, over a file that is there.

    trace_bytes  most bytes of traces in it, shared out evenly over the attempts; 0 for none

    Raises InputError where the runs share no problem, StoreError where a file cannot be read or
    written.
    """
    found = entries.read(runs)
    allowance = Allowance(trace_bytes, 0)
    content = page(found, compare(found), allowance).encode("utf-8", "replace")
    try:
        out.write_bytes(content)
    except OSError as bad:
        raise StoreError(f"cannot write the report {out} ({bad.strerror}): name another") from None
    cut = f"the traces of {allowance.cut:,} attempts are cut: --trace-mb keeps more of them"
    return Written(out, len(content), cut if allowance.cut else "")


def page(found: Sequence[entries.Entry], compared: Comparison, allowance: Allowance) -> str:
    """The whole document."""
    named = [Named(i, entry) for i, entry in enumerate(found)]
    lines = {line.label for line in compared.lines}
    made = [n for n in named if n.entry.label in lines]
    paths = {entry.source.path for entry in found}
    traces = {path: Traces(store.trace_path(path)) for path in paths}
    title = " and ".join(dict.fromkeys(e.source.settings.dataset for e in found))
    body = [
        tag(
            "header",
            tag("h1", title),
            tag("p", _told([n.entry for n in made], compared), class_="lead"),
        ),
        _section("In short", _short(compared)),
        _section("How this was made", reproduction(found)),
        _section("Strategies", sections.strategies(named, compared), _remarks(compared)),
        _section("Plots", sections.figures(made, compared)),
        _section("Differences", _pairs(compared), sections.equal_tokens(compared)),
        _section("Perturbed problems", measures.perturbed(named, compared)),
        _section("Cost of a right answer", measures.costs(named, compared)),
        _section("Length of thinking", measures.thinking(made, told(compared.problems))),
        _section("False equations", measures.equations(made, compared.problems, traces)),
        _section("Numbers", sections.breakdown_tables(made, compared)),
        _section("Problems", problems.section(named, traces, allowance)),
        tag("footer", f"Written by reasonloom {__version__}; this file loads nothing else."),
        tag("script", raw(_asset("script.js"))),
    ]
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{title}: reasonloom report"),
        tag("style", raw(_asset("style.css"))),
    )
    return f"<!doctype html>\n{tag('html', head, tag('body', tag('main', body)), lang='en')}\n"


def _asset(name: str) -> str:
    return files("reasonloom.evaluate.report").joinpath(name).read_text("utf-8")


def _section(title: str, *content: Child) -> Html | None:
    if not any(content):
        return None
    return tag("section", tag("h2", title), content, id=title.lower().replace(" ", "-"))


def _told(found: Sequence[entries.Entry], compared: Comparison) -> str:
    runs = len({entry.source.path for entry in found})
    several = f" of {runs} runs" if runs > 1 else ""
    strategies = count(len(compared.lines), "strategy", "strategies")
    return f"{strategies}{several} on {count(len(compared.problems), 'problem')} in common"


def _short(compared: Comparison) -> Html | None:
    """Which is most accurate, which cannot be told from it, and which are worth their cost."""
    rated = [line for line in compared.lines if line.accuracy]
    if not rated:
        return None
    best = max(rated, key=lambda line: (line.accuracy.mean if line.accuracy else 0, -line.tokens))
    alike = [
        pair.two if pair.one == best.label else pair.one
        for pair in compared.pairs
        if best.label in (pair.one, pair.two) and not pair.clear
    ]
    frontier = [line.label for line in rated if line.on_frontier]
    points: list[Child] = [
        tag("li", "Most accurate: ", tag("b", best.label), f", {interval(best.accuracy)}."),
    ]
    if alike:
        points.append(tag("li", f"Not distinguishable from it: {', '.join(alike)}."))
    points.append(tag("li", f"Beaten by none at its cost: {', '.join(frontier)}."))
    return tag("ul", points)


def _pairs(compared: Comparison) -> Html | None:
    if not compared.pairs:
        return None
    note = (
        "Percentage points of accuracy on the problems that both attempted, problems resampled in"
        " pairs; two are told apart where the interval leaves 0 out and McNemar's exact p, where"
        " each problem has one sample, lies below 0.05."
    )
    return tag("div", tag("p", note, class_="note"), sections.pairs(compared))


def _remarks(compared: Comparison) -> Html:
    kept = [
        "Intervals cover 95 %, problems resampled whole. Tokens, calls and seconds are means of an"
        " attempt; failures and missing answers count as wrong",
        *compared.remarks,
    ]
    return tag(
        "ul", [tag("li", f"{remark[0].upper()}{remark[1:]}.") for remark in kept], class_="note"
    )
