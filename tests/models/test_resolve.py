"""From a spec to a model, with what it needs around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from scripted import ASK
from server import Server, completion, refuse, reply, serving

from reasonloom.errors import InputError, SpecError
from reasonloom.models.cached import Cached
from reasonloom.models.limited import Limited
from reasonloom.models.openai import OpenAIModel
from reasonloom.models.probed import remember
from reasonloom.models.profiles import user_file
from reasonloom.models.protocol import Request, tokens_of
from reasonloom.models.recorded import Recorded, Replayed
from reasonloom.models.repeated import Repeated
from reasonloom.models.resolve import resolve
from reasonloom.models.retried import Retried
from reasonloom.spec import parse


def layers(model: object) -> list[type]:
    found = [type(model)]
    while (model := getattr(model, "inner", None)) is not None:
        found.append(type(model))
    return found


def test_an_endpoint_is_wrapped_from_the_inside_out() -> None:
    model = resolve("openai:a/b:7b@http://localhost:8000/v1")
    assert layers(model) == [Repeated, Retried, Limited, OpenAIModel]
    assert model.name == "openai:a/b:7b@http://localhost:8000/v1"
    assert tokens_of(model) is None


def test_a_cache_stands_outside(tmp_path: Path) -> None:
    assert layers(resolve("openai:m@http://h/v1", tmp_path / "c.db"))[:2] == [Cached, Repeated]


def test_without_a_url_the_environment_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    assert resolve("openai:gpt").name == "openai:gpt@https://api.openai.com/v1"
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:1/v1")
    assert resolve(parse("openai:gpt")).name == "openai:gpt@http://localhost:1/v1"


def test_a_name_of_the_users_file_is_known() -> None:
    user_file().write_text("fast: {spec: 'openai:qwen3@http://h/v1', context_tokens: 9}")
    model = resolve("fast")
    assert (model.name, model.profile.context_tokens) == ("openai:qwen3@http://h/v1", 9)


def test_what_probing_found_is_used() -> None:
    remember("openai:m@http://h/v1", frozenset({"n"}))
    assert resolve("openai:m@http://h/v1").profile.features == frozenset({"n"})


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("nona", "did you mean 'nano'"),
        ("gpt-4", "openai:MODEL@URL"),
        ("nano(n=3)", "takes no options"),
        ("replay:", "replay:FILE"),
        ("replay", "names no file"),
        ('replay(fil="x")', "did you mean 'file'"),
        ('record(file="x")', "names no model"),
        ("openai:m@http://me:pw@h/v1", "LOOM_API_KEY"),
    ],
)
def test_a_wrong_spec_gives_one_clear_sentence(spec: str, says: str) -> None:
    with pytest.raises(SpecError) as caught:
        resolve(spec)
    assert says in str(caught.value)


def test_an_entry_that_points_at_no_address_is_refused() -> None:
    user_file().write_text("loop: {spec: loop}")
    with pytest.raises(SpecError, match="takes openai:MODEL@URL or local:PATH"):
        resolve("loop")


def test_a_broken_file_is_named() -> None:
    user_file().write_text("a: 3")
    with pytest.raises(InputError, match=r"models\.yaml"):
        resolve("a")


async def test_a_recording_is_made_and_replayed(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    async with serving(refuse(429, Retry_After="0"), reply(completion(["four"]))) as server:
        model = resolve(f'record(file="{path}", model=openai:m@{server.url})')
        assert layers(model)[:2] == [Recorded, Repeated]
        response = await model.generate(ASK)
        await model.close()
    assert response.attempts == 2
    replayed = resolve(f"replay:{path}")
    assert isinstance(replayed, Replayed)
    assert await replayed.generate(ASK) == response


async def test_the_whole_stack_streams() -> None:
    async with serving() as server:
        model = resolve(f"openai:m@{server.url}")
        assert isinstance(model, Repeated)
        texts = [delta.text async for delta in model.stream(Request(text="x"))]
        await model.close()
    assert len(texts) > 3
    assert isinstance(server, Server)
