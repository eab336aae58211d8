"""What every wrapper of a model shares: it has a model's shape and passes through what it adds not.

Order, from the outside in: Cached, Repeated, Retried, Limited, the model. Retries stand outside the
limit so that a call that waits for its next attempt does not hold a place.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator

from reasonloom.models.protocol import Model, Profile, Request, Response, tokens_of
from reasonloom.models.stream import Delta, deltas_of


class Wrapper:
    """Passes everything on; subclasses change `generate`."""

    def __init__(self, inner: Model) -> None:
        self.inner = inner
        shows = tokens_of(inner)
        if shows is not None:
            # Set on the instance, so that only wrappers of tokenizing models look like one.
            self.encode = shows.encode
            self.encode_text = shows.encode_text

    @property
    def identity(self) -> str:
        return identity_of(self.inner)

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def profile(self) -> Profile:
        return self.inner.profile

    async def generate(self, request: Request) -> Response:
        return await self.inner.generate(request)

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """The reply of `generate` in one piece; wrappers that can do better pass deltas on."""
        for delta in deltas_of(await self.generate(request)):
            yield delta

    async def close(self) -> None:
        await self.inner.close()


def identity_of(model: Model) -> str:
    """What replies depend on besides the request: the name, and settings that it does not show."""
    found = getattr(model, "identity", None)
    return found if isinstance(found, str) else model.name
