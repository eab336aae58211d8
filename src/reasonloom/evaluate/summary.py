"""What a run shows so far, strategy by strategy, and what the rest of it will take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from reasonloom.evaluate import store
from reasonloom.evaluate.at_k import AtK, Made, at_k, common_k
from reasonloom.evaluate.bootstrap import Estimate, accuracy
from reasonloom.evaluate.plan import Task
from reasonloom.evaluate.records import Arm, Attempt


class Summary(NamedTuple):
    """One strategy. Tokens, calls, seconds, depth and bound are means of an attempt.

    accuracy   over attempts at problems with a reference answer; failures and what the grader could
               not decide count as not right. None where no such attempt was made
    seconds    wall time, None where every attempt was a resumed one; waiting for a place included
    bound      seconds of the longest chain of calls, below which no schedule can come
    usd        in all; None where the prices of a model are not known
    failures   attempts that ended in an error, by its class
    unanswered attempts without an answer and without an error, by their stop reason
    unreferenced  attempts at problems that have no reference answer
    at_k       pass@k and maj@k, with one k for all strategies; None without several samples
    """

    arm: Arm
    problems: int
    attempts: int
    accuracy: Estimate | None
    tokens: float
    calls: float
    seconds: float | None
    depth: float
    bound: float | None
    usd: float | None
    failures: Mapping[str, int]
    unanswered: Mapping[str, int]
    unreferenced: int
    at_k: AtK | None


class Forecast(NamedTuple):
    """What attempts that are still to be made will take, at the rate of those made so far."""

    attempts: int
    tokens: float
    usd: float


def summarise(run: store.Run) -> list[Summary]:
    """One line a strategy, in the order in which they joined the run."""
    held = store.settings(run)
    known = held is not None and all(m.usd_per_million is not None for m in held.models.values())
    referenced = {p.id for p in store.problems(run) if p.answer is not None}
    made = {arm: store.attempts(run, arm.spec) for arm in store.arms(run)}
    told = {arm: _by_problem(attempts, referenced) for arm, attempts in made.items()}
    k = common_k(told.values())
    return [
        _summary(arm, attempts, referenced, known, at_k(told[arm], k))
        for arm, attempts in made.items()
    ]


def forecast(made: Sequence[Attempt], todo: Sequence[Task]) -> Forecast:
    """Each strategy at the mean of its own attempts, one without any at the mean of all."""
    left = Counter(task.key.strategy for task in todo)

    def mean(spec: str, of: Callable[[Attempt], float]) -> float:
        own = [of(a) for a in made if a.strategy == spec] or [of(a) for a in made]
        return fmean(own) if own else 0.0

    tokens = sum(n * mean(spec, lambda a: a.tokens) for spec, n in left.items())
    usd = sum(n * mean(spec, lambda a: a.usd) for spec, n in left.items())
    return Forecast(len(todo), tokens, usd)


def _by_problem(made: Sequence[Attempt], referenced: set[str]) -> Made:
    found: dict[str, list[Attempt]] = {}
    for attempt in made:
        if attempt.problem in referenced:
            found.setdefault(attempt.problem, []).append(attempt)
    return list(found.values())


def _summary(
    arm: Arm, made: list[Attempt], referenced: set[str], priced: bool, several: AtK | None
) -> Summary:
    told = [a for a in made if a.problem in referenced]
    timed = [a for a in made if not a.replayed]
    return Summary(
        arm,
        len({a.problem for a in made}),
        len(made),
        accuracy([a.correct for a in told], [a.problem for a in told]) if told else None,
        _mean([a.tokens for a in made]) or 0.0,
        _mean([a.calls for a in made]) or 0.0,
        _mean([a.seconds for a in timed]),
        _mean([a.depth for a in made]) or 0.0,
        _mean([a.path for a in timed]),
        sum(a.usd for a in made) if priced else None,
        Counter(a.failure for a in made if a.failure),
        Counter(str(a.stop_reason) for a in made if a.answer is None and not a.failure),
        len(made) - len(told),
        several,
    )


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None
