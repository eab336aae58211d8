"""A stream means the same however the network cuts it, and the same as the unstreamed reply."""

from __future__ import annotations

import itertools

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from server import chunk, event

from reasonloom.errors import BadReply, ServerFailed
from reasonloom.models.protocol import Profile, Request, TokenLogprob, messages
from reasonloom.models.reply import decode
from reasonloom.models.stream import Delta, Events, Reader, assemble
from reasonloom.models.wire import Call

ASK = Request(messages=messages(("user", "hi")), n=2)
USAGE = {"prompt_tokens": 3, "completion_tokens": 5}
STREAM = b"".join(
    [
        b": ping\r\n\r\n",
        event(chunk({"role": "assistant", "content": ""})),
        event(chunk({"content": "<thi"})).replace(b"\n", b"\r\n"),
        event(chunk({"content": "nk>näh</think> Die Antwort"})),
        b"event: message\nid: 3\n" + event(chunk({"content": "plain ST"}, index=1)),
        event(chunk({"content": " ist 4"})).replace(b"data: ", b"data:"),
        event(chunk({}, "stop")),
        event(chunk({"content": "OP after"}, "length", 1)),
        event({"choices": [], "usage": USAGE}),
        event(b"[DONE]"),
        event(chunk({"content": "after the end"})),
    ]
)


def read(chunks: list[bytes], request: Request = ASK) -> list[Delta]:
    events, reader = Events(), Reader(request, Profile(), "openai:m@http://h/v1")
    payloads = [p for c in chunks for p in events.feed(c)] + list(events.end())
    deltas = [delta for payload in payloads for delta in reader.read(payload)]
    assert reader.finished
    return [*deltas, Delta(usage=reader.usage, model=reader.model)]


@given(st.lists(st.integers(0, len(STREAM)), max_size=40))
def test_any_cutting_of_the_bytes_gives_the_same_deltas(places: list[int]) -> None:
    edges = [0, *sorted(places), len(STREAM)]
    chunks = [STREAM[a:b] for a, b in itertools.pairwise(edges)]
    assert read(chunks) == read([STREAM])


def test_deltas_add_up_to_the_samples() -> None:
    request = Request(messages=messages(("user", "hi")), n=2, stop=("STOP",))
    response = assemble(read([STREAM], request), request)
    first, second = response.choices
    assert (first.text, first.reasoning, first.finish_reason) == (
        "Die Antwort ist 4",
        "näh",
        "stop",
    )
    assert (second.text, second.finish_reason, second.stop) == ("plain ", "stop", "STOP")
    assert (response.usage.total_tokens, response.model) == (8, "served")


def test_reasoning_fields_of_both_names_are_read_and_end_the_splitting() -> None:
    pieces = [{"reasoning": "a"}, {"reasoning_content": "b"}, {"content": "<think>c"}]
    body = b"".join(event(chunk(piece)) for piece in pieces) + event(chunk({}, "stop"))
    choice = assemble(read([body]), ASK).choices[0]
    assert (choice.reasoning, choice.text) == ("ab", "<think>c")


def test_a_thinking_block_that_was_never_opened_is_recast_when_it_closes() -> None:
    body = event(chunk({"content": "hm, "})) + event(chunk({"content": "so</think>4"}, "stop"))
    deltas = read([body])
    assert [d.text for d in deltas[:2]] == ["hm, ", "4"]
    assert deltas[1].recast
    assert assemble(deltas, ASK).choices[0].reasoning == "hm, so"


def test_log_probabilities_come_with_their_deltas() -> None:
    one = chunk({"content": "4"}, "stop")
    one["choices"][0]["logprobs"] = {"content": [{"token": "4", "logprob": -0.5}]}
    assert assemble(read([event(one)]), ASK).choices[0].logprobs == (TokenLogprob("4", -0.5),)


def test_missing_usage_is_estimated_and_flagged() -> None:
    deltas = read([event(chunk({"content": "12345678"}, "stop"))])[:-1]
    usage = assemble(deltas, ASK).usage
    assert (usage.completion_tokens, usage.exact) == (2, False)


def test_an_error_inside_the_stream_is_raised() -> None:
    with pytest.raises(ServerFailed, match="inside the stream: out of memory"):
        read([event({"error": {"message": "out of memory"}})])


@pytest.mark.parametrize("payload", [b"{not json", b"[1]", b'{"choices": [3]}'])
def test_what_is_no_chunk_is_a_bad_reply(payload: bytes) -> None:
    with pytest.raises(BadReply, match="streamed"):
        read([event(payload)])


TEXT = st.text(st.sampled_from("ab <>/think\n"), max_size=30)


@given(st.lists(TEXT, min_size=1, max_size=6), st.sampled_from([(), ("b a",), ("<", "ab")]))
def test_streamed_equals_unstreamed(parts: list[str], stop: tuple[str, ...]) -> None:
    request = Request(messages=messages(("user", "hi")), stop=stop)
    body = b"".join(event(chunk({"content": part})) for part in parts) + event(chunk({}, "stop"))
    message = {"role": "assistant", "content": "".join(parts)}
    reply = {"choices": [{"message": message, "finish_reason": "stop"}], "usage": USAGE}
    whole = decode(orjson.loads(orjson.dumps(reply)), request, Profile(), Call("", {}))
    streamed = assemble(read([body], request), request)
    assert streamed.choices[0].text == whole.choices[0].text
    assert streamed.choices[0].reasoning == whole.choices[0].reasoning
    assert streamed.choices[0].stop == whole.choices[0].stop
