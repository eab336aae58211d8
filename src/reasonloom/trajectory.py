"""The words of ReasonFlux: trajectories of steps, what a step gave, what is thought of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Action = Literal["accept", "retry", "revise", "replace", "answered"]
"""What the navigator wants after a step (paper, section 3.3; the five actions are our reading).

accept    the result holds: go on
retry     the work is wrong: do the step again, with the reason at hand
revise    the result holds but the steps that remain do not lead to the answer: rewrite them
replace   the template does not fit: fetch another one for the same goal
answered  the result holds and already settles the problem: stop
"""
ACTIONS: tuple[Action, ...] = ("accept", "retry", "revise", "replace", "answered")


@dataclass(frozen=True, slots=True)
class Step:
    """A goal tied to a template by name and tags. `needs` are indexes of earlier steps; None means
    every earlier step (an order without stated dependencies)."""

    goal: str
    template: str = ""
    tags: tuple[str, ...] = ()
    needs: tuple[int, ...] | None = None


Trajectory = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class StepResult:
    """A template applied to this problem.

    instantiation  the template's steps made concrete
    work           carrying them out
    value          what is now established
    """

    instantiation: str
    work: str
    value: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """`answer` is the bare answer where the action is `answered` and the navigator gave it."""

    action: Action
    reason: str = ""
    answer: str = ""
