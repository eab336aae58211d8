"""The two claims: what is compared, and which of the paper's statements that decides.

The paper is Demystifying Long Chain-of-Thought Reasoning in LLMs, arXiv 2502.03373.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .analyse import Statement, Weights
from .arms import (
    A_PENALTY,
    COSINE,
    COSINE_PENALTY,
    LENGTHS,
    LONG,
    NANO,
    PLAIN,
    PLAIN_SHORT,
    SHAPED,
    SHORT,
    A,
    B,
    C,
)


class Claim(NamedTuple):
    """name      of its page
    arms      in the order of the tables
    primary   what is told first: words, arms and measure
    compared  pairs of arms whose differences are told
    """

    name: str
    title: str
    arms: Sequence[str]
    primary: Sequence[tuple[str, Weights, str]]
    statements: Sequence[Statement]
    compared: Sequence[tuple[str, str]]


def minus(one: str, two: str) -> Weights:
    return {one: 1.0, two: -1.0}


GAINS = {PLAIN: 1.0, LONG: -1.0, PLAIN_SHORT: -1.0, SHORT: 1.0}
"""What RL adds to the long start, minus what it adds to the short one."""
ON_REWARDS = (
    Statement("the plain reward makes chains longer", "4.1", minus(PLAIN, LONG), "tokens", 1),
    Statement("it drives them into the cap", "4.1", minus(PLAIN, LONG), "capped", 1),
    Statement("there, accuracy falls", "4.1", minus(PLAIN, LONG), "right", -1),
    Statement("cosine keeps chains shorter than plain", "4.2", minus(COSINE, PLAIN), "tokens", -1),
    Statement("and from the cap", "4.2", minus(COSINE, PLAIN), "capped", -1),
    Statement("cosine is more accurate than plain", "4.2", minus(COSINE, PLAIN), "right", 1),
    Statement("variant A makes length explode", "4.3", minus(A, COSINE), "tokens", 1),
    Statement("variant A makes accuracy fall", "4.3", minus(A, COSINE), "right", -1),
    Statement("less for what is right, longer: cosine, B", "4.3", minus(COSINE, B), "tokens", 1),
    Statement("less for what is right, longer: B, C", "4.3", minus(B, C), "tokens", 1),
    Statement("cosine is hacked by repetition", "4.5", minus(COSINE, LONG), "repeated", 1),
    Statement("the penalty stops repetition", "4.5", minus(COSINE_PENALTY, COSINE), "repeated", -1),
    Statement("and is more accurate", "4.5", minus(COSINE_PENALTY, COSINE), "right", 1),
    Statement("the same with A (ours): repetition", "4.5", minus(A_PENALTY, A), "repeated", -1),
    Statement("the same with A (ours): accuracy", "4.5", minus(A_PENALTY, A), "right", 1),
)
ON_LENGTHS = (
    Statement("SFT on long chains beats SFT on short ones", "3", minus(LONG, SHORT), "right", 1),
    Statement("RL adds to the long start", "3", minus(PLAIN, LONG), "right", 1),
    Statement("RL adds more to the long start than to the short", "3", GAINS, "right", 1),
    Statement("the long start ends above the short", "3", minus(PLAIN, PLAIN_SHORT), "right", 1),
)
REWARDS_CLAIM = Claim(
    "shaped_rewards",
    "Rewards that are shaped by length, and the penalty on repetition",
    SHAPED,
    (
        ("Accuracy, cosine minus plain, in points", minus(COSINE, PLAIN), "right"),
        ("Tokens of a response, cosine minus plain", minus(COSINE, PLAIN), "tokens"),
    ),
    ON_REWARDS,
    (
        (COSINE, PLAIN),
        (COSINE_PENALTY, COSINE),
        (A, COSINE),
        (A_PENALTY, A),
        (B, COSINE),
        (C, COSINE),
        (C, B),
        *((arm, LONG) for arm in SHAPED[2:]),
    ),
)
LENGTHS_CLAIM = Claim(
    "long_and_short",
    "RL after SFT on long chains, and after SFT on short ones",
    LENGTHS,
    (
        (
            "Accuracy, what RL adds to the long start minus what it adds to the short one, in"
            " points",
            GAINS,
            "right",
        ),
    ),
    ON_LENGTHS,
    (
        (PLAIN, LONG),
        (PLAIN_SHORT, SHORT),
        (LONG, SHORT),
        (PLAIN, PLAIN_SHORT),
        (LONG, NANO),
        (SHORT, NANO),
    ),
)
CLAIMS = (REWARDS_CLAIM, LENGTHS_CLAIM)
