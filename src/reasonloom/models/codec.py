"""Requests and responses as JSON: what caches and recordings are keyed by and hold."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable
from typing import Any

import orjson

from reasonloom.errors import BadRequest, StoreError
from reasonloom.models.protocol import Choice, Profile, Request, Response, TokenLogprob, Usage

_PLAIN = Request(text="")
_DEFAULTS = {f.name: getattr(_PLAIN, f.name) for f in dataclasses.fields(Request)} | {"text": None}


def pack(value: Any) -> bytes:
    """JSON bytes. Raises BadRequest for text that is no Unicode and numbers over 64 bits."""
    try:
        return orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATETIME)
    except TypeError as bad:
        raise BadRequest(
            f"the request cannot be written as JSON ({bad}): give plain text and numbers"
        ) from None


def content(request: Request, without: Iterable[str] = ()) -> dict[str, Any]:
    """The request's fields that are not at their defaults, so that new fields change no key."""
    left_out = set(without)
    values = ((name, getattr(request, name), default) for name, default in _DEFAULTS.items())
    return {n: value for n, value, default in values if value != default and n not in left_out}


def digest(*parts: Any) -> str:
    """SHA-256 of the parts' JSON with sorted keys, in hex."""
    try:
        raw = orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)
    except TypeError as bad:
        raise BadRequest(f"the request cannot be written as JSON ({bad})") from None
    return hashlib.sha256(raw).hexdigest()


def read_choice(raw: dict[str, Any]) -> Choice:
    ids = raw.get("token_ids")
    return Choice(
        raw["text"],
        raw.get("reasoning", ""),
        raw.get("finish_reason", "other"),
        None if ids is None else tuple(ids),
        read_logprobs(raw.get("logprobs")),
        raw.get("completion_tokens", 0),
        raw.get("stop"),
        raw.get("reasoning_tokens", 0),
    )


def read_logprobs(raw: list[dict[str, Any]] | None) -> tuple[TokenLogprob, ...] | None:
    if raw is None:
        return None
    return tuple(
        TokenLogprob(t["token"], t["logprob"], tuple((a[0], a[1]) for a in t.get("top", ())))
        for t in raw
    )


def read_response(raw: dict[str, Any]) -> Response:
    return Response(
        tuple(read_choice(c) for c in raw["choices"]),
        Usage(**raw["usage"]),
        raw.get("model", ""),
        tuple(raw.get("used", ())),
        read_logprobs(raw.get("prompt_logprobs")),
        raw.get("attempts", 1),
    )


def write_profile(profile: Profile) -> dict[str, Any]:
    raw = dataclasses.asdict(profile)
    raw["features"] = None if profile.features is None else sorted(profile.features)
    return raw


def read_profile(raw: dict[str, Any]) -> Profile:
    """Raises StoreError for a profile that this version does not know."""
    features, think, prices = (raw.pop(k, None) for k in ("features", "think", "usd_per_million"))
    try:
        return Profile(
            **raw,
            features=None if features is None else frozenset(features),
            think=None if think is None else (think[0], think[1]),
            usd_per_million=None if prices is None else (prices[0], prices[1], prices[2]),
        )
    except TypeError as bad:
        raise StoreError(f"the recorded profile was written by another version ({bad})") from None
