"""Seeds by name: every random draw is keyed by where it happens, never by when."""

from __future__ import annotations

import hashlib


def derive(run_seed: int, *parts: str | int) -> int:
    """A seed in [0, 2**63) from the run's seed and a path of names and indexes.

    The same path gives the same seed on every machine and in every order of execution.
    """
    text = "".join(f"{type(p).__name__[0]}{len(str(p))}:{p}" for p in (run_seed, *parts))
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") >> 1
