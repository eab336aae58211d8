"""Which windows of a token sequence are equal, without comparing them one by one."""

from __future__ import annotations

import numpy as np

from reasonloom.train.rewards.inputs import IntArray


def window_ranks(ids: IntArray, n: int) -> IntArray:
    """A number for each window of `n` tokens, `[time - n + 1]`; equal windows share theirs.

    Windows double in width by joining the numbers of two halves, and the last join lets them
    overlap. That is log2(n) sorts of the response, exact (unlike a hash, nothing can collide), and
    no slower on a loop than on prose. Numbers are dense from 0; a response below n tokens has none.

    Raises ValueError for n below 1.
    """
    if n < 1:
        raise ValueError(f"n is {n}: an n-gram has at least 1 token")
    if len(ids) < n:
        return np.empty(0, dtype=np.int64)
    ranks, width = _dense(ids), 1
    while width < n:
        step = min(width, n - width)
        ranks = _dense(ranks[:-step] * (ranks.max() + 1) + ranks[step:])
        width += step
    return ranks


def _dense(keys: IntArray) -> IntArray:
    return np.unique(keys, return_inverse=True)[1].astype(np.int64)
