from __future__ import annotations

import asyncio

import pytest

from reasonloom.errors import ServerFailed
from reasonloom.models.protocol import Choice, Message, Model, Request, Response, Usage, tokens_of
from reasonloom.models.scripted import Scripted, TokenScripted, pieces


def ask(text: str = "say it", **sampling: object) -> Request:
    return Request(messages=(Message("user", text),), **sampling)  # type: ignore[arg-type]


def test_it_is_a_model() -> None:
    assert isinstance(Scripted("x"), Model)
    assert tokens_of(Scripted("x")) is None
    assert tokens_of(TokenScripted("x")) is not None


@pytest.mark.parametrize("text", ["", " ", "a", " a  b\nc ", "\n\n"])
def test_pieces_join_to_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text


async def test_each_sample_is_scripted_with_its_own_seed() -> None:
    model = Scripted(lambda r: f"seed {r.seeds[0]}")
    reply = await model.generate(ask(n=2, seeds=(3, 4)))
    assert [c.text for c in reply.choices] == ["seed 3", "seed 4"]
    assert reply.usage == Usage(2, 4)
    assert model.calls == 1


async def test_replies_end_at_a_stop_string_or_at_the_limit() -> None:
    model = Scripted("one two three four")
    by_stop = (await model.generate(ask(stop=("four", "three")))).choices[0]
    by_length = (await model.generate(ask(max_tokens=2))).choices[0]
    assert (by_stop.text, by_stop.finish_reason) == ("one two ", "stop")
    assert (by_length.text, by_length.finish_reason) == ("one two", "length")
    assert by_length.completion_tokens == 2


async def test_a_script_may_wait_fail_or_give_a_whole_response() -> None:
    async def slow(request: Request) -> Choice:
        await asyncio.sleep(0)
        return Choice("done")

    def fails(request: Request) -> str:
        raise ServerFailed("broken")

    whole = Response((Choice("x"),), Usage(7, 1), used=("cache",))
    assert (await Scripted(slow).generate(ask())).choices == (Choice("done"),)
    assert await Scripted(lambda _: whole).generate(ask()) is whole
    with pytest.raises(ServerFailed):
        await Scripted(fails).generate(ask())


async def test_it_counts_what_is_in_flight_and_what_was_cancelled() -> None:
    model = Scripted("x", delay=lambda request: 0.0 if request.max_tokens == 1 else 30.0)
    tasks = [asyncio.create_task(model.generate(ask(max_tokens=m))) for m in (1, 2, 3)]
    await tasks[0]
    assert (model.in_flight, model.peak) == (2, 3)
    for task in tasks[1:]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (model.in_flight, model.cancelled, model.calls) == (0, 2, 3)


async def test_token_ids_give_the_prompt_back() -> None:
    model = TokenScripted(" fine thanks")
    ids = model.encode(ask("how are you"))
    reply = await model.generate(Request(token_ids=ids, echo_logprobs=True))
    assert reply.prompt_logprobs is not None and reply.choices[0].token_ids is not None
    assert "".join(t.token for t in reply.prompt_logprobs) == "how are you"
    assert model.decode((*ids, *reply.choices[0].token_ids)) == "how are you fine thanks"
