from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contexts import PROBLEM, ask, context, hang, seeded
from reasonloom.context import Context, open_context
from reasonloom.errors import (
    BadReply,
    BadRequest,
    BudgetSpent,
    ContextMisuse,
    InputError,
    ServerFailed,
    TimedOut,
)
from reasonloom.limits import Limits
from reasonloom.models.protocol import (
    Cancelled,
    Choice,
    Message,
    Profile,
    Prompt,
    Request,
    Response,
    Usage,
)
from reasonloom.models.retried import Retried
from reasonloom.models.scripted import PROFILE, Scripted, TokenScripted
from reasonloom.seeds import derive
from reasonloom.trace import Call, Note, SpanEnd, SpanStart, Trace, TraceFile, read_trace


async def hang_and_count(request: Request) -> str:
    try:
        return await hang(request)
    except asyncio.CancelledError:
        raise Cancelled(Usage(3, 5)) from None


async def test_a_text_is_one_user_message_or_the_whole_text() -> None:
    chat, raw = Scripted("x"), Scripted("x", profile=Profile(chat=False))
    await context(chat).generate("hello", prefix="so")
    await context(raw).generate("hello")
    assert chat.requests[0].messages == (Message("user", "hello"),)
    assert (chat.requests[0].prefix, raw.requests[0].text) == ("so", "hello")


async def test_a_prompt_and_the_call_add_up() -> None:
    model = Scripted("x")
    prompt = Prompt(text="a", prefix="b", stop=("c",), schema={"type": "object"})
    await context(model).generate(prompt, prefix="d", stop=("c", "e"))
    (request,) = model.requests
    assert (request.text, request.prefix, request.stop) == ("a", "bd", ("c", "e"))
    assert request.schema == {"type": "object"}


async def test_the_trace_says_what_a_prompt_asks_for_and_the_model_does_not_see_it() -> None:
    model = Scripted("x")
    with context(model) as ctx:
        await ctx.generate(Prompt(text="a", kind="plan"))
        await ctx.continuation(Prompt(text="a", kind="cot")).extend(5)
        await ctx.generate(Prompt(text="a"))
    assert [call.kind for call in ctx.trace.calls] == ["plan", "cot", ""]
    assert len({replace(request, seeds=(), max_tokens=1) for request in model.requests}) == 1


async def test_each_sample_has_a_seed_from_its_place() -> None:
    model = Scripted(seeded)
    with context(model, seed=5) as ctx:
        await ctx.generate("a", n=2)
        await ctx.generate("b")
        with ctx.child("x") as child:
            await child.generate("c")
    given = [r.seeds for r in model.requests]
    assert given == [
        (derive(5, "p", "", 0), derive(5, "p", "", 1)),
        (derive(5, "p", "", 2),),
        (derive(5, "p", "x", 0),),
    ]


async def test_a_role_without_a_model_falls_back_to_default() -> None:
    navigator, other = Scripted("n"), Scripted("o")
    ctx = open_context(PROBLEM, {"navigator": navigator, "default": other})
    assert ctx.model("navigator") is navigator
    assert ctx.model("reasoner") is ctx.model() is other
    with pytest.raises(InputError, match="unknown role 'reasoner'"):
        open_context(PROBLEM, {"navigator": navigator}).model("reasoner")


async def test_a_call_is_cut_to_what_the_budget_leaves() -> None:
    model = Scripted("word " * 100)
    ctx = context(model, limits=Limits(tokens=120))
    (choice,) = await ctx.generate("hi", max_tokens=500)
    assert model.requests[0].max_tokens == 120 - 66
    assert choice.finish_reason == "length"


async def test_a_call_is_not_cut_below_a_useful_size() -> None:
    model = Scripted("word")
    with pytest.raises(BudgetSpent, match="of the run is spent"):
        await context(model, limits=Limits(tokens=66 + 15)).generate("hi")
    await context(model, limits=Limits(tokens=66 + 15)).generate("hi", max_tokens=15)
    await context(model, limits=Limits(tokens=66 + 16)).generate("hi")
    assert [r.max_tokens for r in model.requests] == [15, 16]


async def test_a_model_that_shows_its_tokens_is_counted_exactly() -> None:
    model = TokenScripted("word")
    await context(model, limits=Limits(tokens=2 + 20)).generate("hi there")
    assert model.requests[0].max_tokens == 20


async def test_money_is_kept_by_the_prices_of_the_model() -> None:
    profile = Profile(features=PROFILE.features, usd_per_million=(1.0, 0.5, 10.0))
    model = Scripted("word " * 50, profile=profile)
    ctx = context(model, limits=Limits(usd=0.000_366))
    await ctx.generate("hi", max_tokens=500)
    assert model.requests[0].max_tokens == 30
    assert ctx.ledger.spent.usd == pytest.approx(0.000_301, abs=1e-12)


async def test_money_without_prices_is_refused() -> None:
    with pytest.raises(InputError, match="no prices of scripted are known"):
        await context(Scripted("x", profile=Profile()), limits=Limits(usd=1)).generate("hi")


async def test_samples_that_an_endpoint_may_not_fuse_are_reserved_one_by_one() -> None:
    ctx = context(Scripted("x", profile=Profile()), limits=Limits(calls=3))
    with pytest.raises(BudgetSpent, match="calls=4"):
        await ctx.generate("hi", n=4)
    await ctx.generate("hi", n=3)
    assert ctx.ledger.spent.calls == 1


@pytest.mark.parametrize("wrong", [{"n": 0}, {"max_tokens": 0}, {"stop": [""]}])
async def test_a_call_that_asks_for_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ContextMisuse):
        await context(Scripted("x")).generate("hi", **wrong)


async def test_two_calls_at_once_in_one_context_are_refused() -> None:
    model = Scripted("x", delay=lambda _: 0.01)
    ctx = context(model)
    first = asyncio.create_task(ctx.generate("a"))
    await asyncio.sleep(0)
    with pytest.raises(ContextMisuse, match="already at work"):
        await ctx.generate("b")
    await first
    await ctx.generate("c")
    assert model.calls == 2


async def test_a_key_is_used_once_and_names_a_path() -> None:
    ctx = context(Scripted("x"))
    with ctx.child("a") as a, a.child("b") as b:
        assert b.path == "a/b"
    for key in ("a", "", "x/y"):
        with pytest.raises(ContextMisuse):
            ctx.child(key)


async def test_a_closed_context_does_nothing_more() -> None:
    with context(Scripted("x")) as ctx:
        pass
    with pytest.raises(ContextMisuse, match="closed"):
        await ctx.generate("a")
    with pytest.raises(ContextMisuse, match="closed"):
        ctx.child("a")


async def test_a_child_keeps_to_its_slice_and_gives_back_the_rest() -> None:
    ctx = context(Scripted("one two"), limits=Limits(tokens=1000))
    with ctx.child("a", Limits(tokens=200)) as child:
        await child.generate("hi", max_tokens=50)
        assert child.ledger.left().tokens == 197
    assert ctx.ledger.left().tokens == 997


async def test_a_retry_is_booked_too() -> None:
    def retried(request: Request) -> Response:
        return Response((Choice("x"),), Usage(1, 1), attempts=3)

    ctx = context(Scripted(retried))
    await ctx.generate("hi")
    assert ctx.ledger.spent.calls == ctx.trace.totals().calls == 3
    assert ctx.ledger.spent.overshot


async def test_a_reply_from_the_cache_costs_nothing_and_is_shown() -> None:
    ctx = context(Scripted(lambda _: Response((Choice("x"),), Usage(9, 9), used=("cache",))))
    await ctx.generate("hi")
    (call,) = ctx.trace.calls
    assert (ctx.ledger.spent.calls, ctx.ledger.spent.tokens) == (0, 0)
    assert call.status == "cached" and call.response is not None
    assert not ctx.ledger.spent.estimated and ctx.ledger.held == (0, 0, 0.0)


@pytest.mark.parametrize(
    ("error", "tokens"), [(ServerFailed("x"), 0), (BadRequest("x"), 0), (TimedOut("x"), 66 + 1024)]
)
async def test_a_failed_call_is_booked(error: Exception, tokens: int) -> None:
    def fails(request: Request) -> str:
        error.attempts = 2  # type: ignore[attr-defined]
        raise error

    ctx = context(Scripted(fails))
    with pytest.raises(type(error)):
        await ctx.generate("hi")
    assert (ctx.ledger.spent.calls, ctx.ledger.spent.tokens) == (2, tokens)
    assert ctx.ledger.spent.estimated == bool(tokens)
    assert ctx.trace.calls[0].status == "failed"
    assert ctx.trace.calls[0].error == f"{type(error).__name__}: x"


async def test_a_reply_with_too_few_samples_is_a_bad_reply() -> None:
    ctx = context(Scripted(lambda _: Response((Choice("x"),), Usage(1, 1))))
    with pytest.raises(BadReply, match="sent 1 samples and 2 were asked"):
        await ctx.generate("hi", n=2)
    assert ctx.ledger.spent.estimated and ctx.trace.calls[0].status == "failed"


async def test_a_cancelled_call_is_booked_at_its_reservation() -> None:
    model = Scripted(hang)
    ctx = context(model)
    task = asyncio.create_task(ctx.generate("hi", max_tokens=100))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ctx.ledger.spent.tokens == 166 and ctx.ledger.spent.estimated
    assert (model.cancelled, ctx.trace.calls[0].status) == (1, "cancelled")


async def test_at_the_deadline_the_call_in_flight_is_cancelled_and_booked() -> None:
    model = Scripted(hang)
    ctx = context(model, limits=Limits(seconds=0.02))
    with pytest.raises(BudgetSpent, match="time"):
        await ctx.generate("hi", max_tokens=100)
    assert ctx.ledger.spent.tokens == 166 and model.cancelled == 1
    with pytest.raises(BudgetSpent, match="time"):
        await ctx.generate("hi")
    assert model.calls == 1


async def test_a_cancelled_call_is_booked_at_its_cost_where_the_model_knows_it() -> None:
    prices = replace(PROFILE, usd_per_million=(1.0, 1.0, 2.0))
    ctx = context(Scripted(hang_and_count, profile=prices))
    task = asyncio.create_task(ctx.generate("hi", max_tokens=100))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    spent = ctx.ledger.spent
    assert (spent.calls, spent.prompt_tokens, spent.completion_tokens) == (1, 3, 5)
    assert spent.usd == pytest.approx(13e-6)
    assert not spent.estimated
    assert ctx.ledger.held == (0, 0, 0.0)
    assert ctx.trace.calls[0].status == "cancelled"


async def test_a_call_cancelled_at_its_second_try_is_booked_with_both() -> None:
    failed, second = asyncio.Event(), asyncio.Event()

    async def fail_then_hang(request: Request) -> str:
        if not failed.is_set():
            failed.set()
            raise ServerFailed("busy")
        second.set()
        return await hang(request)

    async def at_once(_: float) -> None: ...

    ctx = context(Retried(Scripted(fail_then_hang), sleep=at_once))
    task = asyncio.create_task(ctx.generate("hi", max_tokens=100))
    await asyncio.wait_for(second.wait(), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ctx.ledger.spent.calls == 2 and ctx.ledger.spent.estimated


async def test_at_the_deadline_too_a_model_may_say_what_it_spent() -> None:
    ctx = context(Scripted(hang_and_count), limits=Limits(seconds=0.02))
    with pytest.raises(BudgetSpent, match="time"):
        await ctx.generate("hi", max_tokens=100)
    assert ctx.ledger.spent.tokens == 8


async def test_what_early_stopping_cancels_is_booked_at_its_cost() -> None:
    def reply(request: Request) -> Any:
        return "x" if request.prefix else hang_and_count(request)

    async def quick(child: Context) -> None:
        await child.generate("hi", prefix="x", max_tokens=16)

    ctx = context(Scripted(reply))
    await ctx.gather({"slow": ask, "quick": quick, "slower": ask}, until=bool)
    booked = {c.span: c.booking.usage.total_tokens for c in ctx.trace.calls}
    assert booked == {"slow": 8, "slower": 8, "quick": 3}
    assert ctx.ledger.spent.tokens == 19


async def test_secrets_in_a_failure_stay_out_of_the_trace() -> None:
    def fails(request: Request) -> str:
        raise ServerFailed("Bearer abcdef was refused")

    ctx = context(Scripted(fails, name="openai:m@http://me:pw@host/v1"))
    with pytest.raises(ServerFailed):
        await ctx.generate("hi")
    (call,) = ctx.trace.calls
    assert "abcdef" not in str(call) and "pw" not in str(call)


async def test_a_score_holds_the_tokens_of_the_continuation_alone() -> None:
    ctx = context(Scripted("x"))
    assert [t.token for t in await ctx.score("what is it", " four of them")] == [
        " four",
        " of",
        " them",
    ]
    silent = context(Scripted(lambda _: Response((Choice(""),), Usage(1, 1))))
    with pytest.raises(BadReply, match="echo"):
        await silent.score("a", "b")


async def test_the_trace_tells_the_tree() -> None:
    with context(Scripted("x"), limits=Limits(tokens=5000)) as ctx:
        ctx.note("plan", steps=("a", "b"))
        await ctx.gather({"s": ask})
    kinds = [(type(e).__name__, e.span) for e in ctx.trace.events]
    assert kinds == [
        ("SpanStart", ""),
        ("Note", ""),
        ("SpanStart", "s"),
        ("Call", "s"),
        ("SpanEnd", "s"),
        ("SpanEnd", ""),
    ]
    start, plan = ctx.trace.events[:2]
    assert isinstance(start, SpanStart) and start.problem is not None
    assert start.problem["question"] == PROBLEM.question and start.limits == "tokens=5000"
    assert isinstance(plan, Note) and plan.payload == {"steps": ["a", "b"]}


async def test_a_failed_solve_ends_its_span_with_the_error() -> None:
    with pytest.raises(ValueError, match="oh"), context(Scripted("x")) as ctx:
        raise ValueError("oh")
    end = ctx.trace.events[-1]
    assert isinstance(end, SpanEnd) and (end.outcome, end.error) == ("failed", "ValueError: oh")


async def test_a_reply_is_on_disk_before_the_strategy_sees_it(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"

    async def check(child: Context) -> None:
        for _ in range(3):
            (choice,) = await child.generate("hi", max_tokens=16)
            calls = [e for e in read_trace(path) if isinstance(e, Call)]
            texts = [e.response.choices[0].text for e in calls if e.response]
            assert choice.text in texts

    with TraceFile(path) as file, context(Scripted(seeded), trace=Trace(file)) as ctx:
        await ctx.gather({str(i): check for i in range(8)})
    assert read_trace(path) == ctx.trace.events
    assert ctx.trace.name == "p"
