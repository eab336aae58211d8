"""Least to most: take the problem apart, answer the simpler questions in order, then the whole.

Zhou et al., arXiv 2205.10625. What differs: the model decomposes without worked examples, and where
the parts cannot be had the problem is thought out plainly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

from reasonloom.context import Context
from reasonloom.errors import BudgetSpent, ModelError
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.ask import ask
from reasonloom.strategies.conclude import conclude, cut_short
from reasonloom.strategies.cot import Cot
from reasonloom.strategies.dialects.base import Ask, Outside, Unreadable
from reasonloom.strategies.samples import within
from reasonloom.strategies.skilled import skilled

T = TypeVar("T")


@dataclass(frozen=True)
class LeastToMost:
    """most         simpler questions at the most; the list is cut there (our choice)
    temperature  of every call (paper: greedy)
    """

    most: int = 8
    temperature: float = 0.0

    def __post_init__(self) -> None:
        within("most", self.most, 1, 12)

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        skills = skilled(ctx, "reasoner", "decompose problems")
        request = skills.decompose(problem.question, self.most)
        parts = await ask(ctx, request, role="reasoner")
        if isinstance(parts, Unreadable | Outside):
            ctx.note("fallback", reason="the parts could not be read")
            solution = await Cot(self.temperature).solve(problem, ctx)
            return replace(solution, detail={"fallback": "the parts could not be read"})
        settled: list[tuple[str, str]] = []
        try:
            for part in parts:
                answer = await self._ask(ctx, skills.part(problem.question, settled, part))
                settled.append((part, "unknown" if isinstance(answer, Unreadable) else answer))
            draft = await self._ask(ctx, skills.whole(problem.question, settled))
        except (BudgetSpent, ModelError) as error:
            return cut_short(Solution(None, detail={"settled": settled}), error)
        if isinstance(draft, Unreadable):
            return conclude(draft, detail={"settled": settled})
        return conclude(draft.answer, draft.text, detail={"settled": settled})

    async def _ask(self, ctx: Context, request: Ask[T]) -> T | Unreadable:
        reply = await ask(ctx, request, role="reasoner", temperature=self.temperature)
        return Unreadable("outside") if isinstance(reply, Outside) else reply
