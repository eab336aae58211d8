"""n samples come back whatever the endpoint knows of n, and their costs add up."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest
from scripted import ASK, Script

from reasonloom.errors import BadRequest, ServerFailed
from reasonloom.models.protocol import Cancelled, Request, Response, Usage
from reasonloom.models.repeated import Repeated

FOUR = dataclasses.replace(ASK, n=4, seeds=(11, 12, 13, 14), temperature=1.0)


def texts(response: object) -> list[str]:
    return [choice.text for choice in response.choices]  # type: ignore[attr-defined]


async def test_n_is_fused_where_the_endpoint_has_it() -> None:
    script = Script()
    response = await Repeated(script).generate(FOUR)
    assert (len(script.asked), response.used, response.attempts) == (1, ("n",), 1)


async def test_missing_samples_are_asked_for_with_their_own_seeds() -> None:
    script = Script(gives=1)
    model = Repeated(script)
    response = await model.generate(FOUR)
    assert texts(response) == ["hi/11", "hi/12", "hi/13", "hi/14"]
    assert (response.used, response.attempts) == (("n:repeated",), 4)
    assert (response.usage.prompt_tokens, response.usage.completion_tokens) == (40, 8)
    await model.generate(FOUR)
    assert [r.n for r in script.asked] == [4, 1, 1, 1, 1, 1, 1, 1]


async def test_an_endpoint_that_refuses_n_is_asked_one_by_one() -> None:
    script = Script(BadRequest("n is not supported"))
    assert len((await Repeated(script).generate(FOUR)).choices) == 4


async def test_a_bad_request_of_another_kind_is_raised() -> None:
    model = Repeated(Script(*[BadRequest("prompt too long")] * 9))
    with pytest.raises(BadRequest, match="too long"):
        await model.generate(FOUR)


async def test_what_probing_found_is_believed() -> None:
    script = Script(features=frozenset({"seed"}))
    await Repeated(script).generate(FOUR)
    assert [r.n for r in script.asked] == [1, 1, 1, 1]


async def test_one_failed_sample_fails_the_request_and_ends_the_others() -> None:
    script = Script(None, ServerFailed("x"), features=frozenset())
    with pytest.raises(ServerFailed):
        await Repeated(script).generate(FOUR)
    assert script.in_flight == 0


async def test_what_one_cancelled_sample_cost_is_not_passed_off_as_the_cost_of_all() -> None:
    class Counting(Script):
        async def generate(self, request: Request) -> Response:
            try:
                return await super().generate(request)
            except asyncio.CancelledError:
                raise Cancelled(Usage(1, 1)) from None

    script = Counting(features=frozenset())
    script.pause = 60.0
    task = asyncio.create_task(Repeated(script).generate(FOUR))
    await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as stopped:
        await task
    assert len(script.asked) == 4
    assert type(stopped.value) is asyncio.CancelledError


async def test_one_sample_is_passed_on_as_it_is() -> None:
    script = Script()
    response = await Repeated(script).generate(ASK)
    assert script.asked == [ASK]
    assert response.used == ()
