"""Best of n: sample solutions, score each, and take the best or the best-supported answer.

Lightman et al., arXiv 2305.20050 (a solution's score is the product of its steps'); Wang et al.,
arXiv 2312.08935 (their minimum). What differs: any Scorer; a sample is scored as soon as it is
there; a sample without a readable score counts as 0, and if none has one the plurality decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from math import prod
from typing import Literal, NamedTuple

from reasonloom.branches import BranchFailure
from reasonloom.context import Context
from reasonloom.errors import BudgetSpent, ModelError
from reasonloom.grading.canonical import canonical
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.cot import Cot
from reasonloom.strategies.dialects.base import Unreadable
from reasonloom.strategies.samples import warm, within
from reasonloom.strategies.scorers import Scorer, SelfJudgement, steps_of
from reasonloom.strategies.self_consistency import tally
from reasonloom.strategies.strategy import Strategy


class Scored(NamedTuple):
    """A sample and its score in [0, 1]; None where it could not be had, `error` saying why."""

    solution: Solution
    score: float | None
    error: BudgetSpent | ModelError | None = None

    @property
    def weight(self) -> float:
        return self.score or 0.0


@dataclass(frozen=True)
class BestOfN:
    """n            samples (our choice; the papers go to 1,860 and 256)
    scorer       judges the steps of each sample
    reduce       steps' scores to one (2305.20050: product; 2312.08935: min; outcome models: last)
    weighted     add up the scores of samples with one answer (2305.20050: no; 2312.08935: yes)
    over         the strategy that is sampled
    temperature  put in where `over` would be greedy (2312.08935: 0.7)
    """

    n: int = 8
    scorer: Scorer = field(default_factory=SelfJudgement)
    reduce: Literal["product", "min", "last"] = "product"
    weighted: bool = False
    over: Strategy = field(default_factory=Cot)
    temperature: float = 0.7

    def __post_init__(self) -> None:
        within("n", self.n, 1, 1_000)

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        self.scorer.ready(ctx)
        branch = partial(self._scored, problem)
        results = await ctx.gather({f"sample-{i}": branch for i in range(self.n)})
        scored = {k: r for k, r in results.items() if isinstance(r, Scored)}
        voted = tally(
            {k: r if isinstance(r, BranchFailure) else r.solution for k, r in results.items()}
        )
        scores = [r.score for r in scored.values()]
        detail = {**voted.detail, "scores": scores}
        if all(score is None for score in scores):
            return replace(voted, detail={**detail, "fallback": "plurality"})
        best = self._best(scored)
        return replace(best, candidates=voted.candidates, detail={**best.detail, "scores": scores})

    async def _scored(self, problem: Problem, ctx: Context) -> Scored:
        with ctx.child("solve") as child:
            solution = await warm(self.over, self.temperature).solve(problem, child)
        if solution.answer is None:
            return Scored(solution, None)
        steps = steps_of(solution.text) or (solution.answer,)
        try:
            with ctx.child("score") as child:
                scores = await self.scorer.score(problem, steps, child)
        except (BudgetSpent, ModelError) as error:
            return Scored(solution, None, error)
        return Scored(solution, None if isinstance(scores, Unreadable) else self._reduced(scores))

    def _reduced(self, scores: tuple[float, ...]) -> float:
        if self.reduce == "last":
            return scores[-1]
        return min(scores) if self.reduce == "min" else prod(scores)

    def _best(self, scored: Mapping[str, Scored]) -> Solution:
        """The best sample, the earliest of equals; weighted, of the answer with most support."""
        answered = [s for s in scored.values() if s.solution.answer is not None]
        best = max(answered, key=lambda s: s.weight)
        if not self.weighted:
            return replace(best.solution, confidence=best.score)
        support: defaultdict[str, float] = defaultdict(float)
        for s in answered:
            support[canonical(s.solution.answer or "")] += s.weight
        key = max(support, key=support.__getitem__)
        total = sum(support.values())
        best = max(
            (s for s in answered if canonical(s.solution.answer or "") == key),
            key=lambda s: s.weight,
        )
        return replace(best.solution, confidence=support[key] / total if total else None)
