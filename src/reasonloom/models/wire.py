"""Turn a Request into the path and body of one HTTP call, by the ways that the endpoint takes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeVar

from reasonloom.errors import BadRequest
from reasonloom.models.endpoint import Endpoint
from reasonloom.models.protocol import Profile, Request

CHAT, RAW = "chat/completions", "completions"
SEED_MASK = 0x7FFF_FFFF
"""Seeds are cut to 31 bits: some servers hold them in an int32 and some read JSON as doubles."""

TokensWay = Literal["max_tokens", "max_completion_tokens"]
SchemaWay = Literal["json_schema", "structured_outputs", "json_object", "none"]
PrefixWay = Literal["continue_final_message", "raw", "last_message", "none"]

W = TypeVar("W", bound=str)
TOKENS_WAYS: tuple[TokensWay, ...] = ("max_tokens", "max_completion_tokens")
PREFIX_WAYS: tuple[PrefixWay, ...] = ("continue_final_message", "raw", "last_message", "none")
SCHEMA_WAYS: tuple[SchemaWay, ...] = ("json_schema", "structured_outputs", "json_object", "none")
SCHEMA_WORDS = ("response_format", "schema", "structured", "grammar", "json_object", "guided")
PREFIX_WORDS = ("continue_final_message", "add_generation_prompt")


@dataclass(frozen=True, slots=True)
class Ways:
    """Which spelling of a wish the endpoint takes; refused ones give way to the next.

    prefix  vLLM and SGLang take `continue_final_message`; llama.cpp and others go on from a last
            assistant message unasked (`last_message`); `raw` renders the chat template and uses
            raw completions
    """

    tokens: TokensWay = "max_tokens"
    schema: SchemaWay = "json_schema"
    prefix: PrefixWay = "continue_final_message"
    stream_usage: bool = True


class Call(NamedTuple):
    path: str
    body: dict[str, Any]
    used: tuple[str, ...] = ()


def first_ways(endpoint: Endpoint, profile: Profile) -> Ways:
    """What is known before the first call: by probing ("prefix:raw"), else the common spelling."""
    if profile.features is None:
        hosted = "api.openai.com" in endpoint.url
        return Ways(tokens="max_completion_tokens" if hosted else "max_tokens")
    return Ways(
        _known(profile.features, "tokens", TOKENS_WAYS, "max_tokens"),
        _known(profile.features, "schema", SCHEMA_WAYS, "none"),
        _known(profile.features, "prefix", PREFIX_WAYS, "none"),
    )


def _known(features: frozenset[str], part: str, ways: tuple[W, ...], absent: W) -> W:
    """The way of "part:way", or the first one where only "part" stands."""
    for way in ways:
        if f"{part}:{way}" in features:
            return way
    return ways[0] if part in features else absent


def next_ways(ways: Ways, request: Request, refusal: str, endpoint: Endpoint) -> Ways | None:
    """The next spelling to try after a refusal that names the present one; None if none is left."""
    said = refusal.lower()
    if request.prefix and any(w in said for w in PREFIX_WORDS):
        if ways.prefix == "continue_final_message":
            way: PrefixWay = "raw" if endpoint.template else "none"
            return dataclasses.replace(ways, prefix=way)
        return None
    if "max_completion_tokens" in said and ways.tokens == "max_tokens":
        return dataclasses.replace(ways, tokens="max_completion_tokens")
    if "max_completion_tokens" in said:
        return dataclasses.replace(ways, tokens="max_tokens")
    if "stream_options" in said and ways.stream_usage:
        return dataclasses.replace(ways, stream_usage=False)
    if request.schema is not None and any(w in said for w in SCHEMA_WORDS):
        at = SCHEMA_WAYS.index(ways.schema) + 1
        return dataclasses.replace(ways, schema=SCHEMA_WAYS[at]) if at < len(SCHEMA_WAYS) else None
    return None


def encode(
    endpoint: Endpoint, profile: Profile, request: Request, ways: Ways, stream: bool = False
) -> Call:
    """One call for the whole request, its `n` samples included."""
    _check_known(endpoint, profile, request)
    used: list[str] = []
    if request.messages is None or _as_text(profile, request, ways):
        path, body = RAW, _raw(endpoint, request, used)
    else:
        path, body = CHAT, _chat(endpoint, request, ways, used)
    _sampling(body, request, used)
    body[ways.tokens if path == CHAT else "max_tokens"] = max(1, request.max_tokens)
    if request.schema is not None:
        _schema(body, request, ways.schema, used)
    if stream:
        body["stream"] = True
        if ways.stream_usage:
            body["stream_options"] = {"include_usage": True}
    for key in endpoint.omit:
        body.pop(key, None)
    body.update(endpoint.extra)
    if request.extra:
        body = _merged(body, request.extra)
    return Call(path, body, tuple(used))


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` put over `under`, object by object: a field inside one leaves its neighbours."""
    both = {
        name: _merged(under[name], value)
        for name, value in over.items()
        if isinstance(value, Mapping) and isinstance(under.get(name), Mapping)
    }
    return {**under, **over, **both}


def _check_known(endpoint: Endpoint, profile: Profile, request: Request) -> None:
    """Refuse what probing has shown to fail: some endpoints take it and answer wrongly."""
    if profile.features is None:
        return
    wishes = {
        "echo_logprobs": request.echo_logprobs,
        "logprobs": request.logprobs is not None,
        "token_ids": request.token_ids is not None,
    }
    for feature, wished in wishes.items():
        if wished and feature not in profile.features:
            raise BadRequest(
                f"{endpoint.name} has no {feature!r}, as probing found or its profile says:"
                " use another endpoint, or probe again if it has changed"
            )


def _as_text(profile: Profile, request: Request, ways: Ways) -> bool:
    through_raw = request.prefix and ways.prefix == "raw"
    return bool(through_raw or request.echo_logprobs or not profile.chat)


def _raw(endpoint: Endpoint, request: Request, used: list[str]) -> dict[str, Any]:
    prompt: str | tuple[int, ...]
    if request.token_ids is not None:
        if request.prefix:
            raise BadRequest(
                "a prompt of token ids cannot be followed by a text prefix: append its token ids"
            )
        prompt = request.token_ids
        used.append("token_ids")
    elif request.text is not None:
        prompt = request.text + request.prefix
        used.append("raw")
    else:
        prompt = _rendered(endpoint, request)
        used.append("prefix:raw" if request.prefix else "raw")
    body: dict[str, Any] = {"model": endpoint.model, "prompt": prompt}
    if request.echo_logprobs:
        body["echo"] = True
        body["logprobs"] = request.logprobs or 0
        used.append("echo")
    elif request.logprobs is not None:
        body["logprobs"] = request.logprobs
    return body


def _rendered(endpoint: Endpoint, request: Request) -> str:
    if endpoint.template is None:
        wish = "score messages" if request.echo_logprobs else "take messages as raw text"
        raise BadRequest(
            f"{endpoint.name} cannot {wish} while its chat template is not known:"
            " set `template` in its profile, or give text"
        )
    return endpoint.template.render(request.messages or (), request.prefix)


def _chat(endpoint: Endpoint, request: Request, ways: Ways, used: list[str]) -> dict[str, Any]:
    turns = [{"role": m.role, "content": m.content} for m in request.messages or ()]
    body: dict[str, Any] = {"model": endpoint.model, "messages": turns}
    if request.prefix:
        if ways.prefix == "none":
            raise BadRequest(
                f"{endpoint.name} cannot go on from a given beginning of its reply: use a server"
                " with continue_final_message (vLLM, SGLang), or set `template` in its profile so"
                " that raw completions can do it"
            )
        turns.append({"role": "assistant", "content": request.prefix})
        if ways.prefix == "continue_final_message":
            body["continue_final_message"] = True
            body["add_generation_prompt"] = False
        used.append(f"prefix:{ways.prefix}")
    if request.logprobs is not None:
        body["logprobs"] = True
        if request.logprobs:
            body["top_logprobs"] = request.logprobs
    return body


def _sampling(body: dict[str, Any], request: Request, used: list[str]) -> None:
    # Both are sent even at their neutral values: servers have defaults of their own.
    body["temperature"] = request.temperature
    body["top_p"] = request.top_p
    if request.top_k > 0:
        body["top_k"] = request.top_k
    if request.stop:
        body["stop"] = list(request.stop)
    if request.seeds:
        body["seed"] = request.seeds[0] & SEED_MASK
    if request.n > 1:
        body["n"] = request.n
        used.append("n")


def _schema(body: dict[str, Any], request: Request, way: SchemaWay, used: list[str]) -> None:
    schema = dict(request.schema or {})
    if way == "json_schema":
        named = {"name": "reply", "schema": schema, "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": named}
    elif way == "structured_outputs":
        body["structured_outputs"] = {"json": schema}
    elif way == "json_object":
        body["response_format"] = {"type": "json_object", "schema": schema}
    used.append(f"schema:{way}")
