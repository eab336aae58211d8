"""Confirm the answers of worked examples by another road than the templates' own steps."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from fractions import Fraction
from types import TracebackType
from typing import Literal, Self

from reasonloom.grading.workers import WorkerPool
from reasonloom.sandbox import Ran, Sandbox
from reasonloom.templates.schema import Check, Example
from reasonloom.templates.tree import names

SYMPY_SECONDS = 20.0
"""Time limit of one tree (our choice: integrals take SymPy a second or two on a slow core)."""
_RATIONAL = re.compile(r"([-+]?\d{1,200}(?:\.\d{1,200})?)(?:/(\d{1,200}))?\Z")
_LITERAL = re.compile(r"\d+(?:\.\d+)?|'([^'\n]*)'|\"([^\"\n]*)\"")


@dataclass(frozen=True, slots=True)
class Checked:
    """`status`: confirmed, wrong (another value came out), failed (no value), unchecked (none)."""

    status: Literal["confirmed", "wrong", "failed", "unchecked"]
    detail: str = ""


class Checker:
    """Runs checks in the sandbox and in a worker process; an async context manager."""

    def __init__(self) -> None:
        self._sandbox = Sandbox()
        self._workers = WorkerPool(size=1, preload=("sympy", "reasonloom.templates.tree"))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._sandbox.close()
        self._workers.close()

    async def check(self, example: Example) -> Checked:
        """Compare what the example's check gives with its answer."""
        if example.check.kind == "none":
            return Checked("unchecked", example.check.reason)
        value = await (self._program if example.check.kind == "monty" else self._tree)(example)
        if isinstance(value, Checked):
            return value
        if same_answer(value, example.answer):
            return Checked("confirmed", value)
        return Checked("wrong", f"the check gives {value!r} and the answer is {example.answer!r}")

    async def _program(self, example: Example) -> str | Checked:
        outcome = await asyncio.to_thread(self._sandbox.run, example.check.program, example.params)
        if not isinstance(outcome, Ran):
            return Checked(
                "failed", f"the check's program fails ({outcome.kind}): {outcome.message}"
            )
        if outcome.value is None:
            return Checked("failed", "the check's program has no value: end it with an expression")
        try:
            return str(outcome.value)
        except ValueError:
            return Checked("failed", "the check's program gives a number of over 4,300 digits")

    async def _tree(self, example: Example) -> str | Checked:
        outcome = await self._workers.run(
            "reasonloom.templates.tree:evaluate",
            [example.check.tree, dict(example.params)],
            timeout=SYMPY_SECONDS,
        )
        if outcome.failure:
            message = outcome.detail.removeprefix("TreeError: ")
            return Checked("failed", f"the check's tree fails ({outcome.failure}): {message}")
        return str(outcome.value)


def same_answer(value: str, answer: str) -> bool:
    """Equal texts up to spaces, or equal rational numbers ("0.5" and "1/2")."""
    ours, theirs = ("".join(text.split()) for text in (value, answer))
    if ours == theirs:
        return True
    first, second = _rational(ours), _rational(theirs)
    return first is not None and first == second


def ignores_params(check: Check, params: frozenset[str]) -> bool:
    """Whether a check never looks at the example's parameters, and so always says the same."""
    if check.kind == "monty":
        return not params & set(re.findall(r"[^\W\d]\w*", check.program))
    return check.kind == "sympy" and not params & names(check.tree)


def holds_answer(check: Check, answer: str) -> bool:
    """Whether an answer of two characters or more stands in the check as a literal."""
    if len(answer) < 2:
        return False
    if check.kind == "monty":
        found = [m.group(1) or m.group(2) or m.group() for m in _LITERAL.finditer(check.program)]
    else:
        found = _leaves(check.tree)
    return any(same_answer(text, answer) for text in found)


def _leaves(tree: object) -> list[str]:
    if isinstance(tree, tuple):
        return [leaf for part in tree for leaf in _leaves(part)]
    return [str(tree)]


def _rational(text: str) -> Fraction | None:
    found = _RATIONAL.match(text)
    if not found or (found[2] is not None and not int(found[2])):
        return None
    return Fraction(found[1]) / int(found[2] or 1)
