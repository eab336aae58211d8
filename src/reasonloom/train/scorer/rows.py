"""Rows for a step scorer: step values of many problems, made so that a stopped run goes on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from reasonloom.calls import describe
from reasonloom.data.journal import Journal
from reasonloom.data.many import Watch, each
from reasonloom.errors import InputError
from reasonloom.grading.grade import Grader
from reasonloom.models.protocol import Model
from reasonloom.problem import Problem
from reasonloom.train.rows import Row, write_rows
from reasonloom.train.scorer.values import Valuing, value_solutions

AT_ONCE = 16
"""Problems under way together (our choice)."""


@dataclass(frozen=True)
class Made:
    """rows    in the order of the problems
    fresh   how many problems were valued now, and not before
    failed  why a problem has no rows, by its id; the same command tries it again
    """

    rows: list[Row]
    fresh: int
    failed: dict[str, str]

    @property
    def standard_error(self) -> float:
        """Of one step's value: the root mean square over all steps that were drawn for."""
        errors = [e for row in self.rows for e in row["from"]["standard_errors"][:-1]]
        return math.sqrt(math.fsum(e * e for e in errors) / len(errors)) if errors else 0.0


async def make_rows(
    problems: Sequence[Problem],
    model: Model,
    out: Path,
    valuing: Valuing | None = None,
    *,
    at_once: int = AT_ONCE,
    watch: Watch = lambda done, all: None,
) -> Made:
    """Value solutions of the problems and write the rows to `out`; a stopped run goes on.

    Finished problems stand in `out`.journal. Raises NoSkill for a model that cannot continue a
    text, InputError for a problem without an answer or a journal of other rows, and
    AuthenticationFailed or ConnectionFailed where there is no way to the model.
    """
    valuing = valuing or Valuing()
    untold = [p.id for p in problems if p.answer is None]
    if untold:
        raise InputError(f"the problem {untold[0]} has no answer, by which its steps are valued")
    asked = {**asdict(valuing), "model": model.profile.hash or model.name}
    with Journal(out.with_name(f"{out.name}.journal"), asked) as journal:
        before = len(journal.done)
        async with Grader() as grader:

            async def work(problem: Problem) -> None:
                make = partial(value_solutions, problem, model, valuing, grader)
                await journal.once(problem.id, make)

            failures = await each(problems, work, at_once, watch)
        rows = list(chain.from_iterable(journal.done.get(p.id, []) for p in problems))
        fresh = len(journal.done) - before
    write_rows(out, rows)
    return Made(rows, fresh, {problem.id: describe(error) for problem, error in failures})
