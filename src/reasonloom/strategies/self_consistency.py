"""Self-consistency: sample several solutions and take the answer that most of them reach.

Wang et al., arXiv 2203.11171. What differs: answers are counted by canonical form, so 1/2 and 0.5
are one; sampling stops, and what is in flight is cancelled, once the outcome can no longer change;
ties go to the earliest sample; any strategy can be sampled.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial

from reasonloom.branches import BranchFailure
from reasonloom.context import Context
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.cot import Cot
from reasonloom.strategies.samples import answers_by_index, index_of, warm
from reasonloom.strategies.strategy import Strategy
from reasonloom.strategies.vote import decided, plurality


@dataclass(frozen=True)
class SelfConsistency:
    """n            samples (our choice; the paper takes 40)
    over         the strategy that is sampled
    temperature  put in where `over` would be greedy (paper, section 3.1: 0.7)
    """

    n: int = 8
    over: Strategy = field(default_factory=Cot)
    temperature: float = 0.7

    def __post_init__(self) -> None:
        if not 1 <= self.n <= 1_000:
            raise ValueError(f"n={self.n} samples make no sense: take 1 to 1000")

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        over = warm(self.over, self.temperature)
        results = await ctx.gather(
            {f"sample-{i}": partial(over.solve, problem) for i in range(self.n)},
            until=lambda done: decided(answers_by_index(done), self.n),
        )
        return tally(results)


def tally(results: dict[str, Solution | BranchFailure]) -> Solution:
    """The plurality's solution over branches named `…-0`, `…-1`, …; raises if every one failed."""
    failures = [r.error for r in results.values() if isinstance(r, BranchFailure)]
    solutions = {k: r for k, r in results.items() if isinstance(r, Solution)}
    if not solutions:
        raise failures[0]
    answers = answers_by_index(solutions)
    vote = plurality(answers)
    candidates = tuple(answers[i] for i in sorted(answers))
    if vote is None:
        return replace(next(iter(solutions.values())), candidates=candidates)
    winner = next(s for k, s in solutions.items() if index_of(k) == vote.first)
    return replace(
        winner, candidates=candidates, confidence=vote.share, stop_reason="finished", error=None
    )
