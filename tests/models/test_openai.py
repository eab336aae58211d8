"""What the client sends and how it reads what comes back."""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import warnings
from typing import Any

import pytest
from honest import honest
from real import free_port
from server import Handler, Server, completion, raw_completion, refuse, reply, say, serving

from reasonloom.errors import BadReply, BadRequest
from reasonloom.models.chat_templates import CHATML, GEMMA, ChatTemplate
from reasonloom.models.endpoint import Endpoint
from reasonloom.models.openai import OpenAIModel
from reasonloom.models.protocol import Profile, Request, Response, TokenLogprob, messages

HI = messages(("user", "hi"))
ASK = Request(messages=HI)


async def exchange(
    request: Request, *script: Handler, profile: Profile | None = None, **endpoint: Any
) -> tuple[Response, Server]:
    async with serving(*script) as server:
        model = OpenAIModel(Endpoint("toy", server.url, **endpoint), profile)
        try:
            return await model.generate(request), server
        finally:
            await model.close()


async def test_little_more_than_the_prompt_is_sent() -> None:
    _, server = await exchange(ASK)
    assert server.bodies[0] == {
        "model": "toy",
        "messages": [{"role": "user", "content": "hi"}],
        "temperature": 0.0,
        "top_p": 1.0,
        "max_tokens": 1024,
    }
    assert server.paths == ["/v1/chat/completions"]


async def test_every_sampling_field_is_sent_under_its_name() -> None:
    request = Request(
        messages=HI,
        n=2,
        seeds=(2**40 + 5, 6),
        max_tokens=9,
        temperature=0.7,
        top_p=0.9,
        top_k=5,
        stop=("END",),
        logprobs=3,
        extra={"min_p": 0.1},
    )
    _, server = await exchange(request, extra={"cache_salt": "x"}, omit=frozenset({"top_k"}))
    body = server.bodies[0]
    del body["messages"]
    assert body == {
        "model": "toy",
        "n": 2,
        "seed": 5,
        "max_tokens": 9,
        "temperature": 0.7,
        "top_p": 0.9,
        "stop": ["END"],
        "logprobs": True,
        "top_logprobs": 3,
        "min_p": 0.1,
        "cache_salt": "x",
    }


async def test_choices_come_in_the_order_of_their_index() -> None:
    body = completion(["a", "bb"])
    body["choices"].reverse()
    response, _ = await exchange(dataclasses.replace(ASK, n=2), reply(body))
    assert [c.text for c in response.choices] == ["a", "bb"]
    assert sum(c.completion_tokens for c in response.choices) == response.usage.completion_tokens


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
async def test_reasoning_is_read_under_both_names(field: str) -> None:
    body = completion(["4"])
    body["choices"][0]["message"][field] = "2+2"
    response, _ = await exchange(ASK, reply(body))
    assert (response.choices[0].text, response.choices[0].reasoning) == ("4", "2+2")


async def test_thinking_inside_the_text_is_split_off() -> None:
    response, _ = await exchange(ASK, say("<think>2+2</think>4"))
    assert (response.choices[0].text, response.choices[0].reasoning) == ("4", "2+2")


async def test_unfinished_thinking_is_no_answer_where_the_template_opens_it() -> None:
    response, _ = await exchange(ASK, say("let me see"), profile=Profile(think_open=True))
    assert (response.choices[0].text, response.choices[0].reasoning) == ("", "let me see")


async def test_usage_has_reasoning_and_cached_tokens() -> None:
    usage = {
        "prompt_tokens": 9,
        "completion_tokens": 5,
        "completion_tokens_details": {"reasoning_tokens": 4},
        "prompt_tokens_details": {"cached_tokens": 8},
    }
    response, _ = await exchange(ASK, say("4", usage=usage))
    found = response.usage
    assert (found.reasoning_tokens, found.cached_tokens, found.exact) == (4, 8, True)


async def test_missing_usage_is_estimated_and_flagged() -> None:
    response, _ = await exchange(ASK, say("12345678", usage=None))
    assert (response.usage.completion_tokens, response.usage.exact) == (2, False)


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("stop", "stop"),
        ("length", "length"),
        ("content_filter", "content_filter"),
        ("tool_calls", "other"),
        (None, "other"),
        ("abort", "cancelled"),
    ],
)
async def test_finish_reasons_are_mapped(reason: str | None, finish: str) -> None:
    body = completion(["x"])
    body["choices"][0]["finish_reason"] = reason
    response, _ = await exchange(ASK, reply(body))
    assert response.choices[0].finish_reason == finish


async def test_a_stop_string_that_the_server_left_in_is_cut() -> None:
    response, _ = await exchange(dataclasses.replace(ASK, stop=("END",)), say("4 END of it"))
    choice = response.choices[0]
    assert (choice.text, choice.finish_reason, choice.stop) == ("4 ", "stop", "END")


async def test_chat_log_probabilities_are_read() -> None:
    body = completion(["4"])
    top = [{"token": "4", "logprob": -0.1}, {"token": "5", "logprob": -2.5}]
    body["choices"][0]["logprobs"] = {
        "content": [{"token": "4", "logprob": -0.1, "top_logprobs": top}]
    }
    response, _ = await exchange(dataclasses.replace(ASK, logprobs=2), reply(body))
    expected = (TokenLogprob("4", -0.1, (("4", -0.1), ("5", -2.5))),)
    assert response.choices[0].logprobs == expected


async def test_raw_text_and_token_ids_go_to_completions() -> None:
    _, server = await exchange(Request(text="One,", prefix=" two"), reply(raw_completion(" three")))
    assert (server.paths, server.bodies[0]["prompt"]) == (["/v1/completions"], "One, two")
    response, server = await exchange(Request(token_ids=(5, 6)), reply(raw_completion("x")))
    assert (server.bodies[0]["prompt"], response.used) == ([5, 6], ("token_ids",))


async def test_an_echoed_prompt_is_scored_and_not_part_of_the_reply() -> None:
    logprobs = {
        "tokens": ["One", ",", " two"],
        "token_logprobs": [None, -0.5, -1.5],
        "top_logprobs": None,
    }
    body = raw_completion("One, two", logprobs=logprobs)
    body["usage"] = {"prompt_tokens": 2, "completion_tokens": 1}
    request = Request(text="One,", max_tokens=0, echo_logprobs=True)
    response, server = await exchange(request, reply(body))
    assert [t.logprob for t in response.prompt_logprobs or ()] == [0.0, -0.5]
    assert response.choices[0].text == " two"
    sent = server.bodies[0]
    assert (sent["echo"], sent["logprobs"], sent["max_tokens"]) == (True, 0, 1)


async def test_scoring_where_nothing_comes_back_is_a_bad_reply() -> None:
    with pytest.raises(BadReply, match="log-probabilities of the prompt"):
        await exchange(Request(text="One,", echo_logprobs=True), reply(raw_completion("x")))


@pytest.mark.parametrize(
    ("request_", "feature"),
    [
        (Request(text="One,", echo_logprobs=True), "echo_logprobs"),
        (Request(messages=HI, logprobs=1), "logprobs"),
        (Request(token_ids=(1,)), "token_ids"),
    ],
)
async def test_what_probing_found_missing_is_refused(request_: Request, feature: str) -> None:
    with pytest.raises(BadRequest, match=f"has no '{feature}'"):
        await exchange(request_, profile=Profile(features=frozenset({"n"})))


class TestPrefix:
    REQUEST = Request(messages=HI, prefix="The answer is")
    BY_FLAG = Profile(features=frozenset({"prefix"}))

    async def test_is_continued_by_the_flag_where_the_endpoint_takes_it(self) -> None:
        response, server = await exchange(self.REQUEST, say(" 4"), profile=self.BY_FLAG)
        body = server.bodies[0]
        assert body["messages"][-1] == {"role": "assistant", "content": "The answer is"}
        assert (body["continue_final_message"], body["add_generation_prompt"]) == (True, False)
        assert response.used == ("prefix:continue_final_message",)
        assert response.choices[0].text == " 4"

    async def test_falls_back_to_raw_completions_once_and_for_all(self) -> None:
        no = refuse(422, "Unexpected fields in the request: {'continue_final_message'}")
        async with serving(no, default=say(" 4")) as server:
            model = OpenAIModel(Endpoint("toy", server.url, template=CHATML), self.BY_FLAG)
            first, second = await model.generate(self.REQUEST), await model.generate(self.REQUEST)
            await model.close()
        assert first.used == second.used == ("prefix:raw",)
        assert server.paths == ["/v1/chat/completions", "/v1/completions", "/v1/completions"]
        assert server.bodies[-1]["prompt"] == (
            "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\nThe answer is"
        )

    async def test_is_refused_and_not_faked_without_a_template(self) -> None:
        no = refuse(400, "unknown: add_generation_prompt")
        with pytest.raises(BadRequest, match="set `template` in its profile"):
            await exchange(self.REQUEST, no, profile=self.BY_FLAG)

    @pytest.mark.parametrize(
        ("template", "lacks", "way"),
        [
            (None, {}, "continue_final_message"),
            (CHATML, {"prefix": True}, "raw"),
        ],
    )
    async def test_of_an_unknown_endpoint_is_checked_once_and_the_cost_is_reported(
        self, template: ChatTemplate | None, lacks: dict[str, bool], way: str
    ) -> None:
        async with serving(default=honest(**lacks)) as server:
            model = OpenAIModel(Endpoint("toy", server.url, template=template))
            responses = await asyncio.gather(*(model.generate(self.REQUEST) for _ in range(3)))
            await model.close()
        assert all(r.used[0] == f"prefix:{way}" for r in responses)
        assert sum("prefix checked" in r.used for r in responses) == 1
        assert sum(r.attempts for r in responses) == server.calls
        assert max(r.usage.prompt_tokens for r in responses) == 7 * (server.calls - 2)

    async def test_is_refused_where_the_endpoint_takes_the_flag_and_begins_anew(self) -> None:
        async with serving(default=honest(prefix=True)) as server:
            model = OpenAIModel(Endpoint("toy", server.url))
            with pytest.raises(BadRequest, match="cannot go on from a given beginning") as caught:
                await model.generate(self.REQUEST)
            await model.close()
        assert caught.value.attempts == server.calls + 1

    async def test_uses_what_probing_found(self) -> None:
        profile = Profile(features=frozenset({"prefix", "prefix:last_message"}))
        response, server = await exchange(self.REQUEST, say(" 4"), profile=profile)
        assert "continue_final_message" not in server.bodies[0]
        assert response.used == ("prefix:last_message",)

    async def test_after_token_ids_is_refused(self) -> None:
        with pytest.raises(BadRequest, match="append its token ids"):
            await exchange(Request(token_ids=(1,), prefix="x"))


class TestSchema:
    REQUEST = Request(messages=HI, schema={"type": "object"})

    async def test_is_sent_as_a_response_format(self) -> None:
        response, server = await exchange(self.REQUEST)
        sent = server.bodies[0]["response_format"]
        assert (sent["type"], sent["json_schema"]["schema"]) == ("json_schema", {"type": "object"})
        assert response.used == ("schema:json_schema",)

    async def test_is_spelled_as_the_endpoint_takes_it_and_left_out_where_it_takes_none(
        self,
    ) -> None:
        no = refuse(400, "response_format is not supported")
        response, server = await exchange(self.REQUEST, no)
        assert server.bodies[1]["structured_outputs"] == {"json": {"type": "object"}}
        no_more = [no, refuse(400, "structured_outputs: unknown field"), no]
        response, server = await exchange(self.REQUEST, *no_more)
        assert response.used == ("schema:none",)
        assert "response_format" not in server.bodies[-1]

    async def test_is_not_given_up_for_a_refusal_of_another_thing(self) -> None:
        with pytest.raises(BadRequest, match="prompt is too long"):
            await exchange(self.REQUEST, refuse(400, "prompt is too long"))


async def test_max_completion_tokens_is_used_where_max_tokens_is_refused() -> None:
    no = refuse(400, "'max_tokens' is not supported here: use 'max_completion_tokens' instead")
    _, server = await exchange(dataclasses.replace(ASK, max_tokens=7), no)
    assert server.bodies[1]["max_completion_tokens"] == 7
    assert "max_tokens" not in server.bodies[1]


async def test_a_stream_without_stream_options_is_asked_for_where_they_are_refused() -> None:
    async with serving(refuse(400, "stream_options: unknown"), default=say("four")) as server:
        model = OpenAIModel(Endpoint("toy", server.url))
        deltas = [delta async for delta in model.stream(ASK)]
        await model.close()
    assert "".join(d.text for d in deltas) == "four"
    assert "stream_options" in server.bodies[0]
    assert "stream_options" not in server.bodies[1]


async def test_a_system_message_joins_the_first_turn_where_a_template_has_no_place_for_it() -> None:
    request = Request(messages=messages(("system", "Be brief."), ("user", "hi")), prefix="So")
    profile = Profile(features=frozenset({"prefix:raw"}))
    _, server = await exchange(request, say("x"), profile=profile, template=GEMMA)
    assert server.bodies[0]["prompt"] == (
        "<start_of_turn>user\nBe brief.\n\nhi<end_of_turn>\n<start_of_turn>model\nSo"
    )


async def test_text_that_is_no_unicode_is_refused_before_it_is_sent() -> None:
    with pytest.raises(BadRequest, match="cannot be written as JSON"):
        await exchange(Request(text="\ud800"))


def test_one_model_serves_several_event_loops_and_leaves_nothing_open() -> None:
    port = free_port()
    shared = [OpenAIModel(Endpoint("toy", f"http://127.0.0.1:{port}/v1"))]

    async def once() -> str:
        async with serving(port=port):
            return (await shared[0].generate(ASK)).choices[0].text

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [asyncio.run(once()) for _ in range(2)] == ["hello", "hello"]
        shared.clear()
        gc.collect()


async def test_more_than_a_hundred_calls_are_in_flight_at_once() -> None:
    async def slow(_s: Server, _r: Any, _b: Any) -> Any:
        await asyncio.sleep(0.3)
        return await say("x")(_s, _r, _b)

    async with serving(default=slow) as server:
        model = OpenAIModel(Endpoint("toy", server.url))
        await asyncio.gather(*(model.generate(ASK) for _ in range(150)))
        await model.close()
    assert server.peak == 150
