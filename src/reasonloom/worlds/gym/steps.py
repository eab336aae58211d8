"""An expression of whole numbers worked out by the order of operations, one operation a line."""

from __future__ import annotations

import re
from typing import NamedTuple

from reasonloom.worlds.family import Work
from reasonloom.worlds.spell import quotient, signed, times

MAX_DEPTH = 60
"""Open brackets and signs at a time (our choice; reasoning-gym nests six terms at most)."""
_TOKEN = re.compile(r"\s*(\d+|[-+*/()])")


class Operation(NamedTuple):
    left: int
    mark: str
    right: int

    def __str__(self) -> str:
        if self.mark == "*":
            return times(self.left, self.right)
        if self.mark == "/":
            return quotient(self.left, self.right)
        term = self.right if self.mark == "+" else -self.right
        return f"{self.left} {signed(term)} = {self.left + term}"


def steps(expression: str) -> Work | None:
    """The lines and the value of `( 56 + -33 ) - 84`; None where a quotient is not whole.

    Raises ValueError for what is no such expression.
    """
    found = _read(expression)
    return found and ([str(operation) for operation in found[0]], str(found[1]))


def comes_out_whole(expression: str) -> bool:
    """Whether every division within it leaves no remainder; raises ValueError as `steps` does."""
    return _read(expression) is not None


def _read(expression: str) -> tuple[list[Operation], int] | None:
    reader = _Reader(expression)
    try:
        value = reader.sum(0)
    except _NotWhole:
        return None
    if reader.left:
        raise ValueError(f"{expression!r} does not end where it should: {reader.left[-1]!r}")
    return reader.done, value


class _NotWhole(Exception):
    """A division that leaves a remainder, or by zero."""


class _Reader:
    def __init__(self, expression: str) -> None:
        if _TOKEN.sub("", expression).strip():
            raise ValueError(f"{expression!r} holds more than whole numbers, + - * / and brackets")
        self.left = _TOKEN.findall(expression)[::-1]
        self.done: list[Operation] = []

    def take(self, marks: str) -> str:
        return self.left.pop() if self.left and self.left[-1] in marks else ""

    def sum(self, depth: int) -> int:
        value = self.product(depth)
        while mark := self.take("+-"):
            term = self.product(depth)
            self.done.append(Operation(value, mark, term))
            value = value + term if mark == "+" else value - term
        return value

    def product(self, depth: int) -> int:
        value = self.factor(depth)
        while mark := self.take("*/"):
            other = self.factor(depth)
            if mark == "/" and (not other or value % other):
                raise _NotWhole
            self.done.append(Operation(value, mark, other))
            value = value * other if mark == "*" else value // other
        return value

    def factor(self, depth: int) -> int:
        if depth > MAX_DEPTH:
            raise ValueError(f"the expression is nested deeper than {MAX_DEPTH}")
        if self.take("-"):
            return -self.factor(depth + 1)
        if self.take("("):
            value = self.sum(depth + 1)
            if not self.take(")"):
                raise ValueError("a bracket stays open")
            return value
        if not self.left or not self.left[-1].isdigit():
            raise ValueError("an operand is missing")
        return int(self.left.pop())
