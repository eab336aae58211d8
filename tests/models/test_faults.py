"""Every way in which an endpoint fails has its own error, with one sentence that helps."""

from __future__ import annotations

import asyncio
import gc
import time
import warnings
from email.utils import formatdate

import pytest
from aiohttp import web
from real import free_port
from server import Handler, chunk, cut_short, drop, event, garbage, hang, refuse, reply, serving

from reasonloom.errors import (
    AuthenticationFailed,
    BadReply,
    BadRequest,
    ConnectionBroke,
    ConnectionFailed,
    ModelError,
    RateLimited,
    ServerFailed,
    SpecError,
    TimedOut,
)
from reasonloom.models.endpoint import Endpoint, Timeouts
from reasonloom.models.http import retry_after
from reasonloom.models.openai import OpenAIModel
from reasonloom.models.protocol import Request, messages

ASK = Request(messages=messages(("user", "hi")))
SHORT = Timeouts(connect=5, total=0.3, idle=0.15)
KEY = "sk-very-secret"


async def failure_of(handler: Handler, stream: bool = False) -> ModelError:
    """The error of one call; everything that the call left open shows as a warning."""
    async with serving(handler) as server:
        model = OpenAIModel(Endpoint("toy", server.url, timeouts=SHORT))
        with pytest.raises(ModelError) as caught:
            if stream:
                async for _ in model.stream(ASK):
                    pass
            else:
                await model.generate(ASK)
        await model.close()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gc.collect()
    assert server.calls == 1
    assert str(caught.value).startswith(f"openai:toy@{server.url}")
    return caught.value


@pytest.mark.parametrize(
    ("handler", "error", "says"),
    [
        (refuse(429, "slow down", Retry_After="7"), RateLimited, "slow down (429) (wait 7 s)"),
        (
            reply({"error": {"message": "x", "code": "insufficient_quota"}}, 429),
            AuthenticationFailed,
            "the quota behind OPENAI_API_KEY is spent",
        ),
        (refuse(500, "no memory"), ServerFailed, "failed (500): no memory"),
        (refuse(503, "busy", Retry_After="2"), ServerFailed, "failed (503): busy"),
        (refuse(401, f"wrong key {KEY[:4]}"), AuthenticationFailed, "check OPENAI_API_KEY"),
        (refuse(403, "no"), AuthenticationFailed, "refused the key (403)"),
        (refuse(400, "too long"), BadRequest, "refused the request (400): too long"),
        (reply({"detail": [{"loc": "n"}]}, 422), BadRequest, '(422): [{"loc":"n"}]'),
        (reply({}, 404), BadRequest, "mostly ends in /v1"),
        (hang(), TimedOut, "no reply within 0.3 s"),
        (garbage(), BadReply, "not JSON"),
        (reply({"choices": []}), BadReply, "no choices"),
        (reply({"error": {"message": "x"}}), BadReply, "no choices"),
        (reply({"choices": [{"message": 3}]}), BadReply, "not shaped as the protocol says"),
        (reply([1, 2]), BadReply, "no choices"),
        (drop(), ConnectionBroke, "connection broke before the reply was complete"),
    ],
)
async def test_a_failed_call(handler: Handler, error: type[ModelError], says: str) -> None:
    failure = await failure_of(handler)
    assert type(failure) is error
    assert says in str(failure)


@pytest.mark.parametrize(
    ("handler", "error", "says"),
    [
        (cut_short(), ConnectionBroke, "ended after 1 deltas without a finish reason"),
        (drop(event(chunk({"content": "half"}))), ConnectionBroke, "connection broke"),
        (hang(), TimedOut, "silent for 0.15 s"),
        (refuse(429, "slow down"), RateLimited, "slow down"),
        (refuse(500, "no"), ServerFailed, "(500)"),
    ],
)
async def test_a_failed_stream(handler: Handler, error: type[ModelError], says: str) -> None:
    failure = await failure_of(handler, stream=True)
    assert type(failure) is error
    assert says in str(failure)


async def test_a_stream_that_falls_silent_is_not_waited_for() -> None:
    async def pause(_s: object, request: web.Request, _b: object) -> web.StreamResponse:
        out = web.StreamResponse()
        await out.prepare(request)
        await out.write(event(chunk({"content": "well, "})))
        await asyncio.sleep(5)
        return out

    assert isinstance(await failure_of(pause, stream=True), TimedOut)


async def test_retry_after_is_kept_with_the_error() -> None:
    limited = await failure_of(refuse(429, "x", Retry_After="7"))
    assert isinstance(limited, RateLimited)
    assert limited.retry_after == 7
    failed = await failure_of(refuse(503, "x", Retry_After="2.5"))
    assert isinstance(failed, ServerFailed)
    assert failed.retry_after == 2.5


def test_retry_after_takes_seconds_and_dates() -> None:
    now = time.time()
    assert retry_after({"Retry-After": "3"}, now) == 3
    assert retry_after({"Retry-After": formatdate(now + 60, usegmt=True)}, now) == pytest.approx(
        60, abs=1.1
    )
    assert retry_after({"Retry-After": formatdate(now - 60, usegmt=True)}, now) == 0
    assert retry_after({"Retry-After": "soon"}, now) is None
    assert retry_after({"Retry-After": "nan"}, now) is None
    assert retry_after({}, now) is None


async def test_a_refused_connection_names_the_url_and_what_to_check() -> None:
    url = f"http://127.0.0.1:{free_port()}/v1"
    model = OpenAIModel(Endpoint("toy", url))
    with pytest.raises(ConnectionFailed) as caught:
        await model.generate(ASK)
    await model.close()
    assert not isinstance(caught.value, ConnectionBroke)
    assert str(caught.value) == (
        f"openai:toy@{url}: nobody answers at {url}:"
        " check that the server runs and that host and port are right"
    )


async def test_a_host_that_does_not_resolve_is_said_so() -> None:
    model = OpenAIModel(Endpoint("toy", "http://nobody.invalid/v1"))
    with pytest.raises(ConnectionFailed, match="does not resolve"):
        await model.generate(ASK)
    await model.close()


async def test_what_does_not_speak_http_is_said_so() -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail ready\r\n")
        await writer.drain()
        writer.close()

    other = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = other.sockets[0].getsockname()[1]
    model = OpenAIModel(Endpoint("toy", f"http://127.0.0.1:{port}/v1"))
    with pytest.raises((BadReply, ConnectionBroke)):
        await model.generate(ASK)
    await model.close()
    other.close()
    await other.wait_closed()


class TestKey:
    async def test_is_sent_and_never_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LOOM_API_KEY", KEY)
        async with serving(refuse(400, f"bad {KEY} given"), refuse(401, KEY)) as server:
            model = OpenAIModel(Endpoint("toy", server.url))
            for error in (BadRequest, AuthenticationFailed):
                with pytest.raises(error) as caught:
                    await model.generate(ASK)
                assert KEY not in str(caught.value)
            await model.close()
        assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
        assert KEY not in repr(model.endpoint) + model.name

    async def test_of_a_profile_must_be_set(self) -> None:
        model = OpenAIModel(Endpoint("toy", "http://localhost:9/v1", key_env="MY_KEY"))
        with pytest.raises(AuthenticationFailed, match="MY_KEY, which is not set"):
            await model.generate(ASK)

    def test_of_openai_is_not_sent_in_the_clear(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        assert Endpoint("toy", "https://example.org/v1").key() == KEY
        assert Endpoint("toy", "http://localhost:1/v1").key() == KEY
        assert Endpoint("toy", "http://example.org/v1").key() is None

    @pytest.mark.parametrize("url", ["http://me:pw@h/v1", "http://h/v1?key=1"])
    def test_has_no_place_in_the_url(self, url: str) -> None:
        with pytest.raises(SpecError, match="LOOM_API_KEY"):
            Endpoint("toy", url)

    @pytest.mark.parametrize("url", ["localhost:8000", "ftp://h/v1", "http://"])
    def test_a_url_that_is_none_is_refused(self, url: str) -> None:
        with pytest.raises(SpecError, match="not a base URL"):
            Endpoint("toy", url)
