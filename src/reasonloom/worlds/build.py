"""Fills a shape with families and numbers, by rejection of single parts rather than of the whole.

A part that finds no numbers for what feeds it has one of the parts before it drawn anew: a result
of 600, say, suits few families, and only a change of that result helps.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from reasonloom.worlds.family import Answer, Family, Params

PATIENCE = 1
"""Misses at one part before a part that feeds it is drawn anew (our choice)."""
TRIES = 5
"""Draws for each part of the shape, on average, before a filling is given up (our choice)."""


class Piece(NamedTuple):
    """A part that has no name yet; `links` says which piece, by place, an operand comes from."""

    family: Family
    params: Params
    links: Mapping[int, int]
    value: Answer

    @property
    def canonical(self) -> str:
        return f"{self.family.name}{self.params}"


Choice = tuple[Family, Mapping[int, int]]
"""What stands at a place of the shape: a family, and which of its operands are linked to what."""
Suits = Callable[[int, Piece], bool]


def build(
    rng: random.Random, choices: Sequence[Choice], level: int, suits: Suits
) -> list[Piece] | None:
    """The pieces of one problem, or None where luck or the wishes did not permit."""
    made: list[Piece] = []
    misses = 0
    for _ in range(TRIES * len(choices)):
        place = len(made)
        piece = _try(rng, choices[place], made, level)
        if piece and suits(place, piece) and _fresh(piece, made):
            made.append(piece)
            misses = 0
            if len(made) == len(choices):
                return made
            continue
        misses += 1
        sources = list(choices[place][1].values())
        if misses > PATIENCE and sources:
            del made[rng.choice(sources) :]
            misses = 0
    return None


def _try(rng: random.Random, choice: Choice, made: Sequence[Piece], level: int) -> Piece | None:
    family, links = choice
    fixed: dict[int, int] = {}
    for slot, source in links.items():
        value = made[source].value
        if not isinstance(value, int):
            return None
        fixed[slot] = value
    params = family.draw(rng, level, fixed)
    if params is None or any(params[slot] != value for slot, value in fixed.items()):
        return None
    return Piece(family, params, links, family.answer(params))


def _fresh(piece: Piece, made: Sequence[Piece]) -> bool:
    """No part is asked for twice under two names."""
    return all(piece.params != p.params or piece.family is not p.family for p in made)
