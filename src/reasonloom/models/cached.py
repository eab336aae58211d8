"""Replies kept by content: what was asked once is not asked again."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import orjson

from reasonloom.models.cache_store import CacheStore
from reasonloom.models.codec import content, digest, pack, read_choice, read_logprobs
from reasonloom.models.protocol import Choice, Model, Request, Response, Usage
from reasonloom.models.wrapper import Wrapper, identity_of


class Cached(Wrapper):
    """Sample j of a request has one key: model, request, and its seed (its index j without seeds).

    So n=4 and then n=8 asks for four more, fused into one call or not. The first sample of a call
    carries the call's prompt tokens, so that the same samples add up to the same usage again.
    A response with "cache" in `used` came from the cache whole and cost nothing now; with
    "cache:part" its usage is that of the samples that were asked for.
    """

    def __init__(self, inner: Model, path: Path) -> None:
        super().__init__(inner)
        self.store = CacheStore(path)
        profile = inner.profile
        self._base = (identity_of(inner), profile.hash, profile.think, profile.think_open)

    async def generate(self, request: Request) -> Response:
        keys = self._keys(request)
        kept = await self.store.get(keys)
        found = {j: orjson.loads(raw) for j, raw in enumerate(kept) if raw is not None}
        missing = [j for j in range(request.n) if j not in found]
        if not missing:
            return _together([found[j] for j in range(request.n)])
        fresh = await self.inner.generate(_only(request, missing))
        shares = _shares(fresh)
        self.store.put(
            {
                keys[j]: pack(share)
                for j, share in zip(missing, shares, strict=False)
                if share["choice"].finish_reason != "cancelled"
            }
        )
        if len(missing) == request.n:
            return fresh
        return _mixed(found, missing, fresh)

    def _keys(self, request: Request) -> list[str]:
        body = digest(self._base, content(request, without=("n", "seeds")))
        draws = [("seed", s) for s in request.seeds] or [("index", j) for j in range(request.n)]
        return [digest(body, *draw) for draw in draws]

    async def close(self) -> None:
        try:
            await self.store.close()
        finally:
            await self.inner.close()


def _only(request: Request, samples: list[int]) -> Request:
    seeds = tuple(request.seeds[j] for j in samples) if request.seeds else ()
    return dataclasses.replace(request, n=len(samples), seeds=seeds)


def _shares(response: Response) -> list[dict[str, Any]]:
    """What each sample is kept as; the usages add up to the response's."""
    others = sum(c.completion_tokens for c in response.choices[1:])
    whole = response.usage
    first = dataclasses.replace(whole, completion_tokens=max(0, whole.completion_tokens - others))
    return [
        {
            "choice": choice,
            "usage": Usage(completion_tokens=choice.completion_tokens, exact=whole.exact)
            if j
            else first,
            "model": response.model,
            "prompt_logprobs": response.prompt_logprobs,
        }
        for j, choice in enumerate(response.choices)
    ]


def _together(samples: list[dict[str, Any]]) -> Response:
    usage = Usage()
    for sample in samples:
        usage += Usage(**sample["usage"])
    return Response(
        tuple(read_choice(sample["choice"]) for sample in samples),
        usage,
        samples[0]["model"],
        ("cache",),
        read_logprobs(samples[0]["prompt_logprobs"]),
        attempts=0,
    )


def _mixed(found: dict[int, dict[str, Any]], missing: list[int], fresh: Response) -> Response:
    choices: dict[int, Choice] = {j: read_choice(sample["choice"]) for j, sample in found.items()}
    choices.update(zip(missing, fresh.choices, strict=False))
    ordered = tuple(choices[j] for j in sorted(choices))
    return dataclasses.replace(fresh, choices=ordered, used=(*fresh.used, "cache:part"))
