"""Random trees of calls, children and gathers: what must hold however they interleave."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reasonloom.context import BranchFailure, Context, open_context
from reasonloom.errors import BudgetSpent, ModelError, RateLimited, TimedOut
from reasonloom.ledger import Ledger
from reasonloom.limits import Limits
from reasonloom.models.protocol import Cancelled, Profile, Request, Usage
from reasonloom.models.scripted import FEATURES, Scripted
from reasonloom.problem import Problem
from reasonloom.seeds import derive
from reasonloom.trace import SpanEnd, SpanStart

PRICED = Profile(think=None, features=FEATURES, usd_per_million=(0.15, 0.075, 0.6))


@dataclass(frozen=True)
class Ask:
    n: int
    max_tokens: int


@dataclass(frozen=True)
class Inside:
    limits: Limits | None
    body: tuple[Node, ...]


@dataclass(frozen=True)
class Together:
    branches: tuple[tuple[Node, ...], ...]


Node = Ask | Inside | Together
budgets = st.builds(
    Limits,
    calls=st.none() | st.integers(0, 30),
    tokens=st.none() | st.integers(0, 3000),
    usd=st.none() | st.integers(0, 1000).map(lambda m: m / 1e6),
)
asks = st.builds(Ask, st.integers(1, 3), st.integers(1, 40))


def _grow(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    bodies = st.lists(nodes, min_size=1, max_size=3).map(tuple)
    return st.builds(Inside, st.none() | budgets, bodies) | st.builds(
        Together, st.lists(bodies, min_size=1, max_size=4).map(tuple)
    )


trees = st.lists(st.recursive(asks, _grow, max_leaves=12), min_size=1, max_size=3).map(tuple)
Body = Callable[[Context], Awaitable[Any]]
Gather = Callable[[Context, dict[str, Body]], Awaitable[dict[str, Any]]]


async def together(ctx: Context, branches: dict[str, Body]) -> dict[str, Any]:
    return await ctx.gather(branches)


async def in_turn(ctx: Context, branches: dict[str, Body]) -> dict[str, Any]:
    """What `gather` promises, written without concurrency."""
    found: dict[str, Any] = {}
    shares = ctx.ledger.divide(len(branches))
    for (key, branch), share in zip(branches.items(), shares, strict=True):
        try:
            with ctx.child(key, share) as child:
                found[key] = await branch(child)
        except (ModelError, BudgetSpent) as failure:
            found[key] = BranchFailure(failure)
    return found


@dataclass
class World:
    """Runs a tree on a scripted model whose replies, failures and delays come from seeds."""

    schedule: int
    failures: bool = True
    gather: Gather = together
    ledgers: list[Ledger] = field(default_factory=list)

    async def script(self, request: Request) -> str:
        self.check_limits()
        seed = request.seeds[0]
        try:
            for _ in range(derive(self.schedule, seed) % 6):
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            if seed % 2:
                raise Cancelled(Usage(2, 1)) from None
            raise
        if self.failures and seed % 13 == 0:
            raise TimedOut("no reply")
        if self.failures and seed % 13 == 1:
            raise RateLimited("slow down")
        return f"{seed} " + "word " * (seed % 9)

    def check_limits(self) -> None:
        for ledger in self.ledgers:
            spent, (calls, tokens, usd) = ledger.spent, ledger.held
            limit = ledger.limits
            assert limit.calls is None or spent.calls + calls <= limit.calls
            assert limit.tokens is None or spent.tokens + tokens <= limit.tokens
            assert limit.usd is None or spent.usd + usd <= limit.usd + 1e-12

    async def body(self, nodes: tuple[Node, ...], ctx: Context) -> list[Any]:
        self.ledgers.append(ctx.ledger)
        return [await self.step(node, ctx, str(i)) for i, node in enumerate(nodes)]

    async def step(self, node: Node, ctx: Context, key: str) -> Any:
        if isinstance(node, Ask):
            return [
                c.text
                for c in await ctx.generate(
                    "some words", n=node.n, max_tokens=node.max_tokens, temperature=1.0
                )
            ]
        if isinstance(node, Inside):
            with ctx.child(key, node.limits) as child:
                return await self.body(node.body, child)
        return await self.gather(
            ctx, {f"{key}.{i}": self._branch(body) for i, body in enumerate(node.branches)}
        )

    def _branch(self, nodes: tuple[Node, ...]) -> Body:
        async def run(child: Context) -> Any:
            return await self.body(nodes, child)

        return run

    def open(self, limits: Limits | None) -> Context:
        model = Scripted(self.script, profile=PRICED)
        return open_context(Problem("q", id="q"), {"default": model}, limits=limits, seed=1)

    async def run(self, tree: tuple[Node, ...], limits: Limits | None) -> tuple[Any, Context]:
        ctx = self.open(limits)
        return await self.attempt(tree, ctx), ctx

    async def attempt(self, tree: tuple[Node, ...], ctx: Context) -> Any:
        with ctx:
            try:
                return plain(await self.body(tree, ctx))
            except (ModelError, BudgetSpent) as failure:
                return plain(BranchFailure(failure))


def plain(value: Any) -> Any:
    if isinstance(value, BranchFailure):
        return f"{type(value.error).__name__}: {value.error}"
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, list) else value


def booked(ctx: Context) -> Any:
    return replace(ctx.ledger.spent, seconds=0.0)


def leaves(ctx: Context) -> Any:
    return sorted(
        (c.span, c.index, c.status, c.request.seeds, c.request.max_tokens, c.booking.calls)
        for c in ctx.trace.calls
    )


def check_books(ctx: Context) -> None:
    assert booked(ctx) == replace(ctx.trace.totals(), seconds=0.0)
    assert ctx.ledger.held == (0, 0, 0.0)
    for end in [e for e in ctx.trace.events if isinstance(e, SpanEnd)]:
        below = replace(ctx.trace.totals(end.span), seconds=0.0)
        assert replace(end.spent, seconds=0.0) == below
    starts = [e.span for e in ctx.trace.events if isinstance(e, SpanStart)]
    ends = [e.span for e in ctx.trace.events if isinstance(e, SpanEnd)]
    assert sorted(starts) == sorted(ends) and len(set(starts)) == len(starts)


@given(trees, st.none() | budgets, st.integers(0, 99), st.integers(0, 99))
@settings(max_examples=150, deadline=None)
def test_concurrent_equals_sequential(
    tree: tuple[Node, ...], limits: Limits | None, one: int, other: int
) -> None:
    runs = [
        asyncio.run(World(schedule, gather=gather).run(tree, limits))
        for schedule, gather in ((one, in_turn), (one, together), (other, together))
    ]
    for found, ctx in runs:
        check_books(ctx)
        assert found == runs[0][0]
        assert leaves(ctx) == leaves(runs[0][1])
        assert booked(ctx) == booked(runs[0][1])


@given(trees, st.none() | budgets, st.integers(0, 99), st.integers(0, 60))
@settings(max_examples=150, deadline=None)
def test_the_ledger_is_the_sum_of_the_leaves_whenever_a_run_is_cancelled(
    tree: tuple[Node, ...], limits: Limits | None, schedule: int, turns: int
) -> None:
    world = World(schedule)

    async def cancelled() -> Context:
        with world.open(limits) as ctx:
            task = asyncio.create_task(world.body(tree, ctx))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        return ctx

    check_books(asyncio.run(cancelled()))
    world.check_limits()


@given(trees, st.integers(0, 99), st.integers(1, 3))
@settings(max_examples=100, deadline=None)
def test_the_books_are_right_after_an_early_stop(
    tree: tuple[Node, ...], schedule: int, enough: int
) -> None:
    async def early(ctx: Context, branches: dict[str, Body]) -> dict[str, Any]:
        found = await ctx.gather(branches, until=lambda sofar: len(sofar) >= enough)
        assert list(found) == [key for key in branches if key in found]
        return found

    _, ctx = asyncio.run(World(schedule, gather=early).run(tree, None))
    check_books(ctx)


@given(trees, trees, st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_b_after_a_gives_what_b_gives_alone(
    a: tuple[Node, ...], b: tuple[Node, ...], schedule: int
) -> None:
    async def both(first: tuple[Node, ...]) -> Any:
        world = World(schedule, failures=False)
        with world.open(None) as ctx:
            if first:
                await world.attempt(first, ctx.child("a"))
            child = ctx.child("b")
            found = await world.attempt(b, child)
            return found, booked(child), [x for x in leaves(ctx) if x[0].startswith("b")]

    assert asyncio.run(both(a)) == asyncio.run(both(()))


@given(trees, st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_no_two_samples_of_a_solve_share_a_seed(tree: tuple[Node, ...], schedule: int) -> None:
    _, ctx = asyncio.run(World(schedule, failures=False).run(tree, None))
    seeds = [seed for call in ctx.trace.calls for seed in call.request.seeds]
    assert len(set(seeds)) == len(seeds)
