"""A trajectory with what was measured of it, and all that was found for one problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from reasonloom.data.prompts import Told
from reasonloom.problem import Problem
from reasonloom.train.rows import row_id
from reasonloom.trajectory import Step, Trajectory

GREEDY = "greedy"


class Candidate(NamedTuple):
    """A trajectory; `draws` are the draws that gave it: "greedy", "plan-0", "plan-1" …"""

    steps: Trajectory
    draws: tuple[str, ...]


class Outcome(NamedTuple):
    """A trajectory carried out on one problem; `refused` where the endpoint would not take it."""

    right: bool
    refused: bool = False


class Scored(NamedTuple):
    """A trajectory carried out on the problem and then on each similar one.

    text  the trajectory as the navigator would write it
    """

    steps: Trajectory
    draws: tuple[str, ...]
    text: str
    outcomes: tuple[Outcome, ...]

    @property
    def right(self) -> tuple[bool, ...]:
        return tuple(outcome.right for outcome in self.outcomes)

    @property
    def reward(self) -> float:
        """R(T): the share of the problems that were solved (paper, section 3.2)."""
        return sum(self.right) / len(self.outcomes)

    @property
    def greedy(self) -> bool:
        return GREEDY in self.draws

    @property
    def times(self) -> int:
        """How many of the K samples it came in."""
        return len(self.draws) - self.greedy

    @property
    def templates(self) -> list[str]:
        return [step.template for step in self.steps]


class Rolled(NamedTuple):
    """What was found for one problem.

    prompt      the request for a plan that the navigator was given
    unreadable  samples that were no plan; outside: the model's word that it cannot do this
    """

    problem: Problem
    similar: tuple[Problem, ...]
    prompt: Told
    scored: tuple[Scored, ...]
    unreadable: int
    outside: int

    @property
    def samples(self) -> int:
        return sum(s.times for s in self.scored) + self.unreadable + self.outside


def key_of(steps: Trajectory) -> str:
    """Equal for trajectories with the same goals and templates, whatever their tags."""
    return row_id([(step.goal, step.template) for step in steps])


def as_json(steps: Trajectory) -> list[dict[str, Any]]:
    return [asdict(step) for step in steps]


def from_json(steps: Sequence[Mapping[str, Any]]) -> Trajectory:
    return tuple(
        Step(
            step["goal"],
            step["template"],
            tuple(step["tags"]),
            None if step["needs"] is None else tuple(step["needs"]),
        )
        for step in steps
    )
