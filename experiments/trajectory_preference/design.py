"""The numbers that decide the experiment, all in one place, and what they cost.

Estimated from tokens: nano decodes about 3,000 a second and core, so 6,000 on two; a roll-out of 3
or 4 steps writes about 220, a plan 70, and of 9 trajectories about 5 differ. Training was taken for
3,000 tokens of pairs and 4,000 of SFT a second. For the three seeds together:

    roll-outs to learn from    3 x 2 x 180 problems x 6,500 tokens           20 min
    ceiling on held-out ones   3 x 150 x 6,500                                8 min
    greedy trajectories        3 x 7 x 150 x 1,200, half of them cached       5 min
    the five actions           3 x 90 x 2 states x 4,000                      6 min
    all of ReasonFlux          3 x 4 x 150 x 900                              5 min
    preference                 3 x 5 runs x 270 pairs x 2 epochs x 320       14 min
    structure SFT              3 x 579 rows x 6 epochs x 82                   4 min
    SFT on plans               3 x 2 runs x 180 rows x 3 epochs x 150         2 min
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from reasonloom.train.navigator.counterfactual import Trial
from reasonloom.train.recipe import DPO, SFT
from reasonloom.train.trajectories import Settings

from ..common.composites import specs

SEEDS = (1, 2, 3)
SWEEP_SEED = 0
HELD_SEED = 20_261_205
"""Of the held-out problems and of all that is drawn on them: the same for every arm and seed."""
REASONER = "nano"
"""Carries steps out in every arm, as it is shipped: the navigator alone learns."""
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
"""Those of the first claim: nano solves 70 % of them or more, so that R tells plans apart rather
than slips of arithmetic."""

STRUCTURE_EPOCHS = 6.0
"""The paper's."""


@dataclass(frozen=True)
class Design:
    """depths, levels, families of every problem
    train     problems to roll out, of each depth and level
    adjust    those of them whose runs the five actions are tried in
    held      problems to measure on, of each depth and level
    roll      K, M and margin of the roll-outs; the seed is set by use
    trial     states and roll-outs of the five actions; the seed is set by use
    *_rate    learning rates, by `sweep.py`; nano is stored in bfloat16, in which a weight moves by
              steps of 0.4 %, so that much smaller rates would leave no trace
    updates   of every run at the most; None for whole epochs
    threads   of training
    """

    depths: tuple[int, ...] = (3, 4)
    levels: tuple[int, ...] = (1, 2, 3)
    families: tuple[str, ...] = FAMILIES
    train: int = 30
    adjust: int = 15
    held: int = 25
    roll: Settings = field(default_factory=Settings)
    trial: Trial = field(default_factory=Trial)
    adjust_margin: float = 0.5
    structure_rate: float = 1e-4
    sft_rate: float = 1e-4
    dpo_rate: float = 1e-4
    beta: float = 0.1
    updates: int | None = None
    threads: int = 2

    @property
    def specs(self) -> list[str]:
        return specs(self.depths, self.levels, self.families)

    def rolled(self, seed: int) -> Settings:
        return replace(self.roll, seed=seed)

    def structure(self, seed: int) -> SFT:
        rate = {"learning_rate": self.structure_rate, "epochs": STRUCTURE_EPOCHS}
        return SFT.model_validate(self._common("nano", seed) | rate)

    def sft(self, model: str, seed: int) -> SFT:
        rate = {"learning_rate": self.sft_rate, "epochs": 3.0}
        return SFT.model_validate(self._common(model, seed) | rate)

    def dpo(self, model: str, seed: int) -> DPO:
        rate = {"learning_rate": self.dpo_rate, "epochs": 2.0, "beta": self.beta}
        return DPO.model_validate(self._common(model, seed) | rate)

    def _common(self, model: str, seed: int) -> dict[str, Any]:
        return {
            "model": model,
            "seed": seed,
            "steps": self.updates,
            "batch": 16,
            "rows_at_once": 16,
            "keep": 1,
            "threads": self.threads,
        }
