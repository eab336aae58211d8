"""The one loop of the makers of data: many items at once, those that fail told at the end."""

from __future__ import annotations

import asyncio

import pytest

from reasonloom.data.many import each
from reasonloom.errors import ConnectionFailed, InputError, ServerFailed


async def test_items_that_the_model_lets_down_come_back_and_the_others_are_done() -> None:
    done: list[int] = []

    async def work(item: int) -> None:
        if item % 3 == 0:
            raise ServerFailed(f"no luck with {item}")
        done.append(item)

    failures = await each(range(7), work)
    assert done == [1, 2, 4, 5]
    assert [(item, str(error)) for item, error in failures] == [
        (item, f"no luck with {item}") for item in (0, 3, 6)
    ]


async def test_progress_counts_items_that_failed_too_and_so_comes_to_its_end() -> None:
    told: list[tuple[int, int]] = []

    async def work(item: int) -> None:
        if item == 1:
            raise ServerFailed("no luck")

    await each(range(3), work, watch=lambda *now: told.append(now))
    assert told == [(1, 3), (2, 3), (3, 3)]


async def test_so_many_items_are_under_way_together_and_no_more() -> None:
    running, peak = 0, 0

    async def work(item: int) -> None:
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        await asyncio.sleep(0)
        running -= 1

    await each(range(20), work, at_once=4)
    assert peak == 4


async def test_no_way_to_the_model_ends_all_and_is_raised_as_it_is() -> None:
    begun: list[int] = []

    async def work(item: int) -> None:
        begun.append(item)
        raise ConnectionFailed("nobody listens")

    with pytest.raises(ConnectionFailed):
        await each(range(9), work, at_once=1)
    assert begun == [0]


async def test_a_concurrency_that_would_do_nothing_is_refused() -> None:
    async def work(item: int) -> None:
        raise AssertionError(item)

    with pytest.raises(InputError, match="concurrency=0 runs nothing"):
        await each([1], work, at_once=0)
