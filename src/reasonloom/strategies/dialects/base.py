"""A dialect turns a typed request into a prompt, and a reply into a typed value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from reasonloom.models.protocol import FinishReason, Prompt
from reasonloom.templates.schema import Template
from reasonloom.trajectory import Assessment, Step, StepResult, Trajectory

T_co = TypeVar("T_co", covariant=True)
AGAIN = "again"
"""The kind of a request that asks once more after an unreadable reply."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A reply that could not be read, and why: a value, because models do this."""

    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Outside:
    """The model's own word that the problem lies outside what it knows."""


@dataclass(frozen=True, slots=True)
class Ask(Generic[T_co]):
    """One typed request; its kind is that of its prompt.

    again       makes the prompt that asks once more after an unreadable reply; None: do not ask
    max_tokens  completion tokens that the reply may take
    parse_cut   reads a reply that broke off; None: `parse` does
    """

    prompt: Prompt
    parse: Callable[[str], T_co | Unreadable | Outside]
    max_tokens: int
    again: Callable[[Unreadable], Prompt] | None = None
    parse_cut: Callable[[str], T_co | Unreadable | Outside] | None = None

    @property
    def kind(self) -> str:
        return self.prompt.kind

    def read(self, text: str, finish: FinishReason) -> T_co | Unreadable | Outside:
        """The value of a reply, which its model ended by itself or not."""
        broken = self.parse_cut if finish != "stop" else None
        return (broken or self.parse)(text)


class Dialect(Protocol):
    """How one kind of model is spoken to.

    `known` are the values established so far, `names` those of templates that may suit, `templates`
    what was retrieved for a step, best first, and empty when nothing fits.
    """

    name: str

    def direct(self, question: str) -> Ask[str]: ...

    def cot(self, question: str) -> Ask[str]: ...

    def plan(self, question: str, names: Sequence[str]) -> Ask[Trajectory]: ...

    def plan_text(self, trajectory: Trajectory) -> str:
        """The reply to `plan` that says this: what a model learns to write."""
        ...

    def instantiate(
        self,
        question: str,
        step: Step,
        templates: Sequence[Template],
        known: Sequence[str],
        feedback: str = "",
        transferred: bool = False,
    ) -> Ask[StepResult]:
        """`transferred`: the plan was written for a similar problem, whose numbers a goal may
        name."""
        ...

    def assess(
        self,
        question: str,
        step: Step,
        template: Template | None,
        known: Sequence[str],
        result: StepResult,
        remaining: Trajectory,
    ) -> Ask[Assessment]: ...

    def revise(
        self, question: str, known: Sequence[str], remaining: Trajectory, reason: str
    ) -> Ask[Trajectory]: ...

    def answer(self, question: str, known: Sequence[str]) -> Ask[str]: ...
