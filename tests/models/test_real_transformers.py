"""The client against `transformers serve`, on a tiny random Llama that the test makes itself."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from real import free_port, running
from tiny import save_tiny

from reasonloom.errors import BadRequest
from reasonloom.models.chat_templates import ChatTemplate
from reasonloom.models.endpoint import Endpoint
from reasonloom.models.openai import OpenAIModel
from reasonloom.models.probe import probe
from reasonloom.models.protocol import Request, messages
from reasonloom.models.repeated import Repeated
from reasonloom.models.stream import assemble

TEMPLATE = ChatTemplate(
    "<|user|>{content}<|end|>", "<|assistant|>{content}<|end|>", "<|system|>{content}<|end|>"
)
ASK = Request(messages=messages(("user", "List the days.")), max_tokens=24)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    folder = tmp_path_factory.mktemp("served")
    model, port = str(save_tiny(folder / "tiny")), free_port()
    serve = str(Path(sys.executable).with_name("transformers"))
    command = [serve, "serve", model, "--host", "127.0.0.1", "--port", str(port)]
    with running([*command, "--device", "cpu"], port, "/health", folder / "log") as url:
        yield Endpoint(model, url, template=TEMPLATE)


@pytest.fixture
async def model(endpoint: Endpoint) -> AsyncIterator[OpenAIModel]:
    model = OpenAIModel(endpoint)
    yield model
    await model.close()


async def test_chat_is_answered_with_exact_usage(model: OpenAIModel) -> None:
    first, again = await model.generate(ASK), await model.generate(ASK)
    assert first.choices == again.choices
    assert first.choices[0].finish_reason == "length"
    assert first.usage.exact
    assert first.usage.completion_tokens == first.choices[0].completion_tokens == 24


async def test_a_streamed_reply_is_the_unstreamed_one(model: OpenAIModel) -> None:
    deltas = [delta async for delta in model.stream(ASK)]
    assert len(deltas) > 4
    streamed, whole = assemble(deltas, ASK), await model.generate(ASK)
    assert streamed.choices == whole.choices
    assert streamed.usage == whole.usage


async def test_a_stop_string_ends_the_reply_and_is_not_part_of_it(model: OpenAIModel) -> None:
    text = (await model.generate(ASK)).choices[0].text
    mark = text[len(text) // 2 :][:3]
    request = dataclasses.replace(ASK, stop=(mark,))
    stopped = await model.generate(request)
    choice = stopped.choices[0]
    assert (choice.text, choice.finish_reason, choice.stop) == (text.split(mark)[0], "stop", mark)
    assert stopped.usage.completion_tokens < 24
    streamed = assemble([delta async for delta in model.stream(request)], request)
    assert streamed.choices == stopped.choices


async def test_samples_that_the_server_does_not_fuse_are_asked_for_one_by_one(
    model: OpenAIModel,
) -> None:
    request = dataclasses.replace(ASK, n=3, seeds=(1, 2, 3), temperature=1.0)
    response = await Repeated(model).generate(request)
    assert len({choice.text for choice in response.choices}) == 3
    assert "n:repeated" in response.used


async def test_a_reply_is_continued_through_raw_completions(model: OpenAIModel) -> None:
    text = (await model.generate(ASK)).choices[0].text
    at = text.index(" ", len(text) // 2)
    continued = await model.generate(dataclasses.replace(ASK, prefix=text[:at]))
    assert continued.used == ("prefix:raw", "prefix checked")
    assert continued.choices[0].text.startswith(text[at:][:12])


async def test_a_prefix_is_refused_where_no_way_is_known(endpoint: Endpoint) -> None:
    model = OpenAIModel(dataclasses.replace(endpoint, template=None))
    with pytest.raises(BadRequest, match="cannot go on from a given beginning"):
        await model.generate(dataclasses.replace(ASK, prefix="Monday"))
    await model.close()


async def test_probing_finds_what_this_server_does(model: OpenAIModel) -> None:
    report = await probe(model)
    assert {f for f in report.features if f.split(":")[0] in ("n", "logprobs", "schema")} == set()
    assert {"chat", "stream", "stop", "seed", "raw", "prefix", "prefix:raw"} <= report.features
