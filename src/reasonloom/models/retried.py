"""Try again what may work a moment later: rate limits, 5xx, timeouts and broken connections."""

from __future__ import annotations

import asyncio
import dataclasses
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

from reasonloom.errors import (
    ConnectionBroke,
    ConnectionFailed,
    ModelError,
    RateLimited,
    ServerFailed,
    TimedOut,
)
from reasonloom.models.protocol import Cancelled, Model, Request, Response
from reasonloom.models.stream import Delta, stream_of
from reasonloom.models.wrapper import Wrapper

Sleep = Callable[[float], Awaitable[None]]


class Retried(Wrapper):
    """Exponential backoff with full jitter; Retry-After is honoured to the second.

    attempts  calls in all, the first included
    base, cap the wait before try k+1 is drawn from [0, min(cap, base * 2**k)] seconds
    patience  the longest Retry-After that is waited for, in seconds; a longer one ends the call

    Authentication failures, bad requests and bad replies are never tried again. A refused
    connection is, but only once the endpoint has answered before: a server that was never there
    is reported at once. What fails for good keeps its type and says how many attempts were made.
    """

    def __init__(
        self,
        inner: Model,
        attempts: int = 6,
        base: float = 0.5,
        cap: float = 30.0,
        patience: float = 300.0,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        super().__init__(inner)
        self.attempts, self.base, self.cap, self.patience = attempts, base, cap, patience
        self._sleep = sleep
        self._answered = False

    async def generate(self, request: Request) -> Response:
        attempt = 1
        try:
            while True:
                try:
                    response = await self.inner.generate(request)
                    break
                except ModelError as failure:
                    await self._sleep(self._wait(failure, attempt))
                    attempt += 1
        except asyncio.CancelledError as stopped:
            if attempt == 1:
                raise
            raise Cancelled(getattr(stopped, "usage", None), attempt) from None
        self._answered = True
        if attempt == 1:
            return response
        return dataclasses.replace(response, attempts=response.attempts + attempt - 1)

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """As `generate`, but what has begun to arrive is not asked for again."""
        attempt, begun = 1, False
        while True:
            try:
                async with aclosing(stream_of(self.inner, request)) as deltas:
                    async for delta in deltas:
                        begun = self._answered = True
                        yield delta
                return
            except ModelError as failure:
                if begun:
                    raise
                await self._sleep(self._wait(failure, attempt))
                attempt += 1

    def _wait(self, failure: ModelError, attempt: int) -> float:
        """Seconds until the next attempt. Raises the failure where there is to be none."""
        asked = getattr(failure, "retry_after", None)
        if not self._transient(failure):
            failure.attempts += attempt - 1
            raise failure
        if attempt >= self.attempts:
            raise _final(failure, attempt, f"gave up after {attempt} attempts")
        if asked is not None and asked > self.patience:
            limit = f"at most {self.patience:g} s are waited"
            raise _final(failure, attempt, f"it asks to wait {asked:g} s and {limit}")
        drawn = random.uniform(0.0, min(self.cap, self.base * 2.0 ** (attempt - 1)))
        return drawn if asked is None else asked + min(drawn, 0.1 * asked)

    def _transient(self, failure: ModelError) -> bool:
        if isinstance(failure, RateLimited | ServerFailed | TimedOut | ConnectionBroke):
            return True
        return isinstance(failure, ConnectionFailed) and self._answered


def _final(failure: ModelError, attempts: int, why: str) -> ModelError:
    text = f"{failure} ({why})"
    if isinstance(failure, RateLimited | ServerFailed):
        last: ModelError = type(failure)(text, failure.retry_after)
    else:
        last = type(failure)(text)
    last.attempts = failure.attempts + attempts - 1
    return last
