"""A model behind an OpenAI-compatible endpoint: vLLM, SGLang, Ollama, llama.cpp, hosted APIs."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import aclosing

from reasonloom.errors import BadReply, BadRequest, ConnectionBroke, ModelError
from reasonloom.models.codec import digest
from reasonloom.models.endpoint import Endpoint
from reasonloom.models.http import Http
from reasonloom.models.prefix import CannotTell, working_way
from reasonloom.models.protocol import Profile, Request, Response, Usage
from reasonloom.models.reply import decode
from reasonloom.models.stream import Delta, Events, Reader, assemble
from reasonloom.models.wire import Call, Ways, encode, first_ways, next_ways


class OpenAIModel:
    """One Request is one HTTP call: chat completions for messages, completions for raw prompts.

    Where the endpoint refuses a spelling by name (`max_tokens`, `response_format`,
    `continue_final_message` ...) the next one is tried and kept; Response.used says which it was.
    Before the first prefix of an endpoint that nobody has probed, three or more small calls find
    out how it is really continued; their cost is in the response that they were made for.
    An endpoint without `n` gives fewer choices than asked: `Repeated` asks for the rest, and
    `resolve` puts it, retries and limits around this class.

    Raises the ModelErrors of errors.py; a prefix that cannot be continued is a BadRequest.
    """

    def __init__(self, endpoint: Endpoint, profile: Profile | None = None) -> None:
        self.endpoint = endpoint
        self._profile = profile or Profile()
        self._http = Http(endpoint)
        self._ways = first_ways(endpoint, self._profile)
        self._proven = False
        self._locks: dict[asyncio.AbstractEventLoop, asyncio.Lock] = defaultdict(asyncio.Lock)

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
        if not self._needs_proof(request):
            return await self._once(request)
        proof = await self._proof_of_prefix()
        try:
            response = await self._once(request)
        except ModelError as failure:
            failure.attempts += proof.calls if proof else 0
            raise
        return response if proof is None else _with_cost(response, proof)

    def _needs_proof(self, request: Request) -> bool:
        """A prefix in a chat goes wrong silently on some servers, so the first one is checked."""
        by_chat = bool(request.prefix) and request.messages is not None and self._profile.chat
        return by_chat and not self._proven and self._profile.features is None

    async def _proof_of_prefix(self) -> _Proof | None:
        """Settle how a prefix is spelled; the cost, or None where another call already did."""
        async with self._locks[asyncio.get_running_loop()]:
            if self._proven:
                return None
            proof = _Proof(self)
            with contextlib.suppress(CannotTell):
                way = await working_way(proof.ask, self._profile)
                self._ways = dataclasses.replace(self._ways, prefix=way)
            self._proven = True
            return proof

    async def _once(self, request: Request) -> Response:
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
        if self._needs_proof(request):
            await self._proof_of_prefix()
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
        self._locks.pop(asyncio.get_running_loop(), None)
        await self._http.close()


class _Proof:
    """The calls that checked the prefix, and what they cost."""

    def __init__(self, model: OpenAIModel) -> None:
        self._model = model
        self.calls, self.usage = 0, Usage()

    async def ask(self, request: Request, way: str | None) -> Response:
        model = self._model
        if way is not None:
            features = frozenset({way, f"tokens:{model.ways.tokens}"})
            model = model.with_profile(dataclasses.replace(model.profile, features=features))
        response = await model.generate(request)
        self.calls += response.attempts
        self.usage += response.usage
        return response


def _with_cost(response: Response, proof: _Proof) -> Response:
    return dataclasses.replace(
        response,
        usage=response.usage + proof.usage,
        attempts=response.attempts + proof.calls,
        used=(*response.used, "prefix checked"),
    )
