"""What may work a moment later is tried again, and every attempt is reported."""

from __future__ import annotations

import pytest
from scripted import ASK, Script
from server import drop, garbage, refuse, serving

from reasonloom.errors import (
    AuthenticationFailed,
    BadReply,
    BadRequest,
    ConnectionBroke,
    ConnectionFailed,
    ModelError,
    RateLimited,
    ServerFailed,
    TimedOut,
)
from reasonloom.models.endpoint import Endpoint
from reasonloom.models.openai import OpenAIModel
from reasonloom.models.retried import Retried


class Waits(list[float]):
    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.mark.parametrize(
    "failure",
    [RateLimited("x"), ServerFailed("x"), TimedOut("x"), ConnectionBroke("x")],
    ids=lambda f: type(f).__name__,
)
async def test_a_passing_failure_is_tried_again_and_counted(failure: ModelError) -> None:
    waits = Waits()
    model = Retried(Script(failure, failure), sleep=waits)
    response = await model.generate(ASK)
    assert (response.attempts, len(waits)) == (3, 2)


@pytest.mark.parametrize(
    "failure",
    [AuthenticationFailed("x"), BadRequest("x"), BadReply("x")],
    ids=lambda f: type(f).__name__,
)
async def test_a_lasting_failure_is_not_tried_again(failure: ModelError) -> None:
    script, waits = Script(failure), Waits()
    with pytest.raises(type(failure)):
        await Retried(script, sleep=waits).generate(ASK)
    assert (len(script.asked), waits) == (1, [])


async def test_the_last_error_keeps_its_type_and_says_how_often_was_tried() -> None:
    script = Script(*[RateLimited("slow down", 1.0)] * 9)
    with pytest.raises(RateLimited, match=r"slow down \(gave up after 4 attempts\)") as caught:
        await Retried(script, attempts=4, sleep=Waits()).generate(ASK)
    assert (len(script.asked), caught.value.attempts, caught.value.retry_after) == (4, 4, 1.0)


async def test_a_lasting_failure_after_passing_ones_reports_all_attempts() -> None:
    model = Retried(Script(ServerFailed("x"), BadRequest("y")), sleep=Waits())
    with pytest.raises(BadRequest) as caught:
        await model.generate(ASK)
    assert caught.value.attempts == 2


async def test_waits_grow_up_to_the_cap_and_are_drawn_from_the_whole_range() -> None:
    waits = Waits()
    for _ in range(60):
        with pytest.raises(ServerFailed):
            await Retried(
                Script(*[ServerFailed("x")] * 6), base=1, cap=4, sleep=waits, attempts=6
            ).generate(ASK)
    for k, most in enumerate([1, 2, 4, 4, 4]):
        drawn = waits[k::5]
        assert 0 <= min(drawn) < 0.3 * most
        assert 0.7 * most < max(drawn) <= most


async def test_retry_after_is_waited_for() -> None:
    waits = Waits()
    await Retried(Script(RateLimited("x", 20.0), ServerFailed("x", 3.0)), sleep=waits).generate(ASK)
    assert 20 <= waits[0] <= 22
    assert 3 <= waits[1] <= 3.3


async def test_a_retry_after_beyond_all_patience_ends_the_call() -> None:
    waits = Waits()
    with pytest.raises(RateLimited, match="asks to wait 7200 s and at most 300 s are waited"):
        await Retried(Script(RateLimited("x", 7200.0)), sleep=waits).generate(ASK)
    assert waits == []


async def test_a_refused_connection_is_tried_again_only_once_the_endpoint_has_answered() -> None:
    script = Script(ConnectionFailed("x"), None, ConnectionFailed("x"))
    model = Retried(script, sleep=Waits())
    with pytest.raises(ConnectionFailed):
        await model.generate(ASK)
    await model.generate(ASK)
    assert (await model.generate(ASK)).attempts == 2


async def test_a_stream_is_tried_again_before_its_first_piece_and_never_after() -> None:
    async with serving(refuse(500), drop()) as server:
        model = Retried(OpenAIModel(Endpoint("toy", server.url)), sleep=Waits())
        text = "".join([d.text async for d in model.stream(ASK)])
        await model.close()
    assert (text, server.calls) == ("hello", 3)
    script = Script(ConnectionBroke("x"))
    with pytest.raises(ConnectionBroke):
        assert [d async for d in Retried(script, sleep=Waits()).stream(ASK)] == []
    assert len(script.asked) == 1


async def test_faults_of_a_real_connection_are_tried_again() -> None:
    faults = [refuse(429, Retry_After="0"), refuse(502), drop()]
    async with serving(*faults) as server:
        model = Retried(OpenAIModel(Endpoint("toy", server.url)), sleep=Waits())
        assert (await model.generate(ASK)).attempts == server.calls == 4
        server.script = [garbage()]
        with pytest.raises(BadReply):
            await model.generate(ASK)
        await model.close()
    assert server.calls == 5
