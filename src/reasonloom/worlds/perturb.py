"""Changes of a problem that keep its answer, or whose new answer is known.

They can be combined: a distracted problem can be reordered, rephrased and renumbered as well.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from reasonloom.errors import InputError
from reasonloom.worlds import asides
from reasonloom.worlds.composite import WorldProblem
from reasonloom.worlds.draw import similar
from reasonloom.worlds.part import Part
from reasonloom.worlds.splits import Split
from reasonloom.worlds.telling import letters

REWORDINGS = 200
"""Wordings tried before a problem counts as one with a single wording (our choice)."""


def rephrase(world: WorldProblem, rng: random.Random) -> WorldProblem:
    """The same parts in another wording; the problem itself where there is no other."""
    for _ in range(REWORDINGS):
        other = replace(world, wording=rng.getrandbits(32))
        if other.question != world.question:
            return other
    return world


def renumber(world: WorldProblem, rng: random.Random, split: Split | None = None) -> WorldProblem:
    """The same shape and wording with new numbers, and so a new answer; of `split`, if given.

    Raises InputError where the shape has no other numbers in that split.
    """
    return replace(world, parts=similar(world, rng, split=split).parts)


def reorder(world: WorldProblem, rng: random.Random) -> WorldProblem:
    """The same sentences, the definitions in another order in which each name is known when used.

    A chain has one such order: it comes back as it is.
    """
    if not world.branches:
        return world
    now = world.order or tuple(range(len(world.parts)))
    while (order := _order(world.parts, rng)) == now:
        pass
    return replace(world, order=order)


def distract(
    world: WorldProblem, rng: random.Random, sentences: int = 1, *, held_out: bool
) -> WorldProblem:
    """The same problem with sentences that hold numbers and bear on nothing, before the question.

    A puzzle about people gets none about people: someone's age could bear on who is the oldest.

    held_out  whether to take the sentences that are never trained on

    Raises InputError for fewer than one sentence or more than the stock has.
    """
    names = {part.name for part in world.parts}
    taken = names.union(*(letters(part.family) for part in world.parts))
    puzzle = any(part.family.tell for part in world.parts)
    stock = asides.stock(world.language, held_out, avoid=names, people=not puzzle)
    if not 1 <= sentences <= len(stock):
        raise InputError(f"sentences={sentences}: take 1 to {len(stock)}")
    added = [
        (rng.randrange(len(world.told)), asides.fill(pattern, rng, avoid=taken))
        for pattern in rng.sample(stock, sentences)
    ]
    return replace(world, asides=(*world.asides, *added))


def _order(parts: Sequence[Part], rng: random.Random) -> tuple[int, ...]:
    """The places of the parts in a random order that permits each its operands."""
    told: dict[str, int] = {}
    while len(told) < len(parts):
        ready = [
            i
            for i, part in enumerate(parts)
            if part.name not in told and all(name in told for name in part.names.values())
        ]
        place = rng.choice(ready)
        told[parts[place].name] = place
    return tuple(told.values())
