"""Advantages at mean 0 and variance 1 over all tokens of a batch."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from reasonloom.train.rewards.inputs import FloatArray, within

LEAST_VARIANCE: Final = 1e-8
"""Keeps a batch of equal advantages at 0 (the paper's code)."""


def whitened(advantages: ArrayLike, mask: ArrayLike) -> FloatArray:
    """`[batch, time]` at mean 0 and variance 1 over the tokens in the mask; 0 outside it.

    Raises ValueError for NaN within the mask and for a mask without a token.
    """
    tokens = np.asarray(mask, dtype=np.bool_)
    if not tokens.any():
        raise ValueError("the mask holds no token: there is nothing to whiten")
    values = within("advantages", advantages, tokens)
    inside = values[tokens]
    scale = np.sqrt(max(float(inside.var()), LEAST_VARIANCE))
    return np.where(tokens, (values - inside.mean()) / scale, 0.0)
