"""Streamed replies: server-sent events into deltas, and deltas back into a Response."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import orjson

from reasonloom.errors import BadReply, ModelError, ServerFailed
from reasonloom.models.protocol import (
    Choice,
    FinishReason,
    Model,
    Profile,
    Request,
    Response,
    TokenLogprob,
    Usage,
)
from reasonloom.models.reply import (
    FINISH,
    context_of,
    estimate,
    read_logprobs,
    read_usage,
    with_counts,
)
from reasonloom.models.split import Piece, Splitter, StopCutter

MAX_LINE_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Delta:
    """What is new in the sample `index`. The last one of a stream carries the usage.

    recast  all answer text of this sample so far was reasoning: a thinking block that was never
            opened has just been closed
    """

    index: int = 0
    text: str = ""
    reasoning: str = ""
    finish_reason: FinishReason | None = None
    logprobs: tuple[TokenLogprob, ...] = ()
    recast: bool = False
    stop: str | None = None
    usage: Usage | None = None
    model: str = ""


class Events:
    """Cuts a byte stream of any chunking into the payloads of its `data:` lines.

    Each line is an event of its own: no endpoint breaks one JSON object over several data lines,
    and some leave out the blank line between events.
    """

    def __init__(self) -> None:
        self._rest = b""
        self.done = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        lines = (self._rest + chunk).split(b"\n")
        self._rest = lines.pop()
        if len(self._rest) > MAX_LINE_BYTES:
            raise BadReply(f"the stream sent a line of more than {MAX_LINE_BYTES >> 20} MiB")
        yield from self._payloads(lines)

    def end(self) -> Iterator[bytes]:
        """The payload of a last line that was not ended, if that is a whole one."""
        rest, self._rest = self._rest, b""
        yield from self._payloads([rest])

    def _payloads(self, lines: list[bytes]) -> Iterator[bytes]:
        for line in lines:
            if not line.startswith(b"data:") or self.done:
                continue
            payload = line[5:].strip()
            if payload == b"[DONE]":
                self.done = True
            elif payload:
                yield payload


class Reader:
    """Turns the events of one stream into deltas: thinking split off, stop strings cut."""

    def __init__(self, request: Request, profile: Profile, name: str) -> None:
        self._request, self._profile, self._name = request, profile, name
        self._samples: dict[int, _Sample] = {}
        self.usage: Usage | None = None
        self.model = ""

    @property
    def finished(self) -> bool:
        """Every sample that was asked for, or at least begun, has said why it ended."""
        samples = self._samples.values()
        return bool(samples) and all(s.finished for s in samples)

    def close(self) -> Iterator[Delta]:
        """End the samples of a stream that is done but did not say why each of them ended."""
        for sample in self._samples.values():
            if not sample.finished:
                yield from sample.end("other")

    def read(self, payload: bytes) -> Iterator[Delta]:
        try:
            event = orjson.loads(payload)
        except orjson.JSONDecodeError as bad:
            raise BadReply(
                f"{self._name} streamed something that is not JSON ({bad}): {payload[:120]!r}"
            ) from None
        if not isinstance(event, dict):
            raise BadReply(f"{self._name} streamed {payload[:120]!r} where an object belongs")
        if event.get("error"):
            raise self._failure(event["error"])
        self.model = str(event.get("model") or self.model)
        self.usage = read_usage(event.get("usage")) or self.usage
        try:
            for item in event.get("choices") or ():
                yield from self._choice(item)
        except (KeyError, TypeError, AttributeError, ValueError) as bad:
            raise BadReply(
                f"{self._name} streamed a choice that is not shaped as the protocol says ({bad})"
            ) from None

    def _failure(self, error: Any) -> ModelError:
        said = error.get("message") if isinstance(error, dict) else error
        return ServerFailed(f"{self._name} failed inside the stream: {str(said)[:300]}")

    def _choice(self, item: dict[str, Any]) -> Iterator[Delta]:
        index = int(item.get("index") or 0)
        sample = self._samples.get(index)
        if sample is None:
            sample = self._samples[index] = _Sample(index, self._request, self._profile)
        delta = item.get("delta") or {}
        text = item.get("text") or delta.get("content") or ""
        reasoning = delta.get("reasoning") or delta.get("reasoning_content") or ""
        raw = item.get("logprobs")
        logprobs = (read_logprobs(raw) if raw else None) or ()
        yield from sample.take(text, reasoning, logprobs, item.get("finish_reason"))


class _Sample:
    def __init__(self, index: int, request: Request, profile: Profile) -> None:
        self.index, self.finished = index, False
        self._cutter = StopCutter(request.stop) if request.stop else None
        self._splitter = (
            Splitter(profile.think, context_of(request, profile)) if profile.think else None
        )

    def take(
        self, text: str, reasoning: str, logprobs: tuple[TokenLogprob, ...], finish: str | None
    ) -> Iterator[Delta]:
        if reasoning:
            # The server splits by itself, so tags in the answer are the answer's.
            self._splitter = None
        piece = self._split(self._cutter.feed(text) if self._cutter else text)
        if any(piece) or reasoning or logprobs:
            thought = piece.reasoning + reasoning
            yield Delta(self.index, piece.text, thought, None, logprobs, piece.recast)
        if finish is not None and not self.finished:
            yield from self.end(finish)

    def _split(self, text: str) -> Piece:
        return self._splitter.feed(text) if self._splitter else Piece(text)

    def end(self, finish: str) -> Iterator[Delta]:
        self.finished = True
        pieces = []
        if self._cutter:
            pieces.append(self._split(self._cutter.end()))
            if self._cutter.fired is not None:
                finish = "stop"
        if self._splitter:
            pieces.append(self._splitter.end())
        for piece in filter(any, pieces):
            yield Delta(self.index, piece.text, piece.reasoning, recast=piece.recast)
        fired = self._cutter.fired if self._cutter else None
        yield Delta(self.index, finish_reason=FINISH.get(finish, "other"), stop=fired)


def assemble(deltas: Iterable[Delta], request: Request, used: tuple[str, ...] = ()) -> Response:
    """The Response that a stream amounts to: the same as the unstreamed reply's."""
    parts: dict[int, list[Delta]] = {}
    usage, model = None, ""
    for delta in deltas:
        usage, model = delta.usage or usage, delta.model or model
        if delta.usage is None:
            parts.setdefault(delta.index, []).append(delta)
    choices = [_whole(parts[index]) for index in sorted(parts)]
    if not choices:
        raise BadReply("the stream ended without a single choice")
    known = usage or estimate(request, choices)
    return Response(with_counts(choices, known), known, model, used)


def _whole(deltas: list[Delta]) -> Choice:
    text = reasoning = ""
    finish: FinishReason = "other"
    for delta in deltas:
        if delta.recast:
            text, reasoning = "", reasoning + text
        text += delta.text
        reasoning += delta.reasoning
        finish = delta.finish_reason or finish
    logprobs = tuple(t for delta in deltas for t in delta.logprobs)
    stop = next((delta.stop for delta in deltas if delta.stop), None)
    return Choice(text, reasoning, finish, logprobs=logprobs or None, stop=stop)


@runtime_checkable
class Streaming(Protocol):
    """A model that can also give its reply as it comes."""

    def stream(self, request: Request) -> AsyncGenerator[Delta, None]: ...


async def stream_of(model: Model, request: Request) -> AsyncGenerator[Delta, None]:
    """The model's deltas; of a model that does not stream, its whole reply in one piece each."""
    if isinstance(model, Streaming):
        async with aclosing(model.stream(request)) as deltas:
            async for delta in deltas:
                yield delta
        return
    for delta in deltas_of(await model.generate(request)):
        yield delta


def deltas_of(response: Response) -> Iterator[Delta]:
    """A whole response as deltas."""
    for j, c in enumerate(response.choices):
        yield Delta(j, c.text, c.reasoning, c.finish_reason, c.logprobs or (), stop=c.stop)
    yield Delta(usage=response.usage, model=response.model)
