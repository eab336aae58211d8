r"""Read a number exactly: `7/2`, `3.5`, `3\frac{1}{2}`, `1,234`, `2^{10}`, `6.02 \times 10^{23}`.

Nothing is computed that could grow: digits, exponents and powers are capped first, and what does
not fit is not a number here (the symbolic stage may still read it).
"""

from __future__ import annotations

import re
from fractions import Fraction

MAX_DIGITS = 400
"""Digits of one number (our choice; Python itself refuses to convert more than 4,300)."""
MAX_EXPONENT = 400
"""Absolute value of a decimal exponent (our choice: beyond float's range, still cheap)."""
MAX_BITS = 4_096
"""Size of the result of a power, in bits (our choice)."""

_DIGITS = r"(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?: \d{3})+|\d+)"
_UNSIGNED = rf"(?:{_DIGITS}(?:\.\d*)?|\.\d+)"
_NUMBER = re.compile(rf"({_UNSIGNED})(?:[eE]([+-]?\d+))?")
_SCIENTIFIC = re.compile(rf"(?:({_UNSIGNED}) ?(?:\*|\\times|\\cdot) ?)?10 ?\^ ?\{{?([+-]?\d+)\}}?")
_POWER = re.compile(r"(\d+) ?\^ ?\{?(-?\d+)\}?")
_GROUP = r"(?:\{ ?([^{}]*?) ?\}|(\d))"
_FRAC = re.compile(rf"(\d+)? ?\\[dtc]?frac ?{_GROUP} ?{_GROUP}")
_OPERAND = r"(\([^/{}()]+\)|\{[^/{}()]+\}|[^/{}() ]+)"
_SLASH = re.compile(rf"(?:(\d+) )?{_OPERAND} ?/ ?{_OPERAND}")


def exact(text: str) -> Fraction | None:
    """The rational number that `text` spells, or None when it is not a number of bounded size.

    `text` is as `clean.tidy` leaves it. Percent signs and units are not read here.
    """
    text = text.strip()
    if not text or len(text) > 3 * MAX_DIGITS:
        return None
    sign = -1 if text[0] == "-" else 1
    body = text[1:].lstrip() if text[0] in "+-" else text
    if body[:1] in ("+", "-"):
        return None
    value = _unsigned(_without_brackets(body))
    return None if value is None else sign * value


def _without_brackets(body: str) -> str:
    """`(3)` and `{3}` are 3; a pair that does not enclose everything stays."""
    while len(body) > 2 and (body[0] + body[-1]) in ("()", "{}"):
        inner = body[1:-1]
        if any(c in "(){}" for c in inner):
            return body
        body = inner.strip()
    return body


def _unsigned(body: str) -> Fraction | None:
    for read in (_decimal, _scientific, _power, _latex_fraction, _slash_fraction):
        value = read(body)
        if value is not None:
            return value
    return None


def _decimal(body: str) -> Fraction | None:
    match = _NUMBER.fullmatch(body)
    return _scaled(match[1], match[2]) if match else None


def _scientific(body: str) -> Fraction | None:
    match = _SCIENTIFIC.fullmatch(body)
    return _scaled(match[1] or "1", match[2]) if match else None


def _scaled(mantissa: str, exponent: str | None) -> Fraction | None:
    digits = mantissa.replace(",", "").replace(" ", "")
    power = int(exponent) if exponent and len(exponent) < 9 else 0
    too_far = abs(power) > MAX_EXPONENT or (exponent is not None and len(exponent) >= 9)
    if too_far or len(digits) > MAX_DIGITS:
        return None
    return Fraction(digits) * Fraction(10) ** power


def _power(body: str) -> Fraction | None:
    match = _POWER.fullmatch(body)
    if not match or len(match[1]) > MAX_DIGITS or len(match[2]) > 5:
        return None
    base, exponent = int(match[1]), int(match[2])
    if base.bit_length() * abs(exponent) > MAX_BITS or (base == 0 and exponent <= 0):
        return None
    return Fraction(base) ** exponent


def _latex_fraction(body: str) -> Fraction | None:
    match = _FRAC.fullmatch(body)
    if not match:
        return None
    whole, top, top_digit, bottom, bottom_digit = match.groups()
    return _quotient(whole, top or top_digit, bottom or bottom_digit)


def _slash_fraction(body: str) -> Fraction | None:
    match = _SLASH.fullmatch(body)
    return _quotient(match[1], match[2], match[3]) if match else None


def _quotient(whole: str | None, top: str, bottom: str) -> Fraction | None:
    above, below = _signed_decimal(top), _signed_decimal(bottom)
    if above is None or below is None or below == 0:
        return None
    if whole is None:
        return above / below
    if len(whole) > MAX_DIGITS or not 0 < above < below:
        return None
    return int(whole) + above / below


def _signed_decimal(text: str) -> Fraction | None:
    text = text.strip("(){} ")
    negative = text.startswith("-")
    value = _decimal(text[1:].lstrip() if negative else text)
    return -value if negative and value is not None else value
