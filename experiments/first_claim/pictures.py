"""The pictures of the results page, as SVG."""

from __future__ import annotations

from pathlib import Path

from reasonloom.rates import Rate
from reasonloom.worlds.splits import WITHHELD_DEPTHS

from ..common.pictures import axes, prepare, save
from .analyse import BASELINE, STRICTER, Results, ladder
from .measure import UNTAUGHT
from .problems import DEPTHS, PRIMARY_DEPTHS

COLOURS = {
    "reasonflux": "#1b6ca8",
    UNTAUGHT: "#8fb8d8",
    "accept all": "#6aa84f",
    BASELINE: "#d1495b",
    STRICTER: "#7a1f2b",
    "cot (cot-only)": "#e9a3ab",
}


def draw_all(results: Results, page: Path) -> dict[str, str]:
    """File names by picture; they stand beside the page and begin as it does."""
    prepare()
    drawn = {"depth": _depth, "tokens": _tokens, "rounds": _rounds}
    if any(rate.trials for rate in ladder(results, "depth 3").values()):
        drawn["ladder"] = _ladder
    paths = {name: page.with_name(f"{page.stem}_{name}.svg") for name in drawn}
    for name, draw in drawn.items():
        draw(results, paths[name])
    return {name: path.name for name, path in paths.items()}


def _reach(rate: Rate) -> tuple[float, float]:
    """How far the interval reaches below and above the rate."""
    low, high = rate.interval
    return max(0.0, rate.percent - low), max(0.0, high - rate.percent)


def _depth(results: Results, path: Path) -> None:
    figure, shown = axes("parts of the problem", "accuracy, % (95 % interval)")
    arms = [arm for arm in COLOURS if any(results.right[arm][f"depth {d}"] for d in DEPTHS)]
    for i, arm in enumerate(arms):
        groups = [d for d in DEPTHS if results.right[arm][f"depth {d}"]]
        rates = [results.rate(arm, f"depth {d}") for d in groups]
        middle = [r.percent for r in rates]
        shown.errorbar(
            [d + 0.06 * (i - (len(arms) - 1) / 2) for d in groups],
            middle,
            yerr=list(zip(*map(_reach, rates), strict=True)),
            color=COLOURS[arm],
            marker="o",
            capsize=2,
            label=arm,
        )
    if any(results.right[arm][f"depth {d}"] for arm in arms for d in WITHHELD_DEPTHS):
        shown.axvspan(6.5, 8.5, color="black", alpha=0.05)
        shown.text(7.5, 97, "longer than in training", ha="center", fontsize=8)
    shown.set_ylim(0, 100)
    shown.legend(frameon=False)
    save(figure, path)


def _tokens(results: Results, path: Path) -> None:
    figure, shown = axes(
        "mean tokens a problem, prompt and completion", "accuracy, %, depths 4 to 6"
    )
    groups = [f"depth {d}" for d in PRIMARY_DEPTHS]
    for arm in (arm for arm in COLOURS if all(results.right[arm][g] for g in groups)):
        x = [results.cost(arm, g) for g in groups]
        y = [results.rate(arm, g).percent for g in groups]
        shown.plot(x, y, color=COLOURS[arm], marker="o", label=arm)
        for depth, a, b in zip(PRIMARY_DEPTHS, x, y, strict=True):
            shown.annotate(
                str(depth), (a, b), textcoords="offset points", xytext=(5, 4), fontsize=8
            )
    shown.set_xscale("log")
    shown.set_ylim(0, 100)
    shown.legend(frameon=False)
    save(figure, path)


def _ladder(results: Results, path: Path) -> None:
    figure, shown = axes("accuracy, % (95 % interval), depth 3, every step accepted", "")
    rungs = [(k, v) for k, v in ladder(results, "depth 3").items() if v.trials]
    for place, (_, rate) in enumerate(reversed(rungs)):
        below, above = _reach(rate)
        error = [[below], [above]]
        shown.errorbar([rate.percent], [place], xerr=error, marker="o", color="#1b6ca8", capsize=2)
    shown.set_yticks(range(len(rungs)), [name for name, _ in reversed(rungs)])
    shown.set_xlim(0, 100)
    save(figure, path)


def _rounds(results: Results, path: Path) -> None:
    figure, shown = axes("parts of the problem", "mean a problem")
    found = results.rounds()
    for place, (name, colour) in enumerate((("rounds", "#1b6ca8"), ("templates", "#6aa84f"))):
        shown.plot(
            list(found), [v[place] for v in found.values()], marker="o", color=colour, label=name
        )
    shown.set_ylim(bottom=0)
    shown.legend(frameon=False)
    save(figure, path)
