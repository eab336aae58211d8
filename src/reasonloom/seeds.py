"""Seeds by name: every random draw is keyed by where it happens, never by when."""

from __future__ import annotations

import hashlib


def derive(run_seed: int, *parts: str | int) -> int:
    """A seed in [0, 2**63) from the run's seed and a path of names and indexes.

    The same path gives the same seed on every machine and in every order of execution.
    """
    text = "\x1f".join([str(run_seed), *(f"{type(p).__name__[0]}{p}" for p in parts)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
