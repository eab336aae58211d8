"""Returns with a discount for each channel of rewards, and advantages over one value baseline.

Demystifying Long Chain-of-Thought Reasoning (arXiv 2502.03373), section 4.6:

    A_t = sum over channels m, delays l of gamma_m^l r_m,t+l  -  V(s_t)

Lambda is 1: one critic predicts the sum over all channels, so a bootstrapped value has no discount
of its own. KL is a channel like any other (`kl_channel`). The paper's code instead takes an equal
share of KL off each channel, so that with gammas of 1 and 0.99 half of it is discounted by 0.99.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from reasonloom.train.rewards.inputs import FloatArray, finite, within

CORRECTNESS_GAMMA: Final = 1.0
"""Discount of correctness (the paper's default; anything less shortens and hurts, table 5)."""
REPETITION_GAMMA: Final = 0.99
"""Discount of the repetition penalty (the paper's default; 0.999 was best in its table 5)."""


class Estimate(NamedTuple):
    """Both `[batch, time]` and 0 outside the mask; `returns` is what the critic learns."""

    advantages: FloatArray
    returns: FloatArray


def multi_discount_returns(
    rewards: ArrayLike, gammas: Sequence[float], mask: ArrayLike
) -> FloatArray:
    """Discounted rewards to come, summed over channels, `[batch, time]`.

    rewards  `[batch, time, channels]`; what lies outside the mask does not count
    gammas   one discount a channel, from 0 to 1, per token
    mask     `[batch, time]`, true on the tokens of a response

    Raises ValueError for NaN, with its index, for other shapes and for gammas outside 0 to 1.
    """
    shape = np.shape(rewards)
    if len(shape) != 3 or shape[2] != len(gammas):
        raise ValueError(
            f"rewards have shape {shape} for {len(gammas)} gammas:"
            " give [batch, time, channels] and one gamma a channel"
        )
    if not all(0 <= gamma <= 1 for gamma in gammas):
        raise ValueError(f"gammas are {list(gammas)}: a discount lies between 0 and 1")
    tokens = np.asarray(mask, dtype=np.bool_)
    if tokens.shape != shape[:2]:
        raise ValueError(f"the mask has shape {tokens.shape}, rewards {shape}")
    counted = finite("rewards", np.where(tokens[..., None], rewards, 0.0))
    summed = discounted(counted, np.asarray(gammas, dtype=np.float64)).sum(axis=2)
    return np.where(tokens, summed, 0.0)


def multi_discount_advantages(
    rewards: ArrayLike,
    gammas: Sequence[float],
    mask: ArrayLike,
    values: ArrayLike | None = None,
) -> Estimate:
    """Returns less the critic's `values`, `[batch, time]`; without values it is REINFORCE.

    Raises ValueError as `multi_discount_returns` does, and for values of another shape.
    """
    returns = multi_discount_returns(rewards, gammas, mask)
    if values is None:
        return Estimate(returns, returns)
    return Estimate(returns - within("values", values, mask), returns)


def discounted(rewards: FloatArray, gammas: FloatArray) -> FloatArray:
    """Discounted rewards to come of each channel, `[batch, time, channels]`.

    A sum over the next 2k tokens is one over k tokens and, discounted by gamma^k, the one that
    begins k tokens later: log2(time) steps over whole arrays.
    """
    sums, reach = rewards.copy(), 1
    while reach < sums.shape[1]:
        sums[:, :-reach] += gammas**reach * sums[:, reach:]
        reach *= 2
    return sums
