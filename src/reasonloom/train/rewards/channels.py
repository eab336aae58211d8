"""From rewards to channels, `[batch, time]` each: what the multi-discount returns are made of.

`mask` is `[batch, time]`, true on the tokens of a response; padding stands to the right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonloom.train.rewards.inputs import FloatArray, finite, within

KL_COEFFICIENT: Final = 0.01
"""Of the scripts of Demystifying Long CoT (arXiv 2502.03373)."""
BOUND: Final = 10.0
"""Rewards are clipped to plus and minus this before KL is taken off (the paper's code)."""


def padded(vectors: Sequence[ArrayLike]) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Vectors over tokens as one matrix, zeros to the right, and its mask; both `[batch, time]`."""
    rows = [finite(f"vectors[{place}]", vector) for place, vector in enumerate(vectors)]
    counts = np.array([len(row) for row in rows], dtype=np.int64)
    mask = np.arange(counts.max(initial=0)) < counts[:, None]
    matrix = np.zeros(mask.shape)
    if rows:
        matrix[mask] = np.concatenate(rows)
    return matrix, mask


def on_last_token(rewards: ArrayLike, mask: ArrayLike) -> FloatArray:
    """One reward a response, `[batch]`, put on its last token; 0 elsewhere.

    Raises ValueError for NaN, for unequal numbers, and for a response without a token.
    """
    scalars, tokens = finite("rewards", rewards), np.asarray(mask, dtype=np.bool_)
    if scalars.shape != tokens.shape[:1]:
        raise ValueError(f"{scalars.shape} rewards for a mask of {tokens.shape}: give one a row")
    empty = np.flatnonzero(~tokens.any(axis=1))
    if len(empty):
        raise ValueError(f"response {empty[0]} has no token that its reward could stand on")
    last = tokens.shape[1] - 1 - tokens[:, ::-1].argmax(axis=1)
    placed = np.zeros(tokens.shape)
    placed[np.arange(len(scalars)), last] = scalars
    return placed


def kl_channel(
    logprobs: ArrayLike,
    reference_logprobs: ArrayLike,
    mask: ArrayLike,
    coefficient: float = KL_COEFFICIENT,
) -> FloatArray:
    """-coefficient x (logprob - reference logprob) a token: the k1 estimate, as a reward.

    A channel of its own, so it has its own discount. Raises ValueError for NaN within the mask.
    """
    ours = within("logprobs", logprobs, mask)
    theirs = within("reference_logprobs", reference_logprobs, mask)
    return -coefficient * (ours - theirs)


def clipped(rewards: ArrayLike, bound: float = BOUND) -> FloatArray:
    """Rewards within plus and minus `bound`; infinities are errors, not clipped."""
    return np.clip(finite("rewards", rewards), -bound, bound)
