"""Draws problems: a single part, or a composite in which each result feeds a later part."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, partial

from reasonloom.errors import InputError
from reasonloom.spec import unknown
from reasonloom.worlds.build import Choice, Piece, build
from reasonloom.worlds.composite import WorldProblem
from reasonloom.worlds.families import FAMILIES
from reasonloom.worlds.family import Family
from reasonloom.worlds.part import Part
from reasonloom.worlds.shapes import Kind, Shape, branch, chain
from reasonloom.worlds.splits import Split, split_of, withheld_pair
from reasonloom.worlds.telling import ask, name

__all__ = ["MAX_DEPTH", "Kind", "Part", "WorldProblem", "ask", "draw", "similar"]

MAX_DEPTH = 8
NUMBERS = (1, 999)
ATTEMPTS = 3_000
"""Fillings before a wish is called impossible (our choice: some seconds at the worst)."""


def draw(
    rng: random.Random,
    *,
    families: Sequence[str] | None = None,
    depth: int = 1,
    level: int = 1,
    language: str = "en",
    split: Split | None = None,
    withheld: bool | None = None,
    numbers: tuple[int, int] = NUMBERS,
    shape: Kind | None = None,
) -> WorldProblem:
    """Draw one problem by rejection.

    split     only problems of that split; None takes any
    withheld  True: only links that training never shows; False: only others; None: any
    numbers   results of inner parts lie in this range
    shape     chain: each part takes the result before it; branch: some part takes two results;
              None: half of each where depth and families permit

    Raises InputError for an unknown family, a depth outside 1 to 8, or a wish that no draw meets.
    """
    pool = _pool(families)
    if not 1 <= depth <= MAX_DEPTH:
        raise InputError(f"depth={depth}: a composite has 1 to {MAX_DEPTH} parts")
    suits = partial(_suits, depth, split, numbers)
    for made in _shapes(rng, shape, depth, pool):
        choices = _choices(rng, pool, made, withheld)
        pieces = build(rng, choices, level, suits) if choices else None
        if pieces is None:
            continue
        world = WorldProblem(name(rng, pieces), level, language)
        if split in (None, world.split) and withheld in (None, world.withheld):
            return replace(world, wording=rng.getrandbits(32))
    raise InputError(
        f"no problem of depth {depth}, level {level}, split {split} could be drawn from"
        f" {', '.join(f.name for f in pool)}: allow more families or another split"
    )


def similar(like: WorldProblem, rng: random.Random, *, split: Split | None = None) -> WorldProblem:
    """A fresh draw of the same shape: same families and links, new numbers and wording."""
    place = {part.name: i for i, part in enumerate(like.parts)}
    links = [{slot: place[n] for slot, n in part.names.items()} for part in like.parts]
    choices = [(part.family, sources) for part, sources in zip(like.parts, links, strict=True)]
    suits = partial(_suits, len(choices), split, NUMBERS)
    for _ in range(ATTEMPTS):
        pieces = build(rng, choices, like.level, suits)
        if pieces is None:
            continue
        parts = tuple(
            replace(p, params=piece.params) for p, piece in zip(like.parts, pieces, strict=True)
        )
        world = WorldProblem(parts, like.level, like.language)
        if world.canonical != like.canonical and split in (None, world.split):
            return replace(world, wording=rng.getrandbits(32))
    raise InputError(f"no similar problem could be drawn for {like.question[:60]!r}")


def _pool(families: Sequence[str] | None) -> list[Family]:
    for family in families or ():
        if family not in FAMILIES:
            raise InputError(unknown("family", family, FAMILIES))
    return [FAMILIES[family] for family in families or FAMILIES]


def _shapes(
    rng: random.Random, wanted: Kind | None, depth: int, pool: Sequence[Family]
) -> Iterator[Shape]:
    """Shapes to fill, all of one kind, so that the kind that fails more often is not drawn less.

    Where no kind was asked for, the other one follows when the first has failed for good.
    """
    can_branch = depth > 2 and any(len(f.links) > 1 for f in pool)
    if wanted == "branch" and not can_branch:
        raise InputError(
            f"shape 'branch' at depth {depth}: take 3 parts or more, and a family in which two"
            " operands can be earlier results"
        )
    kinds: list[Kind] = ["chain", "branch"] if can_branch else ["chain"]
    rng.shuffle(kinds)
    for kind in [wanted] if wanted else kinds:
        for _ in range(ATTEMPTS):
            yield chain(depth) if kind == "chain" else branch(rng, depth)


def _suits(
    depth: int, split: Split | None, numbers: tuple[int, int], place: int, piece: Piece
) -> bool:
    """What can be said of a part before the others are there: its result, and its own split."""
    if place < depth - 1:
        low, high = numbers
        if not isinstance(piece.value, int) or not low <= piece.value <= high:
            return False
    decides = split == "train" or (split is not None and depth == 1)
    return not decides or split_of(piece.canonical) == split


def _choices(
    rng: random.Random, pool: Sequence[Family], shape: Shape, withheld: bool | None
) -> list[Choice] | None:
    """For each place a family with operands for all that feeds it; None where there is none."""
    if len(shape) == 1:
        return [(rng.choice(pool), {})]
    names = tuple(family.name for family in pool)
    chosen: list[Choice] = []
    for place, fed in enumerate(shape):
        fitting = _fitting(names, len(fed), place < len(shape) - 1)
        if withheld is False:
            before = [chosen[source][0].name for source in fed]
            fitting = [f for f in fitting if not any(_withheld(b, f.name) for b in before)]
        if not fitting:
            return None
        family = rng.choice(fitting)
        slots = rng.sample(family.links, len(fed))
        chosen.append((family, dict(sorted(zip(slots, fed, strict=True)))))
    return chosen


@cache
def _fitting(names: tuple[str, ...], sources: int, inner: bool) -> Sequence[Family]:
    """The families for a part of a composite that takes so many results.

    A puzzle that tells itself has no phrase to define a name by, so it stands alone.
    """
    pool = [FAMILIES[name] for name in names]
    able = [f for f in pool if len(f.links) >= sources and not f.tell]
    return [f for f in able if f.chains or not inner]


@cache
def _withheld(before: str, after: str) -> bool:
    return withheld_pair(before, after)
