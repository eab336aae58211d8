"""The navigator reads the problem and writes a trajectory."""

from __future__ import annotations

from reasonloom.context import Context
from reasonloom.problem import Problem
from reasonloom.strategies.ask import ask, speak
from reasonloom.strategies.dialects.base import Outside, Unreadable
from reasonloom.strategies.reasonflux.retrieve import names_near
from reasonloom.trajectory import Trajectory

MAX_STEPS = 16
"""A longer plan is cut (our choice: twice the deepest composite)."""


async def plan(
    problem: Problem, ctx: Context, *, temperature: float = 0.0
) -> Trajectory | Unreadable | Outside:
    """Steps with goal, template name and tags (paper, section 3.3).

    Beyond the paper, the navigator is shown the names of the templates nearest to the problem, so
    that it asks for what the library has.
    """
    request = speak(ctx, "navigator").plan(problem.question, names_near(problem.question, ctx))
    steps = await ask(ctx, request, role="navigator", temperature=temperature)
    return steps if isinstance(steps, Unreadable | Outside) else steps[:MAX_STEPS]
