"""Put one typed request to a model and read its reply, with one bounded second try."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from reasonloom.context import Context
from reasonloom.strategies.dialects import Dialect, dialect_of
from reasonloom.strategies.dialects.base import Ask, Outside, Unreadable

T = TypeVar("T")
VOTE_TEMPERATURE = 0.7
"""Of samples that are voted over (self-consistency, section 3.1)."""


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
    value = request.read(choice.text, choice.finish_reason)
    if isinstance(value, Unreadable):
        ctx.note("unreadable", request=request.kind, reason=value.reason)
        if request.again:
            (choice,) = await ctx.generate(
                request.again(value),
                role=role,
                max_tokens=request.max_tokens,
                temperature=temperature,
            )
            value = request.read(choice.text, choice.finish_reason)
    return value


async def poll(
    ctx: Context,
    request: Ask[T],
    *,
    role: str,
    votes: int,
    same: Callable[[T], str],
    temperature: float,
) -> tuple[T | Unreadable | Outside, float]:
    """Ask `votes` times in one call; the reply that came most often, and its share of all.

    `same` is equal for replies that count as one. The first among equals wins; unreadable replies
    have no vote, but count in the share.
    """
    choices = await ctx.generate(
        request.prompt,
        role=role,
        n=votes,
        max_tokens=request.max_tokens,
        temperature=temperature,
    )
    values = [request.read(choice.text, choice.finish_reason) for choice in choices]
    keys = [_key(value, same) for value in values]
    counts = Counter(key for key in keys if key is not None)
    if not counts:
        ctx.note("unreadable", request=request.kind, reason="none of the samples can be read")
        return values[0], 0.0
    key, count = counts.most_common(1)[0]
    return values[keys.index(key)], count / votes


def _key(value: T | Unreadable | Outside, same: Callable[[T], str]) -> str | None:
    if isinstance(value, Unreadable):
        return None
    return "outside" if isinstance(value, Outside) else same(value)
