from __future__ import annotations

from functools import partial

from reasonloom.context import Branch, Context, open_context
from reasonloom.evaluate.critical import Critical, critical
from reasonloom.models.scripted import Scripted
from reasonloom.problem import Problem


async def calls(count: int, ctx: Context) -> None:
    for _ in range(count):
        await ctx.generate("hi", max_tokens=4)


def opened() -> Context:
    return open_context(Problem("q"), {"default": Scripted("yes", delay=lambda r: 0.002)})


async def test_calls_of_one_span_follow_each_other() -> None:
    with opened() as ctx:
        await calls(3, ctx)
    assert critical(ctx.trace.events).depth == 3


async def test_branches_that_run_together_are_as_deep_as_the_deepest() -> None:
    with opened() as ctx:
        await calls(1, ctx)
        await ctx.gather({"a": partial(calls, 1), "b": partial(calls, 4), "c": partial(calls, 2)})
        await calls(1, ctx)
    assert critical(ctx.trace.events).depth == 6


async def test_children_one_after_another_add_up() -> None:
    with opened() as ctx:
        for key in ("a", "b"):
            with ctx.child(key) as child:
                await calls(2, child)
    found = critical(ctx.trace.events)
    assert found.depth == 4
    assert found.seconds >= 4 * 0.002


async def test_groups_nest() -> None:
    async def branch(ctx: Context) -> None:
        await calls(1, ctx)
        await ctx.gather({"x": partial(calls, 2), "y": partial(calls, 1)})

    branches: dict[str, Branch[None]] = {"a": branch, "b": partial(calls, 2)}
    with opened() as ctx:
        await ctx.gather(branches)
    assert critical(ctx.trace.events).depth == 3


def test_an_attempt_without_calls_has_no_depth() -> None:
    with opened() as ctx:
        pass
    assert critical(ctx.trace.events) == Critical(0, 0.0)
    assert critical([]) == Critical(0, 0.0)
