"""The navigator reads the problem and writes a trajectory."""

from __future__ import annotations

from reasonloom.context import Context
from reasonloom.problem import Problem
from reasonloom.strategies.ask import VOTE_TEMPERATURE, ask, poll, speak
from reasonloom.strategies.dialects.base import Outside, Unreadable
from reasonloom.strategies.reasonflux.retrieve import names_near
from reasonloom.trajectory import Trajectory

MAX_STEPS = 16
"""A longer plan is cut (our choice: twice the deepest composite)."""


async def plan(
    problem: Problem, ctx: Context, *, temperature: float = 0.0, votes: int = 1
) -> Trajectory | Unreadable | Outside:
    """Steps with goal, template name and tags (paper, section 3.3).

    votes  plans sampled, of which the one with the most frequent goals is taken (paper: 1)

    Beyond the paper, the navigator is shown the names of the templates nearest to the problem, so
    that it asks for what the library has.
    """
    request = speak(ctx, "navigator").plan(problem.question, names_near(problem.question, ctx))
    steps: Trajectory | Unreadable | Outside
    if votes == 1:
        steps = await ask(ctx, request, role="navigator", temperature=temperature)
    else:
        voted = await poll(
            ctx, request, role="navigator", votes=votes, same=_goals, temperature=VOTE_TEMPERATURE
        )
        steps = voted[0]
    return steps if isinstance(steps, Unreadable | Outside) else steps[:MAX_STEPS]


def _goals(steps: Trajectory) -> str:
    return "\n".join(step.goal for step in steps)
