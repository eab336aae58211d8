"""Rewards for RL: plain functions on token counts, token ids and verdicts, with numpy alone.

The package stands alone: it imports nothing else of reasonloom. What is scalar comes as `[batch]`,
what is per token as `[time]` or `[batch, time]`. Bad input is a ValueError that names the place.
docs/rewards.md gives each reward's formula, source and golden values.
"""

from reasonloom.train.rewards.channels import clipped, kl_channel, on_last_token, padded
from reasonloom.train.rewards.correctness import (
    BASE_MODEL,
    PLAIN,
    Correctness,
    correctness_reward,
)
from reasonloom.train.rewards.cosine import (
    CLASSIC,
    COSINES,
    PAPER,
    VARIANT_A,
    VARIANT_B,
    VARIANT_C,
    Cosine,
    cosine_reward,
    half_cosine,
)
from reasonloom.train.rewards.inputs import finite
from reasonloom.train.rewards.multi_discount import (
    CORRECTNESS_GAMMA,
    REPETITION_GAMMA,
    Estimate,
    multi_discount_advantages,
    multi_discount_returns,
)
from reasonloom.train.rewards.overlong import soft_overlong_punishment
from reasonloom.train.rewards.repeated_share import repeated_share_penalty
from reasonloom.train.rewards.repetition import repetition_penalty
from reasonloom.train.rewards.think_format import think_format_reward
from reasonloom.train.rewards.whiten import whitened

__all__ = [
    "BASE_MODEL",
    "CLASSIC",
    "CORRECTNESS_GAMMA",
    "COSINES",
    "PAPER",
    "PLAIN",
    "REPETITION_GAMMA",
    "VARIANT_A",
    "VARIANT_B",
    "VARIANT_C",
    "Correctness",
    "Cosine",
    "Estimate",
    "clipped",
    "correctness_reward",
    "cosine_reward",
    "finite",
    "half_cosine",
    "kl_channel",
    "multi_discount_advantages",
    "multi_discount_returns",
    "on_last_token",
    "padded",
    "repeated_share_penalty",
    "repetition_penalty",
    "soft_overlong_punishment",
    "think_format_reward",
    "whitened",
]
