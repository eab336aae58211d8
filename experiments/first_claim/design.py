"""In what the registrations differ, and what the second one costs.

In minutes of two cores, for all three seeds. Measured on the first registration: a branch took five
on a core, the primary arms 75 for 21 million tokens, prompts included. The rest are estimates from
that pace and from `experiments/trajectory_preference/design.py`:

    train.py  6 branches x 600 updates, two side by side                             15
    teach.py  trajectories   3 x 180 problems x 6,500 tokens                         10
              chains         3 x 180 problems x 8 x 330 tokens                        5
              preference     3 x 270 pairs x 2 epochs x (300 + 800) tokens           10
    run.py    --primary      3 x 12 million tokens                                  130
              the rest       as the first registration's was estimated              240
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE.parents[1] / "docs" / "results"
SEEDS = (1, 2, 3)
SHARED, ALONE, NAVIGATOR, CHAINS = "shared", "cot-only", "navigator", "chains"
"""Kinds of models, as their folders name them: all skills; chains of thought alone; the first after
preference over its trajectories; the second after preference over its chains."""
TOLD = "told.txt"
"""What a model has learnt from by preference, in words, beside it."""


@dataclass(frozen=True)
class Registration:
    """seed  of the problems
    taught  whether there are models that have learnt by preference, and arms that need them
    title   of the results page
    other   what the page says of the other registration
    """

    seed: int
    taught: bool
    title: str
    other: str

    @property
    def file(self) -> Path:
        return HERE / f"registration{self._suffix}.md"

    @property
    def page(self) -> Path:
        return RESULTS / f"first_claim{self._suffix}.md"

    @property
    def kinds(self) -> tuple[str, ...]:
        return (SHARED, ALONE, NAVIGATOR, CHAINS) if self.taught else (SHARED, ALONE)

    @property
    def baselines(self) -> tuple[str, ...]:
        """Kinds that are asked for chains of thought alone."""
        return tuple(kind for kind in self.kinds if kind in (ALONE, CHAINS))

    def records(self, runs: Path) -> Path:
        """Apart from each other: the same keys name other problems."""
        return runs / "registration_2" if self.taught else runs

    @property
    def _suffix(self) -> str:
        return "_2" if self.taught else ""


REGISTRATIONS = {
    1: Registration(
        20_261_121,
        False,
        "ReasonFlux against self-consistent chain of thought, at equal tokens",
        "A [second registration](../../experiments/first_claim/registration_2.md) gives ReasonFlux"
        " a navigator that has learnt which templates work.",
    ),
    2: Registration(
        20_261_209,
        True,
        "ReasonFlux with a taught navigator against self-consistent chain of thought, at equal"
        " tokens",
        "The [first registration](first_claim.md) had no taught navigator; its result stays.",
    ),
}


def model(runs: Path, kind: str, seed: int) -> Path:
    return runs / f"{kind}-{seed}" / "model"
