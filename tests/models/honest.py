"""A server that does what it is asked, but for what it is told to take and ignore."""

from __future__ import annotations

import random
from typing import Any

from aiohttp import web
from server import (
    Handler,
    Server,
    begin_stream,
    chunk,
    completion,
    event,
    raw_completion,
)

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
        if "prompt" in body:
            at = WEEK.find(body["prompt"][-8:])
            rest = WEEK[at + 8 :] if at >= 0 and body["prompt"][-8:] in WEEK else " four"
            return web.json_response(raw_completion(rest))
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
