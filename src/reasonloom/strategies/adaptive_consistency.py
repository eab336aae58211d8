"""Adaptive consistency: draw samples until the leading answer is the majority almost surely.

Aggarwal et al., arXiv 2305.11860. What differs: samples are drawn in waves. A wave holds the fewest
samples after which the rule could fire, should all of them agree with the leader; so not one more
is drawn than by the paper's one at a time, in fewer rounds, and the order of arrival has no say.
Sampling also ends once the samples still allowed could not change the winner.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from reasonloom.branches import BranchFailure
from reasonloom.context import Context
from reasonloom.grading.canonical import canonical
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.cot import Cot
from reasonloom.strategies.posterior import beta, dirichlet
from reasonloom.strategies.samples import answers_by_index, warm, within
from reasonloom.strategies.self_consistency import tally
from reasonloom.strategies.strategy import Strategy
from reasonloom.strategies.vote import decided

Answers = Mapping[int, str | None]


@dataclass(frozen=True)
class AdaptiveConsistency:
    """n            samples at the most (paper, section 4: 40)
    confidence   posterior probability of the majority at which sampling stops (paper: 0.95)
    rule         "beta" weighs the two leading answers, "dirichlet" all of them (paper: beta)
    over         the strategy that is sampled
    temperature  put in where `over` would be greedy (paper: 0.7)
    """

    n: int = 40
    confidence: float = 0.95
    rule: Literal["beta", "dirichlet"] = "beta"
    over: Strategy = field(default_factory=Cot)
    temperature: float = 0.7

    def __post_init__(self) -> None:
        within("n", self.n, 1, 400)
        within("confidence", self.confidence, 0.5, 0.9999)

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        sample = partial(warm(self.over, self.temperature).solve, problem)
        drawn: dict[str, Solution | BranchFailure] = {}
        while more := self.wanted(_answers(drawn), self.n - len(drawn)):
            start = len(drawn)
            wave = await ctx.gather({f"sample-{start + i}": sample for i in range(more)})
            drawn |= wave
            if all(isinstance(result, BranchFailure) for result in wave.values()):
                break
        solution = tally(drawn)
        return replace(solution, detail={**solution.detail, "samples": len(drawn)})

    def wanted(self, answers: Answers, left: int) -> int:
        """The fewest further samples after which sampling could stop; 0 when it stops now."""
        most = len(answers) + left
        counts = Counter(canonical(a) for a in answers.values() if a is not None)
        leader = counts.most_common(1)[0][0] if counts else "?"
        hoped = dict(answers)
        for more in range(left):
            if self._certain(counts) or decided(hoped, most):
                return more
            counts[leader] += 1
            hoped[max(hoped, default=-1) + 1] = leader
        return left

    def _certain(self, counts: Counter[str]) -> bool:
        probability = beta if self.rule == "beta" else dirichlet
        return probability(sorted(counts.values(), reverse=True)) > self.confidence


def _answers(drawn: Mapping[str, Solution | BranchFailure]) -> Answers:
    """A failed sample abstains."""
    solved = {k: r if isinstance(r, Solution) else Solution(None) for k, r in drawn.items()}
    return answers_by_index(solved)
