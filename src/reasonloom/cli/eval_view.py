"""How a run is shown: progress on standard error while it goes on, a table at its end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from reasonloom.evaluate.plan import Task
from reasonloom.evaluate.records import Attempt
from reasonloom.evaluate.show import interval, votes_cells, votes_heads
from reasonloom.evaluate.summary import Summary

EVERY_S = 5.0
"""Seconds between two lines where standard error is no terminal (our choice)."""


class Tally:
    """Counts of one strategy, or of all."""

    def __init__(self) -> None:
        self.made = self.correct = self.told = self.tokens = 0
        self.usd = 0.0

    def add(self, attempt: Attempt, referenced: bool) -> None:
        self.made += 1
        self.correct += attempt.correct
        self.told += referenced
        self.tokens += attempt.tokens
        self.usd += attempt.usd

    @property
    def accuracy(self) -> str:
        return f"{100 * self.correct / self.told:.1f} %" if self.told else "ungraded"


class ProgressView:
    """One line a strategy in a terminal; elsewhere a plain line now and then."""

    def __init__(self, done: Sequence[Attempt], todo: Sequence[Task], told: Iterable[str]) -> None:
        self.console = Console(stderr=True, highlight=False, soft_wrap=True)
        self.told, self.left, self.all = set(told), len(todo), Tally()
        totals = Counter(a.strategy for a in done) + Counter(t.key.strategy for t in todo)
        self.total = totals.total()
        self.by_spec = {spec: Tally() for spec in totals}
        for attempt in done:
            self._count(attempt)
        self._begun = self._said = time.monotonic()
        self.fresh = 0
        self._bar = _bar(self.console) if self.console.is_terminal else None
        self._rows: dict[str, TaskID] = {}
        if self._bar:
            for spec, total in {**totals, "all": self.total}.items():
                self._rows[spec] = self._bar.add_task(escape(spec), total=total, said="")

    def see(self, attempt: Attempt) -> None:
        self._count(attempt)
        self.fresh += 1
        if self._bar:
            self._draw(attempt.strategy)
        elif time.monotonic() - self._said >= EVERY_S:
            self.say(self._line())
            self._said = time.monotonic()

    def say(self, text: str) -> None:
        self.console.print(escape(text))

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
            for spec in self.by_spec:
                self._draw(spec)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if self._bar:
            self._bar.stop()
        elif self.fresh:
            self.say(self._line())

    def _count(self, attempt: Attempt) -> None:
        for tally in (self.by_spec[attempt.strategy], self.all):
            tally.add(attempt, attempt.problem in self.told)

    def _draw(self, spec: str) -> None:
        assert self._bar
        own = self.by_spec[spec]
        said = f"{own.accuracy}  {own.tokens:,} tokens"
        self._bar.update(self._rows[spec], completed=own.made, said=said)
        self._bar.update(self._rows["all"], completed=self.all.made, said=self._costs())

    def _line(self) -> str:
        each = ", ".join(f"{spec} {t.accuracy}" for spec, t in self.by_spec.items() if t.made)
        return f"{self.all.made}/{self.total}  {each}  {self._costs()}"

    def _costs(self) -> str:
        money = f"{self.all.usd:.4f} USD" if self.all.usd else ""
        return "  ".join(filter(None, (f"{self.all.tokens:,} tokens", money, self._time_left())))

    def _time_left(self) -> str:
        if not self.fresh or self.fresh >= self.left:
            return ""
        seconds = (time.monotonic() - self._begun) / self.fresh * (self.left - self.fresh)
        return f"about {span(seconds)} left"


def span(seconds: float) -> str:
    """A time as one reads it: 12 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def show_table(lines: Sequence[Summary]) -> None:
    """The table on standard output, and below it what went wrong."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, 160)
    priced = any(line.usd for line in lines)
    votes = votes_heads(line.at_k for line in lines)
    table = Table(box=None)
    table.add_column("strategy", overflow="fold")
    for heading in ("problems", "accuracy, 95 % interval", *votes, *_COSTS, *["USD"] * priced):
        table.add_column(heading, justify="right")
    for line in lines:
        table.add_row(*_cells(line, priced, votes))
    console.print(table)
    for remark in remarks(lines):
        console.print(escape(remark), soft_wrap=True)


_COSTS = ("tokens", "calls", "wall s", "depth", "bound s")


def remarks(lines: Sequence[Summary]) -> list[str]:
    """What a reader of the table must know besides: failures, n/a, what is not graded."""
    found = []
    for line in lines:
        name = line.arm.spec
        if line.arm.lacks:
            found.append(f"{name}: n/a, {line.arm.lacks}")
        if line.failures:
            failed = _counts(line.failures)
            found.append(f"{name}: failed ({failed}), counted as wrong; --retry-failed tries again")
        if line.unanswered:
            found.append(f"{name}: no answer ({_counts(line.unanswered)}), counted as wrong")
        if line.unreferenced:
            found.append(f"{name}: {line.unreferenced} without a reference answer, not graded")
    return found


def _counts(of: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {kind}" for kind, n in of.items())


def as_objects(lines: Sequence[Summary]) -> list[dict[str, Any]]:
    """For JSON: one object a strategy."""
    return [
        {
            "strategy": line.arm.spec,
            "made": line.arm.made,
            "lacks": line.arm.lacks,
            **{name: value for name, value in line._asdict().items() if name != "arm"},
            "accuracy": None if line.accuracy is None else _interval(line),
            "at_k": None if line.at_k is None else asdict(line.at_k),
        }
        for line in lines
    ]


def _interval(line: Summary) -> dict[str, float]:
    assert line.accuracy
    return {"mean": line.accuracy.mean, "low": line.accuracy.low, "high": line.accuracy.high}


def _cells(line: Summary, priced: bool, votes: Sequence[str]) -> list[str]:
    if line.arm.lacks and not line.attempts:
        return [escape(line.arm.spec), "", "n/a"]
    problems = f"{line.problems:,}"
    if line.attempts > line.problems:
        problems += f" x {line.attempts / line.problems:g}"
    cells = [escape(line.arm.spec), problems, interval(line.accuracy)]
    cells += votes_cells(line.at_k, votes)
    cells += [f"{line.tokens:,.0f}", f"{line.calls:.1f}"]
    cells += [_seconds(line.seconds), f"{line.depth:.1f}", _seconds(line.bound)]
    return [*cells, *(["" if line.usd is None else f"{line.usd:.4f}"] if priced else [])]


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TextColumn("{task.fields[said]}"), console=console)
