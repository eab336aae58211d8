"""Chain of verification: draft, plan questions that test the draft, answer them apart, conclude.

Dhuliawala et al., arXiv 2309.11495, its factored variant: whoever answers a question does not see
the draft, so the draft's errors are not repeated. What differs: the problem stands beside each
question, for a question about a computation means little without it; the questions are answered
together; where a stage cannot be had, the draft stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from reasonloom.branches import BranchFailure
from reasonloom.context import Context
from reasonloom.errors import BudgetSpent, ModelError
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.ask import ask
from reasonloom.strategies.conclude import cut_short
from reasonloom.strategies.cot import Cot
from reasonloom.strategies.dialects.base import Outside, Unreadable
from reasonloom.strategies.dialects.skills import Draft
from reasonloom.strategies.samples import within
from reasonloom.strategies.skilled import skilled
from reasonloom.strategies.strategy import Strategy

PURPOSE = "verify solutions"


@dataclass(frozen=True)
class ChainOfVerification:
    """most         questions at the most; the list is cut there (our choice)
    over         the strategy that drafts
    temperature  of every call but those of `over` (our choice)
    """

    most: int = 6
    over: Strategy = field(default_factory=Cot)
    temperature: float = 0.0

    def __post_init__(self) -> None:
        within("most", self.most, 1, 12)

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        skilled(ctx, "reasoner", PURPOSE)
        with ctx.child("draft") as child:
            draft = await self.over.solve(problem, child)
        if draft.answer is None:
            return draft
        checks: list[tuple[str, str]] = []
        try:
            checks += await self._checks(problem, draft, ctx)
            final = await self._final(problem, draft, checks, ctx) if checks else None
        except (BudgetSpent, ModelError) as error:
            return cut_short(replace(draft, detail={**draft.detail, "checks": checks}), error)
        if final is None:
            detail = {**draft.detail, "checks": checks, "fallback": "draft"}
            return replace(draft, detail=detail)
        candidates = (draft.answer, final.answer)
        return Solution(final.answer, final.text, candidates, detail={"checks": checks})

    async def _checks(
        self, problem: Problem, draft: Solution, ctx: Context
    ) -> list[tuple[str, str]]:
        """Questions about the draft with their answers, those that could be had.

        Raises what kept the questions from being answered, where none could be.
        """
        request = skilled(ctx, "reasoner", PURPOSE).probe(problem.question, draft.text, self.most)
        planned = await ask(ctx, request, role="reasoner", temperature=self.temperature)
        if isinstance(planned, Unreadable | Outside):
            return []
        replies = await ctx.gather(
            {f"check-{i}": partial(self._answer, problem, q) for i, q in enumerate(planned, 1)}
        )
        answers = list(replies.values())
        failures = [a.error for a in answers if isinstance(a, BranchFailure)]
        if failures and len(failures) == len(answers):
            raise failures[0]
        return [(q, a) for q, a in zip(planned, answers, strict=True) if isinstance(a, str)]

    async def _answer(self, problem: Problem, question: str, ctx: Context) -> str | None:
        request = skilled(ctx, "reasoner", PURPOSE).part(problem.question, (), question)
        answer = await ask(ctx, request, role="reasoner", temperature=self.temperature)
        return None if isinstance(answer, Unreadable | Outside) else answer

    async def _final(
        self, problem: Problem, draft: Solution, checks: Sequence[tuple[str, str]], ctx: Context
    ) -> Draft | None:
        request = skilled(ctx, "reasoner", PURPOSE).verified(problem.question, draft.text, checks)
        final = await ask(ctx, request, role="reasoner", temperature=self.temperature)
        return None if isinstance(final, Unreadable | Outside) else final
