"""What calls that are cancelled on nano are booked at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from reasonloom.context import Context, open_context
from reasonloom.errors import BudgetSpent
from reasonloom.limits import Limits
from reasonloom.models.protocol import Cancelled, Model, Prompt, Request
from reasonloom.models.resolve import resolve
from reasonloom.problem import Problem
from reasonloom.strategies.dialects import dialect_of

PROBLEM = Problem("Determine the GCF of 44 and 99.")


@pytest.fixture
async def nano() -> AsyncIterator[Model]:
    model = resolve("nano")
    yield model
    await model.close()


def prompt() -> Prompt:
    return dialect_of("compact").cot(PROBLEM.question).prompt


async def test_branches_that_early_stopping_cancels_cost_what_they_drew(nano: Model) -> None:
    async def short(child: Context) -> None:
        await child.generate(prompt(), max_tokens=30)

    async def long(child: Context) -> None:  # so hot that the end comes late
        await child.generate(prompt(), temperature=50.0, max_tokens=3_000)

    ctx = open_context(PROBLEM, {"default": nano})
    await ctx.gather({"short": short, **{f"long-{i}": long for i in range(5)}}, until=bool)
    done, *cut = sorted(ctx.trace.calls, key=lambda call: call.status, reverse=True)
    assert [call.status for call in cut] == ["cancelled"] * 5
    for call in cut:
        usage = call.booking.usage
        assert usage.prompt_tokens == done.booking.usage.prompt_tokens
        assert 0 < usage.completion_tokens < 200
    assert ctx.ledger.spent.tokens == sum(c.booking.usage.total_tokens for c in ctx.trace.calls)
    assert ctx.ledger.spent.calls == 6


async def test_at_the_deadline_a_call_costs_what_it_drew(nano: Model) -> None:
    await nano.generate(Request(text="warm", max_tokens=1))
    ctx = open_context(PROBLEM, {"default": nano}, limits=Limits(seconds=0.1))
    with pytest.raises(BudgetSpent, match="time"):
        await ctx.generate(prompt(), temperature=50.0, max_tokens=3_000, n=8)
    assert ctx.ledger.spent.completion_tokens < 8 * 1_000
    assert not ctx.ledger.spent.overshot


@pytest.mark.parametrize("seconds", [0.0, 0.003, 0.01, 0.02])
async def test_a_cancelled_call_costs_at_most_what_it_would_have_cost(
    nano: Model, seconds: float
) -> None:
    request = Request(text=prompt().text, n=4, temperature=1.0, max_tokens=150, seeds=(1, 2, 3, 4))
    whole = (await nano.generate(request)).usage
    task = asyncio.create_task(nano.generate(request))
    await asyncio.sleep(seconds)
    task.cancel()
    with pytest.raises(Cancelled) as stopped:
        await task
    usage = stopped.value.usage
    assert usage.prompt_tokens in (0, whole.prompt_tokens)
    assert 0 <= usage.completion_tokens <= whole.completion_tokens
