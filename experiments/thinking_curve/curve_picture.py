"""The picture of the results page, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from curve import Point

APART = 50
"""Tokens between two points that both get a label: below it the labels would overlap."""


def draw(capped: Sequence[Point], told: Sequence[Point], labels: dict[str, str], to: Path) -> None:
    """Accuracy against thinking tokens, one line for each way of setting them."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams |= {"svg.hashsalt": "reasonloom", "font.size": 10}
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6.4, 4), layout="constrained")
    axes.set_xlabel("thinking tokens a problem, mean")
    axes.set_ylabel("accuracy, % (95 % interval)")
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    lines = (("ended early", "#1b6ca8", capped), ("told to wait", "#d1495b", told))
    for name, colour, points in lines:
        middle = [100 * p.accuracy.mean for p in points]
        below = [100 * (p.accuracy.mean - p.accuracy.low) for p in points]
        above = [100 * (p.accuracy.high - p.accuracy.mean) for p in points]
        x = [p.tokens for p in points]
        axes.errorbar(
            x, middle, yerr=[below, above], color=colour, marker="o", capsize=2, label=name
        )
        named = -APART
        for point, y in zip(points, middle, strict=True):
            if point.tokens < named + APART:
                continue
            named = point.tokens
            axes.annotate(
                labels[point.arm],
                (point.tokens, y),
                textcoords="offset points",
                xytext=(5, 5),
                fontsize=8,
                color=colour,
            )
    axes.set_ylim(0, 100)
    axes.set_xlim(left=0)
    axes.legend(frameon=False)
    figure.savefig(to, metadata={"Date": None})
    plt.close(figure)
