"""Read what an endpoint sent back: choices, thinking, log-probabilities, usage, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from reasonloom.errors import BadReply
from reasonloom.models.protocol import (
    Choice,
    FinishReason,
    Profile,
    Request,
    Response,
    TokenLogprob,
    Usage,
)
from reasonloom.models.split import first_stop, split
from reasonloom.models.wire import Call

BYTES_PER_TOKEN = 4
"""For replies without usage: UTF-8 bytes a token of English text, a rule of thumb."""

FINISH: Mapping[str | None, FinishReason] = {
    "stop": "stop",
    "eos": "stop",
    "length": "length",
    "content_filter": "content_filter",
    "abort": "cancelled",
    "cancelled": "cancelled",
}


def decode(reply: Any, request: Request, profile: Profile, call: Call) -> Response:
    """The Response of one non-streamed reply. Raises BadReply where it is not what was promised."""
    raw = reply.get("choices") if isinstance(reply, dict) else None
    if not isinstance(raw, list) or not raw:
        raise BadReply(
            "the reply holds no choices: the endpoint may not speak the OpenAI protocol,"
            " or it failed without saying so"
        )
    usage = read_usage(reply.get("usage"))
    try:
        if len(raw) > 1:
            raw.sort(key=lambda item: item.get("index", 0))
        echo = _Echo.read(raw[0], usage) if request.echo_logprobs else None
        choices = [_choice(item, request, profile, call, echo) for item in raw]
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as bad:
        raise BadReply(f"the reply's choices are not shaped as the protocol says ({bad})") from None
    if usage is None:
        usage = estimate(request, choices)
    return Response(
        with_counts(choices, usage),
        usage,
        str(reply.get("model") or ""),
        call.used,
        echo.prompt if echo else None,
    )


def _choice(
    item: dict[str, Any], request: Request, profile: Profile, call: Call, echo: _Echo | None
) -> Choice:
    message = item.get("message")
    if message is None:
        text, reasoning = str(item["text"] or ""), ""
    else:
        text = str(message.get("content") or "")
        reasoning = str(message.get("reasoning") or message.get("reasoning_content") or "")
    raw_logprobs = item.get("logprobs")
    logprobs = read_logprobs(raw_logprobs) if raw_logprobs else None
    if echo is not None:
        text = echo.without_prompt(text, call.body["prompt"])
        logprobs = echo.completion if request.logprobs is not None else None
    finish: FinishReason = FINISH.get(item.get("finish_reason"), "other")
    stop = _fired(item.get("stop_reason"))
    if request.stop:
        at, found = first_stop(text, request.stop)
        if found is not None:
            text, finish, stop = text[:at], "stop", found
    if not reasoning and profile.think is not None:
        text, reasoning = split(text, profile.think, context_of(request, profile))
    ids = item.get("token_ids")
    return Choice(text, reasoning, finish, tuple(ids) if ids else None, logprobs, 0, stop)


def _fired(reason: Any) -> str | None:
    return reason if isinstance(reason, str) else None


class _Echo(NamedTuple):
    """An echoed prompt and what came after it, as log-probabilities."""

    prompt: tuple[TokenLogprob, ...]
    completion: tuple[TokenLogprob, ...]

    @staticmethod
    def read(item: Mapping[str, Any], usage: Usage | None) -> _Echo:
        # The completion is counted from the end: some servers leave the first token of the text
        # out of the list, and offsets differ by it too.
        read = read_logprobs(item.get("logprobs") or {})
        if read is None or usage is None:
            raise ValueError("log-probabilities of the prompt were asked for and did not come")
        cut = max(0, len(read) - usage.completion_tokens)
        return _Echo(read[:cut], read[cut:])

    def without_prompt(self, text: str, prompt: Any) -> str:
        if isinstance(prompt, str):
            return text.removeprefix(prompt)
        return "".join(t.token for t in self.completion)


def context_of(request: Request, profile: Profile) -> str:
    """What the reply continues, as far as it may have opened the thinking."""
    if request.messages is not None and profile.think_open and profile.think:
        return profile.think[0] + request.prefix
    return (request.text or "") + request.prefix


def read_logprobs(raw: Mapping[str, Any]) -> tuple[TokenLogprob, ...] | None:
    """Both shapes: a chat reply's `content` list, a raw completion's parallel lists."""
    content = raw.get("content")
    if content is not None:
        return tuple(
            TokenLogprob(
                t["token"],
                float(t["logprob"]),
                tuple((a["token"], float(a["logprob"])) for a in t.get("top_logprobs") or ()),
            )
            for t in content
        )
    tokens, values = raw.get("tokens"), raw.get("token_logprobs")
    if tokens is None or values is None:
        return None
    tops = raw.get("top_logprobs") or [None] * len(tokens)
    return tuple(
        TokenLogprob(token, float(value or 0.0), tuple((top or {}).items()))
        for token, value, top in zip(tokens, values, tops, strict=True)
    )


def read_usage(raw: Any) -> Usage | None:
    """Usage as reported; None where it is missing or empty."""
    if not isinstance(raw, dict) or not raw.get("prompt_tokens"):
        return None
    thought = raw.get("completion_tokens_details") or {}
    cached = raw.get("prompt_tokens_details") or {}
    return Usage(
        int(raw["prompt_tokens"]),
        int(raw.get("completion_tokens") or 0),
        int(thought.get("reasoning_tokens") or raw.get("reasoning_tokens") or 0),
        int(cached.get("cached_tokens") or 0),
    )


def estimate(request: Request, choices: list[Choice]) -> Usage:
    """Usage from the sizes of the texts, flagged as not exact."""
    reasoning = sum(_tokens(c.reasoning) for c in choices)
    answer = sum(_tokens(c.text) for c in choices)
    prompt = sum(_tokens(part) for part in prompt_texts(request)) + len(request.token_ids or ())
    return Usage(prompt, reasoning + answer, reasoning, exact=False)


def prompt_texts(request: Request) -> list[str]:
    """Everything that the model is to read, as texts."""
    turns = [m.content for m in request.messages or ()]
    return [*turns, request.text or "", request.prefix]


def with_counts(choices: list[Choice], usage: Usage) -> tuple[Choice, ...]:
    """Give each choice its completion tokens: counted where that is known, else by its share."""
    if len(choices) == 1:
        thought = usage.reasoning_tokens if usage.exact else 0
        return (_counted(choices[0], usage.completion_tokens, thought),)
    sizes = [len(c.text) + len(c.reasoning) + 1 for c in choices]
    whole = sum(sizes)
    return tuple(
        _counted(c, _known(c) or round(usage.completion_tokens * size / whole))
        for c, size in zip(choices, sizes, strict=True)
    )


def _known(choice: Choice) -> int:
    return len(choice.token_ids or choice.logprobs or ())


def _counted(c: Choice, tokens: int, thought: int = 0) -> Choice:
    return Choice(
        c.text, c.reasoning, c.finish_reason, c.token_ids, c.logprobs, tokens, c.stop, thought
    )


def _tokens(text: str) -> int:
    return -(-len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN)
