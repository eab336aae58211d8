"""Problems that are drawn, not read: the worlds and reasoning-gym, by split and seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from reasonloom.errors import InputError
from reasonloom.problem import Problem
from reasonloom.seeds import derive
from reasonloom.spec import Spec, build

if TYPE_CHECKING:
    from reasonloom.worlds.composite import WorldProblem
    from reasonloom.worlds.splits import Split

SPLITS = ("train", "dev", "test")
COUNT = 100
"""Problems drawn where no limit is given (our choice)."""
PATIENCE = 1_000
"""Draws in a row that repeat earlier problems, after which a source counts as empty (ours)."""

Change = Literal["rephrase", "renumber", "reorder", "distract"]


@dataclass(frozen=True)
class One:
    """One part alone: `world:gcd(level=2)`.

    perturb  a change of each problem; its meta then names the id of the original
    """

    level: int = 1
    language: Literal["en", "ko"] = "en"
    perturb: Change | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.level <= 3:
            raise ValueError("level is 1, 2 or 3")


@dataclass(frozen=True)
class Composite(One):
    """Linked parts: `world:composite(depth=3, families=[gcd, lcm])`; see worlds.draw.draw."""

    depth: int = 2
    families: tuple[str, ...] = ()
    shape: Literal["chain", "branch"] | None = None
    withheld: bool | None = None


def world(spec: Spec, split: str | None, limit: int | None, seed: int) -> Iterator[Problem]:
    """Different problems of one split, dev if none is given; a longer list begins the same.

    Raises SpecError for an unknown family or option, InputError where no more can be drawn.
    """
    return (problem for _, problem in worlds(spec, split, limit, seed))


def worlds(
    spec: Spec, split: str | None, limit: int | None, seed: int
) -> Iterator[tuple[WorldProblem, Problem]]:
    """As `world`, each problem with what it was drawn as, before any change."""
    wish = build(Composite, spec) if spec.name == "composite" else build(One, spec)
    part, count = as_split(split), COUNT if limit is None else limit
    seen: set[str] = set()
    misses = index = 0
    while len(seen) < count:
        rng = random.Random(derive(seed, "world", part, index))
        index += 1
        drawn = _draw(spec, wish, part, rng)
        if drawn.canonical not in seen:
            seen.add(drawn.canonical)
            misses = 0
            yield drawn, _perturbed(drawn, wish.perturb, rng, part)
            continue
        misses += 1
        if misses > PATIENCE:
            raise InputError(
                f"{spec} has only {len(seen)} different problems in {part}, not {count}: ask for"
                " fewer, or for more families or another level"
            )


def gym(spec: Spec, split: str | None, limit: int | None, seed: int) -> Iterator[Problem]:
    """Problems of reasoning-gym; grade them by `worlds.gym.grade`."""
    from reasonloom.worlds.gym import GymSource

    part, count = as_split(split), COUNT if limit is None else limit
    yield from GymSource.parse(spec).problems(part, count, seed)


def as_split(split: str | None) -> Split:
    match split or "dev":
        case "train":
            return "train"
        case "dev":
            return "dev"
        case "test":
            return "test"
    raise InputError(f"there is no split {split!r}: take one of {', '.join(SPLITS)}")


def _draw(spec: Spec, wish: One, part: Split, rng: random.Random) -> WorldProblem:
    from reasonloom.worlds.draw import draw

    if not isinstance(wish, Composite):
        return draw(rng, families=[spec.name], level=wish.level, language=wish.language, split=part)
    return draw(
        rng,
        families=wish.families or None,
        depth=wish.depth,
        level=wish.level,
        language=wish.language,
        split=part,
        withheld=wish.withheld,
        shape=wish.shape,
    )


def _perturbed(
    drawn: WorldProblem, change: Change | None, rng: random.Random, part: Split
) -> Problem:
    from reasonloom.worlds import perturb

    original = drawn.problem
    match change:
        case None:
            return original
        case "rephrase":
            drawn = perturb.rephrase(drawn, rng)
        case "renumber":
            drawn = perturb.renumber(drawn, rng, part)
        case "reorder":
            drawn = perturb.reorder(drawn, rng)
        case "distract":
            drawn = perturb.distract(drawn, rng, held_out=True)
    changed = drawn.problem
    meta = {**changed.meta, "perturbed": change, "original": original.id}
    return replace(changed, meta=meta)
