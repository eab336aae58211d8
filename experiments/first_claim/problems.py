"""The problems of the claim: drawn by fixed seeds, never trained on, the same for every model."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass

from reasonloom.seeds import derive
from reasonloom.worlds import families as worlds
from reasonloom.worlds.draw import WorldProblem, draw, similar
from reasonloom.worlds.perturb import distract, rephrase
from reasonloom.worlds.splits import WITHHELD_DEPTHS, WITHHELD_TEMPLATES, Split

SEED = 20_261_121
DEPTHS = tuple(range(1, 9))
FAMILIES = (
    "lcm",
    "linear_equation",
    "arithmetic_term",
    "linear_system",
    "polynomial_value",
    "mean",
    "product",
    "expression",
    "median",
)
"""Those whose results can feed other parts, with two templates or more, of which nano solved 70 %
of the dev problems or more by a chain of thought (docs/nano.md)."""
EACH = 200
PRIMARY_DEPTHS = (4, 5, 6)
PERTURBED_DEPTH, LADDER_DEPTH, BOTH_DEPTH = 4, 3, 5
"""BOTH_DEPTH: where self-consistency is measured on the shared checkpoint too."""


@dataclass(frozen=True)
class Item:
    """`key` names the problem across arms and models; `group` says what it is there for."""

    key: str
    group: str
    world: WorldProblem


def items(split: Split, each: int = EACH) -> list[Item]:
    """Every problem of the claim: `each` for a depth that training shows, half for the depths and
    templates that it does not, a quarter for each perturbation and for links that it does not."""
    made = []
    for depth in DEPTHS:
        made += of_depth(depth, split, each // 2 if depth in WITHHELD_DEPTHS else each)
    few = max(1, each // 4)
    plain = of_depth(PERTURBED_DEPTH, split, each)[:few]
    made += [_perturbed(kind, item, split) for kind in _PERTURB for item in plain]
    made += _group("withheld pairs", split, few, depth=PERTURBED_DEPTH, withheld=True)
    families = [name for name in FAMILIES if _withheld_methods(name)]
    made += _group("withheld templates", split, each // 2, families=families)
    return made


def of_depth(depth: int, split: Split, each: int) -> list[Item]:
    return _group(f"depth {depth}", split, each, depth=depth, withheld=False)


def fingerprint(drawn: list[Item]) -> str:
    """A hash of all questions with their answers: the registration names it."""
    lines = [f"{i.key}\t{i.world.question}\t{i.world.parts[-1].value}" for i in drawn]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _group(
    name: str,
    split: Split,
    each: int,
    *,
    depth: int = 1,
    withheld: bool | None = None,
    families: Sequence[str] = FAMILIES,
) -> list[Item]:
    """Distinct problems, the three levels in turn."""
    rng = random.Random(derive(SEED, split, name))
    worlds: dict[str, WorldProblem] = {}
    for turn in range(50 * each):
        world = draw(
            rng,
            depth=depth,
            level=1 + turn % 3,
            split=split,
            withheld=withheld,
            families=families,
        )
        worlds.setdefault(world.canonical, world)
        if len(worlds) == each:
            break
    return [Item(f"{name}/{n}", name, world) for n, world in enumerate(worlds.values())]


def _withheld_methods(family: str) -> bool:
    return any(m.template in WITHHELD_TEMPLATES for m in worlds.FAMILIES[family].methods)


_PERTURB = {
    "rephrased": lambda world, rng, split: rephrase(world, rng),
    "renumbered": lambda world, rng, split: similar(world, rng, split=split),
    "distracted": lambda world, rng, split: distract(world, rng, 2, held_out=True),
}


def _perturbed(kind: str, item: Item, split: Split) -> Item:
    rng = random.Random(derive(SEED, kind, item.key))
    number = item.key.partition("/")[2]
    return Item(f"{kind}/{number}", kind, _PERTURB[kind](item.world, rng, split))
