"""A model that answers from a list and remembers what it was asked: for testing wrappers alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from reasonloom.errors import ModelError
from reasonloom.models.protocol import Choice, Profile, Request, Response, Usage, messages
from reasonloom.models.stream import Delta

ASK = Request(messages=messages(("user", "hi")))


class Script:
    """Raises the errors and answers after them; sample j says "PROMPT/SEED", or j without seeds.

    gives  how many choices it gives at most, whatever `n` says
    """

    def __init__(
        self, *failures: ModelError | None, gives: int = 99, features: frozenset[str] | None = None
    ) -> None:
        self.failures = list(failures)
        self.gives = gives
        self.asked: list[Request] = []
        self.in_flight = self.peak = 0
        self.closed = False
        self._profile = Profile(features=features)
        self.pause = 0.0

    @property
    def name(self) -> str:
        return "script"

    @property
    def profile(self) -> Profile:
        return self._profile

    async def generate(self, request: Request) -> Response:
        self.asked.append(request)
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            await asyncio.sleep(self.pause)
            failure = self.failures.pop(0) if self.failures else None
            if failure is not None:
                raise failure
            return self._answer(request)
        finally:
            self.in_flight -= 1

    def _answer(self, request: Request) -> Response:
        prompt = request.messages[-1].content if request.messages else request.text
        draws = request.seeds or range(request.n)
        choices = tuple(Choice(f"{prompt}/{d}", completion_tokens=2) for d in draws)[: self.gives]
        used = ("n",) if request.n > 1 else ()
        return Response(choices, Usage(10, 2 * len(choices)), "script-1", used)

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        failure = self.failures.pop(0) if self.failures else None
        self.asked.append(request)
        yield Delta(text="a")
        if failure is not None:
            raise failure
        yield Delta(text="b", finish_reason="stop")
        yield Delta(usage=Usage(1, 2))

    async def close(self) -> None:
        self.closed = True
