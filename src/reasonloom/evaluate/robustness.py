"""How much of what a method solves it still solves when the problem is told otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from reasonloom.evaluate.bootstrap import Estimate, accuracy
from reasonloom.evaluate.paired import Difference, difference


class Robustness(NamedTuple):
    """drop  accuracy on the changed problems minus that on the originals, paired

    kept  of the originals solved, the share solved when changed too; None if none was solved
    lost  originals solved that the change broke; `gained`, those that only the change let through
    """

    drop: Difference
    kept: Estimate | None
    lost: int
    gained: int


def robustness(
    original: Mapping[str, bool], changed: Mapping[str, bool], *, seed: int = 0
) -> Robustness:
    """Compare by the id of the original (`meta["original"]` of a perturbed problem).

    Raises ValueError unless both hold the same ids, at least one.
    """
    if original.keys() != changed.keys() or not original:
        unpaired = sorted(original.keys() ^ changed.keys())[:3]
        raise ValueError(f"originals and changed problems must pair up; alone: {unpaired}")
    ids = sorted(original)
    before, after = [original[i] for i in ids], [changed[i] for i in ids]
    solved = [now for was, now in zip(before, after, strict=True) if was]
    kept = accuracy(solved, seed=seed) if solved else None
    return Robustness(
        difference(after, before, seed=seed),
        kept,
        solved.count(False),
        sum(now and not was for was, now in zip(before, after, strict=True)),
    )
