"""Rows that were cut, with what was taken and left out of each strategy."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from reasonloom.data.outputs import Dropped, Made
from reasonloom.train.from_traces.replies import Lost
from reasonloom.train.from_traces.solves import Solve, split_of
from reasonloom.train.rows import Row


def by_strategy(solve: Solve) -> str:
    return solve.attempt.strategy


@dataclass
class Cut:
    """`label` says under what a solve is counted; a reason is a short phrase.

    measured  splits other than train that rows come from: what learns from them is not to be
              measured on them
    """

    label: Callable[[Solve], str] = by_strategy
    rows: dict[str, Row] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)
    left: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    dropped: list[Dropped] = field(default_factory=list)
    measured: set[str] = field(default_factory=set)

    def take(self, row: Row, solve: Solve, span: str = "") -> None:
        """Keep a row: the first of those with the same content."""
        if row["id"] in self.rows:
            self.leave(Lost(solve, "duplicate", span))
        else:
            self.rows[row["id"]] = row
            self.taken[self.label(solve)] += 1
            self.measured |= {split_of(solve.settings) or "train"} - {"train"}

    def leave(self, lost: Lost) -> None:
        self.left[self.label(lost.solve)][lost.reason] += 1
        place = f"{lost.solve.run.name} {lost.solve.attempt.key.trace} {lost.span}"
        self.dropped.append(Dropped(place.strip(), lost.reason))

    @property
    def made(self) -> Made:
        report = {"taken": dict(self.taken), "left": {s: dict(c) for s, c in self.left.items()}}
        return Made(list(self.rows.values()), self.dropped, report)
