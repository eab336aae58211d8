r"""The value of an arithmetic expression in plain or LaTeX spelling, exactly and within bounds."""

from __future__ import annotations

import re
from fractions import Fraction

MAX_LENGTH, MAX_DEPTH, MAX_BITS = 300, 30, 4_096
"""Characters, nested brackets and bits of any number on the way (our choice)."""

_TOKEN = re.compile(
    r"\s*(?:(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)|(\\[dtc]?frac)(?![a-z])"
    r"|(mod(?![a-z])|[-+*/^(){}!]))"
)
_SPELLINGS = (
    (re.compile(r"\\(?:times|cdot)(?![a-z])|[×·⋅]"), "*"),
    (re.compile(r"\\div(?![a-z])|÷"), "/"),
    (re.compile(r"\\(?:left|right)(?![a-z])|\\[,;:! ]"), " "),
    (re.compile(r"\\[bp]?mod(?![a-z])"), " mod "),
    (re.compile(r"[−–]"), "-"),
)


class Unread(Exception):
    """Not arithmetic between numbers, or out of bounds."""


def value(text: str) -> Fraction:
    """Raises Unread for what holds names, divides by zero, or is too large."""
    if len(text) > MAX_LENGTH:
        raise Unread
    text = text.replace("**", "^")
    for pattern, plain in _SPELLINGS:
        text = pattern.sub(plain, text)
    reader = _Reader(_tokens(text))
    found = reader.remainder(0)
    if reader.peek():
        raise Unread
    return found


def _tokens(text: str) -> list[str]:
    tokens, at, text = [], 0, text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise Unread
        tokens.append("frac" if found[2] else found[0].strip())
        at = found.end()
    return tokens


class _Reader:
    """Recursive descent: mod, sum, product, sign, power, atom, each binding more tightly."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.at = tokens, 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def remainder(self, depth: int) -> Fraction:
        """`a mod b` of products, or a sum: a mixture of both is read in two ways, so in none."""
        left = self.product(depth)
        if self.peek() != "mod":
            return self.sum(left, depth)
        self.take()
        right = self.product(depth)
        if right <= 0 or left.denominator != 1 or right.denominator != 1:
            raise Unread
        return left % right

    def sum(self, total: Fraction, depth: int) -> Fraction:
        while self.peek() in ("+", "-"):
            sign = 1 if self.take() == "+" else -1
            total = _bounded(total + sign * self.product(depth))
        return total

    def product(self, depth: int) -> Fraction:
        total, divided = self.signed(depth), False
        while self.peek() in ("*", "/", "("):
            sign = self.take() if self.peek() != "(" else ""
            if divided and not sign:
                raise Unread
            factor = self.signed(depth)
            divided = sign == "/"
            if divided and not factor:
                raise Unread
            total = _bounded(total / factor if divided else total * factor)
        return total

    def signed(self, depth: int) -> Fraction:
        if self.peek() in ("-", "+"):
            sign = -1 if self.take() == "-" else 1
            return sign * self.power(depth)
        return self.power(depth)

    def power(self, depth: int) -> Fraction:
        base = self.atom(depth)
        if self.peek() != "^":
            return base
        self.take()
        exponent = self.atom(depth)
        size = max(base.numerator.bit_length(), base.denominator.bit_length())
        if exponent.denominator != 1 or size * abs(exponent) > MAX_BITS:
            raise Unread
        if not base and exponent <= 0:
            raise Unread
        return base ** int(exponent)

    def atom(self, depth: int) -> Fraction:
        token = self.take()
        if depth > MAX_DEPTH:
            raise Unread
        if token in ("(", "{"):
            inner = self.remainder(depth + 1)
            if self.take() != {"(": ")", "{": "}"}[token]:
                raise Unread
            return inner
        if token == "frac":
            top, bottom = self.atom(depth + 1), self.atom(depth + 1)
            if not bottom:
                raise Unread
            return _bounded(top / bottom)
        if not token or not (token[0].isdigit() or token[0] == "."):
            raise Unread
        return _factorial(Fraction(token.replace(",", "")), self)


def _factorial(number: Fraction, reader: _Reader) -> Fraction:
    if reader.peek() != "!":
        return number
    reader.take()
    if number.denominator != 1 or number > 100:
        raise Unread
    product = Fraction(1)
    for factor in range(2, int(number) + 1):
        product *= factor
    return product


def _bounded(number: Fraction) -> Fraction:
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > MAX_BITS:
        raise Unread
    return number
