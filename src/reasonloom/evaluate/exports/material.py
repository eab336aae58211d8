"""What every export starts from: one strategy's attempts, problem by problem."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from reasonloom.errors import InputError, StoreError
from reasonloom.evaluate import store
from reasonloom.evaluate.records import Arm, Attempt, Settings
from reasonloom.problem import Problem


@dataclass(frozen=True, slots=True)
class Told:
    """A problem of the run, its place in the dataset, and its attempts by sample (at least one)."""

    position: int
    problem: Problem
    attempts: Sequence[Attempt]

    @property
    def accuracy(self) -> float | None:
        """The share of attempts that are right; None where there is no reference answer."""
        if self.problem.answer is None:
            return None
        return fmean(a.correct for a in self.attempts)


@dataclass(frozen=True, slots=True)
class Score:
    """A mean over problems; `error` is its standard error, None for fewer than two of them."""

    mean: float
    error: float | None


def read_settings(run: store.Run) -> Settings:
    """Raises StoreError for a run that was created and never begun."""
    settings = store.settings(run)
    if settings is None:
        raise StoreError(f"the run {run.path} holds no settings: start it by `loom eval`")
    return settings


def by_arm(run: store.Run) -> Iterator[tuple[Arm, list[Told]]]:
    """Each strategy that has finished attempts, one after the other.

    Raises InputError where none has.
    """
    problems = list(enumerate(store.problems(run)))
    empty = True
    for arm in store.arms(run):
        made: dict[str, list[Attempt]] = defaultdict(list)
        for attempt in store.attempts(run, arm.spec):
            made[attempt.problem].append(attempt)
        if made:
            empty = False
            yield arm, [Told(i, p, made[p.id]) for i, p in problems if p.id in made]
    if empty:
        raise InputError(f"the run {run.path} holds no finished attempt: nothing to export")


def score(told: Sequence[Told]) -> Score | None:
    """Accuracy over the problems with a reference answer; None where there are none."""
    values = [t.accuracy for t in told if t.accuracy is not None]
    return mean_score(values) if values else None


def mean_score(values: Sequence[float]) -> Score:
    error = stdev(values) / math.sqrt(len(values)) if len(values) > 1 else None
    return Score(fmean(values), error)
