"""Self-refine: draft, let the model criticise its draft, improve it, until nothing is found wrong.

Madaan et al., arXiv 2303.17651. What differs: the feedback says in so many words whether the answer
is right, instead of a stop phrase; a reply that cannot be read leaves the last draft standing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from reasonloom.context import Context
from reasonloom.errors import BudgetSpent, ModelError
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.ask import ask
from reasonloom.strategies.conclude import cut_short
from reasonloom.strategies.cot import Cot
from reasonloom.strategies.dialects.base import Outside, Unreadable
from reasonloom.strategies.dialects.skills import Skills
from reasonloom.strategies.samples import within
from reasonloom.strategies.skilled import skilled
from reasonloom.strategies.strategy import Strategy


@dataclass(frozen=True)
class SelfRefine:
    """iterations   feedbacks at the most (paper, section 3: 4)
    over         the strategy that drafts
    temperature  of feedback and improvement (paper: 0.7)
    """

    iterations: int = 4
    over: Strategy = field(default_factory=Cot)
    temperature: float = 0.7

    def __post_init__(self) -> None:
        within("iterations", self.iterations, 1, 20)

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        skills = skilled(ctx, "reasoner", "criticise and improve solutions")
        with ctx.child("draft") as child:
            best = await self.over.solve(problem, child)
        history: list[tuple[str, str]] = []
        try:
            while len(history) < self.iterations:
                better = await self._better(problem, best, history, skills, ctx)
                if better is None:
                    break
                best = better
        except (BudgetSpent, ModelError) as error:
            best = cut_short(best, error)
        return replace(best, detail={**best.detail, "feedback": [said for _, said in history]})

    async def _better(
        self,
        problem: Problem,
        best: Solution,
        history: list[tuple[str, str]],
        skills: Skills,
        ctx: Context,
    ) -> Solution | None:
        """The next draft; None where the last one is found right, or nothing can be read."""
        request = skills.critique(problem.question, best.text)
        found = await ask(ctx, request, role="reasoner", temperature=self.temperature)
        if isinstance(found, Unreadable | Outside) or found.right:
            return None
        history.append((best.text, found.feedback))
        improve = skills.improve(problem.question, history)
        draft = await ask(ctx, improve, role="reasoner", temperature=self.temperature)
        if isinstance(draft, Unreadable | Outside):
            return None
        candidates = (*best.candidates, draft.answer)
        return Solution(draft.answer, draft.text, candidates=candidates)
