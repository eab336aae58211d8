"""Adaptive concurrency: grow until the endpoint says 429, then cut, and go on slowly from there.

Published figures for comparison: inspect_ai 0.3 starts at 20, doubles until the first 429, cuts to
0.8 and then adds 5 % a round, up to 100. Ours has a higher ceiling, since local servers take far
more, and one limiter serves all models behind one address. An address in a private network begins
at the ceiling: servers there queue by themselves and do not meter.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing
from urllib.parse import urlsplit

from reasonloom.errors import RateLimited
from reasonloom.models.protocol import Model, Request, Response
from reasonloom.models.stream import Delta, stream_of
from reasonloom.models.wrapper import Wrapper

START, CUT, GROWTH = 32, 0.8, 0.05


class Limiter:
    """How many calls one endpoint may have in flight in one event loop; first come, first served.

    A round is as many successes as the limit. Until the first 429 a round that used the limit up
    doubles it, after that it adds `growth`. Of the 429s of calls that were already in flight when
    the limit was cut only the first counts.
    """

    def __init__(
        self,
        start: int = START,
        ceiling: int = 512,
        cut: float = CUT,
        growth: float = GROWTH,
    ) -> None:
        self.limit, self.ceiling = float(min(start, ceiling)), ceiling
        self.cut, self.growth = cut, growth
        self.in_flight = 0
        self._grown = 0
        self._limited = False
        self._cuts = 0
        self._busy = False
        self._until = 0.0
        self._waiting: deque[asyncio.Future[None]] = deque()

    def lower_ceiling(self, ceiling: int) -> None:
        self.ceiling = min(self.ceiling, ceiling)
        self.limit = min(self.limit, float(self.ceiling))

    async def enter(self) -> int:
        """Wait for a place; returns a ticket for `leave`."""
        loop = asyncio.get_running_loop()
        if self._waiting or self.in_flight >= int(self.limit) or self._until:
            await self._queue(loop)
        else:
            self.in_flight += 1
        if self.in_flight >= int(self.limit):
            self._busy = True
        return self._cuts

    async def _queue(self, loop: asyncio.AbstractEventLoop) -> None:
        turn = loop.create_future()
        self._waiting.append(turn)
        self._wake()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.in_flight -= 1
                self._wake()
            raise

    def leave(self, ticket: int, limited: RateLimited | None = None, good: bool = True) -> None:
        """Give the place back and say how the call went."""
        self.in_flight -= 1
        if limited is not None:
            self._slow_down(ticket, limited.retry_after)
        elif good:
            self._speed_up()
        self._wake()

    def _slow_down(self, ticket: int, retry_after: float | None) -> None:
        if retry_after:
            self._pause(retry_after)
        if ticket == self._cuts:
            self._cuts += 1
            self._limited = True
            self._grown = 0
            self.limit = max(1.0, self.limit * self.cut)

    def _speed_up(self) -> None:
        self._grown += 1
        if self._grown < self.limit:
            return
        if self._busy:
            step = max(1.0, self.limit * self.growth) if self._limited else self.limit
            self.limit = min(float(self.ceiling), self.limit + step)
        self._grown, self._busy = 0, False

    def _pause(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        if until > self._until:
            self._until = until
            loop.call_at(until, self._wake)

    def _wake(self) -> None:
        if self._until:
            if asyncio.get_running_loop().time() < self._until - 1e-3:
                return
            self._until = 0.0
        while self._waiting and self.in_flight < int(self.limit):
            turn = self._waiting.popleft()
            if not turn.done():
                self.in_flight += 1
                turn.set_result(None)


class Gate:
    """The limiters of one address, one an event loop; a new loop begins with what was learned."""

    def __init__(self, start: int = START, ceiling: int = 512) -> None:
        self.ceiling = ceiling
        self._learned = float(min(start, ceiling))
        self._by_loop: dict[asyncio.AbstractEventLoop, Limiter] = {}

    def lower_ceiling(self, ceiling: int) -> None:
        """Keep to the lowest ceiling that anybody asks for."""
        self.ceiling = min(self.ceiling, ceiling)
        self._learned = min(self._learned, float(self.ceiling))
        for limiter in self._by_loop.values():
            limiter.lower_ceiling(ceiling)

    def limiter(self) -> Limiter:
        loop = asyncio.get_running_loop()
        found = self._by_loop.get(loop)
        if found is None:
            for old in [old for old in self._by_loop if old.is_closed()]:
                self._learned = self._by_loop.pop(old).limit
            found = self._by_loop[loop] = Limiter(int(self._learned), self.ceiling)
        return found


class Limited(Wrapper):
    """Holds each call until there is a place for it.

    limit  a Gate that several models share, or a Limiter of one's own for one event loop
    """

    def __init__(self, inner: Model, limit: Gate | Limiter | None = None) -> None:
        super().__init__(inner)
        self._limit = limit or Gate()

    @property
    def limiter(self) -> Limiter:
        """The one of the running event loop."""
        return self._limit if isinstance(self._limit, Limiter) else self._limit.limiter()

    async def generate(self, request: Request) -> Response:
        limiter = self.limiter
        ticket = await limiter.enter()
        limited, good = None, False
        try:
            response = await self.inner.generate(request)
            good = True
            return response
        except RateLimited as failure:
            limited = failure
            raise
        finally:
            limiter.leave(ticket, limited, good)

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        limiter = self.limiter
        ticket = await limiter.enter()
        limited, good = None, False
        try:
            async with aclosing(stream_of(self.inner, request)) as deltas:
                async for delta in deltas:
                    yield delta
            good = True
        except RateLimited as failure:
            limited = failure
            raise
        finally:
            limiter.leave(ticket, limited, good)


_SHARED: dict[str, Gate] = {}


def gate_of(url: str, ceiling: int) -> Gate:
    """The one gate of an address."""
    gate = _SHARED.get(url)
    if gate is None:
        gate = _SHARED[url] = Gate(ceiling if _private(url) else START, ceiling)
    gate.lower_ceiling(ceiling)
    return gate


def _private(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost"


def forget_gates() -> None:
    """Begin anew: what has been learned about addresses is dropped."""
    _SHARED.clear()
