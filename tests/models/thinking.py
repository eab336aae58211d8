"""A server whose model thinks, and which honours, exceeds or ignores a cap on it."""

from __future__ import annotations

from typing import Any, Literal

from aiohttp import web
from server import Handler, Server

Obeys = Literal["honours", "exceeds", "ignores"]
WORD = "hmm "
ANSWER = "\\boxed{42}"


def thinking(
    obeys: Obeys,
    wish: int = 400,
    *,
    counts: bool = True,
    shows: bool = True,
    field: str = "thinking_token_budget",
) -> Handler:
    """Thinks for `wish` tokens and says its answer, one token, if `max_tokens` leaves one.

    counts  usage says how many tokens were thinking
    shows   the reply holds the thinking
    """

    async def handler(_s: Server, _r: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        cap = body[field]
        allowed = {"honours": cap, "exceeds": 2 * cap, "ignores": wish}[obeys]
        thought = min(wish, allowed, body["max_tokens"])
        ended = thought < body["max_tokens"]
        message = {"role": "assistant", "content": ANSWER if ended else ""}
        if shows:
            message["reasoning"] = WORD * thought
        usage: dict[str, Any] = {"prompt_tokens": 7, "completion_tokens": thought + ended}
        if counts:
            usage["completion_tokens_details"] = {"reasoning_tokens": thought}
        finish = "stop" if ended else "length"
        choices = [{"index": 0, "message": message, "finish_reason": finish}]
        return web.json_response({"model": "served", "choices": choices, "usage": usage})

    return handler
