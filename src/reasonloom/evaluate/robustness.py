"""How much of what a method solves it still solves when the problem is told otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from reasonloom.evaluate.bootstrap import Estimate, accuracy
from reasonloom.evaluate.paired import Difference, difference

Solved = Mapping[tuple[str, int], bool]
"""Whether it was right, by the id of the original problem and the sample."""


class Robustness(NamedTuple):
    """before, after  accuracy on the originals and on the changed problems

    drop  the latter minus the former, paired
    kept  of the attempts right at the original, the share right at the changed problem too; None
          if none was
    lost  how many of them the change broke; `gained`, those that only the change let through
    """

    before: Estimate
    after: Estimate
    drop: Difference
    kept: Estimate | None
    lost: int
    gained: int


def robustness(original: Solved, changed: Solved, *, seed: int = 0) -> Robustness:
    """Compare sample by sample; samples of a problem belong together.

    Raises ValueError unless both hold the same keys, at least one.
    """
    if original.keys() != changed.keys() or not original:
        unpaired = sorted(original.keys() ^ changed.keys())[:3]
        raise ValueError(f"originals and changed problems must pair up; alone: {unpaired}")
    keys = sorted(original)
    ids = [problem for problem, _ in keys]
    before, after = [original[key] for key in keys], [changed[key] for key in keys]
    solved = [key for key in keys if original[key]]
    still = [changed[key] for key in solved]
    return Robustness(
        accuracy(before, ids, seed=seed),
        accuracy(after, ids, seed=seed),
        difference(after, before, clusters=ids, seed=seed),
        accuracy(still, [problem for problem, _ in solved], seed=seed) if solved else None,
        still.count(False),
        sum(now and not was for was, now in zip(before, after, strict=True)),
    )
