"""Any of k samples and the vote of k, over all problems: pass@k and maj@k with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reasonloom.evaluate.bootstrap import Estimate, accuracy
from reasonloom.evaluate.records import Attempt
from reasonloom.evaluate.sampling import maj_at_k, pass_at_k
from reasonloom.grading.canonical import canonical

Made = Sequence[Sequence[Attempt]]
"""The attempts of one strategy at each problem with a reference answer."""


@dataclass(frozen=True, slots=True)
class AtK:
    """any   pass@k, unbiased: the chance that k samples hold a right one, an oracle's figure
    vote  maj@k: the chance that the vote of k samples is right
    """

    k: int
    any: Estimate
    vote: Estimate


def common_k(strategies: Iterable[Made]) -> int:
    """The most k that all strategies with several samples of each problem allow; 1 if none has."""
    fewest = [min(map(len, made)) for made in strategies if made]
    return min((n for n in fewest if n > 1), default=1)


def at_k(made: Made, k: int) -> AtK | None:
    """Intervals by problem. None where a problem has fewer than k samples, or k is 1."""
    if k < 2 or not made or min(map(len, made)) < k:
        return None
    return AtK(
        k,
        accuracy([any_right(attempts, k) for attempts in made]),
        accuracy([vote_right(attempts, k) for attempts in made]),
    )


def any_right(attempts: Sequence[Attempt], k: int) -> float:
    """pass@k of one problem."""
    return pass_at_k(len(attempts), sum(a.correct for a in attempts), k)


def vote_right(attempts: Sequence[Attempt], k: int) -> float:
    """maj@k of one problem."""
    keys = [(None if a.answer is None else canonical(a.answer), a.correct) for a in attempts]
    return maj_at_k(keys, k)
