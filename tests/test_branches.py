"""Branches of a context: run together, each with its share, each failure a value."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from contexts import ask, context, hang, seeded
from reasonloom.context import BranchFailure, Context
from reasonloom.errors import BudgetSpent, ContextMisuse, ServerFailed
from reasonloom.limits import Limits
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import Scripted
from reasonloom.trace import SpanEnd


async def test_gather_returns_results_in_key_order() -> None:
    delays = {"a": 0.02, "b": 0.0, "c": 0.01}
    model = Scripted(lambda r: r.prefix, delay=lambda r: delays[r.prefix])

    def branch(key: str) -> Any:
        async def run(child: Context) -> str:
            return (await child.generate("hi", prefix=key))[0].text

        return run

    found = await context(model).gather({key: branch(key) for key in delays})
    assert list(found.items()) == [("a", "a"), ("b", "b"), ("c", "c")]
    assert model.peak == 3


async def test_gather_divides_what_is_left_and_gets_back_the_rest() -> None:
    ctx = context(Scripted("one"), limits=Limits(tokens=1001))
    shares = await ctx.gather(dict.fromkeys("abc", limits_of))
    assert [shares[k].tokens for k in "abc"] == [334, 334, 333]  # type: ignore[union-attr]
    await ctx.gather(dict.fromkeys("xyz", ask))
    assert ctx.ledger.left().tokens == 1001 - 3 * 2


async def limits_of(child: Context) -> Limits:
    return child.ledger.limits


async def test_a_branch_that_is_let_down_is_a_value() -> None:
    def script(request: Request) -> str:
        if request.prefix:
            raise ServerFailed("down")
        return "fine"

    async def fails(child: Context) -> str:
        return (await child.generate("hi", prefix="x", max_tokens=16))[0].text

    async def spends(child: Context) -> str:
        return (await child.generate("hi " * 500, max_tokens=16))[0].text

    ctx = context(Scripted(script), limits=Limits(tokens=900))
    found = await ctx.gather({"fails": fails, "fine": ask, "spends": spends})
    assert found["fine"] == "fine"
    assert isinstance(found["fails"], BranchFailure)
    assert isinstance(found["fails"].error, ServerFailed)
    assert isinstance(found["spends"], BranchFailure)
    assert isinstance(found["spends"].error, BudgetSpent)
    ends = {e.span: e.outcome for e in ctx.trace.events if isinstance(e, SpanEnd)}
    assert ends == {"fails": "failed", "fine": "finished", "spends": "failed"}


async def test_a_bug_in_a_branch_cancels_the_rest_and_is_raised() -> None:
    async def bug(child: Context) -> str:
        await asyncio.sleep(0)
        raise ZeroDivisionError("a bug")

    model = Scripted(hang)
    ctx = context(model)
    with pytest.raises(ZeroDivisionError):
        await ctx.gather({"slow": ask, "bug": bug})
    assert model.cancelled == 1
    assert {e.span for e in ctx.trace.events if isinstance(e, SpanEnd)} == {"slow", "bug"}


async def test_once_the_outcome_is_fixed_the_rest_is_cancelled_booked_and_absent() -> None:
    model = Scripted(seeded, delay=lambda r: 0.0 if r.prefix else 60.0)
    seen: list[list[str]] = []

    async def quick(child: Context) -> str:
        return (await child.generate("hi", prefix="x", max_tokens=16))[0].text

    def until(sofar: Mapping[str, str]) -> bool:
        seen.append(list(sofar))
        return len(sofar) == 2

    ctx = context(model)
    found = await ctx.gather({"c": quick, "slow": ask, "a": quick}, until=until)
    assert list(found) == ["c", "a"]
    assert seen == [["c"], ["c", "a"]]
    assert model.cancelled == 1
    assert ctx.ledger.spent.calls == 3 and ctx.ledger.spent.estimated


async def test_a_bug_in_until_is_raised() -> None:
    def until(sofar: Mapping[str, str]) -> bool:
        raise KeyError("gone")

    with pytest.raises(KeyError):
        await context(Scripted("x")).gather({"a": ask}, until=until)


async def test_a_branch_that_cancels_itself_is_absent() -> None:
    async def gives_up(child: Context) -> str:
        raise asyncio.CancelledError

    assert await context(Scripted("x")).gather({"a": gives_up, "b": ask}) == {"b": "x"}
    assert await context(Scripted("x")).gather({"a": gives_up}) == {}


async def test_a_wrong_key_leaves_no_span_open() -> None:
    ctx = context(Scripted("x"))
    with pytest.raises(ContextMisuse):
        await ctx.gather({"a": ask, "b/c": ask})
    (end,) = [e for e in ctx.trace.events if isinstance(e, SpanEnd)]
    assert (end.span, end.outcome) == ("a", "cancelled")


async def test_gather_of_nothing_is_nothing() -> None:
    assert await context(Scripted("x")).gather({}) == {}


async def test_a_context_is_at_work_while_it_gathers() -> None:
    ctx = context(Scripted("x"))

    async def wrong(child: Context) -> Any:
        return await ctx.generate("hi")

    with pytest.raises(ContextMisuse, match="already at work"):
        await ctx.gather({"a": wrong})
