"""How good the steps of a solution are: what best-of-n and search stand on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from reasonloom.context import Context
from reasonloom.problem import Problem
from reasonloom.strategies.ask import ask
from reasonloom.strategies.dialects.base import Outside, Unreadable
from reasonloom.strategies.skilled import skilled

MOST_STEPS = 40
"""Steps of one solution that are scored apart; what follows counts as one (our choice)."""


class Scorer(Protocol):
    """A judge of steps: the model itself, a trained step scorer, a process reward model."""

    def ready(self, ctx: Context) -> None:
        """Raise UsageError where the models at hand cannot score; nothing is spent for it."""
        ...

    async def score(
        self, problem: Problem, steps: Sequence[str], ctx: Context
    ) -> tuple[float, ...] | Unreadable:
        """For each step the probability, from 0 to 1, that it is right."""
        ...


@dataclass(frozen=True)
class SelfJudgement:
    """The model grades each step in one call.

    role  whose model judges; it is the reasoner's own where the role has no model
    """

    role: str = "judge"

    def ready(self, ctx: Context) -> None:
        skilled(ctx, self.role, "judge answers")

    async def score(
        self, problem: Problem, steps: Sequence[str], ctx: Context
    ) -> tuple[float, ...] | Unreadable:
        skills = skilled(ctx, self.role, "judge answers")
        scores = await ask(ctx, skills.grade(problem.question, steps), role=self.role)
        return Unreadable("no scores in the reply") if isinstance(scores, Outside) else scores


def steps_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a solution, or its lines where it has no paragraphs."""
    parts = [p.strip() for p in re.split(r"\n\s*\n", text) if p.strip()]
    if len(parts) < 2:
        parts = [line.strip() for line in text.splitlines() if line.strip()]
    head, rest = parts[: MOST_STEPS - 1], parts[MOST_STEPS - 1 :]
    return (*head, "\n".join(rest)) if rest else tuple(head)
