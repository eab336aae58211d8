"""The pictures of the results page, as SVG."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reasonloom.evaluate.bootstrap import Estimate

from .analyse import Results
from .arms import ADAPTING, CEILINGS, PLANNING, PREFERENCE, adapted

PLAIN, CHOSEN, CEILING = "#1b6ca8", "#d1495b", "#8a8a8a"
COLOURS = dict(zip(ADAPTING, ("#8a8a8a", "#1b6ca8", "#d1495b", "#e9a3ab"), strict=True))


def draw_all(results: Results, page: Path) -> dict[str, str]:
    """File names by picture; they stand beside the page and begin as it does."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams |= {"svg.hashsalt": "reasonloom", "font.size": 10}
    paths = {
        name: page.with_name(f"{page.stem}_{name}.svg") for name in ("reward", "right", "adapting")
    }
    _dots(results, "reward", (*PLANNING, *CEILINGS), "R", paths["reward"])
    _dots(results, "right", PLANNING, "accuracy", paths["right"])
    _adapting(results, paths["adapting"])
    return {name: path.name for name, path in paths.items()}


def _dots(results: Results, measure: str, arms: tuple[str, ...], label: str, path: Path) -> None:
    figure, axes = _axes(f"{label} (95 % interval; small: each training seed)", "")
    shown = list(reversed(arms))
    for place, arm in enumerate(shown):
        colour = CHOSEN if arm == PREFERENCE else CEILING if arm in CEILINGS else PLAIN
        found = results.estimate(arm, measure)
        error = [[side] for side in _reach(found)]
        axes.errorbar([found.mean], [place], xerr=error, marker="o", color=colour, capsize=2)
        seeds = list(results.by_seed(arm, measure).values())
        axes.plot(seeds, [place - 0.25] * len(seeds), ".", color=colour, markersize=4)
    axes.set_yticks(range(len(shown)), shown)
    _save(figure, path)


def _adapting(results: Results, path: Path) -> None:
    figure, axes = _axes("mean tokens a problem, prompt and completion", "accuracy")
    for arm in ADAPTING:
        x, y = (results.estimate(adapted(arm), measure) for measure in ("tokens", "right"))
        axes.errorbar(
            [x.mean],
            [y.mean],
            xerr=[[side] for side in _reach(x)],
            yerr=[[side] for side in _reach(y)],
            marker="o",
            capsize=2,
            color=COLOURS[arm],
            label=arm,
        )
    axes.legend(frameon=False)
    _save(figure, path)


def _reach(found: Estimate) -> tuple[float, float]:
    """How far the interval reaches below and above the mean."""
    return max(0.0, found.mean - found.low), max(0.0, found.high - found.mean)


def _axes(x: str, y: str) -> tuple[Any, Any]:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6.4, 4), layout="constrained")
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _save(figure: Any, path: Path) -> None:
    import matplotlib.pyplot as plt

    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
