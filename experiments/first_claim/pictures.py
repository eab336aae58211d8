"""The pictures of the results page, as SVG."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analyse import Results, ladder
from problems import DEPTHS

from reasonloom.rates import Rate

SHOWN = {
    "reasonflux": "#1b6ca8",
    "accept all": "#6aa84f",
    "self-consistency (cot-only)": "#d1495b",
    "cot (cot-only)": "#e9a3ab",
}


def draw_all(results: Results, folder: Path) -> dict[str, str]:
    """File names by picture."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams |= {"svg.hashsalt": "reasonloom", "font.size": 10}
    made = {
        "depth": _depth(results, folder / "first_claim_depth.svg"),
        "tokens": _tokens(results, folder / "first_claim_tokens.svg"),
        "rounds": _rounds(results, folder / "first_claim_rounds.svg"),
    }
    if any(rate.trials for rate in ladder(results, "depth 3").values()):
        made["ladder"] = _ladder(results, folder / "first_claim_ladder.svg")
    return {name: path.name for name, path in made.items()}


def _axes(x: str, y: str) -> tuple[Any, Any]:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6.4, 4), layout="constrained")
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _reach(rate: Rate) -> tuple[float, float]:
    """How far the interval reaches below and above the rate."""
    low, high = rate.interval
    return max(0.0, rate.percent - low), max(0.0, high - rate.percent)


def _save(figure: Any, path: Path) -> Path:
    import matplotlib.pyplot as plt

    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return path


def _depth(results: Results, path: Path) -> Path:
    figure, axes = _axes("parts of the problem", "accuracy, % (95 % interval)")
    for i, (arm, colour) in enumerate(SHOWN.items()):
        groups = [d for d in DEPTHS if results.right[arm][f"depth {d}"]]
        rates = [results.rate(arm, f"depth {d}") for d in groups]
        middle = [r.percent for r in rates]
        axes.errorbar(
            [d + 0.06 * (i - 1.5) for d in groups],
            middle,
            yerr=list(zip(*map(_reach, rates), strict=True)),
            color=colour,
            marker="o",
            capsize=2,
            label=arm,
        )
    axes.axvspan(6.5, 8.5, color="black", alpha=0.05)
    axes.text(7.5, 97, "longer than in training", ha="center", fontsize=8)
    axes.set_ylim(0, 100)
    axes.legend(frameon=False)
    return _save(figure, path)


def _tokens(results: Results, path: Path) -> Path:
    figure, axes = _axes(
        "mean tokens a problem, prompt and completion", "accuracy, %, depths 4 to 6"
    )
    for arm, colour in SHOWN.items():
        groups = [f"depth {d}" for d in (4, 5, 6)]
        x = [results.cost(arm, g) for g in groups]
        y = [results.rate(arm, g).percent for g in groups]
        axes.plot(x, y, color=colour, marker="o", label=arm)
        for depth, a, b in zip((4, 5, 6), x, y, strict=True):
            axes.annotate(str(depth), (a, b), textcoords="offset points", xytext=(5, 4), fontsize=8)
    axes.set_xscale("log")
    axes.set_ylim(0, 100)
    axes.legend(frameon=False)
    return _save(figure, path)


def _ladder(results: Results, path: Path) -> Path:
    figure, axes = _axes("accuracy, % (95 % interval), depth 3, every step accepted", "")
    rungs = [(k, v) for k, v in ladder(results, "depth 3").items() if v.trials]
    for place, (_, rate) in enumerate(reversed(rungs)):
        below, above = _reach(rate)
        error = [[below], [above]]
        axes.errorbar([rate.percent], [place], xerr=error, marker="o", color="#1b6ca8", capsize=2)
    axes.set_yticks(range(len(rungs)), [name for name, _ in reversed(rungs)])
    axes.set_xlim(0, 100)
    return _save(figure, path)


def _rounds(results: Results, path: Path) -> Path:
    figure, axes = _axes("parts of the problem", "mean a problem")
    found = results.rounds()
    for place, (name, colour) in enumerate((("rounds", "#1b6ca8"), ("templates", "#6aa84f"))):
        axes.plot(
            list(found), [v[place] for v in found.values()], marker="o", color=colour, label=name
        )
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    return _save(figure, path)
