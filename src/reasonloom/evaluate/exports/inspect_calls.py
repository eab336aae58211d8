"""A model call as an event of inspect's transcript, and tokens as it counts them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from reasonloom.events import Call
from reasonloom.models.protocol import Choice, FinishReason, Request

_STOPS: dict[FinishReason, str] = {
    "stop": "stop",
    "length": "max_tokens",
    "content_filter": "content_filter",
    "cancelled": "unknown",
    "other": "unknown",
}


def model_event(call: Call, begun: str) -> Any:
    """`begun` is when the attempt began, ISO 8601."""
    from inspect_ai.event import ModelEvent
    from inspect_ai.model import GenerateConfig

    start, request = call.at - call.seconds, call.request
    return ModelEvent(
        model=call.model,
        role=call.role,
        input=_messages(request),
        tools=[],
        tool_choice="none",
        config=GenerateConfig(
            max_tokens=request.max_tokens,
            temperature=request.temperature,
            top_p=request.top_p,
            num_choices=request.n,
            seed=request.seeds[0] if request.seeds else None,
            stop_seqs=list(request.stop) or None,
        ),
        output=_output(call),
        error=call.error,
        cache="read" if call.status == "cached" else None,
        timestamp=datetime.fromisoformat(begun) + timedelta(seconds=start),
        completed=datetime.fromisoformat(begun) + timedelta(seconds=call.at),
        working_start=start,
        working_time=call.seconds,
        metadata={"span": call.span, "status": call.status, "prefix": request.prefix},
    )


def model_usage(of: Any, usd: float) -> Any:
    """`of` has the fields of Usage. Inspect's input tokens leave out those read from a cache."""
    from inspect_ai.model import ModelUsage

    return ModelUsage(
        input_tokens=of.prompt_tokens - of.cached_tokens,
        input_tokens_cache_read=of.cached_tokens or None,
        output_tokens=of.completion_tokens,
        reasoning_tokens=of.reasoning_tokens or None,
        total_tokens=of.prompt_tokens + of.completion_tokens,
        total_cost=usd or None,
    )


def _messages(request: Request) -> Sequence[Any]:
    from inspect_ai.model import ChatMessageAssistant, ChatMessageSystem, ChatMessageUser

    kinds = {
        "system": ChatMessageSystem,
        "user": ChatMessageUser,
        "assistant": ChatMessageAssistant,
    }
    if request.messages is not None:
        return [kinds[message.role](content=message.content) for message in request.messages]
    raw = request.text if request.text is not None else f"{len(request.token_ids or ())} token ids"
    return [ChatMessageUser(content=raw)]


def _output(call: Call) -> Any:
    from inspect_ai.model import ModelOutput

    choices = call.response.choices if call.response else ()
    return ModelOutput(
        model=call.model,
        choices=[_choice(call.model, choice) for choice in choices],
        usage=model_usage(call.booking.usage, call.booking.usd),
        time=call.seconds,
    )


def _choice(model: str, choice: Choice) -> Any:
    from inspect_ai.model import (
        ChatCompletionChoice,
        ChatMessageAssistant,
        ContentReasoning,
        ContentText,
    )

    content: Any = choice.text
    if choice.reasoning:
        content = [ContentReasoning(reasoning=choice.reasoning), ContentText(text=choice.text)]
    message = ChatMessageAssistant(content=content, model=model)
    return ChatCompletionChoice(message=message, stop_reason=_STOPS[choice.finish_reason])
