"""Checks the lines of work that are no equations, each against the operands of its problem."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

import lines
import puzzles
import sympy
from oracles import arithmetic_term, recurrence_term

Params = Sequence[int]


def _numbers(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"-?\d+", text)]


def _common_primes(shown: str, params: Params) -> bool:
    factors = [] if shown == "none" else [int(p) for p in shown.split("*")]
    return all(map(sympy.isprime, factors)) and math.prod(factors) == math.gcd(*params)


def _exponents(line: str, params: Params) -> bool:
    shown = re.findall(r"(\d+) has exponent (\d+)", line)
    return {int(p): int(e) for p, e in shown} == sympy.factorint(params[0])


def _pairs(line: str, params: Params) -> bool:
    shown = [(int(a), int(b)) for a, b in re.findall(r"(\d+)\*(\d+)", line)]
    lows = [d for d in sympy.divisors(params[0]) if d * d <= params[0]]
    return shown == [(d, params[0] // d) for d in lows]


def _sides(params: Params) -> tuple[int, int]:
    """What is chosen and what is left."""
    return params[1], params[0] - params[1]


def _power(found: re.Match[str], params: Params) -> bool:
    base, _, modulus = params
    chains = lines.equations(found[0])
    return pow(base, int(found[1]), modulus) == int(found[2]) and all(
        lines.holds(chain, {}) for chain in chains
    )


def _cycle(length: int, start: int, params: Params) -> bool:
    """Whether the powers repeat for the first time `length` after `start`."""
    base, _, modulus = params
    residues = [pow(base, power, modulus) for power in range(start + length + 1)]
    return residues.index(residues[-1]) == start and len(set(residues)) == start + length


def _multiple(found: re.Match[str], params: Params) -> bool:
    factor, _, modulus = params
    chains = lines.equations(found[0].split(": ")[1])
    return int(found[1]) * factor % modulus == int(found[2]) and all(
        lines.holds(chain, {}) for chain in chains
    )


def inside(point: Sequence[int], params: Params) -> bool:
    """Whether a corner lies strictly within the rectangle around all corners."""
    corners = list(zip(params[::2], params[1::2], strict=True))
    around = [sorted(place) for place in (params[::2], params[1::2])]
    within = [low < n < high for n, (low, _, high) in zip(point, around, strict=True)]
    return tuple(point) in corners and all(within)


def _rule_term(found: re.Match[str], params: Params) -> bool:
    chains = lines.equations(found[2])
    reached = int(chains[-1][-1])
    return reached == recurrence_term(*params[:3], int(found[1])) and all(
        lines.holds(chain, {}) for chain in chains
    )


def _powers(line: str, base: int) -> bool:
    shown = [tuple(map(int, f)) for f in re.findall(r"(\d+)\^(\d+) = (\d+)", line)]
    return shown == [(base, k, base**k) for k in range(2, len(shown) + 2)]


def _crossed_off(found: re.Match[str], params: Params) -> bool:
    ordered = sorted(params)
    gone = ordered.index(int(found[1])) + 1
    left = [n for n in params if n in ordered[gone:-gone]]
    return int(found[2]) == ordered[-gone] and _numbers(found[3]) == left


def _middle(shown: list[int], params: Params) -> bool:
    half = (len(params) - 1) // 2
    return shown == sorted(params)[half : len(params) - half]


def _table(divisor: int, shown: list[int]) -> bool:
    return shown == [n for k in range(1, 10) for n in (k, k * divisor)]


def _digit(found: re.Match[str], params: Params) -> bool:
    """A digit of a quotient: the largest multiple that fits is taken away, or none is."""
    whole, digit = int(found[1]), int(found[2])
    if found[3] is None:
        return digit == 0
    less, taken, rest = (int(found[i]) for i in (3, 4, 5))
    fits = taken % digit == 0 and 0 <= rest < taken // digit
    return fits and less == whole and less - taken == rest


FACTS: tuple[tuple[str, Callable[[re.Match[str], Params], bool]], ...] = (
    (r"(\d+) is prime", lambda m, p: bool(sympy.isprime(int(m[1])))),
    (r"common primes: (none|[\d*]+)", lambda m, p: _common_primes(m[1], p)),
    (r"(\d+) < (\d+)", lambda m, p: int(m[1]) < int(m[2])),
    (r"common denominator (\d+)", lambda m, p: sympy.lcm(p[1], p[3]) == int(m[1])),
    (r"assume (\d+)", lambda m, p: 0 <= p[0] - int(m[1]) < 10),
    (r"gaps: .+", lambda m, p: [p[0] - p[0] % 10 + g for g in _numbers(m[0])] == list(p)),
    (
        r"terms: .+",
        lambda m, p: _numbers(m[0]) == [arithmetic_term(p[0], p[1], i + 1) for i in range(p[2])],
    ),
    (r"term (\d+): (\d+)", lambda m, p: arithmetic_term(p[0], p[1], int(m[1])) == int(m[2])),
    (
        r"row (\d+): (.+)",
        lambda m, p: (
            _numbers(m[2])
            == [sympy.binomial(int(m[1]), k) for k in range(min(*_sides(p), int(m[1])) + 1)]
        ),
    ),
    (r"power (\d+): (?:.+ = )?(\d+)", _power),
    (r"cycle of (\d+) from power (\d+)", lambda m, p: _cycle(int(m[1]), int(m[2]), p)),
    (r"1 has no primes", lambda m, p: 1 in p),
    (r"multiple (\d+): (?:.+ = )?(\d+)", _multiple),
    (r"\d+ has exponent .+", lambda m, p: _exponents(m[0], p)),
    (r"\d+\*\d+(?:, \d+\*\d+)*", lambda m, p: _pairs(m[0], p)),
    (r"remainders from last to first", lambda m, p: len(p) == 2),
    (r"term (\d+): (.+ = \d+)", _rule_term),
    (r"\d+\^2 = \d+(?:, \d+\^\d+ = \d+)*", lambda m, p: _powers(m[0], p[1])),
    (r"fixed point -(\d+)", lambda m, p: -p[1] * int(m[1]) + p[2] == -int(m[1])),
    (r"sorted: .+", lambda m, p: _numbers(m[0]) == sorted(p)),
    (r"in order: .+", lambda m, p: _numbers(m[0]) == sorted(p[: len(_numbers(m[0]))])),
    (r"multiples of (\d+): (.+)", lambda m, p: _table(int(m[1]), _numbers(m[2]))),
    (r"(\d+): (\d)(?:, (\d+) - (\d+) = (\d+))?", _digit),
    (r"middle: .+", lambda m, p: _middle(_numbers(m[0]), p)),
    (r"without (\d+) and (\d+): (.+)", _crossed_off),
)


def holds(line: str, params: Params) -> bool | None:
    """Whether a line that is no equation is true; None for a line of no known form."""
    for pattern, true in FACTS:
        if found := re.fullmatch(pattern, line):
            return bool(true(found, params))
    return puzzles.judge(puzzles.FACTS, line, params)
