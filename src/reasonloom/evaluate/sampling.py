"""What n samples of each problem say: avg@n, pass@k and maj@k, without luck of the draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from math import comb

Samples = Sequence[tuple[Hashable | None, bool]]
"""Of each sample its answer's key (grading.canonical; None abstains) and whether it is correct."""


def avg_at_n(correct: Sequence[Sequence[bool]]) -> float:
    """The expected accuracy of one sample: the mean over problems of c / n.

    Raises ValueError for no problems, or a problem without samples.
    """
    if not correct or not all(correct):
        raise ValueError("avg@n needs at least one sample of each problem")
    return sum(sum(samples) / len(samples) for samples in correct) / len(correct)


def pass_at_k(n: int, c: int, k: int) -> float:
    """The chance that k of the n samples, c of them correct, hold a correct one.

    1 - C(n - c, k) / C(n, k), the unbiased estimate of Chen et al. 2021 (Codex), section 2.1. It is
    an oracle's figure: report it apart from accuracy.

    Raises ValueError unless 0 <= c <= n and 1 <= k <= n.
    """
    if not (0 <= c <= n and 1 <= k <= n):
        raise ValueError(f"pass@{k} of {n} samples with {c} correct: need c <= n and k <= n")
    return 1 - comb(n - c, k) / comb(n, k)


def maj_at_k(samples: Samples, k: int) -> float:
    """The chance that the vote of k of these samples is correct, over all C(n, k) subsets.

    Exact: for each correct answer and each count j of it, the subsets in which no other answer has
    more, those with t others at j weighted by 1 / (1 + t). So ties are broken evenly, which is what
    breaking them by order gives on average over orders. Samples that abstain take a place but have
    no vote. About n k^2 steps.

    Raises ValueError unless 1 <= k <= n.
    """
    n = len(samples)
    if not 1 <= k <= n:
        raise ValueError(f"maj@{k} needs at least {k} samples, not {n}")
    counts = Counter(key for key, _ in samples if key is not None)
    silent = n - counts.total()
    right = {key for key, correct in samples if correct and key is not None}
    won = sum(_wins(counts, key, silent, k) for key in sorted(right, key=str))
    return won / comb(n, k)


def _wins(counts: Mapping[Hashable, int], key: Hashable, silent: int, k: int) -> float:
    """Subsets of k that `key` wins, ties shared."""
    others = [count for other, count in counts.items() if other != key]
    total = 0.0
    for j in range(1, min(counts[key], k) + 1):
        tied = _fillings(others, silent, k - j, j)
        ways = sum(number / (1 + t) for t, number in tied.items())
        total += comb(counts[key], j) * ways
    return total


def _fillings(others: Sequence[int], silent: int, places: int, most: int) -> dict[int, int]:
    """Ways to fill the other places with no answer above `most`, by how many answers reach it."""
    ways = {(i, 0): comb(silent, i) for i in range(min(silent, places) + 1)}
    for count in others:
        further: Counter[tuple[int, int]] = Counter()
        for (used, ties), number in ways.items():
            for i in range(min(count, most, places - used) + 1):
                further[used + i, ties + (i == most)] += number * comb(count, i)
        ways = dict(further)
    return {ties: number for (used, ties), number in ways.items() if used == places}
