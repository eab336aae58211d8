"""The arms by name, and what each of those that RL teaches is paid by."""

from __future__ import annotations

NANO = "nano"
LONG, SHORT = "long SFT", "short SFT"
PLAIN = "plain"
COSINE = "cosine"
COSINE_PENALTY = "cosine, penalty"
A = "variant A"
A_PENALTY = "variant A, penalty"
B, C = "variant B", "variant C"
PLAIN_SHORT = "plain, from short SFT"

N = 20
"""Tokens of an n-gram that is penalised and counted: a line of nano's has about 75 (the paper: 40
in chains of thousands)."""
PENALTY = f"repetition(n={N})"
"""The paper's -0.05 a token and discount of 0.99."""
VARIANTS = {
    COSINE: "cosine(margin=0)",
    A: "cosine(right=[0, 10], wrong=[0, 0], margin=0)",
    B: "cosine(right=[6, 5], margin=0)",
    C: "cosine(right=[10, 9], margin=0)",
}
"""The paper's values. The 16 tokens short of its 14,336 that already count as cut off are none of
ours."""
REWARDS: dict[str, tuple[str, ...]] = {
    PLAIN: ("correct",),
    COSINE: (VARIANTS[COSINE],),
    COSINE_PENALTY: (VARIANTS[COSINE], PENALTY),
    A: (VARIANTS[A],),
    A_PENALTY: (VARIANTS[A], PENALTY),
    B: (VARIANTS[B],),
    C: (VARIANTS[C],),
    PLAIN_SHORT: ("correct",),
}
START = dict.fromkeys(REWARDS, LONG) | {PLAIN_SHORT: SHORT}
"""What each begins with."""

SHAPED = (NANO, LONG, PLAIN, COSINE, COSINE_PENALTY, A, A_PENALTY, B, C)
"""The arms of the claim on rewards."""
LENGTHS = (NANO, SHORT, LONG, PLAIN_SHORT, PLAIN)
"""The arms of the claim on long and short chains."""
