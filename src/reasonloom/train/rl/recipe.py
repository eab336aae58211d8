"""What decides a run of RL, apart from its rows."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from reasonloom.train.recipe import Recipe
from reasonloom.train.rl.reward_specs import read_rewards
from reasonloom.train.rl.trl_rewards import announced


class RL(Recipe):
    """Reinforcement learning from rewards on responses that the model samples.

    A roll-out is `samples` responses to each of `prompts` prompts; it serves `passes` times
    prompts x samples / batch updates, and a checkpoint is whole only between two roll-outs, so
    `save_every` is a multiple of them.

    batch       responses an update (not prompts)
    epochs      passes over the prompts
    cap         tokens a response at the most, the L_max of every reward; prompts with more than
                max_tokens - cap tokens are left out
    rewards     specs of `reward_specs`: correct, cosine, repetition, repeated_share, soft_overlong,
                format
    advantages  `group`: GRPO (Shao et al., 2402.03300), one number a response, normalised over
                the responses to its prompt; KL stands in the loss.
                `returns`: discounted rewards to come at each token, a discount a reward, whitened
                over the roll-out (Demystifying Long CoT, 2502.03373); KL is a reward
    kl          weight of staying near the start (that paper: 0.01)
    epsilon     how far a token's probability may move before its gradient stops (PPO: 0.2)
    loss        how TRL averages over tokens: by response (grpo), over all (dapo, bnpo, dr_grpo)
    engine      what samples: local, our own engine for plain Llama models on a CPU, without
                adapters; transformers; vllm on the devices that train, or a vllm_server. auto is
                local where it can be, and else transformers
    engine_url  of that server; engine_memory, the share of a device's memory that vllm takes
    select      with hold_out: the checkpoint that is right most often on the held-out prompts
    """

    train: Literal["rl"] = "rl"
    epochs: float = Field(1.0, gt=0)
    batch: int = Field(64, ge=1)
    learning_rate: float = Field(3e-5, gt=0)
    schedule: Literal["cosine", "linear", "constant"] = "constant"
    warmup: float = Field(0.0, ge=0, lt=1)
    prompts: int = Field(8, ge=1)
    samples: int = Field(8, ge=2)
    passes: int = Field(1, ge=1)
    cap: int = Field(512, ge=1)
    temperature: float = Field(1.0, gt=0)
    top_p: float = Field(1.0, gt=0, le=1)
    rewards: tuple[str, ...] = ("correct",)
    advantages: Literal["group", "returns"] = "group"
    kl: float = Field(0.01, ge=0)
    epsilon: float = Field(0.2, gt=0)
    loss: Literal["grpo", "dapo", "bnpo", "dr_grpo"] = "dapo"
    attention: str | None = None
    engine: Literal["auto", "local", "transformers", "vllm", "vllm_server"] = "auto"
    engine_url: str | None = None
    engine_memory: float = Field(0.3, gt=0, lt=1)

    @property
    def updates_a_rollout(self) -> int:
        return self.passes * self.prompts * self.samples // self.batch

    @model_validator(mode="after")
    def _rolls(self) -> RL:
        responses = self.prompts * self.samples
        if responses % self.batch:
            raise ValueError(
                f"a roll-out has {self.prompts} x {self.samples} = {responses} responses: make it"
                f" a multiple of batch {self.batch}"
            )
        if self.save_every % self.updates_a_rollout:
            raise ValueError(
                f"save_every {self.save_every} falls into a roll-out, which serves"
                f" {self.updates_a_rollout} updates: make it a multiple of them"
            )
        if self.cap >= self.max_tokens:
            raise ValueError(
                f"cap {self.cap} leaves no room for a prompt within max_tokens {self.max_tokens}"
            )
        read_rewards(self.rewards, self.cap, announced)
        return self
