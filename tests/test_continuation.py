from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reasonloom.context import open_context
from reasonloom.continuation import Continuation
from reasonloom.errors import BadReply, BudgetSpent
from reasonloom.limits import Limits
from reasonloom.models.protocol import Choice, Prompt, Request
from reasonloom.models.scripted import PROFILE, Scripted, TokenScripted
from reasonloom.problem import Problem

THINKING = replace(PROFILE, think=("<think>", "</think>"))


def start(model: Scripted, prompt: str | Prompt = "q?", **options: Any) -> Continuation:
    return open_context(Problem("q?"), {"default": model}, **options).continuation(prompt)


async def test_by_text_each_piece_is_continued_as_a_prefix() -> None:
    model = Scripted(" so it goes on", profile=PROFILE)
    reply = start(model, Prompt(text="q?", prefix="Well,", stop=("#",)))
    await reply.extend(2)
    reply.inject(" Wait")
    last = await reply.extend(9, stop=["goes"])
    assert reply.text == " so it Wait so it "
    assert (reply.used, reply.last) == (5, last)
    assert [r.prefix for r in model.requests] == ["Well,", "Well, so it Wait"]
    assert model.requests[1].stop == ("#", "goes")


async def test_by_token_ids_the_model_reads_back_what_it_wrote() -> None:
    model = TokenScripted(" so it goes on")
    reply = start(model, Prompt(text="q?", prefix=" Well,"))
    await reply.extend(2)
    reply.inject(" Wait now")
    await reply.extend(1)
    assert reply.text == " so it Wait now so"
    ids = model.requests[1].token_ids
    assert ids is not None and model.decode(ids) == "q? Well, so it Wait now"
    assert model.requests[1].prefix == "" and reply.used == 3


async def test_thinking_that_was_split_off_is_written_back() -> None:
    parts = [Choice("", "first,"), Choice("", " then"), Choice(" four", " done"), Choice("!")]
    model = Scripted(lambda r: parts[model.calls - 1], profile=THINKING)
    reply = start(model)
    for _ in parts:
        await reply.extend(10)
    assert model.requests[1].prefix == "<think>first,"
    assert reply.text == "<think>first, then done</think> four!"


async def test_thinking_that_the_template_opened_is_not_opened_twice() -> None:
    profile = replace(THINKING, think_open=True)
    reply = start(Scripted(lambda _: Choice("4", "sum"), profile=profile))
    await reply.extend(10)
    assert reply.text == "sum</think>4"


async def test_each_piece_is_booked_and_has_its_own_seed() -> None:
    model = Scripted(" a b c")
    reply = start(model, limits=Limits(calls=2))
    await reply.extend(10)
    await reply.extend(10)
    with pytest.raises(BudgetSpent):
        await reply.extend(10)
    assert len({r.seeds for r in model.requests}) == 2


async def test_a_model_that_promises_ids_and_sends_none_is_named() -> None:
    def forgets(request: Request) -> Choice:
        return Choice("x")

    with pytest.raises(BadReply, match="sent none"):
        await start(TokenScripted(forgets)).extend(5)


async def test_what_ended_a_piece_is_not_read_back() -> None:
    def script(request: Request) -> Choice:
        ids = model.encode_text
        if model.calls == 1:
            return Choice(" so it", "", "stop", ids(" so it <end>"), completion_tokens=3)
        if model.calls == 2:
            return Choice(" is", "", "stop", ids(" is a b"), completion_tokens=3, stop=" a b")
        return Choice(" not", "", "stop", ids(" not.so"), completion_tokens=1, stop=".")

    model = TokenScripted(script)
    reply = start(model)
    for _ in range(4):
        await reply.extend(9)
    assert [model.decode(r.token_ids or ()) for r in model.requests] == [
        "q?",
        "q? so it",
        "q? so it is",
        "q? so it is not",
    ]
    assert (reply.text, reply.used) == (" so it is not not", 8)
