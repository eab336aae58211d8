"""How good the steps of a solution are: what best-of-n and search stand on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, fsum
from typing import Protocol

from reasonloom.context import Context
from reasonloom.errors import NoSkill
from reasonloom.problem import Problem
from reasonloom.strategies.ask import ask, speak
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
        """For each step how likely it is right, from 0 to 1; or one number for all of them."""
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


@dataclass(frozen=True)
class Likelihood:
    """How sure a model is of a solution's words: the geometric mean of their tokens' probabilities.

    One number for the whole solution, exp of the mean log-probability a token (length-normalised
    as in Wang et al., arXiv 2203.11171, table 1). It says how natural a text is, not that it is
    right; what was thought between delimiters is not part of it.

    role  whose model scores; it is the reasoner's own where the role has no model
    """

    role: str = "reasoner"

    def ready(self, ctx: Context) -> None:
        model = ctx.model(self.role)
        features = model.profile.features
        if features is not None and "echo_logprobs" not in features:
            raise NoSkill(
                f"{model.name} gives no log-probabilities of a text that it is shown, which"
                " likelihood needs: take a local model, a server with echo, or self_judgement"
            )

    async def score(
        self, problem: Problem, steps: Sequence[str], ctx: Context
    ) -> tuple[float, ...] | Unreadable:
        asked = speak(ctx, self.role).cot(problem.question)
        tokens = await ctx.score(asked.prompt, _joined(steps), role=self.role)
        if not tokens:
            return Unreadable("the solution has no tokens to score")
        return (exp(fsum(token.logprob for token in tokens) / len(tokens)),)


def _joined(steps: Sequence[str]) -> str:
    """A solution from its steps; a step of several lines shows that they were paragraphs."""
    return ("\n\n" if any("\n" in step for step in steps) else "\n").join(steps)


def steps_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a solution, or its lines where it has no paragraphs."""
    parts = [p.strip() for p in re.split(r"\n\s*\n", text) if p.strip()]
    if len(parts) < 2:
        parts = [line.strip() for line in text.splitlines() if line.strip()]
    head, rest = parts[: MOST_STEPS - 1], parts[MOST_STEPS - 1 :]
    return (*head, "\n".join(rest)) if rest else tuple(head)
