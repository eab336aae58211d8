"""Probing believes what happened, not what was accepted."""

from __future__ import annotations

import pytest
from honest import WEEK, honest
from scripted import Script
from server import Handler, refuse, serving

from reasonloom.errors import AuthenticationFailed, BadRequest, InputError
from reasonloom.models.endpoint import Endpoint
from reasonloom.models.openai import OpenAIModel
from reasonloom.models.prefix import cut_points
from reasonloom.models.probe import Report, matching_tail, probe
from reasonloom.models.protocol import TokenLogprob


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
