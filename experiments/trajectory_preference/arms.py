"""The arms by name."""

NANO = "nano"
FROZEN = "structure checkpoint"
PREFERENCE = "preference"
SHUFFLED = "shuffled labels"
BEST = "SFT on the best of K"
ALONE = "preference without structure"
GOLD = "SFT on gold plans"
ADJUST = "adjust"
ADJUST_SHUFFLED = "adjust, shuffled labels"

PLANNING = (NANO, FROZEN, PREFERENCE, SHUFFLED, BEST, ALONE, GOLD)
"""Measured by their greedy trajectories."""
ADAPTING = (NANO, FROZEN, ADJUST, ADJUST_SHUFFLED)
"""Measured by all of ReasonFlux, each step assessed."""

SAMPLES = "K samples of the structure checkpoint"
ORACLE = "best of K"
APART = "best of K, chosen apart"
CEILINGS = (SAMPLES, ORACLE, APART)
"""What choosing among the structure checkpoint's own samples reaches."""


def adapted(arm: str) -> str:
    """The name of an arm where it is measured by all of ReasonFlux."""
    return f"{arm} (adapting)"
