"""Checks a line of written work by arithmetic alone: every side of every chain has one value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

_TOKEN = re.compile(r"\s*(\d+|[xy]|[-+*/()])")
_LABEL = re.compile(r"^(?:last|power \d+|\d+ pairs): ")
_NOTE = " for the square"


def equations(line: str) -> list[list[str]]:
    """The chains of a line, as lists of sides: `3*4 = 12, 12 + 1 = 13` holds two."""
    return [c.split(" = ") for c in clauses(line) if " = " in c]


def clauses(line: str) -> list[str]:
    """What a line says, one by one, without its label."""
    return _LABEL.sub("", line).replace(_NOTE, "").split(", ")


def holds(chain: list[str], unknowns: Mapping[str, int]) -> bool:
    values = {value(side, unknowns) for side in chain}
    return len(values) == 1


def value(text: str, unknowns: Mapping[str, int]) -> Fraction:
    """`2x - 3*(4 + y)` with the unknowns put in; raises ValueError for anything else."""
    parser = _Parser(_tokens(text), unknowns)
    result = parser.sum()
    if parser.rest:
        raise ValueError(f"{text!r} does not end where it should: {parser.rest}")
    return result


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise ValueError(f"{text!r} is no arithmetic from {text[at:]!r} on")
        tokens.append(found.group(1))
        at = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[str], unknowns: Mapping[str, int]) -> None:
        self.rest, self.unknowns = tokens, unknowns

    def sum(self) -> Fraction:
        result = self.product()
        while self.rest and self.rest[0] in "+-":
            sign = 1 if self.rest.pop(0) == "+" else -1
            result += sign * self.product()
        return result

    def product(self) -> Fraction:
        result = self.factor()
        while self.rest and self.rest[0] not in "+-)":
            if self.rest[0] == "/":
                self.rest.pop(0)
                result /= self.factor()
            else:
                if self.rest[0] == "*":
                    self.rest.pop(0)
                result *= self.factor()
        return result

    def factor(self) -> Fraction:
        if not self.rest:
            raise ValueError("an operand is missing")
        token = self.rest.pop(0)
        if token == "-":
            return -self.factor()
        if token == "(":
            result = self.sum()
            if not self.rest or self.rest.pop(0) != ")":
                raise ValueError("a bracket stays open")
            return result
        if token in self.unknowns:
            return Fraction(self.unknowns[token])
        return Fraction(int(token))
