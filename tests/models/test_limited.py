"""Concurrency grows until the endpoint objects, is cut then, and never exceeds the limit."""

from __future__ import annotations

import asyncio
import threading

import pytest
from scripted import ASK, Script
from server import Server, refuse, say, serving

from reasonloom.errors import RateLimited
from reasonloom.models.endpoint import Endpoint
from reasonloom.models.limited import Gate, Limited, Limiter, gate_of
from reasonloom.models.openai import OpenAIModel
from reasonloom.models.retried import Retried


async def calls(model: Limited, count: int) -> None:
    await asyncio.gather(*(model.generate(ASK) for _ in range(count)))


async def test_never_more_calls_than_the_limit_are_in_flight() -> None:
    script = Script()
    await calls(Limited(script, Limiter(start=3, ceiling=3)), 20)
    assert (script.peak, len(script.asked)) == (3, 20)


async def test_the_limit_doubles_a_round_up_to_the_ceiling() -> None:
    limiter = Limiter(start=2, ceiling=10)
    model, seen = Limited(Script(), limiter), []
    for count in (2, 4, 8, 8):
        await calls(model, count)
        seen.append(limiter.limit)
    assert seen == [4, 8, 10, 10]


async def test_an_endpoint_that_is_not_used_up_says_nothing_about_its_limit() -> None:
    limiter = Limiter(start=4)
    model = Limited(Script(), limiter)
    for _ in range(20):
        await model.generate(ASK)
    assert limiter.limit == 4


async def test_one_burst_of_429s_cuts_once() -> None:
    limiter = Limiter(start=10)
    model = Limited(Script(*[RateLimited("x")] * 5), limiter)
    results = await asyncio.gather(
        *(model.generate(ASK) for _ in range(10)), return_exceptions=True
    )
    assert sum(isinstance(r, RateLimited) for r in results) == 5
    assert limiter.limit == 8


async def test_after_a_cut_the_limit_grows_by_small_steps() -> None:
    limiter = Limiter(start=50)
    model = Limited(Script(RateLimited("x")), limiter)
    with pytest.raises(RateLimited):
        await model.generate(ASK)
    assert limiter.limit == 40
    await calls(model, 40)
    assert limiter.limit == 42


async def test_the_limit_never_falls_below_one() -> None:
    limiter = Limiter(start=2)
    model = Limited(Script(*[RateLimited("x")] * 30), limiter)
    for _ in range(30):
        with pytest.raises(RateLimited):
            await model.generate(ASK)
    assert limiter.limit == 1
    await model.generate(ASK)


async def test_retry_after_holds_back_all_calls_to_the_endpoint() -> None:
    model = Limited(Script(RateLimited("x", 0.2)))
    loop = asyncio.get_running_loop()
    with pytest.raises(RateLimited):
        await model.generate(ASK)
    start = loop.time()
    await calls(model, 3)
    assert loop.time() - start >= 0.19


async def test_a_cancelled_call_gives_its_place_back() -> None:
    script = Script()
    script.pause = 5.0
    model = Limited(script, Limiter(start=1, ceiling=1))
    tasks = [asyncio.ensure_future(model.generate(ASK)) for _ in range(3)]
    await asyncio.sleep(0.01)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert model.limiter.in_flight == 0
    script.pause = 0.0
    await asyncio.wait_for(model.generate(ASK), 1)


async def test_a_call_cancelled_at_the_moment_of_its_turn_gives_it_to_the_next() -> None:
    limiter = Limiter(start=1, ceiling=1)
    ticket = await limiter.enter()
    second, third = (asyncio.ensure_future(limiter.enter()) for _ in range(2))
    await asyncio.sleep(0)
    limiter.leave(ticket)
    second.cancel()
    await asyncio.wait_for(third, 1)
    assert limiter.in_flight == 1


async def test_models_behind_one_address_share_their_limit() -> None:
    one, same = gate_of("http://a/v1", 100), gate_of("http://a/v1", 50)
    assert one is same
    assert one.limiter() is same.limiter()
    assert one.limiter().ceiling == 50
    assert gate_of("http://b/v1", 100) is not one


def test_each_event_loop_has_its_own_places_and_begins_with_what_was_learned() -> None:
    gate = Gate(start=10)
    model = Limited(Script(RateLimited("x")), gate)

    async def limited() -> float:
        with pytest.raises(RateLimited):
            await model.generate(ASK)
        return gate.limiter().limit

    async def later() -> float:
        await model.generate(ASK)
        return gate.limiter().limit

    assert asyncio.run(limited()) == asyncio.run(later()) == 8


def test_one_model_may_be_used_from_several_threads() -> None:
    script = Script()
    script.pause = 0.01
    model = Limited(script, Gate(start=2, ceiling=2))

    def run() -> None:
        asyncio.run(asyncio.wait_for(calls(model, 20), 5))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(script.asked) == 60


async def test_a_server_in_a_private_network_begins_at_the_ceiling() -> None:
    for url in ("http://localhost:1/v1", "http://127.0.0.1/v1", "http://10.0.0.7:8000/v1"):
        assert gate_of(url, 300).limiter().limit == 300
    assert gate_of("https://api.openai.com/v1", 300).limiter().limit == 32


async def test_an_endpoint_with_a_hard_limit_is_found_and_served() -> None:
    async def at_most_eight(server: Server, request: object, body: object) -> object:
        if server.in_flight > 8:
            return await refuse(429, Retry_After="0.01")(server, request, body)  # type: ignore[arg-type]
        await asyncio.sleep(0.01)
        return await say("x")(server, request, body)  # type: ignore[arg-type]

    async with serving(default=at_most_eight) as server:  # type: ignore[arg-type]
        inner = OpenAIModel(Endpoint("toy", server.url))
        model = Retried(Limited(inner, Limiter(start=32)), attempts=12, base=0.01)
        await asyncio.gather(*(model.generate(ASK) for _ in range(200)))
        limit = model.inner.limiter.limit  # type: ignore[attr-defined]
        await model.close()
    assert limit <= 12
    assert server.calls < 320
