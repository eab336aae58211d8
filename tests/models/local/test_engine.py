"""Rows that are decoded together: same replies as alone, freed when nobody waits for them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.errors import ModelError
from reasonloom.models.local import LocalModel
from reasonloom.models.local.engine import survivors
from reasonloom.models.local.folder import find
from reasonloom.models.local.loading import load_decoder
from reasonloom.models.local.tokens import load_tokenizer
from reasonloom.models.protocol import Cancelled, Request, Usage

WORDS = "let a be the sum of 12 and 30, and let b be a times 4. find b."


class Watching:
    """A real decoder that notes what it is asked to do."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.read: list[int] = []
        self.widths: list[int] = []
        self.asked: list[int] = []
        self.fail_at: int | None = None
        self.fail_reading: int | None = None
        self._awaited, self._reached = 0, threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def reached(self, width: int) -> threading.Event:
        """Set at the first step over so many rows."""
        self._awaited = width
        return self._reached

    def extend(self, past: Any, tokens: Sequence[int], *, every: bool = False) -> Any:
        self.read.append(len(tokens))
        if len(tokens) == self.fail_reading:
            raise torch.OutOfMemoryError("no room for 2 GiB")
        return self._inner.extend(past, tokens, every=every)

    def step(self, tokens: Sequence[Sequence[int]]) -> torch.Tensor:
        self.widths.append(len(tokens))
        self.asked.append(len(tokens[0]))
        if len(tokens) == self._awaited:
            self._reached.set()
        if len(tokens) == self.fail_at:
            raise torch.OutOfMemoryError("no room for 2 GiB")
        logits: torch.Tensor = self._inner.step(tokens)
        return logits


def watched(
    folder: Path, *, max_rows: int = 64, cache_bytes: float = 1e9, backend: str = "llama"
) -> tuple[LocalModel, Watching]:
    found = find(folder)
    decoder = Watching(load_decoder(found, torch.device("cpu"), "float32", backend))
    tokenizer = load_tokenizer(found)
    options = {"max_rows": max_rows, "cache_bytes": cache_bytes}
    return LocalModel("watched", found, tokenizer, decoder, **options), decoder


def mixed() -> list[Request]:
    """Prompts of many lengths, greedy and sampled, n of one and more."""
    requests = []
    for i in range(32):
        text = WORDS[: 4 + (7 * i) % 50]
        count = 1 + i % 3
        seeds = tuple(100 * i + j for j in range(count))
        requests.append(
            Request(text=text, n=count, seeds=seeds, temperature=i % 4 / 2, max_tokens=8 + i % 20)
        )
    return requests


async def test_a_mixed_batch_gives_what_each_request_gives_alone(
    llama_folder: Path, backend: str
) -> None:
    model, decoder = watched(llama_folder, backend=backend)
    together = await asyncio.gather(*(model.generate(request) for request in mixed()))
    assert max(decoder.widths) > 30
    alone = [await model.generate(request) for request in mixed()]
    assert [r.choices for r in together] == [r.choices for r in alone]
    await model.close()


async def test_64_requests_share_their_steps(llama_folder: Path) -> None:
    model, decoder = watched(llama_folder)
    requests = [Request(text=WORDS[: 3 + i % 40], max_tokens=20) for i in range(64)]
    replies = await asyncio.gather(*(model.generate(request) for request in requests))
    assert len(replies) == 64
    assert max(decoder.widths) == 64
    assert len(decoder.widths) < 100
    await model.close()


async def test_samples_of_one_prompt_read_it_once(llama_folder: Path) -> None:
    model, decoder = watched(llama_folder)
    reply = await model.generate(Request(text=WORDS, n=16, temperature=1.0, max_tokens=5))
    assert len(decoder.read) == 1
    assert len({choice.text for choice in reply.choices}) > 8
    assert reply.usage.completion_tokens == sum(c.completion_tokens for c in reply.choices)
    assert reply.usage.prompt_tokens == decoder.read[0]
    await model.close()


async def test_equal_prompts_are_read_once_and_shared_beginnings_too(llama_folder: Path) -> None:
    model, decoder = watched(llama_folder)
    ids = tuple(range(260, 300)) * 2
    await asyncio.gather(*(model.generate(Request(token_ids=ids, max_tokens=3)) for _ in range(9)))
    assert decoder.read == [80]
    reply = await model.generate(Request(token_ids=(*ids[:70], 5, 6), max_tokens=3))
    assert decoder.read == [80, 2]
    assert reply.usage.cached_tokens == 70
    await model.close()


async def test_a_seed_gives_the_same_samples_again(model: LocalModel) -> None:
    request = Request(text="let a", n=3, seeds=(1, 2, 1), temperature=1.0, max_tokens=20)
    first, second = await model.generate(request), await model.generate(request)
    assert first.choices == second.choices
    assert first.choices[0] == first.choices[2] != first.choices[1]


async def test_without_seeds_samples_differ(model: LocalModel) -> None:
    request = Request(text="let a", temperature=1.5, max_tokens=20)
    replies = [await model.generate(request) for _ in range(4)]
    assert len({reply.choices[0].token_ids for reply in replies}) > 1


async def test_the_number_of_rows_is_bounded(llama_folder: Path) -> None:
    model, decoder = watched(llama_folder, max_rows=5)
    request = Request(text="let a", n=12, temperature=1.0, seeds=tuple(range(12)), max_tokens=9)
    bounded = await model.generate(request)
    assert max(decoder.widths) == 5
    await model.close()
    free, _ = watched(llama_folder)
    assert (await free.generate(request)).choices == bounded.choices
    await free.close()


async def test_the_cache_memory_bounds_the_rows_and_one_row_always_runs(llama_folder: Path) -> None:
    model, decoder = watched(llama_folder, cache_bytes=1)
    await asyncio.gather(
        *(model.generate(Request(text=WORDS[:i], max_tokens=4)) for i in range(3, 8))
    )
    assert set(decoder.widths) == {1}
    await model.close()


async def test_a_cancelled_request_frees_its_rows_at_the_next_step(llama_folder: Path) -> None:
    model, decoder = watched(llama_folder)
    long = asyncio.create_task(model.generate(Request(text="let", n=20, max_tokens=240)))
    other = asyncio.create_task(model.generate(Request(text="the sum", max_tokens=240)))
    await asyncio.to_thread(decoder.reached(21).wait, 10)
    long.cancel()
    with pytest.raises(Cancelled) as stopped:
        await long
    steps = len(decoder.widths)
    usage = stopped.value.usage
    assert usage.prompt_tokens == len(model.encode(Request(text="let")))
    assert 20 <= usage.completion_tokens <= 20 * (steps + 1)
    assert not usage.exact
    reply = await other
    assert reply.choices[0].completion_tokens > 100
    assert set(decoder.widths[steps + 2 :]) == {1}
    await model.close()


async def test_a_request_cancelled_while_it_waits_is_never_read(llama_folder: Path) -> None:
    model, decoder = watched(llama_folder, max_rows=1)
    first = asyncio.create_task(model.generate(Request(text="let", max_tokens=100)))
    waiting = asyncio.create_task(model.generate(Request(token_ids=(9,) * 77, max_tokens=5)))
    await asyncio.sleep(0.005)
    waiting.cancel()
    with pytest.raises(Cancelled) as stopped:
        await waiting
    assert stopped.value.usage == Usage()
    await first
    assert 77 not in decoder.read
    await model.close()


async def test_a_failure_reaches_every_caller_and_the_engine_lives_on(llama_folder: Path) -> None:
    model, decoder = watched(llama_folder)
    decoder.fail_at = 12
    requests = [Request(text=WORDS[:i], n=2, max_tokens=200) for i in range(3, 9)]
    replies = await asyncio.gather(*map(model.generate, requests), return_exceptions=True)
    assert all(isinstance(reply, ModelError) for reply in replies)
    assert "out of memory" in str(replies[0])
    assert (await model.generate(requests[0])).choices[0].token_ids
    await model.close()


async def test_a_prompt_that_cannot_be_read_fails_alone(llama_folder: Path) -> None:
    model, decoder = watched(llama_folder)
    decoder.fail_reading = 33
    good = [Request(token_ids=(9,) * i, max_tokens=20) for i in (3, 4)]
    bad = Request(token_ids=(9,) * 33, max_tokens=20)
    replies = await asyncio.gather(
        *map(model.generate, (good[0], bad, good[1])), return_exceptions=True
    )
    assert [isinstance(reply, ModelError) for reply in replies] == [False, True, False]
    await model.close()


async def test_closing_ends_what_is_in_flight_and_the_thread(llama_folder: Path) -> None:
    model, decoder = watched(llama_folder)
    task = asyncio.create_task(model.generate(Request(text="let", n=8, max_tokens=240)))
    await asyncio.to_thread(decoder.reached(8).wait, 10)
    await model.close()
    with pytest.raises(ModelError, match="closed before"):
        await task
    assert not [t for t in threading.enumerate() if t.name == "reasonloom-local"]


def test_one_event_loop_after_another_can_use_a_model(llama_folder: Path) -> None:
    model, _ = watched(llama_folder)
    request = Request(text="let a", max_tokens=10)
    first = asyncio.run(model.generate(request))
    second = asyncio.run(model.generate(request))
    assert first.choices == second.choices
    asyncio.run(model.close())


def test_a_forgotten_model_stops_its_thread(llama_folder: Path) -> None:
    model, _ = watched(llama_folder)
    thread = next(t for t in threading.enumerate() if t.name == "reasonloom-local")
    del model
    thread.join(5)
    assert not thread.is_alive()


@pytest.mark.parametrize("temperature", [0.0, 1.0])
async def test_a_reply_seen_before_takes_fewer_steps_and_stays_the_same(
    llama_folder: Path, backend: str, temperature: float
) -> None:
    model, decoder = watched(llama_folder, backend=backend)
    request = Request(
        text=WORDS, n=2, seeds=(5, 6), temperature=temperature, max_tokens=60, logprobs=2
    )
    first = await model.generate(request)
    steps = len(decoder.widths)
    again = await model.generate(request)
    assert [c.token_ids for c in again.choices] == [c.token_ids for c in first.choices]
    assert [c.finish_reason for c in again.choices] == [c.finish_reason for c in first.choices]
    for old, new in zip(first.choices, again.choices, strict=True):
        pairs = zip(old.logprobs or (), new.logprobs or (), strict=True)
        assert all(abs(one.logprob - other.logprob) < 1e-3 for one, other in pairs)
    assert len(decoder.widths) - steps < 0.6 * first.choices[0].completion_tokens
    assert max(decoder.asked) == 4
    await model.close()


async def test_large_batches_are_not_guessed(llama_folder: Path) -> None:
    model, decoder = watched(llama_folder)
    request = Request(text=WORDS, n=9, seeds=tuple(range(9)), temperature=0.2, max_tokens=30)
    for _ in range(2):
        await model.generate(request)
    assert {
        asked for wide, asked in zip(decoder.widths, decoder.asked, strict=True) if wide > 4
    } == {1}
    await model.close()


@pytest.mark.parametrize(
    ("alive", "order"),
    [
        ([True, False, True], [0, 2]),
        ([False, False, True, True], [3, 2]),
        ([True, True], [0, 1]),
        ([False], []),
        ([False, True, False, True, True], [4, 1, 3]),
    ],
)
def test_rows_that_leave_are_replaced_by_the_last(alive: list[bool], order: list[int]) -> None:
    assert survivors(alive, [9] * len(alive)) == order


def test_long_rows_stay_in_front() -> None:
    lengths = [300 - row for row in range(200)]
    alive = [row not in (5, 70) for row in range(200)]
    order = survivors(alive, lengths)
    assert (order[5], order[64], order[70]) == (64, 128, 129)
    assert order[128] == 192 and order[129] == 193


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 999)), max_size=300))
def test_every_row_that_goes_on_is_kept_once_and_moves_forward(
    rows: list[tuple[bool, int]],
) -> None:
    alive = [goes_on for goes_on, _ in rows]
    order = survivors(alive, [length for _, length in rows])
    assert sorted(order) == [row for row, goes_on in enumerate(alive) if goes_on]
    assert all(row >= place for place, row in enumerate(order))
