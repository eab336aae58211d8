"""Soft overlong punishment: none up to a length, then down to -1 in a straight line."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from reasonloom.train.rewards.inputs import FloatArray, token_counts


def soft_overlong_punishment(lengths: ArrayLike, max_length: int, cache: int) -> FloatArray:
    """DAPO (arXiv 2503.14476), equation 13: one punishment a response, `[batch]`, from -1 to 0.

    max_length  tokens from which the punishment is -1; in the paper 20,480
    cache       tokens before it over which the punishment grows; in the paper 4,096. With 0 it
                falls from 0 to -1 past the maximum.

    Raises ValueError for lengths that are no token counts and a cache outside 0 to max_length.
    """
    counts = token_counts(lengths)
    if not 0 <= cache <= max_length or max_length < 1:
        raise ValueError(f"cache is {cache} and max_length {max_length}: 0 <= cache <= max_length")
    over = np.maximum(counts - (max_length - cache), 0)
    if not cache:
        return np.where(over > 0, -1.0, 0.0)
    return 0.0 - np.minimum(over / cache, 1.0)
