"""The scalar rewards as TRL's GRPO takes them: one float a completion.

TRL calls `reward(prompts, completions, completion_ids, **columns)`. What it gets is one number for
all tokens, so per-token rewards and discounts have no place in it: the token-level repetition
penalty comes here as `RepeatedTokens`, its sum, under another name.

Each is a frozen dataclass (TRL may send it to another process) whose class name TRL logs. Bad
settings are InputErrors when it is made, bad rewards when they come.
"""

from __future__ import annotations

import asyncio
import inspect
import math
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from reasonloom.errors import InputError
from reasonloom.grading import Grader, extract
from reasonloom.strategies.dialects.compact import parse_answer
from reasonloom.train import rewards
from reasonloom.train.rewards.cosine import MARGIN
from reasonloom.train.rewards.inputs import FloatArray
from reasonloom.train.rewards.repetition import PENALTY, N

Completion = str | Sequence[Mapping[str, Any]]
"""Text, or the messages of the assistant's turn."""
Ids = Sequence[Sequence[int]]
Reader = Callable[[str], str | None]
"""Finds the final answer in a completion; None where it states none."""


def announced(text: str) -> str | None:
    """The answer that a reply announces (boxed, tagged, "the answer is"), never in its thinking.

    A last number that nothing announces is no answer: a draft would be paid for a value that it
    happened to reach.
    """
    found = extract(text, cut=True)
    return found.answer if found else None


def compact(text: str) -> str | None:
    """The answer in a reply of nano's dialect; None where nano says that it cannot."""
    answer = parse_answer(text)
    return answer if isinstance(answer, str) else None


_SHARED: list[Grader] = []


def shared_grader() -> Grader:
    """One grader at a time, so rewards that need the same verdict grade once."""
    if not _SHARED:
        _SHARED.append(Grader())
    return _SHARED[0]


def close_shared_grader() -> None:
    """End its workers. The next one is new: calls may hang on the old one in a trainer's thread."""
    while _SHARED:
        _SHARED.pop().close()


@dataclass(frozen=True)
class Graded:
    """What needs verdicts: the column `answer` holds the references, `read` finds the answers."""

    read: Reader = announced

    async def verdicts(
        self, completions: Sequence[Completion], columns: Mapping[str, Any]
    ) -> list[bool | None]:
        """True, False, or None for no answer. What the grader cannot decide earns what is wrong.

        Raises InputError where a reference is missing: no reward could be right there.
        """
        if "answer" not in columns:
            raise InputError(
                f"no column 'answer' to grade by: there are {', '.join(sorted(columns)) or 'none'}"
            )
        pairs = enumerate(zip(map(_text, completions), columns["answer"], strict=True))
        return list(await asyncio.gather(*(self._verdict(at, *pair) for at, pair in pairs)))

    async def _verdict(self, place: int, text: str, gold: str | None) -> bool | None:
        if not gold or not gold.strip():
            raise InputError(f"completion {place} has no reference in the column 'answer'")
        stated = self.read(text)
        if stated is None:
            return None
        return (await shared_grader().grade(stated, gold, is_text=False)).correct


@dataclass(frozen=True)
class Correct(Graded):
    """Correctness by reasonloom's grading."""

    values: rewards.Correctness = rewards.PLAIN

    async def __call__(
        self,
        prompts: Sequence[Any],
        completions: Sequence[Completion],
        completion_ids: Ids,
        **columns: Any,
    ) -> list[float]:
        verdicts = await self.verdicts(completions, columns)
        return _floats(rewards.correctness_reward(verdicts, self.values))


@dataclass(frozen=True, kw_only=True)
class CosineScaled(Graded):
    """The cosine reward. Lengths are those of the ids, so tokens, the end token among them.

    max_completion_length  the trainer's own: the curve ends where generation does
    """

    max_completion_length: int
    values: rewards.Cosine = rewards.PAPER
    margin: int = MARGIN

    def __post_init__(self) -> None:
        with _as_input_error():
            self._rewards([], [])

    async def __call__(
        self,
        prompts: Sequence[Any],
        completions: Sequence[Completion],
        completion_ids: Ids,
        **columns: Any,
    ) -> list[float]:
        verdicts = await self.verdicts(completions, columns)
        return self._rewards(verdicts, [len(ids) for ids in completion_ids])

    def _rewards(self, verdicts: Sequence[bool | None], lengths: Sequence[int]) -> list[float]:
        given = rewards.cosine_reward(
            verdicts, lengths, self.max_completion_length, self.values, margin=self.margin
        )
        return _floats(given)


@dataclass(frozen=True)
class SoftOverlong:
    """DAPO's soft overlong punishment; `max_completion_length` is the trainer's own."""

    max_completion_length: int
    cache: int

    def __post_init__(self) -> None:
        with _as_input_error():
            self([], [], [])

    def __call__(
        self,
        prompts: Sequence[Any],
        completions: Sequence[Completion],
        completion_ids: Ids,
        **columns: Any,
    ) -> list[float]:
        lengths = [len(ids) for ids in completion_ids]
        return _floats(
            rewards.soft_overlong_punishment(lengths, self.max_completion_length, self.cache)
        )


@dataclass(frozen=True)
class RepeatedTokens:
    """The sum of the token-level penalty, `penalty` for each token in a repeated n-gram.

    It is not the paper's method and so not called by its name: GRPO spreads the sum evenly over
    all tokens, the first occurrence and the answer too, and nothing is discounted. `floor` keeps a
    loop over a whole context (800 at 16,000 tokens) from drowning correctness (our choice).
    """

    n: int = N
    penalty: float = PENALTY
    floor: float = -10.0

    def __post_init__(self) -> None:
        with _as_input_error():
            rewards.repetition_penalty([], self.n, self.penalty)
            rewards.finite("floor", self.floor)

    def __call__(
        self,
        prompts: Sequence[Any],
        completions: Sequence[Completion],
        completion_ids: Ids,
        **columns: Any,
    ) -> list[float]:
        sums = (rewards.repetition_penalty(ids, self.n, self.penalty) for ids in completion_ids)
        return [max(self.floor, float(tokens.sum())) for tokens in sums]


@dataclass(frozen=True)
class RepeatedShare:
    """The sequence-level penalty: the share of n-grams that are repeats, times `max_penalty`."""

    n: int
    max_penalty: float

    def __post_init__(self) -> None:
        with _as_input_error():
            rewards.repeated_share_penalty([], self.n, self.max_penalty)

    def __call__(
        self,
        prompts: Sequence[Any],
        completions: Sequence[Completion],
        completion_ids: Ids,
        **columns: Any,
    ) -> list[float]:
        return [
            rewards.repeated_share_penalty(ids, self.n, self.max_penalty) for ids in completion_ids
        ]


@dataclass(frozen=True)
class ThinkFormat:
    """Thinking between its delimiters, then an answer; read from the text of the completion.

    TRL decodes without special tokens: delimiters that are special tokens never stand in it.
    """

    opening: str = "<think>"
    closing: str = "</think>"
    opened: bool = False

    def __post_init__(self) -> None:
        with _as_input_error():
            self._reward("")

    def __call__(
        self,
        prompts: Sequence[Any],
        completions: Sequence[Completion],
        completion_ids: Ids,
        **columns: Any,
    ) -> list[float]:
        return [self._reward(_text(completion)) for completion in completions]

    def _reward(self, text: str) -> float:
        return rewards.think_format_reward(text, self.opening, self.closing, self.opened)


@dataclass(frozen=True)
class Finite:
    """Any TRL reward function, with NaN and infinity as errors: TRL counts NaN as 0 in silence.

    None stays None: it is how a TRL reward says that it does not apply.
    """

    reward: Callable[..., Sequence[float | None] | Awaitable[Sequence[float | None]]]

    @property
    def __name__(self) -> str:
        return str(getattr(self.reward, "__name__", type(self.reward).__name__))

    async def __call__(self, **arguments: Any) -> list[float | None]:
        given = self.reward(**arguments)
        values = list(await given if inspect.isawaitable(given) else given)
        if wrong := spoilt(self.__name__, values, arguments):
            raise InputError(wrong)
        return values


def spoilt(
    name: str, values: Sequence[float | None], columns: Mapping[str, Any], *, always: bool = False
) -> str | None:
    """What to say of a reward that is no finite number somewhere; None where all is well.

    columns  what TRL gave the reward; with an `id` it names the row
    always   the reward must apply, so None is no number either
    """
    for place, value in enumerate(values):
        if always if value is None else not math.isfinite(value):
            rows = columns.get("id")
            where = f"a response to row {rows[place]!r}" if rows else f"completion {place}"
            return (
                f"the reward {name} is {value} for {where}: one such number would spoil every"
                " weight, so mend the reward"
            )
    return None


def _text(completion: Completion) -> str:
    if isinstance(completion, str):
        return completion
    return completion[-1].get("content") or ""


def _floats(values: FloatArray) -> list[float]:
    return [float(value) for value in values]


@contextmanager
def _as_input_error() -> Iterator[None]:
    """The rewards package knows nothing of our errors."""
    try:
        yield
    except ValueError as error:
        raise InputError(str(error)) from None
