"""The token-level n-gram repetition penalty: a vector over the tokens of a response.

Demystifying Long Chain-of-Thought Reasoning (arXiv 2502.03373), algorithm 1. Each token of an
n-gram that stood earlier in the response gets the penalty; the first occurrence is free. It is
assigned, never added, so overlapping repeats do not stack. `repeated_share` is another penalty.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from reasonloom.train.rewards.inputs import FloatArray, IntArray, not_positive, token_ids
from reasonloom.train.rewards.ngrams import window_ranks

N: Final = 40
"""Tokens of an n-gram (the paper, section 4.5)."""
PENALTY: Final = -0.05
"""Reward of a token in a repeated n-gram (the paper, section 4.5)."""


def repetition_penalty(ids: ArrayLike, n: int = N, penalty: float = PENALTY) -> FloatArray:
    """The penalty of each token of one response, `[time]`: `penalty` or 0.

    Raises ValueError for text instead of ids, n below 1 and a positive penalty.
    """
    not_positive(penalty=penalty)
    tokens = token_ids(ids)
    starts = _repeated(window_ranks(tokens, n))
    change = np.zeros(len(tokens) + 1, dtype=np.int64)
    change[starts] += 1
    change[starts + n] -= 1
    return np.where(np.cumsum(change[:-1]) > 0, penalty, 0.0)


def _repeated(ranks: IntArray) -> IntArray:
    """Where a window begins that is equal to an earlier one."""
    places = np.arange(len(ranks))
    first = np.empty_like(places)
    first[ranks[::-1]] = places[::-1]  # of several places assigned to a rank, the last one stays
    return places[first[ranks] < places]
