"""The numbers that decide both claims, all in one place, and what they cost.

In minutes of two cores, as two processes with one thread each. Seen while other work shared the
cores: 22 s of a core for an update of RL (64 responses of at most 256 tokens; sampling takes a
third, KL a fifth) and 1,900 tokens sampled a second of a core. SFT was taken for 2,000 tokens a
second of a core. For the three seeds together:

    chains to learn from   3 x 324 problems x 8 chains x 130 tokens              4 min
    SFT, short and long    3 x 2 runs x 370 rows x 3 epochs x 190 tokens         5 min
    RL                     3 x 8 runs x 40 updates x 22 s                      176 min
    measuring              31 models x 300 problems x 3 responses x 130         16 min

On cores that nothing else uses an update was taken for 15 s: RL is 120 min then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from reasonloom.train.recipe import SFT
from reasonloom.train.rl.recipe import RL

from ..common.composites import specs
from .arms import REWARDS

SEEDS = (1, 2, 3)
SWEEP_SEED = 0
HELD_SEED = 20_261_207
"""Of the held-out problems and of what is sampled on them: the same for every arm and seed."""
FAMILIES = (
    "linear_equation",
    "two_sided_equation",
    "remainder",
    "product",
    "mean",
    "median",
    "expression",
    "fraction_product",
    "arrangements",
)
"""Nano is right on 50 to 90 % of each (docs/nano.md), in lines of 60 to 80 tokens: there is room
both to get better and to grow longer."""


@dataclass(frozen=True)
class Design:
    """depths, levels, families of every problem
    train        problems to learn from, of each depth and level: by SFT, then by RL (the paper has
                 the same MATH problems for both, too)
    held         problems to measure on, of each depth and level
    cap          tokens of a response, everywhere: the L_max of the rewards
    tries        chains sampled on a problem, of each kind
    heat         temperature of these chains (the paper's long chains: 1)
    wait         how likely `wait;` is put behind a line of a long chain, at most `waits` times
                 behind the lines of one part
    sft_*        by `sweep.py`, as the next ones are; nano is stored in bfloat16, in which a weight
                 moves by steps of 0.4 %
    rl_rate      learning rate of RL
    temperature  of the responses that RL learns from; above 1, because nano is so sure of itself
                 (0.04 nats a token were seen at 1.3) that a prompt's responses would be all alike
    advantages   returns: the paper's REINFORCE with a discount a reward
    kl           the paper's
    updates      of each run; prompts x samples responses each
    asked        responses to a held-out problem, at the temperature and top-p of the paper's
                 evaluation; one greedy response beside them
    threads      of a process
    """

    depths: tuple[int, ...] = (1, 2)
    levels: tuple[int, ...] = (1, 2, 3)
    families: tuple[str, ...] = FAMILIES
    train: int = 54
    held: int = 50
    cap: int = 256
    tries: int = 4
    heat: float = 1.0
    wait: float = 0.5
    waits: int = 2
    sft_rate: float = 1e-4
    sft_epochs: float = 3.0
    rl_rate: float = 1e-4
    temperature: float = 1.3
    advantages: Literal["group", "returns"] = "returns"
    kl: float = 0.01
    updates: int = 40
    prompts: int = 8
    samples: int = 8
    asked: int = 2
    asked_heat: float = 0.7
    asked_top_p: float = 0.95
    threads: int = 1

    @property
    def specs(self) -> list[str]:
        return specs(self.depths, self.levels, self.families)

    def sft(self, seed: int) -> SFT:
        own = {
            "learning_rate": self.sft_rate,
            "epochs": self.sft_epochs,
            "batch": 16,
            "rows_at_once": 16,
        }
        return SFT.model_validate(self._common("nano", seed) | own)

    def rl(self, arm: str, model: str, seed: int) -> RL:
        own = {
            "learning_rate": self.rl_rate,
            "steps": self.updates,
            "batch": self.prompts * self.samples,
            "rows_at_once": 16,
            "prompts": self.prompts,
            "samples": self.samples,
            "cap": self.cap,
            "temperature": self.temperature,
            "advantages": self.advantages,
            "kl": self.kl,
            "rewards": REWARDS[arm],
            "save_every": 10,
        }
        return RL.model_validate(self._common(model, seed) | own)

    def _common(self, model: str, seed: int) -> dict[str, Any]:
        return {"model": model, "seed": seed, "keep": 1, "threads": self.threads}
