"""Work on many rows at once, and what that cost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from reasonloom.bookings import Spent
from reasonloom.errors import AuthenticationFailed, ConnectionFailed, InputError, ModelError

T = TypeVar("T")
Watch = Callable[[int, int], None]
"""Told how many items are done with, of how many."""
AT_ONCE = 64
"""Rows under way together where nothing else is asked for (our choice)."""
Costs = dict[str, float]


class Failure(NamedTuple, Generic[T]):
    """An item that the model let down, and why: the next run tries it again."""

    item: T
    error: ModelError


async def each(
    items: Sequence[T],
    work: Callable[[T], Awaitable[object]],
    at_once: int = AT_ONCE,
    watch: Watch = lambda done, all: None,
) -> list[Failure[T]]:
    """Work on every item, `at_once` together; those that the model let down come back.

    The first other error ends all and is raised; so does one of the way to the model, which would
    fail every item. Raises InputError where `at_once` is below 1.
    """
    queue, failures, done = iter(items), list[Failure[T]](), 0

    async def one_by_one() -> None:
        nonlocal done
        for item in queue:
            try:
                await work(item)
            except (AuthenticationFailed, ConnectionFailed):
                raise
            except ModelError as error:
                failures.append(Failure(item, error))
            done += 1
            watch(done, len(items))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(positive(at_once)):
                group.create_task(one_by_one())
    except BaseExceptionGroup as broken:
        raise broken.exceptions[0] from None
    return failures


def positive(at_once: int) -> int:
    """Raises InputError for a concurrency that would do nothing."""
    if at_once < 1:
        raise InputError(f"concurrency={at_once} runs nothing: give 1 or more")
    return at_once


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
