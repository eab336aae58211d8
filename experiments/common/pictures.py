"""Axes, dots with their intervals, and SVG files that are the same each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reasonloom.evaluate.bootstrap import Estimate

from .results import Results

SIZE = (6.4, 4.0)
"""Inches, width and height."""


def prepare() -> None:
    """Before the first figure of a process."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams |= {"svg.hashsalt": "reasonloom", "font.size": 10}


def dots(
    results: Results,
    measure: str,
    arms: Sequence[str],
    label: str,
    path: Path,
    colours: Mapping[str, str],
) -> None:
    """One line an arm, from the top: mean, interval and, below, each training seed."""
    figure, shown = axes(f"{label} (95 % interval; small: each training seed)", "")
    upwards = list(reversed(arms))
    for place, arm in enumerate(upwards):
        found = results.estimate(arm, measure)
        error = [[side] for side in reach(found)]
        colour = colours[arm]
        shown.errorbar([found.mean], [place], xerr=error, marker="o", color=colour, capsize=2)
        seeds = list(results.by_seed(arm, measure).values())
        shown.plot(seeds, [place - 0.25] * len(seeds), ".", color=colour, markersize=4)
    shown.set_yticks(range(len(upwards)), upwards)
    save(figure, path)


def axes(x: str, y: str) -> tuple[Any, Any]:
    figure, (one,) = panels(1, 1, SIZE)
    one.set_xlabel(x)
    one.set_ylabel(y)
    return figure, one


def panels(rows: int, columns: int, size: tuple[float, float]) -> tuple[Any, list[Any]]:
    import matplotlib.pyplot as plt

    figure, grid = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    for one in (found := [axis for row in grid for axis in row]):
        one.grid(alpha=0.25)
        one.spines[["top", "right"]].set_visible(False)
    return figure, found


def reach(found: Estimate) -> tuple[float, float]:
    """How far the interval reaches below and above the mean."""
    return max(0.0, found.mean - found.low), max(0.0, found.high - found.mean)


def save(figure: Any, path: Path) -> None:
    import matplotlib.pyplot as plt

    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
