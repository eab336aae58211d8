"""Reflexion: attempt, judge, note what went wrong, try again with the notes in sight.

Shinn et al., arXiv 2303.11366. What differs: an attempt is judged by a Scorer, the model's own
judgement unless another is given, and never by the reference answer, which the paper's runs on
questions use; an attempt without a readable answer has failed and is not judged; nor is the last
attempt, since nothing would follow from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reasonloom.context import Context
from reasonloom.errors import BudgetSpent, ModelError
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.ask import ask
from reasonloom.strategies.conclude import conclude, cut_short
from reasonloom.strategies.cot import Cot
from reasonloom.strategies.dialects.base import Outside, Unreadable
from reasonloom.strategies.samples import within
from reasonloom.strategies.scorers import Scorer, SelfJudgement, steps_of
from reasonloom.strategies.skilled import skilled
from reasonloom.strategies.strategy import Strategy

PURPOSE = "reflect on its attempts"


@dataclass(frozen=True)
class Reflexion:
    """trials       attempts at the most, the first one included (our choice)
    memory       notes in sight, the latest ones (paper, section 3: 1 to 3)
    scorer       judges the steps of an attempt
    threshold    an attempt is right if each of its steps scores at least this (our choice)
    over         the strategy of the first attempt
    temperature  of notes and of later attempts (our choice, as for self_refine)
    """

    trials: int = 3
    memory: int = 3
    scorer: Scorer = field(default_factory=SelfJudgement)
    threshold: float = 0.5
    over: Strategy = field(default_factory=Cot)
    temperature: float = 0.7

    def __post_init__(self) -> None:
        within("trials", self.trials, 2, 20)
        within("memory", self.memory, 1, 20)
        within("threshold", self.threshold, 0, 1)

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        skilled(ctx, "reasoner", PURPOSE)
        self.scorer.ready(ctx)
        with ctx.child("first") as child:
            tried = [await self.over.solve(problem, child)]
        notes: list[str] = []
        try:
            while len(tried) < self.trials:
                note = await self._note(problem, tried, notes, ctx)
                if note is None:
                    return _latest(tried, notes)
                notes.append(note)
                tried.append(await self._again(problem, notes, ctx))
        except (BudgetSpent, ModelError) as error:
            return cut_short(_latest(tried, notes), error)
        return replace(_latest(tried, notes), stop_reason="rounds")

    async def _note(
        self, problem: Problem, tried: Sequence[Solution], notes: Sequence[str], ctx: Context
    ) -> str | None:
        """What to do differently; None where the last attempt is right, or nothing can be read."""
        last = tried[-1]
        steps = steps_of(last.text) or (last.answer or "(nothing was written)",)
        scores: tuple[float, ...] | Unreadable = (0.0,) * len(steps)
        if last.answer is not None:
            with ctx.child(f"judge-{len(tried)}") as child:
                scores = await self.scorer.score(problem, steps, child)
        if isinstance(scores, Unreadable) or min(scores) >= self.threshold:
            return None
        skills = skilled(ctx, "reasoner", PURPOSE)
        request = skills.reflect(problem.question, steps, scores, notes[-self.memory :])
        note = await ask(ctx, request, role="reasoner", temperature=self.temperature)
        return None if isinstance(note, Unreadable | Outside) else note

    async def _again(self, problem: Problem, notes: Sequence[str], ctx: Context) -> Solution:
        request = skilled(ctx, "reasoner", PURPOSE).retry(problem.question, notes[-self.memory :])
        draft = await ask(ctx, request, role="reasoner", temperature=self.temperature)
        if isinstance(draft, Unreadable | Outside):
            return conclude(draft)
        return conclude(draft.answer, draft.text)


def _latest(tried: Sequence[Solution], notes: Sequence[str]) -> Solution:
    """The last attempt that reached an answer, as the paper returns the last; else the last."""
    last = next((s for s in reversed(tried) if s.answer is not None), tried[-1])
    candidates = tuple(s.answer for s in tried)
    return replace(last, candidates=candidates, detail={**last.detail, "notes": list(notes)})
