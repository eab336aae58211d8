"""A maximum of thinking by the endpoint's own cap, against a server that may not honour it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from server import Handler, Server, say, serving
from thinking import ANSWER, WORD, Obeys, thinking

from reasonloom.api import run
from reasonloom.context import open_context
from reasonloom.events import Note
from reasonloom.limits import Limits
from reasonloom.models.probe import probe
from reasonloom.models.profiles import user_file
from reasonloom.models.protocol import Model
from reasonloom.models.resolve import resolve
from reasonloom.models.user_models import append
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.build import make_strategy
from reasonloom.trace import Trace

PROBLEM = Problem("What is 6 times 7?")
KEPT_FREE = 1_024 + 16
"""Tokens for the answer, and those over the cap that are no breach."""


@asynccontextmanager
async def capped_model(
    handler: Handler, cache: Path | None = None
) -> AsyncIterator[tuple[Model, Server]]:
    async with serving(default=handler) as server:
        append("capped", f"openai:toy@{server.url}", None, None, "vllm")
        model = resolve("capped", cache=cache)
        try:
            yield model, server
        finally:
            await model.close()


async def solve(handler: Handler, options: str, **given: Any) -> tuple[Solution, dict[str, Any]]:
    async with capped_model(handler) as (model, server):
        ctx = open_context(PROBLEM, {"default": model}, **given)
        solution = await run(make_strategy(f"budget_forcing(wait=0, {options})"), PROBLEM, ctx)
        assert server.calls == 1
        return solution, server.bodies[0]


async def test_a_cap_that_is_honoured_ends_thinking_and_leaves_the_answer() -> None:
    solution, body = await solve(thinking("honours"), "max_thinking=100")
    account = solution.detail["budget_forcing"]
    assert (body["thinking_token_budget"], body["max_tokens"]) == (100, 100 + KEPT_FREE)
    assert (solution.answer, account["end"], account["thinking"]) == ("42", "thinking", 100)
    assert account["native"] == {
        "cap": 100,
        "thought": 100,
        "exact": True,
        "kept": True,
        "note": None,
    }
    assert solution.text == f"<think>{WORD * 100}</think>{ANSWER}"


async def test_thinking_that_ends_before_the_cap_was_stopped_by_the_model() -> None:
    solution, _ = await solve(thinking("honours", wish=30), "max_thinking=100")
    account = solution.detail["budget_forcing"]
    assert (account["end"], account["thinking"], account["answer"]) == ("stopped", 30, 1)


async def test_a_cap_that_is_exceeded_is_told_with_figures() -> None:
    trace = Trace()
    solution, _ = await solve(thinking("exceeds"), "max_thinking=100", trace=trace)
    account = solution.detail["budget_forcing"]
    assert (solution.answer, account["end"], account["overrun"]) == ("42", "overrun", 100)
    assert account["native"]["kept"] is False
    assert "100 tokens at the most and thought for 200" in account["native"]["note"]
    (note,) = [e for e in trace.events if isinstance(e, Note) and e.kind == "budget_forcing"]
    assert note.payload["native"] == account["native"]


async def test_a_cap_that_is_ignored_cannot_cost_more_than_the_answer_beside_it() -> None:
    solution, body = await solve(thinking("ignores", wish=9_999), "max_thinking=100, answer=50")
    account = solution.detail["budget_forcing"]
    assert (solution.answer, solution.stop_reason) == (None, "unanswered")
    assert (account["end"], account["thinking"]) == ("overrun", body["max_tokens"])
    assert account["overrun"] == 50 + 16


@pytest.mark.parametrize(("obeys", "end"), [("honours", "thinking"), ("ignores", "overrun")])
async def test_thinking_that_is_not_counted_is_measured_by_its_text(obeys: Obeys, end: str) -> None:
    solution, _ = await solve(thinking(obeys, counts=False), "max_thinking=100")
    account = solution.detail["budget_forcing"]
    assert (solution.answer, account["end"], account["native"]["exact"]) == ("42", end, False)
    note = account["native"]["note"]
    assert note is None if obeys == "honours" else "thought for about 39" in note


async def test_a_reply_that_shows_no_thinking_proves_nothing() -> None:
    hidden = thinking("ignores", counts=False, shows=False)
    solution, _ = await solve(hidden, "max_thinking=100")
    account = solution.detail["budget_forcing"]
    assert (solution.answer, account["end"]) == ("42", "unchecked")
    assert account["native"]["kept"] is None
    assert "nothing tells whether it kept to its native cap" in account["native"]["note"]


async def test_a_budget_lowers_the_cap_and_keeps_the_answers_room() -> None:
    options = "max_thinking=5000, answer=20"
    solution, body = await solve(thinking("honours", 9_999), options, limits=Limits(tokens=1_500))
    account = solution.detail["budget_forcing"]
    assert body["max_tokens"] - body["thinking_token_budget"] == 20 + 16
    assert (solution.answer, solution.stop_reason, account["end"]) == ("42", "budget", "budget")
    assert solution.usage is not None and solution.usage.tokens <= 1_500


async def test_a_second_cap_is_a_second_reply_and_a_kept_one_keeps_its_count(
    tmp_path: Path,
) -> None:
    cache = tmp_path / "replies.db"
    async with capped_model(thinking("honours"), cache) as (model, server):
        for cap in (100, 200, 100):
            ctx = open_context(PROBLEM, {"default": model})
            (choice,) = await ctx.generate(PROBLEM.question, max_thinking=cap)
            assert choice.reasoning_tokens == cap
        assert server.calls == 2


async def test_a_cap_leaves_its_neighbours_in_the_body() -> None:
    entry = """
hybrid:
  spec: openai:toy@URL
  thinking_cap: template
  extra: {chat_template_kwargs: {enable_thinking: true}}
"""
    async with serving(default=say("ok")) as server:
        user_file().write_text(entry.replace("URL", server.url))
        model = resolve("hybrid")
        for cap in (9, 8):
            await open_context(PROBLEM, {"default": model}).generate("a", max_thinking=cap)
        await open_context(PROBLEM, {"default": model}).generate("a")
        await model.close()
    kwargs = [body["chat_template_kwargs"] for body in server.bodies]
    assert kwargs == [
        {"enable_thinking": True, "thinking_budget": 9},
        {"enable_thinking": True, "thinking_budget": 8},
        {"enable_thinking": True},
    ]


@pytest.mark.parametrize(
    ("handler", "works", "seen"),
    [
        (thinking("honours"), True, "64 tokens were thought with a cap of 64, 400 without"),
        (thinking("exceeds"), False, "128 tokens were thought with a cap of 64"),
        (thinking("ignores"), False, "400 tokens were thought with a cap of 64"),
        (thinking("ignores", wish=20), False, "too few to tell"),
        (thinking("honours", counts=False, shows=False), False, "neither thinking nor a count"),
    ],
)
async def test_probing_believes_a_cap_that_shortened_the_thinking(
    handler: Handler, works: bool, seen: str
) -> None:
    async def with_cap(
        server: Server, request: Any, body: dict[str, Any]
    ) -> Any:  # other probes carry none
        plain = say("word and word")
        return await (handler if "thinking_token_budget" in body else plain)(server, request, body)

    async with capped_model(with_cap) as (model, _):
        report = await probe(model)
    (finding,) = [f for f in report.findings if f.feature == "thinking_cap"]
    assert finding.works is works
    assert seen in finding.seen
