"""The pictures of a results page, as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.pictures import dots, panels, prepare, save
from .analyse import Results
from .arms import (
    A_PENALTY,
    COSINE,
    COSINE_PENALTY,
    LONG,
    NANO,
    PLAIN,
    PLAIN_SHORT,
    SHORT,
    A,
    B,
    C,
)
from .claims import Claim

GREY = "#8a8a8a"
COLOURS = {
    NANO: GREY,
    SHORT: GREY,
    LONG: GREY,
    PLAIN: "#1b6ca8",
    PLAIN_SHORT: "#7fb2d6",
    COSINE: "#d1495b",
    COSINE_PENALTY: "#e9a3ab",
    A: "#2f7d4f",
    A_PENALTY: "#8cc7a1",
    B: "#c98a1b",
    C: "#6d4b8d",
}
CURVES = {
    "reward": "reward",
    "correct": "share that is right",
    "completions/mean_length": "tokens of a response",
    "repeated": "share of 20-grams repeated",
}
"""Keys of a run's log, and what they are."""
SMOOTH = 5
"""Updates of which each point of a curve is the mean: those before it and itself (our choice)."""
Logs = Mapping[str, Sequence[Sequence[Mapping[str, Any]]]]
"""Of each arm, the log of each seed."""


def draw_all(results: Results, claim: Claim, logs: Logs, page: Path) -> dict[str, str]:
    """File names by picture; they stand beside the page and begin as it does."""
    prepare()
    paths = {
        name: page.with_name(f"{page.stem}_{name}.svg") for name in ("right", "tokens", "curves")
    }
    dots(results, "right", claim.arms, "accuracy", paths["right"], COLOURS)
    dots(results, "tokens", claim.arms, "tokens of a response", paths["tokens"], COLOURS)
    curves({arm: logs[arm] for arm in claim.arms if logs.get(arm)}, paths["curves"])
    return {name: path.name for name, path in paths.items()}


def curves(logs: Logs, path: Path) -> None:
    """A panel for each of `CURVES`, a line for each arm: the mean over its seeds."""
    figure, shown = panels(2, 2, (8.0, 6.4))
    for panel, (key, label) in zip(shown, CURVES.items(), strict=True):
        for arm, runs in logs.items():
            steps, values = curve(runs, key)
            panel.plot(steps, values, label=arm, color=COLOURS[arm], lw=1.4)
        panel.set_ylabel(label)
        panel.set_xlabel("updates")
    handles, names = shown[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=4, frameon=False)
    save(figure, path)


def curve(
    runs: Sequence[Sequence[Mapping[str, Any]]], key: str
) -> tuple[list[int], NDArray[np.float64]]:
    """Updates, and the mean over runs of a metric there, smoothed over the updates before."""
    found = [{line["step"]: line[key] for line in run if key in line} for run in runs]
    steps = sorted(set.intersection(*map(set, found)))
    means = np.array([[run[step] for step in steps] for run in found]).mean(axis=0)
    places = range(len(steps))
    return steps, np.array([means[max(0, i - SMOOTH + 1) : i + 1].mean() for i in places])
