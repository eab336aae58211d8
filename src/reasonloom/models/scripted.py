"""A model for tests of logic: its replies are a function of the request."""

from __future__ import annotations

import asyncio
import inspect
import re
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final

from reasonloom.models.protocol import Choice, Profile, Request, Response, TokenLogprob, Usage

Reply = str | Choice | Response
Script = Callable[[Request], Reply | Awaitable[Reply]]

FEATURES: Final = frozenset({"n", "seed", "logprobs", "schema", "prefix", "raw"})
TOKEN_FEATURES: Final = FEATURES | {"token_ids"}
PROFILE: Final = Profile(think=None, features=FEATURES, usd_per_million=(0.0, 0.0, 0.0))
_PIECE = re.compile(r"\s*\S+|\s+$")


class Scripted:
    """Replies by `script`, which sees each sample's own request (n=1, one seed).

    A token is a word with the white space before it. A script may return a text (which is cut at
    stop strings and at max_tokens), a Choice or a whole Response as it stands; it may be async, and
    it raises what the model should raise.

    delay    seconds before a reply, by request; the call can be cancelled meanwhile
    requests, cancelled, in_flight, peak    what it has seen: every request, calls that were
             cancelled, calls under way now and at the most
    """

    def __init__(
        self,
        script: Script | str,
        *,
        name: str = "scripted",
        profile: Profile = PROFILE,
        delay: Callable[[Request], float] | None = None,
    ) -> None:
        self._script: Script = (lambda _: script) if isinstance(script, str) else script
        self._name, self._profile, self._delay = name, profile, delay
        self.requests: list[Request] = []
        self.in_flight = self.peak = self.cancelled = 0

    @property
    def name(self) -> str:
        return self._name

    @property
    def profile(self) -> Profile:
        return self._profile

    @property
    def calls(self) -> int:
        return len(self.requests)

    async def generate(self, request: Request) -> Response:
        self.requests.append(request)
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            if self._delay:
                await asyncio.sleep(self._delay(request))
            return await self._response(request)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.in_flight -= 1

    async def close(self) -> None:
        return None

    async def _response(self, request: Request) -> Response:
        choices = []
        for j in range(request.n):
            seeds = request.seeds[j : j + 1]
            reply = self._script(replace(request, n=1, seeds=seeds) if request.n > 1 else request)
            if inspect.isawaitable(reply):
                reply = await reply
            if isinstance(reply, Response):
                return reply
            choices.append(self._cut(reply, request) if isinstance(reply, str) else reply)
        prompt = self._prompt(request)
        usage = Usage(len(prompt), sum(c.completion_tokens for c in choices))
        echo = tuple(TokenLogprob(word, -float(len(word))) for word in prompt)
        return Response(
            tuple(choices),
            usage,
            model=self._name,
            prompt_logprobs=echo if request.echo_logprobs else None,
        )

    def _cut(self, text: str, request: Request) -> Choice:
        ends = [at for at in map(text.find, request.stop) if at >= 0]
        words = pieces(text[: min(ends)] if ends else text)
        kept = words[: request.max_tokens]
        logprobs = tuple(TokenLogprob(w, -float(len(w))) for w in kept)
        return Choice(
            "".join(kept),
            finish_reason="stop" if len(kept) == len(words) else "length",
            logprobs=None if request.logprobs is None else logprobs,
            completion_tokens=len(kept),
        )

    def _prompt(self, request: Request) -> list[str]:
        parts = [m.content for m in request.messages] if request.messages else [request.text or ""]
        return [word for part in (*parts, request.prefix) for word in pieces(part)]


class TokenScripted(Scripted):
    """A scripted model that shows its tokens and takes token ids; an id is a word's checksum."""

    def __init__(self, script: Script | str, *, name: str = "scripted") -> None:
        super().__init__(script, name=name, profile=replace(PROFILE, features=TOKEN_FEATURES))
        self._words: dict[int, str] = {}

    def encode(self, request: Request) -> tuple[int, ...]:
        return request.token_ids or self._ids(super()._prompt(request))

    def encode_text(self, text: str) -> tuple[int, ...]:
        return self._ids(pieces(text))

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(self._words[i] for i in ids)

    def _prompt(self, request: Request) -> list[str]:
        return [self._words[i] for i in self.encode(request)]

    def _cut(self, text: str, request: Request) -> Choice:
        choice = super()._cut(text, request)
        return replace(choice, token_ids=self.encode_text(choice.text))

    def _ids(self, words: list[str]) -> tuple[int, ...]:
        ids = tuple(zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in words)
        self._words.update(zip(ids, words, strict=True))
        return ids


def pieces(text: str) -> list[str]:
    """The words of a text, each with the white space before it; joined they give the text."""
    return _PIECE.findall(text)
