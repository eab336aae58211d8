"""How probable it is that the leading answer is the majority, given the counts so far.

Aggarwal et al., arXiv 2305.11860, section 3: a uniform prior over the shares of the answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import comb, exp, lgamma, log, prod, sqrt

NODES = 800
"""Points of the numerical integral (our choice; the error is below 1e-6 for up to 400 samples)."""


def beta(counts: Sequence[int]) -> float:
    """P(share of the first > share of the second), the two taken alone; counts fall.

    With a uniform prior the first share is Beta(a, b), a and b being the counts plus one, and
    P(Beta(a, b) > 1/2) is the chance of fewer than a heads in a + b - 1 throws of a coin: exact.
    """
    a, b = [*counts, 0, 0][:2]
    throws = a + b + 1
    return sum(comb(throws, heads) for heads in range(a + 1)) / 2.0**throws


def dirichlet(counts: Sequence[int]) -> float:
    """P(share of the first > each other share); counts fall.

    The shares are Dirichlet with the counts plus one. An answer never seen stands in where only one
    was: otherwise one sample would be certain. Shares are Gamma variables over their sum, so one
    integral suffices (Simpson's rule): of the leader's density times the others' distributions.
    """
    first, *others = [count + 1 for count in ([*counts, 0, 0] if len(counts) < 2 else counts)]
    spread = 10 * sqrt(first) + 20
    low, high = max(0.0, first - spread), first + spread
    step = (high - low) / NODES
    rivals = Counter(others)
    total = 0.0
    for i in range(NODES + 1):
        x = low + i * step
        weight = 1 if i in (0, NODES) else 4 if i % 2 else 2
        total += weight * _density(first, x) * prod(_below(a, x) ** m for a, m in rivals.items())
    return total * step / 3


def _density(a: int, x: float) -> float:
    """Of Gamma(a, 1) at x."""
    if x <= 0:
        return 1.0 if a == 1 and x == 0 else 0.0
    return exp((a - 1) * log(x) - x - lgamma(a))


def _below(a: int, x: float) -> float:
    """P(Gamma(a, 1) < x) for a whole a: that of at least a events when x are expected."""
    term = kept = exp(-x)
    for k in range(1, a):
        term *= x / k
        kept += term
    return max(0.0, 1 - kept)
