"""The picture of the results page, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..common.pictures import axes, prepare, save
from .curve import Point

APART = 50
"""Tokens between two points that both get a label: below it the labels would overlap."""


def draw(capped: Sequence[Point], told: Sequence[Point], labels: dict[str, str], to: Path) -> None:
    """Accuracy against thinking tokens, one line for each way of setting them."""
    prepare()
    figure, shown = axes("thinking tokens a problem, mean", "accuracy, % (95 % interval)")
    lines = (("ended early", "#1b6ca8", capped), ("told to wait", "#d1495b", told))
    for name, colour, points in lines:
        middle = [100 * p.accuracy.mean for p in points]
        below = [100 * (p.accuracy.mean - p.accuracy.low) for p in points]
        above = [100 * (p.accuracy.high - p.accuracy.mean) for p in points]
        x = [p.tokens for p in points]
        shown.errorbar(
            x, middle, yerr=[below, above], color=colour, marker="o", capsize=2, label=name
        )
        named = float(-APART)
        for point, y in zip(points, middle, strict=True):
            if point.tokens < named + APART:
                continue
            named = point.tokens
            shown.annotate(
                labels[point.arm],
                (point.tokens, y),
                textcoords="offset points",
                xytext=(5, 5),
                fontsize=8,
                color=colour,
            )
    shown.set_ylim(0, 100)
    shown.set_xlim(left=0)
    shown.legend(frameon=False)
    save(figure, to)
