"""What is settled, what is still to do, and how: all that `follow` knows at any time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from reasonloom.templates.schema import Template
from reasonloom.trajectory import Assessment, Step, StepResult, Trajectory


class Settled(NamedTuple):
    """A step that is done with: its result, and what the navigator said of it.

    `kept` is True where the tries ran out and the most frequent result was kept, the last one among
    equals (our choice).
    """

    step: Step
    template: Template | None
    result: StepResult
    assessment: Assessment | None
    kept: bool = False


@dataclass
class Followed:
    """How far a trajectory was carried out.

    rounds       instantiations made (with `adapt`, each with its assessment)
    end          done: every step settled; answered: settled early; rounds, budget, failed: cut
                 short
    next_number  of a step that a revision adds: one that no step has had, settled ones included
    """

    settled: list[Settled] = field(default_factory=list)
    rounds: int = 0
    end: Literal["done", "answered", "rounds", "budget", "failed"] = "done"
    error: str | None = None
    next_number: int = 0

    @property
    def known(self) -> list[str]:
        return [s.result.value for s in self.settled]

    @property
    def answer(self) -> str | None:
        """The answer that the navigator gave when it said that the problem is settled."""
        said = self.settled[-1].assessment if self.end == "answered" else None
        return said.answer or None if said else None

    @property
    def abstained(self) -> bool:
        """Whether no step found a template."""
        return not any(s.template for s in self.settled)


@dataclass
class Task:
    """A step still to be settled; `needs` are numbers of tasks."""

    number: int
    step: Step
    needs: set[int]
    tries: int = 0
    feedback: str = ""
    without: set[str] = field(default_factory=set)
    found: list[StepResult] = field(default_factory=list)

    @property
    def likeliest(self) -> StepResult:
        """The result whose value came up most often, the last one among equals."""
        votes = Counter(r.value for r in self.found if r.value != "none")
        return max(reversed(self.found), key=lambda result: votes[result.value])


class Moment(NamedTuple):
    """A result at hand that nothing has been done to yet: what the navigator assesses.

    settled  the steps done with before
    task     the step at hand, with its earlier tries
    others   the steps that remain, those of the same wave included
    """

    settled: tuple[Settled, ...]
    rounds: int
    task: Task
    others: tuple[Task, ...]
    template: Template | None
    result: StepResult

    @property
    def known(self) -> list[str]:
        return [s.result.value for s in self.settled]

    @property
    def remaining(self) -> Trajectory:
        return tuple(t.step for t in self.others)


@dataclass(frozen=True)
class Way:
    """How a trajectory is carried out.

    adapt        whether the navigator assesses each result, and its action is carried out
    max_rounds   instantiations at the most
    k            templates shown for a step
    votes        samples of each instantiation; the most frequent value stands, and where more than
                 half agree, the navigator is not asked
    transferred  the trajectory was written for a similar problem: goals may name that one's numbers
    temperature  of a step's first try; what compares several roll-outs of one trajectory samples
    watch        sees every readable result before anything is done to it
    """

    adapt: bool = False
    max_rounds: int = 32
    k: int = 1
    votes: int = 1
    temperature: float = 0.0
    transferred: bool = False
    watch: Callable[[Moment], None] | None = None
