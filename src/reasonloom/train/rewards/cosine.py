"""The cosine length-scaled reward: with length, right answers pay less and wrong ones cost less.

Demystifying Long Chain-of-Thought Reasoning (arXiv 2502.03373), section 4.2 and appendix C.1, read
together with its code: the value at length 0 is the start of the half cosine, the value at the
maximum its end. Lengths are tokens. Within `margin` tokens of the maximum a response counts as cut
off and gets `overlong`, whatever its verdict.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from reasonloom.train.rewards.inputs import (
    CORRECT,
    FloatArray,
    IntArray,
    Verdicts,
    finite,
    not_positive,
    read_verdicts,
    token_counts,
)

MARGIN: Final = 16
"""Tokens short of the maximum from which a response counts as cut off (the paper's code)."""


@dataclass(frozen=True, slots=True)
class Cosine:
    """The five values of the curve; the defaults are the paper's.

    correct_short  r0c: a right answer at length 0
    correct_long   rLc: a right answer at the maximum length
    wrong_short    r0w: a wrong answer, or none, at length 0
    wrong_long     rLw: a wrong answer, or none, at the maximum length
    overlong       re:  any response that reaches the maximum

    Raises ValueError for a positive value of a wrong or overlong response.
    """

    correct_short: float = 2.0
    correct_long: float = 1.0
    wrong_short: float = -10.0
    wrong_long: float = 0.0
    overlong: float = -10.0

    def __post_init__(self) -> None:
        finite("correct_short", self.correct_short)
        finite("correct_long", self.correct_long)
        not_positive(
            wrong_short=self.wrong_short, wrong_long=self.wrong_long, overlong=self.overlong
        )


PAPER = Cosine()
VARIANT_A = Cosine(0.0, 10.0, 0.0, 0.0)
"""Pays for length: in the paper it explodes and accuracy falls (section 4.3)."""
VARIANT_B = Cosine(6.0, 5.0, -10.0, 0.0)
VARIANT_C = Cosine(10.0, 9.0, -10.0, 0.0)
CLASSIC = Cosine(1.0, 1.0, 0.0, 0.0, 0.0)
"""1 for a right answer that was not cut off, else 0: a cosine between equal ends is flat."""
COSINES: Final = {
    "paper": PAPER,
    "variant_a": VARIANT_A,
    "variant_b": VARIANT_B,
    "variant_c": VARIANT_C,
    "classic": CLASSIC,
}


def half_cosine(progress: ArrayLike, start: ArrayLike, end: ArrayLike) -> FloatArray:
    """From `start` at progress 0 to `end` at 1 along half a cosine; beyond 1 it stays at `end`."""
    share = np.minimum(finite("progress", progress), 1.0)
    first, last = finite("start", start), finite("end", end)
    return last + 0.5 * (first - last) * (1.0 + np.cos(np.pi * share))


def cosine_reward(
    verdicts: Verdicts,
    lengths: ArrayLike,
    max_length: int,
    values: Cosine = PAPER,
    *,
    margin: int = MARGIN,
    generation_cap: int | None = None,
) -> FloatArray:
    """One reward a response, `[batch]`; lengths and `max_length` in tokens.

    `max_length` is the most tokens that a response may have, so it has no default. Warns where it
    is not the `generation_cap`, if that is given, and where a response is longer. Raises
    ValueError for input that cannot be: text, unequal numbers, a maximum within the margin.
    """
    right, counts = read_verdicts(verdicts) == CORRECT, token_counts(lengths)
    if len(right) != len(counts):
        raise ValueError(f"{len(right)} verdicts for {len(counts)} lengths: give one each")
    if not max_length > margin >= 0:
        raise ValueError(
            f"max_length is {max_length} and margin {margin}: every response would be overlong"
        )
    _warn_of_another_cap(max_length, counts, generation_cap)
    start = np.where(right, values.correct_short, values.wrong_short)
    end = np.where(right, values.correct_long, values.wrong_long)
    on_curve = half_cosine(counts / max_length, start, end)
    return np.where(counts + margin >= max_length, values.overlong, on_curve)


def _warn_of_another_cap(max_length: int, counts: IntArray, cap: int | None) -> None:
    if cap is not None and cap != max_length:
        warnings.warn(
            f"max_length is {max_length:,} but generation stops at {cap:,} tokens: the curve ends"
            " elsewhere than the responses do",
            stacklevel=3,
        )
    if counts.size and counts.max() > max_length:
        warnings.warn(
            f"a response has length {counts.max():,}, over max_length {max_length:,}: it must be"
            " the generation cap, and both are counted in tokens, not characters",
            stacklevel=3,
        )
