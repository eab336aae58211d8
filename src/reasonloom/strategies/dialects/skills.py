"""Requests that only an instruction-tuned model knows, beside those that every dialect has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from reasonloom.strategies.dialects.base import Ask


class Draft(NamedTuple):
    """A solution in full and the answer read off it."""

    answer: str
    text: str


class Critique(NamedTuple):
    right: bool
    feedback: str


class Skills(Protocol):
    """How a chat model is asked to judge, refine, reflect, decompose, verify, debate and vary.

    Texts of solutions and of documents are quoted as data. `settled` and `checks` are pairs of a
    question and its answer, `history` pairs of a solution and the feedback on it.
    """

    def choose(self, question: str, solutions: Sequence[str]) -> Ask[int]:
        """The index, from 0, of the most consistent solution."""
        ...

    def grade(self, question: str, steps: Sequence[str]) -> Ask[tuple[float, ...]]:
        """The probability of being right, from 0 to 1, for each step."""
        ...

    def critique(self, question: str, solution: str) -> Ask[Critique]: ...

    def improve(self, question: str, history: Sequence[tuple[str, str]]) -> Ask[Draft]: ...

    def decompose(self, question: str, most: int) -> Ask[tuple[str, ...]]: ...

    def part(
        self, question: str, settled: Sequence[tuple[str, str]], subquestion: str
    ) -> Ask[str]: ...

    def whole(self, question: str, settled: Sequence[tuple[str, str]]) -> Ask[Draft]: ...

    def debate(self, question: str, own: str, others: Sequence[str]) -> Ask[Draft]: ...

    def reflect(
        self,
        question: str,
        steps: Sequence[str],
        scores: Sequence[float],
        notes: Sequence[str],
    ) -> Ask[str]:
        """What to do differently after an attempt, its steps scored from 0 to 1."""
        ...

    def retry(self, question: str, notes: Sequence[str]) -> Ask[Draft]: ...

    def probe(self, question: str, solution: str, most: int) -> Ask[tuple[str, ...]]:
        """Questions whose answers would show whether the solution is right."""
        ...

    def examine(self, question: str, solution: str, most: int) -> Ask[tuple[tuple[str, str], ...]]:
        """As `probe`, each question with its answer."""
        ...

    def parts(self, question: str, subquestions: Sequence[str]) -> Ask[tuple[str, ...]]:
        """An answer to each."""
        ...

    def compare(self, question: str, solution: str, check: tuple[str, str]) -> Ask[str]:
        """Whether the solution agrees with an answered question."""
        ...

    def verified(
        self, question: str, solution: str, checks: Sequence[tuple[str, str]], apart: bool = True
    ) -> Ask[Draft]:
        """`apart`: whoever answered the questions had not seen the solution."""
        ...

    def vary(self, question: str, count: int) -> Ask[tuple[str, ...]]:
        """So many other problems that the same plan solves, or fewer."""
        ...
