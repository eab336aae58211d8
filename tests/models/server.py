"""A small OpenAI-compatible server on loopback that can misbehave in the ways real ones do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Handler = Callable[["Server", web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]


class Server:
    """Answers with the handlers of `script` in turn, then for good with the `default` one.

    `bodies` and `headers` hold what was asked, `in_flight` and `peak` how many at once.
    """

    def __init__(self, *script: Handler, default: Handler | None = None) -> None:
        self.script = list(script)
        self.default = default or say("hello")
        self.bodies: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.in_flight = self.peak = 0
        self.url = ""

    @property
    def calls(self) -> int:
        return len(self.bodies)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.bodies.append(body)
        self.paths.append(request.path)
        self.headers.append(dict(request.headers))
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            handler = self.script.pop(0) if self.script else self.default
            return await handler(self, request, body)
        finally:
            self.in_flight -= 1


@asynccontextmanager
async def serving(
    *script: Handler, default: Handler | None = None, port: int = 0
) -> AsyncIterator[Server]:
    server = Server(*script, default=default)
    app = web.Application(client_max_size=1 << 26)
    app.router.add_post("/v1/{path:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, backlog=1024)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()


def completion(texts: list[str], **more: Any) -> dict[str, Any]:
    choices = [
        {"index": i, "message": {"role": "assistant", "content": t}, "finish_reason": "stop"}
        for i, t in enumerate(texts)
    ]
    usage = {"prompt_tokens": 7, "completion_tokens": 3 * len(texts), "total_tokens": 10}
    return {"id": "x", "model": "served", "choices": choices, "usage": usage} | more


def raw_completion(text: str, **choice: Any) -> dict[str, Any]:
    choices = [{"index": 0, "text": text, "finish_reason": "stop"} | choice]
    return {"model": "served", "choices": choices, "usage": {"prompt_tokens": 7}}


def reply(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Handler:
    async def handler(_s: Server, _r: web.Request, _b: dict[str, Any]) -> web.StreamResponse:
        return web.json_response(body, status=status, headers=headers)

    return handler


def say(text: str, **more: Any) -> Handler:
    """The text, as often as `n` says and for raw prompts too; streamed where that is asked."""

    async def handler(_s: Server, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        if body.get("stream"):
            return await stream_out(request, [{"content": c} for c in text])
        if request.path.endswith("/chat/completions"):
            return web.json_response(completion([text] * body.get("n", 1), **more))
        return web.json_response(raw_completion(text) | more)

    return handler


def refuse(status: int, message: str = "no", **headers: str) -> Handler:
    return reply(
        {"error": {"message": message, "type": "t", "code": None}},
        status,
        {name.replace("_", "-"): value for name, value in headers.items()},
    )


def event(data: Any) -> bytes:
    return b"data: " + (data if isinstance(data, bytes) else json.dumps(data).encode()) + b"\n\n"


def chunk(delta: dict[str, Any], finish: str | None = None, index: int = 0) -> dict[str, Any]:
    return {
        "model": "served",
        "choices": [{"index": index, "delta": delta, "finish_reason": finish}],
    }


async def begin_stream(request: web.Request) -> web.StreamResponse:
    out = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await out.prepare(request)
    return out


async def stream_out(
    request: web.Request, deltas: list[dict[str, Any]], finish: str = "stop"
) -> web.StreamResponse:
    out = await begin_stream(request)
    for delta in deltas:
        await out.write(event(chunk(delta)))
    await out.write(event(chunk({}, finish)))
    usage = {"prompt_tokens": 7, "completion_tokens": len(deltas)}
    await out.write(event({"choices": [], "usage": usage}) + event(b"[DONE]"))
    await out.write_eof()
    return out


def hang(seconds: float = 30.0) -> Handler:
    """No byte comes for so long."""

    async def handler(_s: Server, _r: web.Request, _b: dict[str, Any]) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return web.json_response(completion(["late"]))

    return handler


def drop(first: bytes = b"") -> Handler:
    """The connection is cut, after `first` bytes of a streamed reply if there are any."""

    async def handler(_s: Server, request: web.Request, _b: dict[str, Any]) -> web.StreamResponse:
        out = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        if first:
            await out.prepare(request)
            await out.write(first)
        assert request.transport is not None
        request.transport.abort()
        return out

    return handler


def cut_short() -> Handler:
    """A stream that ends in good order, but before it has said why."""

    async def handler(_s: Server, request: web.Request, _b: dict[str, Any]) -> web.StreamResponse:
        out = await begin_stream(request)
        await out.write(event(chunk({"content": "half an ans"})))
        await out.write_eof()
        return out

    return handler


def garbage() -> Handler:
    async def handler(_s: Server, _r: web.Request, _b: dict[str, Any]) -> web.StreamResponse:
        return web.Response(text='{"choices": [{"mess', content_type="application/json")

    return handler
