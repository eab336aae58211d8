"""Verdicts on attempts, apart from making them: a run can be graded again at any time."""

from __future__ import annotations

from dataclasses import replace
from types import TracebackType
from typing import NamedTuple, Self

from reasonloom.data.verdicts import judge
from reasonloom.errors import LoomError
from reasonloom.evaluate import store
from reasonloom.evaluate.records import Attempt
from reasonloom.grading.grade import Grader, Verdict
from reasonloom.problem import Problem

NO_REFERENCE = "there is no reference answer"


class Judge:
    """Grades final answers; problems of reasoning-gym by its own scorers. Use it in a `with`."""

    def __init__(self) -> None:
        self._grader = Grader()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._grader.close()

    async def graded(self, problem: Problem, attempt: Attempt) -> Attempt:
        """The attempt with its verdict; without one, and the reason, where no grader could run."""
        try:
            verdict = await self._verdict(problem, attempt)
        except LoomError as failure:
            return replace(attempt, outcome=None, reason=str(failure))
        return replace(attempt, outcome=verdict.outcome, reason=verdict.reason)

    async def _verdict(self, problem: Problem, attempt: Attempt) -> Verdict:
        if problem.answer is None:
            return Verdict("ungradable", NO_REFERENCE)
        return await judge(self._grader, problem, attempt.answer)


class Regraded(NamedTuple):
    """How many attempts were graded, and how many verdicts are others than before."""

    graded: int
    changed: int


async def grade_run(run: store.Run, *, only_missing: bool = False) -> Regraded:
    """Grade the attempts of a run again and store the verdicts.

    only_missing  leave those alone that have a verdict
    """
    problems = {problem.id: problem for problem in store.problems(run)}
    before = [a for a in store.attempts(run) if not (only_missing and a.outcome)]
    with Judge() as grading:
        after = [await grading.graded(problems[a.problem], a) for a in before]
    store.write_verdicts(run, {a.key: (a.outcome, a.reason) for a in after})
    changed = sum(old.outcome != new.outcome for old, new in zip(before, after, strict=True))
    return Regraded(len(after), changed)
