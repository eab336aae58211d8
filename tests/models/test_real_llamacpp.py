"""The client against llama.cpp's server (llama-cpp-python) on a Llama folder as GGUF."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from gguf_folder import convert
from real import free_port, running
from tiny import save_tiny

from reasonloom.models.chat_templates import ChatTemplate
from reasonloom.models.endpoint import Endpoint
from reasonloom.models.openai import OpenAIModel
from reasonloom.models.probe import probe
from reasonloom.models.protocol import Request, messages
from reasonloom.models.repeated import Repeated
from reasonloom.models.stream import assemble

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("llama_cpp") is None, reason="the extra `servers` is missing"),
]

NANO = Path(__file__).parents[2] / "src" / "reasonloom" / "nano" / "weights"
QUESTION = "Let a be the gcd of 84 and 36. Let b be the remainder when a is divided by 5. Find b."
RAW = Request(text=f"<|q|>{QUESTION}<|cot|>", max_tokens=24)


@contextmanager
def serving(source: Path, folder: Path, template: ChatTemplate) -> Iterator[Endpoint]:
    port = free_port()
    gguf = convert(source, folder / "model.gguf")
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(gguf)]
    options = {"host": "127.0.0.1", "port": str(port), "n_ctx": "512", "n_threads": "1"}
    for key, value in options.items():
        command += [f"--{key}", value]
    with running(command, port, "/v1/models", folder / "log") as url:
        yield Endpoint("model", url, template=template, max_in_flight=1)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """nano, as it ships."""
    template = ChatTemplate("<|q|>{content}", "<|cot|>{content}<|end|>")
    with serving(NANO, tmp_path_factory.mktemp("nano"), template) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def babbling_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """A tiny random model that goes on about anything: nano declines what a probe says to it."""
    folder = tmp_path_factory.mktemp("tiny")
    template = ChatTemplate("<|user|>{content}<|end|>", "<|assistant|>{content}<|end|>")
    with serving(save_tiny(folder / "tiny"), folder, template) as endpoint:
        yield endpoint


@pytest.fixture
async def model(endpoint: Endpoint) -> AsyncIterator[OpenAIModel]:
    model = OpenAIModel(endpoint)
    yield model
    await model.close()


@pytest.fixture
async def babbler(babbling_endpoint: Endpoint) -> AsyncIterator[OpenAIModel]:
    model = OpenAIModel(babbling_endpoint)
    yield model
    await model.close()


async def test_nano_reasons_there_as_it_does_here(model: OpenAIModel) -> None:
    request = dataclasses.replace(RAW, max_tokens=128, stop=("<|end|>",))
    reply = (await model.generate(request)).choices[0].text
    assert reply.rstrip().endswith("answer = 2")


async def test_samples_come_by_repetition_and_follow_their_seeds(model: OpenAIModel) -> None:
    request = dataclasses.replace(RAW, n=3, seeds=(5, 6, 5), temperature=1.5)
    response = await Repeated(model).generate(request)
    first, second, third = (choice.text for choice in response.choices)
    assert first == third != second
    assert "n:repeated" in response.used
    assert response.attempts == 3


async def test_raw_completions_have_exact_usage_and_stop(model: OpenAIModel) -> None:
    whole = await model.generate(RAW)
    text = whole.choices[0].text
    assert whole.usage.exact
    assert whole.usage.completion_tokens <= 24
    mark = text[len(text) // 2 :][:3]
    stopped = (await model.generate(dataclasses.replace(RAW, stop=(mark,)))).choices[0]
    assert (stopped.text, stopped.finish_reason) == (text.split(mark)[0], "stop")


async def test_log_probabilities_come_back(model: OpenAIModel) -> None:
    response = await model.generate(dataclasses.replace(RAW, logprobs=3))
    logprobs = response.choices[0].logprobs or ()
    assert len(logprobs) > 0
    for token in logprobs:
        assert token.logprob <= 0
        assert len(token.top) >= 3
        # Greedy: what was taken is the most likely of the alternatives.
        assert max(value for _, value in token.top) == pytest.approx(token.logprob, abs=1e-3)


async def test_a_json_schema_is_enforced(model: OpenAIModel) -> None:
    schema = {
        "type": "object",
        "properties": {"verdict": {"type": "string", "enum": ["accept", "retry"]}},
        "required": ["verdict"],
    }
    profile = dataclasses.replace(
        model.profile, features=frozenset({"schema", "schema:json_object"})
    )
    request = Request(messages=messages(("user", QUESTION)), max_tokens=60, schema=schema)
    response = await model.with_profile(profile).generate(request)
    assert response.used == ("schema:json_object",)
    assert json.loads(response.choices[0].text)["verdict"] in ("accept", "retry")


async def test_a_reply_is_continued_by_the_way_that_works(babbler: OpenAIModel) -> None:
    # It takes continue_final_message, ignores it and begins a new reply.
    ask = Request(messages=messages(("user", "One, two")), max_tokens=16)
    text = (await babbler.generate(ask)).choices[0].text
    at = len(text) // 2
    at = text.index(" ", at) if " " in text[at:-8] else at
    continued = await babbler.generate(dataclasses.replace(ask, prefix=text[:at]))
    assert continued.used[0] == "prefix:raw"
    assert continued.choices[0].text.lstrip()[:6] == text[at:].lstrip()[:6]


async def test_streaming_gives_the_unstreamed_reply(model: OpenAIModel) -> None:
    deltas = [delta async for delta in model.stream(RAW)]
    assert assemble(deltas, RAW).choices[0].text == (await model.generate(RAW)).choices[0].text


async def test_probing_finds_what_this_server_does(babbler: OpenAIModel) -> None:
    report = await probe(babbler)
    lacks = {f.feature: f.seen for f in report.findings if not f.works}
    assert {"raw", "stop", "stream", "logprobs", "schema"} <= report.features, lacks
    assert "n" not in report.features
    # Its scores of a prompt belong to the token before: taken for what they are, they mislead.
    assert "nats apart" in lacks["echo_logprobs"] or "does not end" in lacks["echo_logprobs"]
    if os.environ.get("LOOM_SHOW_PROBE"):
        print(*report.findings, sep="\n")
