"""Universal self-consistency: the model itself picks the most consistent of several solutions.

Chen et al., arXiv 2311.17311. What differs: nothing is asked where all samples agree, and where the
choice cannot be had (unreadable, no budget left) the plurality stands in.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial

from reasonloom.context import Context
from reasonloom.errors import BudgetSpent, ModelError
from reasonloom.grading.canonical import canonical
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.ask import ask
from reasonloom.strategies.conclude import cut_short
from reasonloom.strategies.cot import Cot
from reasonloom.strategies.dialects.base import Outside, Unreadable
from reasonloom.strategies.samples import warm, within
from reasonloom.strategies.self_consistency import tally
from reasonloom.strategies.skilled import skilled
from reasonloom.strategies.strategy import Strategy


@dataclass(frozen=True)
class UniversalConsistency:
    """n            samples (paper, section 4.1: 8)
    over         the strategy that is sampled
    temperature  put in where `over` would be greedy (our choice, as for self_consistency)
    """

    n: int = 8
    over: Strategy = field(default_factory=Cot)
    temperature: float = 0.7

    def __post_init__(self) -> None:
        within("n", self.n, 1, 32)

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        skills = skilled(ctx, "judge", "choose among solutions")
        sample = partial(warm(self.over, self.temperature).solve, problem)
        results = await ctx.gather({f"sample-{i}": sample for i in range(self.n)})
        voted = tally(results)
        solved = [s for s in results.values() if isinstance(s, Solution) and s.answer is not None]
        if len({canonical(s.answer) for s in solved if s.answer is not None}) < 2:
            return voted
        request = skills.choose(problem.question, [s.text for s in solved])
        try:
            chosen = await ask(ctx, request, role="judge")
        except (BudgetSpent, ModelError) as error:
            return cut_short(voted, error)
        if isinstance(chosen, Unreadable | Outside):
            return replace(voted, detail={**voted.detail, "fallback": "plurality"})
        return replace(solved[chosen], candidates=voted.candidates)
