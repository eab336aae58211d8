"""Chain of verification: draft, plan questions that test the draft, answer them, conclude.

Dhuliawala et al., arXiv 2309.11495, with its four variants. Factored is the one to take: whoever
answers a question does not see the draft, so the draft's errors are not repeated. What differs: the
problem stands beside each question, for a question about a computation means little without it;
where a stage cannot be had, the draft stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal, TypeVar

from reasonloom.branches import BranchFailure
from reasonloom.context import Context
from reasonloom.errors import BudgetSpent, ModelError
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.ask import ask
from reasonloom.strategies.conclude import cut_short
from reasonloom.strategies.cot import Cot
from reasonloom.strategies.dialects.base import Ask, Outside, Unreadable
from reasonloom.strategies.samples import within
from reasonloom.strategies.skilled import skilled
from reasonloom.strategies.strategy import Strategy

PURPOSE = "verify solutions"
T = TypeVar("T")
Variant = Literal["joint", "two_step", "factored", "factor_revise"]
Checks = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ChainOfVerification:
    """most         questions at the most; the list is cut there (our choice)
    over         the strategy that drafts
    temperature  of every call but those of `over` (our choice)
    variant      who answers the questions: "joint", the call that plans them, which sees the draft;
                 "two_step", a second call, all of them; "factored", a call each; "factor_revise", a
                 call each, whose answer another call compares with the draft (paper, section 3)
    """

    most: int = 6
    over: Strategy = field(default_factory=Cot)
    temperature: float = 0.0
    variant: Variant = "factored"

    def __post_init__(self) -> None:
        within("most", self.most, 1, 12)

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        skills = skilled(ctx, "reasoner", PURPOSE)
        with ctx.child("draft") as child:
            draft = await self.over.solve(problem, child)
        if draft.answer is None:
            return draft
        checks: Checks = ()
        try:
            checks = await self._checks(problem, draft, ctx)
            request = skills.verified(
                problem.question, draft.text, checks, apart=self.variant != "joint"
            )
            final = await self._ask(ctx, request) if checks else None
        except (BudgetSpent, ModelError) as error:
            return cut_short(replace(draft, detail={**draft.detail, "checks": checks}), error)
        if final is None:
            detail = {**draft.detail, "checks": checks, "fallback": "draft"}
            return replace(draft, detail=detail)
        candidates = (draft.answer, final.answer)
        return Solution(final.answer, final.text, candidates, detail={"checks": checks})

    async def _checks(self, problem: Problem, draft: Solution, ctx: Context) -> Checks:
        """Questions about the draft with their answers, those that could be had.

        Raises what kept the questions from being answered, where none could be.
        """
        skills, asked = skilled(ctx, "reasoner", PURPOSE), problem.question
        if self.variant == "joint":
            return await self._ask(ctx, skills.examine(asked, draft.text, self.most)) or ()
        questions = await self._ask(ctx, skills.probe(asked, draft.text, self.most)) or ()
        if self.variant == "two_step" and questions:
            answers = await self._ask(ctx, skills.parts(asked, questions)) or ()
            return [*zip(questions, answers, strict=False)]
        return await self._apart(problem, draft, questions, ctx)

    async def _apart(
        self, problem: Problem, draft: Solution, questions: Sequence[str], ctx: Context
    ) -> Checks:
        """Each question answered in a branch of its own, all together."""
        replies = await ctx.gather(
            {
                f"check-{i}": partial(self._answer, problem, draft, question)
                for i, question in enumerate(questions, 1)
            }
        )
        answers = list(replies.values())
        failures = [a.error for a in answers if isinstance(a, BranchFailure)]
        if failures and len(failures) == len(answers):
            raise failures[0]
        return [(q, a) for q, a in zip(questions, answers, strict=True) if isinstance(a, str)]

    async def _answer(
        self, problem: Problem, draft: Solution, question: str, ctx: Context
    ) -> str | None:
        skills, asked = skilled(ctx, "reasoner", PURPOSE), problem.question
        answer = await self._ask(ctx, skills.part(asked, (), question))
        if answer is None or self.variant != "factor_revise":
            return answer
        found = await self._ask(ctx, skills.compare(asked, draft.text, (question, answer)))
        return f"{answer}\nThe solution compared with this answer: {found}" if found else answer

    async def _ask(self, ctx: Context, request: Ask[T]) -> T | None:
        reply = await ask(ctx, request, role="reasoner", temperature=self.temperature)
        return None if isinstance(reply, Unreadable | Outside) else reply
