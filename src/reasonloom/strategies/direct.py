"""One call that gives the answer and nothing else: the baseline of all baselines."""

from __future__ import annotations

from dataclasses import dataclass

from reasonloom.context import Context
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.ask import ask, speak
from reasonloom.strategies.conclude import conclude


@dataclass(frozen=True)
class Direct:
    """temperature  0 is greedy (our choice, as in the papers' baselines)"""

    temperature: float = 0.0

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        request = speak(ctx, "reasoner").direct(problem.question)
        return conclude(await ask(ctx, request, role="reasoner", temperature=self.temperature))
