"""n samples from an endpoint that gives one at a time."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from reasonloom.errors import BadRequest
from reasonloom.models.protocol import Cancelled, Choice, Model, Request, Response, Usage
from reasonloom.models.stream import Delta, stream_of
from reasonloom.models.wrapper import Wrapper


class Repeated(Wrapper):
    """Asks with `n` where the endpoint has it, and else once a sample, all together.

    What the profile says about "n" is believed; while nobody has probed, the first request with
    n > 1 finds out: an endpoint that refuses `n` or answers with fewer choices is asked one by one
    from then on. With seeds, sample j is asked for with seed j when asked alone; a fused request
    carries the first one.
    """

    def __init__(self, inner: Model) -> None:
        super().__init__(inner)
        features = inner.profile.features
        self._fuses: bool | None = None if features is None else "n" in features

    async def generate(self, request: Request) -> Response:
        if request.n == 1:
            return await self.inner.generate(request)
        if self._fuses is False:
            return await self._one_by_one(request, 0)
        try:
            response = await self.inner.generate(request)
        except BadRequest:
            if self._fuses:
                raise
            # Only an answer to the single requests shows that `n` was what had been refused.
            response = await self._one_by_one(request, 0)
            self._fuses = False
            return response
        self._fuses = len(response.choices) >= request.n
        if self._fuses:
            return response
        rest = await self._one_by_one(request, len(response.choices))
        return merge([_not_fused(response), rest])

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """Passed on; streamed samples are not repeated, so `n` works where the endpoint has it."""
        async with aclosing(stream_of(self.inner, request)) as deltas:
            async for delta in deltas:
                yield delta

    async def _one_by_one(self, request: Request, start: int) -> Response:
        singles = [_single(request, j) for j in range(start, request.n)]
        tasks = [asyncio.ensure_future(self.inner.generate(single)) for single in singles]
        try:
            return merge(await asyncio.gather(*tasks))
        except Cancelled:
            raise asyncio.CancelledError from None  # one sample's usage is not that of all
        finally:
            for task in tasks:
                task.cancel()


def _single(request: Request, j: int) -> Request:
    seeds = request.seeds[j : j + 1]
    return dataclasses.replace(request, n=1, seeds=seeds)


def _not_fused(response: Response) -> Response:
    return dataclasses.replace(response, used=tuple(u for u in response.used if u != "n"))


def merge(parts: Sequence[Response]) -> Response:
    """Several responses to parts of one request as one: costs and attempts add up."""
    choices: tuple[Choice, ...] = ()
    usage = Usage()
    used: dict[str, None] = {}
    for part in parts:
        choices += part.choices
        usage += part.usage
        used.update(dict.fromkeys(part.used))
    used["n:repeated"] = None
    return Response(
        choices,
        usage,
        parts[0].model,
        tuple(used),
        parts[0].prompt_logprobs,
        sum(part.attempts for part in parts),
    )
