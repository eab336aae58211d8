"""Put one typed request to a model and read its reply, with one bounded second try."""

from __future__ import annotations

from typing import TypeVar

from reasonloom.context import Context
from reasonloom.strategies.dialects import Dialect, dialect_of
from reasonloom.strategies.dialects.base import Ask, Outside, Unreadable

T = TypeVar("T")


def speak(ctx: Context, role: str) -> Dialect:
    """The dialect of the model behind a role."""
    return dialect_of(ctx.model(role).profile.dialect)


async def ask(
    ctx: Context, request: Ask[T], *, role: str, temperature: float = 0.0
) -> T | Unreadable | Outside:
    """The typed value of the reply.

    An unreadable reply is asked for once more where the dialect knows how to, and then returned as
    Unreadable: models do this, so it is a value.
    """
    (choice,) = await ctx.generate(
        request.prompt, role=role, max_tokens=request.max_tokens, temperature=temperature
    )
    value = request.parse(choice.text)
    if isinstance(value, Unreadable):
        ctx.note("unreadable", request=request.kind, reason=value.reason)
        if request.again:
            (choice,) = await ctx.generate(
                request.again(value),
                role=role,
                max_tokens=request.max_tokens,
                temperature=temperature,
            )
            value = request.parse(choice.text)
    return value
