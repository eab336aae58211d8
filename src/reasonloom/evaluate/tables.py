"""Results by level, topic or whatever else a sample carries, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from reasonloom.evaluate.bootstrap import Estimate, accuracy, mean


@dataclass(frozen=True, slots=True)
class Sample:
    """One graded solve.

    problem  its id; samples of one problem belong together
    tokens   prompt and completion of every call
    rounds   instantiate and assess pairs, calls or iterations; None where a method has none
    """

    problem: str
    correct: bool
    tokens: float = 0.0
    level: int | None = None
    topic: str | None = None
    rounds: float | None = None


class Line(NamedTuple):
    """`tokens` is the mean of a sample; `accuracy` counts samples, its interval problems."""

    key: int | str | None
    problems: int
    samples: int
    accuracy: Estimate
    tokens: float


class Rounds(NamedTuple):
    """Rounds spent at one level; `accuracy` is over the same samples."""

    level: int | None
    samples: int
    rounds: Estimate
    accuracy: Estimate


Key = Callable[[Sample], int | str | None]


def by(samples: Iterable[Sample], key: Key, *, draws: int = 10_000) -> list[Line]:
    """One line for each value of `key`, in order, what has none last: `by(s, lambda s: s.topic)`.

    The interval is `bootstrap.accuracy` with the samples of a problem as one cluster.
    """
    return [
        Line(
            value,
            len({s.problem for s in group}),
            len(group),
            accuracy([s.correct for s in group], [s.problem for s in group], draws=draws),
            float(np.mean([s.tokens for s in group])),
        )
        for value, group in _groups(samples, key)
    ]


def by_level(samples: Iterable[Sample], *, draws: int = 10_000) -> list[Line]:
    return by(samples, lambda s: s.level, draws=draws)


def by_topic(samples: Iterable[Sample], *, draws: int = 10_000) -> list[Line]:
    return by(samples, lambda s: s.topic, draws=draws)


def rounds_by_level(samples: Iterable[Sample], *, draws: int = 10_000) -> list[Rounds]:
    """Rounds against difficulty (ReasonFlux, Figure 5): do harder problems get more of them?"""
    counted = [s for s in samples if s.rounds is not None]
    return [
        Rounds(
            level if isinstance(level, int) else None,
            len(group),
            mean([s.rounds or 0.0 for s in group], [s.problem for s in group], draws=draws),
            accuracy([s.correct for s in group], [s.problem for s in group], draws=draws),
        )
        for level, group in _groups(counted, lambda s: s.level)
    ]


def _groups(samples: Iterable[Sample], key: Key) -> list[tuple[int | str | None, list[Sample]]]:
    groups: dict[int | str | None, list[Sample]] = {}
    for sample in samples:
        groups.setdefault(key(sample), []).append(sample)
    return sorted(groups.items(), key=lambda g: (g[0] is None, isinstance(g[0], str), g[0] or 0))
