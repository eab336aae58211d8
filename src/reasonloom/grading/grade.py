"""Grade an answer against a reference: exact means first, algebra in a worker only where needed."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from reasonloom.grading.clean import MAX_ANSWER, MAX_DEPTH, depth
from reasonloom.grading.equal import compare
from reasonloom.grading.extract import MAX_WHOLE, extract
from reasonloom.grading.workers import Outcome, WorkerPool

SECONDS = 2.5
"""Time for one comparison by algebra (our choice; a non-equal polynomial takes about 0.015 s)."""
REMEMBERED = 65_536
"""Pairs whose verdict is kept (our choice: about 20 MB)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The grader's word on an answer.

    `correct` and `wrong` are statements about the answer; a reply without one is wrong.
    `ungradable` says that the grader could not decide: no reference, or algebra that failed or
    took too long. It stays in every denominator and earns no reward.
    """

    outcome: Literal["correct", "wrong", "ungradable"]
    reason: str

    @property
    def correct(self) -> bool:
        return self.outcome == "correct"


class Grader:
    """Grades replies and answers; workers start when the first pair needs algebra.

    `pool` may be shared with others and is then left open; `seconds` bounds one comparison.
    Use it with `async with`, or call `close()`.
    """

    def __init__(self, pool: WorkerPool | None = None, seconds: float = SECONDS) -> None:
        self.pool = pool or WorkerPool()
        self.seconds = seconds
        self._owns_pool = pool is None
        self._verdicts: OrderedDict[tuple[str, str], Verdict] = OrderedDict()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the workers, unless the pool came from outside."""
        if self._owns_pool:
            self.pool.close()

    async def grade(self, text: str | None, gold: str | None, *, is_text: bool = True) -> Verdict:
        """Judge `text` by the reference `gold`.

        With `is_text` the final answer is first looked up in `text`, never in its thinking;
        without, `text` is the answer. None stands for no answer and for no reference.

        Raises LoomError when a worker is needed and none starts.
        """
        if gold is None or not gold.strip():
            return Verdict("ungradable", "there is no reference answer")
        found = extract(text) if text and is_text else None
        answer = found.answer if found else _stated(text) if text and not is_text else ""
        if not answer.strip():
            return Verdict("wrong", "no answer was found in the text")
        return await self._remembered(_stated(gold), answer)

    async def equal(self, one: str, other: str) -> bool:
        """Whether two answers are equal, in either order; what cannot be decided is not equal."""
        one, other = _stated(one), _stated(other)
        if (await self._remembered(one, other)).correct:
            return True
        return (await self._remembered(other, one)).correct

    async def _remembered(self, gold: str, answer: str) -> Verdict:
        pair = gold, answer
        verdict = self._verdicts.get(pair)
        if verdict is None:
            verdict = _exactly(gold, answer) or await self._by_algebra(gold, answer)
            self._verdicts[pair] = verdict
            if len(self._verdicts) > REMEMBERED:
                self._verdicts.popitem(last=False)
        return verdict

    async def _by_algebra(self, gold: str, answer: str) -> Verdict:
        outcome = await self._judge(gold, answer)
        if outcome.failure == "crash":
            # An idle worker may have been ended from outside (by the system, short of memory).
            outcome = await self._judge(gold, answer)
        return _verdict(outcome)

    async def _judge(self, gold: str, answer: str) -> Outcome:
        call = "reasonloom.grading.symbolic:judge"
        return await self.pool.run(call, [gold, answer], timeout=self.seconds)


def _stated(answer: str) -> str:
    """The answer itself where it comes boxed, between dollars or at the end of its solution."""
    found = extract(answer, cut=False)
    solution = len(answer) > MAX_WHOLE or r"\boxed" in answer
    if found is None or (found.how == "number" and not solution):
        return answer.strip()
    return found.answer


def _exactly(gold: str, answer: str) -> Verdict | None:
    same = compare(gold, answer)
    if same is None:
        return _too_deep("reference", gold) or _too_deep("answer", answer)
    if same:
        return Verdict("correct", "the same text or value")
    if len(gold) > MAX_ANSWER:
        return Verdict(
            "ungradable", f"the reference has {len(gold):,} characters: too long to read"
        )
    if len(answer) > MAX_ANSWER:
        return Verdict("wrong", f"the answer has {len(answer):,} characters: no value is that long")
    return Verdict("wrong", "another value")


def _too_deep(side: str, text: str) -> Verdict | None:
    levels = depth(text)
    if levels <= MAX_DEPTH:
        return None
    return Verdict("ungradable", f"the {side} is nested {levels} deep: at most {MAX_DEPTH} is read")


def _verdict(outcome: Outcome) -> Verdict:
    if outcome.failure:
        return Verdict(
            "ungradable", f"algebra gave no result ({outcome.failure}): {outcome.detail}"
        )
    if outcome.value == "equal":
        return Verdict("correct", "equal by algebra")
    if outcome.value == "different":
        return Verdict("wrong", "different by algebra")
    return Verdict("wrong", "another text; neither is a formula that can be read")
