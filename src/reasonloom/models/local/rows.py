"""What the engine works on: a job is one request, a row one of its samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from reasonloom.models.local.sampling import Draw
from reasonloom.models.local.stream import Decode, TextStream
from reasonloom.models.protocol import FinishReason, Usage
from reasonloom.models.split import StopCutter


class Scored(NamedTuple):
    """One token's log-probability under the model (before temperature), and the likeliest ids."""

    token: int
    logprob: float
    top: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """A finished row. `ids` is all that was drawn, an ending id and a stop string's tokens too."""

    ids: tuple[int, ...]
    text: str
    finish: FinishReason
    scored: tuple[Scored, ...] | None
    stop: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished job. `cached_tokens` of the prompt were not computed for it."""

    samples: tuple[Sample, ...]
    prompt_scored: tuple[Scored, ...] | None = None
    cached_tokens: int = 0


@dataclass(slots=True, eq=False)
class Job:
    """One request on its way. Cancelling `future` frees the rows at the next step.

    draws       one a sample, at step 0
    stops       strings that end a sample; `stop_ids` are those that are one special token
    top         how many likeliest tokens to report with each; None for no log-probabilities
    begun       the prompt is being read, or was
    drawn       tokens of all samples
    """

    prompt: tuple[int, ...]
    draws: tuple[Draw, ...]
    max_tokens: int
    end_ids: frozenset[int]
    stops: tuple[str, ...]
    stop_ids: Mapping[int, str]
    decode: Decode
    top: int | None = None
    echo: bool = False
    future: Future[Outcome] = field(default_factory=Future)
    begun: bool = False
    started: int = 0
    drawn: int = 0
    samples: dict[int, Sample] = field(default_factory=dict)
    prompt_scored: tuple[Scored, ...] | None = None
    cached_tokens: int = 0

    @property
    def longest(self) -> int:
        """Tokens that a row of this job can come to hold."""
        return len(self.prompt) + self.max_tokens

    @property
    def waiting(self) -> int:
        return len(self.draws) - self.started

    def spent(self) -> Usage:
        """What it takes to end here, from any thread; exact unless samples are under way.

        The step under way draws one more token for each of those (and what it guessed right).
        """
        drawn = self.drawn  # first, so that a sample that ends meanwhile is not counted twice
        under_way = self.started - len(self.samples)
        return Usage(
            len(self.prompt) if self.begun else 0,
            drawn + under_way,
            cached_tokens=self.cached_tokens,
            exact=not under_way,
        )

    def finish(self, index: int, sample: Sample) -> None:
        self.samples[index] = sample
        if len(self.samples) == len(self.draws):
            ordered = tuple(self.samples[i] for i in range(len(self.draws)))
            settle(
                self.future,
                lambda: self.future.set_result(
                    Outcome(ordered, self.prompt_scored, self.cached_tokens)
                ),
            )


def settle(future: Future[Outcome], act: Callable[[], None]) -> None:
    """Give a future its end, unless its owner has cancelled it."""
    if not future.done() and future.set_running_or_notify_cancel():
        act()


class Row:
    """One sample being drawn."""

    def __init__(self, job: Job, index: int) -> None:
        self.job, self.index = job, index
        self.ids: list[int] = []
        self.scored: list[Scored] = []
        self._stream = TextStream(job.decode, job.prompt)
        self._cutter = StopCutter(job.stops) if job.stops else None
        self._text = ""

    def tail(self, count: int) -> Sequence[int]:
        """The last `count` tokens, those of the prompt included."""
        own = self.ids[-count:]
        before = len(self.job.prompt) + len(own) - count
        return (*self.job.prompt[max(before, 0) :], *own)

    @property
    def length(self) -> int:
        return len(self.job.prompt) + len(self.ids)

    @property
    def wanted(self) -> bool:
        return not self.job.future.done()

    def draws(self, count: int) -> Sequence[Draw]:
        """How this row draws its next `count` tokens."""
        draw, done = self.job.draws[self.index], len(self.ids)
        return [replace(draw, step=draw.step + done + ahead) for ahead in range(count)]

    def take(self, token: int, scored: Scored | None = None) -> bool:
        """Add a token; True if it is the row's last."""
        self.ids.append(token)
        self.job.drawn += 1
        if scored is not None:
            self.scored.append(scored)
        if token in self.job.end_ids or token in self.job.stop_ids:
            return self._end("stop", self.ids[:-1])
        if self._cutter is not None:
            self._text += self._cutter.feed(self._stream.push((token,)))
            if self._cutter.fired is not None:
                return self._end("stop")
        return len(self.ids) >= self.job.max_tokens and self._end("length", self.ids)

    def take_right(
        self, tokens: Sequence[int], scored: Sequence[Scored | None], guess: Sequence[int]
    ) -> bool:
        """Add the first token, and the next one as long as it was drawn after a right guess; True
        if the row goes on."""
        for i, token in enumerate(tokens):
            if self.take(token, scored[i]):
                return False
            if i == len(guess) or token != guess[i]:
                break
        return True

    def _end(self, finish: FinishReason, shown: Sequence[int] = ()) -> bool:
        if self._cutter is None:
            self._text = self._stream.push(shown) + self._stream.end()
        elif self._cutter.fired is None:
            self._text += self._cutter.feed(self._stream.end()) + self._cutter.end()
        scored = tuple(self.scored) if self.job.top is not None else None
        fired = self._cutter.fired if self._cutter else None
        fired = self.job.stop_ids.get(self.ids[-1]) if finish == "stop" and not fired else fired
        self.job.finish(self.index, Sample(tuple(self.ids), self._text, finish, scored, fired))
        return True
