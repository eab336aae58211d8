"""Work on many rows at once, and what that cost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from reasonloom.bookings import Spent
from reasonloom.errors import AuthenticationFailed, ConnectionFailed, ModelError

T = TypeVar("T")
AT_ONCE = 64
"""Rows under way together where nothing else is asked for (our choice)."""
Costs = dict[str, float]


async def each(
    items: Iterable[T],
    work: Callable[[T], Awaitable[None]],
    failed: Callable[[T, ModelError], None],
    at_once: int = AT_ONCE,
) -> None:
    """Work on every item, `at_once` together; `failed` hears of those that the model let down.

    The first other error ends all and is raised; so does one of the way to the model, which would
    fail every item.
    """
    queue = iter(items)
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(_work(queue, work, failed))
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None


async def _work(
    queue: Iterator[T],
    work: Callable[[T], Awaitable[None]],
    failed: Callable[[T, ModelError], None],
) -> None:
    for item in queue:
        try:
            await work(item)
        except (AuthenticationFailed, ConnectionFailed):
            raise
        except ModelError as failure:
            failed(item, failure)


def costs(spent: Spent) -> Costs:
    """What a row's journal line keeps of its ledger."""
    return {
        "calls": spent.calls,
        "prompt_tokens": spent.prompt_tokens,
        "completion_tokens": spent.completion_tokens,
        "usd": spent.usd,
    }


def total(values: Iterable[Mapping[str, Any]]) -> Costs:
    """The sum over journal values that have `costs`."""
    found = [value["costs"] for value in values]
    return {name: sum(one[name] for one in found) for name in costs(Spent())}
