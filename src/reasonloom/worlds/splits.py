"""Train, dev and test by the hash of what a problem is, not of where it was drawn.

A part is its family with its numbers; a composite is the list of its parts. A training problem is
one whose own hash and whose every part's hash fall into train, so nothing of dev or test, whole or
as a part, is ever trained on.
"""

from __future__ import annotations

import hashlib
from typing import Literal

Split = Literal["train", "dev", "test"]
SHARE = {"dev": 10, "test": 10}
"""Percent of all canonical forms (our choice)."""

WITHHELD_DEPTHS = frozenset({7, 8})
WITHHELD_TEMPLATES = frozenset(
    {
        "Deviation from an assumed mean",
        "Greedy place values",
        "Weigh the gaps above the smallest value",
        "Enclosing rectangle minus corners",
        "Cross off from both ends",
    }
)
"""Never trained on: the first measure length, the second whether a template can be read."""


def bucket(canonical: str) -> int:
    """A number from 0 to 99 that depends on the text alone."""
    digest = hashlib.sha256(canonical.encode()).digest()
    return int.from_bytes(digest[:8], "big") % 100


def split_of(canonical: str) -> Split:
    place = bucket(canonical)
    if place < SHARE["dev"]:
        return "dev"
    return "test" if place < SHARE["dev"] + SHARE["test"] else "train"


def withheld_pair(before: str, after: str) -> bool:
    """Whether a composite that feeds `before` into `after` is kept out of training (1 in 10)."""
    return bucket(f"pair {before} -> {after}") < 10
