"""A model behind an OpenAI-compatible endpoint: vLLM, SGLang, Ollama, llama.cpp, hosted APIs."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from reasonloom.errors import BadReply, BadRequest
from reasonloom.models.codec import digest
from reasonloom.models.endpoint import Endpoint
from reasonloom.models.http import ConnectionBroke, Http
from reasonloom.models.protocol import Profile, Request, Response
from reasonloom.models.reply import decode
from reasonloom.models.stream import Delta, Events, Reader, assemble
from reasonloom.models.wire import Call, Ways, encode, first_ways, next_ways


class OpenAIModel:
    """One Request is one HTTP call: chat completions for messages, completions for raw prompts.

    Where the endpoint refuses a spelling by name (`max_tokens`, `response_format`,
    `continue_final_message` ...) the next one is tried and kept; Response.used says which it was.
    An endpoint without `n` gives fewer choices than asked: `Repeated` asks for the rest, and
    `resolve` puts it, retries and limits around this class.

    Raises the ModelErrors of errors.py; a prefix that cannot be continued is a BadRequest.
    """

    def __init__(self, endpoint: Endpoint, profile: Profile | None = None) -> None:
        self.endpoint = endpoint
        self._profile = profile or Profile()
        self._http = Http(endpoint)
        self._ways = first_ways(endpoint, self._profile)

    @property
    def ways(self) -> Ways:
        """The spellings that the endpoint has taken so far."""
        return self._ways

    def with_profile(self, profile: Profile) -> OpenAIModel:
        """The same endpoint, over the same connections, with another profile."""
        other = OpenAIModel(self.endpoint, profile)
        other._http = self._http
        return other

    @property
    def name(self) -> str:
        return self.endpoint.name

    @property
    def identity(self) -> str:
        """The name, and what every request carries beside it (see `identity_of`)."""
        extra = self.endpoint.extra
        return f"{self.name}#{digest(extra)}" if extra else self.name

    @property
    def profile(self) -> Profile:
        return self._profile

    async def generate(self, request: Request) -> Response:
        ways = self._ways
        while True:
            call = encode(self.endpoint, self._profile, request, ways)
            try:
                reply = await self._http.post(call.path, call.body)
            except BadRequest as refused:
                following = next_ways(ways, request, str(refused), self.endpoint)
                if following is None:
                    raise
                ways = following
                continue
            self._ways = ways
            return self._decoded(reply, request, call)

    def _decoded(self, reply: object, request: Request, call: Call) -> Response:
        try:
            return decode(reply, request, self._profile, call)
        except BadReply as bad:
            raise BadReply(f"{self.name}: {bad}") from None

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """The reply as it comes; the last Delta carries the usage, estimated where none came."""
        ways = self._ways
        while True:
            call = encode(self.endpoint, self._profile, request, ways, stream=True)
            try:
                async with aclosing(self._deltas(request, call)) as deltas:
                    async for delta in deltas:
                        yield delta
            except BadRequest as refused:
                following = next_ways(ways, request, str(refused), self.endpoint)
                if following is None:
                    raise
                ways = following
                continue
            self._ways = ways
            return

    async def _deltas(self, request: Request, call: Call) -> AsyncGenerator[Delta, None]:
        events, reader = Events(), Reader(request, self._profile, self.name)
        kept: list[Delta] = []
        async with self._http.open_stream(call.path, call.body) as chunks:
            async for chunk in chunks:
                for payload in events.feed(chunk):
                    for delta in reader.read(payload):
                        kept.append(delta)
                        yield delta
        for payload in events.end():
            for delta in reader.read(payload):
                kept.append(delta)
                yield delta
        if events.done:
            for delta in reader.close():
                kept.append(delta)
                yield delta
        if not reader.finished:
            raise ConnectionBroke(
                f"{self.name}: the stream ended after {len(kept)} deltas without a finish reason"
            )
        usage = reader.usage or assemble(kept, request).usage
        yield Delta(usage=usage, model=reader.model)

    async def close(self) -> None:
        await self._http.close()
