"""Specs of the problems that the experiments on training draw."""

from __future__ import annotations

from collections.abc import Sequence


def specs(depths: Sequence[int], levels: Sequence[int], families: Sequence[str]) -> list[str]:
    """One for each depth and level; links that training never shows are left out."""
    named = ", ".join(families)
    return [
        f"world:composite(depth={depth}, level={level}, withheld=False, families=[{named}])"
        for depth in depths
        for level in levels
    ]
