"""Let models carry out the actions that the machine asks for."""

from __future__ import annotations

from reasonloom.context import Context
from reasonloom.data.long_cot.machine import Bounds, State, advance, begin, stopped
from reasonloom.data.long_cot.requests import request_of
from reasonloom.data.long_cot.write import written
from reasonloom.errors import BudgetSpent
from reasonloom.problem import Problem
from reasonloom.strategies.ask import ask
from reasonloom.strategies.dialects.base import Outside, Unreadable
from reasonloom.strategies.skilled import skilled

ACTOR, REFLECTOR = "reasoner", "reflector"
"""Roles: reflection may have a model of its own (paper: o1-mini beside Qwen2.5-72B-Instruct)."""
REFLECT_TEMPERATURE = 0.0
"""A check is not sampled (our choice)."""


async def build_chain(
    problem: Problem, ctx: Context, *, bounds: Bounds | None = None, temperature: float = 0.7
) -> State:
    """One chain, to its end whatever that is.

    temperature  of all actions but reflection (our choice)

    Raises NoSkill for a model that is not instruction-tuned, ModelError where one fails.
    """
    for role in (ACTOR, REFLECTOR):
        skilled(ctx, role, "carry out actions")
    state, bounds = begin(problem.question), bounds or Bounds()
    while state.action is not None:
        try:
            state = await _act(problem, state, ctx, bounds, temperature)
        except BudgetSpent:
            return stopped(state, "budget")
    ctx.note("chain", end=state.end, actions=len(state.log), answer=state.answer)
    return state


async def _act(
    problem: Problem, state: State, ctx: Context, bounds: Bounds, temperature: float
) -> State:
    before, reflects = len(ctx.trace.calls), state.action == "reflect"
    move = await ask(
        ctx,
        request_of(problem.question, state, written(state, ctx.seed)),
        role=REFLECTOR if reflects else ACTOR,
        temperature=REFLECT_TEMPERATURE if reflects else temperature,
    )
    if isinstance(move, Unreadable | Outside):
        return stopped(state, "unreadable")
    return advance(state, move, _tokens(ctx, before), bounds)


def _tokens(ctx: Context, before: int) -> int:
    """Completion tokens of the calls since; those from a cache too, so that it changes nothing."""
    made = (call.response for call in ctx.trace.calls[before:])
    return sum(response.usage.completion_tokens for response in made if response)
