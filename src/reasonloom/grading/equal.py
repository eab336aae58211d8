"""The exact stage of equality: decides numbers, quantities and equal keys, and needs no algebra.

What it decides on purpose beyond identity of keys:

- A percentage equals its hundredth (50 % = 1/2) and, above 1 %, the bare number (50 % = 50):
  a reference often leaves the sign to the question. 50 and 1/2 stay different.
- A unit that only one side names is taken from the question (5 cm = 5). Units that both sides name
  are converted exactly where known (1.5 h = 90 min); else, and for counted things, numbers decide.
- A decimal that shows MIN_SHOWN significant digits or more equals what rounds to it: 0.33333 = 1/3,
  but 0.333 is not. With as many digits as a float holds, an error in the last ones is forgiven.
- Names and words are equal as text or not at all: algebra would take `listen` for a product of
  six variables, equal to `silent`.
- `2,74` may be a decimal with a comma, where the other side is a number.
"""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import zip_longest
from typing import NamedTuple

from reasonloom.grading.canonical import canonical, split_top, value_side
from reasonloom.grading.clean import tidy
from reasonloom.grading.numbers import exact
from reasonloom.grading.units import conversion

MIN_SHOWN = 5
"""Significant digits from which on a decimal counts as rounded (our choice; between the 6 places
of math-verify and the relative 1e-4 of common evaluation scripts)."""
FLOAT_DIGITS = 15
FLOAT_ERROR = Fraction(1, 10**12)
"""Relative; for decimals of FLOAT_DIGITS or more, such as 0.30000000000000004."""

_KEY = re.compile(r"(-?\d+(?:/\d+)?)(%| .+)?")
_WORDS = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+)*")
_LONG_WORD = re.compile(r"[^\W\d_]{4}")
_DECIMAL = re.compile(r"-?(\d*)\.(\d+)")
_COMMA_DECIMAL = re.compile(r"-?\d+,\d+")


class Amount(NamedTuple):
    value: Fraction
    mark: str
    """`%`, the unit, or empty."""


class _Shown(NamedTuple):
    places: int
    digits: int


def compare(gold: str, answer: str) -> bool | None:
    """Whether the two are equal as far as exact means can tell; None leaves it to algebra."""
    key, other = canonical(gold), canonical(answer)
    if key == other:
        return bool(key)
    if not key or not other or key.startswith("long:") or other.startswith("long:"):
        return False
    amount, another = _amount(key), _amount(other)
    if amount and another:
        return _same_amount(amount, another) or _rounded(gold, answer)
    if amount or another:
        return _comma_decimal(gold, another) or _comma_decimal(answer, amount)
    if _WORDS.fullmatch(key) and _WORDS.fullmatch(other) and _LONG_WORD.search(key + " " + other):
        return False
    return _same_lists(gold, answer) or None


def _amount(key: str) -> Amount | None:
    match = _KEY.fullmatch(key)
    return Amount(Fraction(match[1]), (match[2] or "").strip()) if match else None


def _same_amount(gold: Amount, answer: Amount) -> bool:
    if "%" in (gold.mark, answer.mark) and gold.mark != answer.mark:
        percent, plain = (gold, answer) if gold.mark == "%" else (answer, gold)
        bare = percent.value == plain.value and abs(plain.value) > 1
        return bare or percent.value == 100 * plain.value
    factor = conversion(gold.mark, answer.mark) if gold.mark and answer.mark else None
    return gold.value * (1 if factor is None else factor) == answer.value and factor != 0


def _rounded(gold: str, answer: str) -> bool:
    """Whether one is a decimal with enough digits that the other rounds to."""
    text, other = value_side(tidy(gold)), value_side(tidy(answer))
    value, given = exact(text), exact(other)
    if value is None or given is None:
        return False
    decimals = [shown for shown in (_shown(text), _shown(other)) if shown]
    error = abs(value - given)
    if any(shown.digits >= FLOAT_DIGITS for shown in decimals):
        return error <= FLOAT_ERROR * abs(value)
    shorter = min(decimals, default=None)
    if shorter is None or shorter.digits < MIN_SHOWN:
        return False
    return error <= Fraction(1, 2 * 10**shorter.places)


def _shown(text: str) -> _Shown | None:
    """Places and significant digits of a decimal; None for an integer or a fraction."""
    match = _DECIMAL.fullmatch(text)
    return _Shown(len(match[2]), len((match[1] + match[2]).lstrip("0"))) if match else None


def _same_lists(gold: str, answer: str) -> bool:
    """Tuples and intervals whose numbers are equal one by one, some of them rounded."""
    text, other = value_side(tidy(gold)), value_side(tidy(answer))
    if not (text[:1] in "([" and text[:1] == other[:1] and text[-1:] == other[-1:]):
        return False
    pairs = zip_longest(split_top(text[1:-1]), split_top(other[1:-1]), fillvalue="")
    return all(canonical(a) == canonical(b) != "" or _rounded(a, b) for a, b in pairs)


def _comma_decimal(text: str, other: Amount | None) -> bool | None:
    """True when `text` read with a decimal comma is `other`; None when that decides nothing."""
    plain = tidy(text)
    if other is None or not _COMMA_DECIMAL.fullmatch(plain):
        return None
    return True if exact(plain.replace(",", ".")) == other.value else None
