"""From what strategies hand over to a Request, and from echoed log-probabilities to a score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reasonloom.errors import ContextMisuse
from reasonloom.models.protocol import Message, Prompt, Request, TokenLogprob


def as_request(
    prompt: str | Sequence[Message] | Prompt,
    *,
    chat: bool,
    prefix: str = "",
    stop: Sequence[str] = (),
    schema: Mapping[str, Any] | None = None,
    n: int = 1,
    max_tokens: int = 1024,
    **sampling: Any,
) -> Request:
    """One Request. A string is one user message where `chat`, else the whole text.

    `stop` adds to the prompt's own, `prefix` follows its prefix, `schema` replaces its schema.
    Raises ContextMisuse for a request that asks for nothing.
    """
    if n < 1 or max_tokens < 1:
        raise ContextMisuse(f"n={n}, max_tokens={max_tokens} asks for nothing: give 1 or more")
    if "" in stop:
        raise ContextMisuse("an empty stop string would end every reply at once: leave it out")
    if isinstance(prompt, str):
        prompt = Prompt(messages=(Message("user", prompt),)) if chat else Prompt(text=prompt)
    elif not isinstance(prompt, Prompt):
        prompt = Prompt(messages=tuple(prompt))
    return Request(
        messages=prompt.messages,
        text=prompt.text,
        prefix=prompt.prefix + prefix,
        stop=tuple(dict.fromkeys((*prompt.stop, *stop))),
        schema=prompt.schema if schema is None else schema,
        n=n,
        max_tokens=max_tokens,
        **sampling,
    )


def kind_of(prompt: str | Sequence[Message] | Prompt) -> str:
    """What is asked for, where the prompt says so."""
    return prompt.kind if isinstance(prompt, Prompt) else ""


def tail(tokens: Sequence[TokenLogprob], characters: int) -> tuple[TokenLogprob, ...]:
    """The last tokens, as many as cover so many characters."""
    start = len(tokens)
    while start and characters > 0:
        start -= 1
        characters -= len(tokens[start].token)
    return tuple(tokens[start:])
