"""The shape of a composite: which earlier parts each part takes its operands from."""

from __future__ import annotations

import random
from typing import Literal

Kind = Literal["chain", "branch"]
Shape = tuple[tuple[int, ...], ...]
"""For each part the earlier parts that feed it: none for a leaf, else one or two."""


def chain(depth: int) -> Shape:
    return ((), *((i,) for i in range(depth - 1)))


def branch(rng: random.Random, depth: int) -> Shape:
    """A shape with at least one join, for depth 3 and more; each result is used exactly once."""
    while True:
        shape = _moves(rng, depth)
        if any(len(fed) == 2 for fed in shape):
            return shape


def _moves(rng: random.Random, depth: int) -> Shape:
    """Random moves, each a leaf, one open result carried on or two joined, until one is open.

    A move is possible if the parts that remain suffice to join all open results into one.
    """
    parts: list[tuple[int, ...]] = []
    results: list[int] = []
    for i in range(depth):
        left = depth - 1 - i
        taken = [k for k in (0, 1, 2) if k <= len(results) and 0 <= len(results) - k <= left]
        fed = tuple(rng.sample(results, rng.choice(taken)))
        results = [r for r in results if r not in fed] + [i]
        parts.append(fed)
    return tuple(parts)
