"""The problems of a registration: drawn by its seed, never trained on, the same for every model."""

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


@dataclass(frozen=True)
class Problems:
    """All problems of a registration, from its own seed.

    each  problems of a depth that training shows; half as many of the depths and templates that it
          does not, a quarter for each perturbation and for links that it does not
    """

    seed: int
    split: Split
    each: int = EACH

    def items(self) -> list[Item]:
        made = []
        for depth in DEPTHS:
            made += self._of_depth(depth, self.each // 2 if depth in WITHHELD_DEPTHS else self.each)
        few = max(1, self.each // 4)
        plain = self._of_depth(PERTURBED_DEPTH, self.each)[:few]
        made += [self._perturbed(kind, item) for kind in _PERTURB for item in plain]
        made += self._group("withheld pairs", few, depth=PERTURBED_DEPTH, withheld=True)
        families = [name for name in FAMILIES if _withheld_methods(name)]
        made += self._group("withheld templates", self.each // 2, families=families)
        return made

    def _of_depth(self, depth: int, each: int) -> list[Item]:
        return self._group(f"depth {depth}", each, depth=depth, withheld=False)

    def _group(
        self,
        name: str,
        each: int,
        *,
        depth: int = 1,
        withheld: bool | None = None,
        families: Sequence[str] = FAMILIES,
    ) -> list[Item]:
        """Distinct problems, the three levels in turn."""
        rng = random.Random(derive(self.seed, self.split, name))
        worlds: dict[str, WorldProblem] = {}
        for turn in range(50 * each):
            world = draw(
                rng,
                depth=depth,
                level=1 + turn % 3,
                split=self.split,
                withheld=withheld,
                families=families,
            )
            worlds.setdefault(world.canonical, world)
            if len(worlds) == each:
                break
        return [Item(f"{name}/{n}", name, world) for n, world in enumerate(worlds.values())]

    def _perturbed(self, kind: str, item: Item) -> Item:
        rng = random.Random(derive(self.seed, kind, item.key))
        number = item.key.partition("/")[2]
        return Item(f"{kind}/{number}", kind, _PERTURB[kind](item.world, rng, self.split))


def fingerprint(drawn: list[Item]) -> str:
    """A hash of all questions with their answers: the registration names it."""
    lines = [f"{i.key}\t{i.world.question}\t{i.world.parts[-1].value}" for i in drawn]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _withheld_methods(family: str) -> bool:
    return any(m.template in WITHHELD_TEMPLATES for m in worlds.FAMILIES[family].methods)


_PERTURB = {
    "rephrased": lambda world, rng, split: rephrase(world, rng),
    "renumbered": lambda world, rng, split: similar(world, rng, split=split),
    "distracted": lambda world, rng, split: distract(world, rng, 2, held_out=True),
}
