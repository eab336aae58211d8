"""Probing believes what happened, not what was accepted."""

from __future__ import annotations

import random
from typing import Any

import pytest
from aiohttp import web
from scripted import Script
from server import Handler, Server, begin_stream, chunk, completion, event, refuse, serving

from reasonloom.errors import AuthenticationFailed, BadRequest, InputError
from reasonloom.models.endpoint import Endpoint
from reasonloom.models.openai import OpenAIModel
from reasonloom.models.probe import Report, cut_points, matching_tail, probe
from reasonloom.models.protocol import TokenLogprob

WEEK = "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday."


def honest(**lacks: bool) -> Handler:
    """A server that can do everything but what `lacks` names, which it takes and ignores."""

    async def handler(_s: Server, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        if body.get("stream"):
            out = await begin_stream(request)
            for word in ("ten ", "words"):
                await out.write(event(chunk({"content": word})))
            await out.write(event(chunk({}, "stop")))
            return out
        texts = [words(body, j, lacks) for j in range(1 if "n" in lacks else body.get("n", 1))]
        reply = completion(texts)
        reply["usage"]["completion_tokens"] = sum(len(t.split()) for t in texts)
        if "logprobs" in body and "logprobs" not in lacks:
            content = [{"token": "x", "logprob": -1.0, "top_logprobs": []}]
            reply["choices"][0]["logprobs"] = {"content": content}
        return web.json_response(reply)

    return handler


def words(body: dict[str, Any], j: int, lacks: dict[str, bool]) -> str:
    turns = body.get("messages") or [{"role": "user", "content": "raw"}]
    if "response_format" in body and "schema" not in lacks:
        return '{"probe": "loom"}'
    if body["temperature"] > 0:
        seed = 0 if "seed" in lacks else body.get("seed", 0)
        return str(random.Random(seed * 100 + j).random())
    text = WEEK
    if turns[-1]["role"] == "assistant" and "prefix" not in lacks:
        text = WEEK[len(turns[-1]["content"]) :]
    for stop in [] if "stop" in lacks else body.get("stop", []):
        text = text.split(stop)[0]
    return text


async def report_of(handler: Handler) -> Report:
    async with serving(default=handler) as server:
        model = OpenAIModel(Endpoint("toy", server.url))
        try:
            return await probe(model)
        finally:
            await model.close()


async def test_a_server_that_does_all_of_it_is_found_to() -> None:
    report = await report_of(honest())
    expected = {"chat", "stream", "seed", "n", "stop", "logprobs", "schema", "prefix"}
    assert expected <= report.features
    assert {"schema:json_schema", "prefix:continue_final_message"} <= report.features
    assert 10 <= report.calls <= 30


@pytest.mark.parametrize("feature", ["n", "seed", "stop", "logprobs", "schema", "prefix"])
async def test_what_is_accepted_and_ignored_is_no_feature(feature: str) -> None:
    report = await report_of(honest(**{feature: True}))
    assert feature not in {f.partition(":")[0] for f in report.features}
    others = {"n", "seed", "stop", "logprobs", "schema", "prefix"} - {feature}
    assert others <= report.features


async def test_an_endpoint_that_refuses_everything_is_reported_as_it_is() -> None:
    with pytest.raises(BadRequest, match="no such model"):
        await report_of(refuse(404, "no such model"))
    with pytest.raises(AuthenticationFailed):
        await report_of(refuse(401))


def test_scores_are_compared_from_the_end_where_the_tokens_agree() -> None:
    prompt = [TokenLogprob(t, -1.0) for t in ("One", ",", " two", ",")]
    reply = [TokenLogprob(t, -2.0) for t in ("x", " two", ",")]
    assert [p.token for p, _ in matching_tail(prompt, reply)] == [",", " two"]


async def test_only_endpoints_are_probed() -> None:
    with pytest.raises(InputError, match="is no endpoint"):
        await probe(Script())


def test_a_reply_is_cut_where_its_rest_does_not_begin_as_the_whole() -> None:
    assert [WEEK[i:][:5] for i in cut_points(WEEK)] == [" Thur", " Frid"]
    assert cut_points("la la la la la la la la la") == []
    assert cut_points("short") == []
    assert cut_points("abcdefghijklmnopqrstuvwxyz") == [13]
