"""The attempts of stored runs, each with its problem and its trace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reasonloom.data.catalog import BENCHMARKS
from reasonloom.data.load import load
from reasonloom.errors import InputError
from reasonloom.evaluate import store
from reasonloom.evaluate.journal import Traces
from reasonloom.evaluate.records import Attempt, Settings
from reasonloom.events import Call, Event
from reasonloom.problem import Problem


@dataclass(frozen=True)
class Solve:
    """`events` are empty where the trace is gone."""

    run: Path
    settings: Settings
    problem: Problem
    attempt: Attempt
    events: Sequence[Event]

    @property
    def calls(self) -> list[Call]:
        return [event for event in self.events if isinstance(event, Call)]

    @property
    def value(self) -> float | None:
        """1 for a right answer, 0 for a wrong one, None where the grader has no word on it."""
        return {"correct": 1.0, "wrong": 0.0}.get(self.attempt.outcome or "")

    @property
    def source(self) -> dict[str, Any]:
        """Where a row comes from."""
        return {
            "run": self.run.name,
            "dataset": self.settings.dataset,
            "split": split_of(self.settings),
            "problem": self.problem.id,
            "strategy": self.attempt.strategy,
            "sample": self.attempt.sample,
            "verdict": self.attempt.outcome,
        }

    def model(self, call: Call) -> dict[str, Any]:
        """Which model answered, with the hash of its weights where they are local."""
        used = (m for m in self.settings.models.values() if m.spec == call.model)
        return {"model": call.model, "hash": next((m.hash for m in used), None)}


def split_of(settings: Settings) -> str | None:
    """The split of a run's problems; None where the dataset has none."""
    if settings.split:
        return settings.split
    spec = load(settings.dataset).spec
    if spec.scheme in ("world", "gym"):
        return "dev"
    return BENCHMARKS[spec.name].split if spec.name in BENCHMARKS else None


def solves(paths: Sequence[Path]) -> Iterator[Solve]:
    """Every finished attempt of some runs, in their order.

    Raises InputError for a run that is named twice or holds nothing yet, StoreError for a file that
    is none.
    """
    for path, count in Counter(p.resolve() for p in paths).items():
        if count > 1:
            raise InputError(f"the run {path} is named {count} times: name each once")
    for path in paths:
        yield from _solves(path)


def _solves(path: Path) -> Iterator[Solve]:
    with store.open_run(path) as run:
        settings = store.settings(run)
        problems = {problem.id: problem for problem in store.problems(run)}
        attempts = store.attempts(run)
    if settings is None or not attempts:
        raise InputError(f"the run {path} holds no attempt yet: run `loom eval` first")
    traces = Traces(store.trace_path(path))
    for attempt in attempts:
        events = traces.events(attempt.key.trace)
        yield Solve(path, settings, problems[attempt.problem], attempt, events)
