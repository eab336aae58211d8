"""Worked solutions of gym problems, by the methods of our own families wherever they fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from reasonloom.problem import Problem
from reasonloom.worlds.families import FAMILIES
from reasonloom.worlds.family import Family
from reasonloom.worlds.gym.steps import steps
from reasonloom.worlds.part import Part
from reasonloom.worlds.spell import product, quotient, signed, times, total

Data = Mapping[str, Any]
_TERM = re.compile(r"([+-]?)(\d+)?(?:(?<=\d)\*)?([a-z])?")


class Worked(NamedTuple):
    """A template, the lines that carry it out on this problem, and the value they end with."""

    template: str
    lines: list[str]
    value: str


class Linear(NamedTuple):
    """`factor x + constant = right` with a positive factor."""

    factor: int
    constant: int
    right: int


def worked(problem: Problem) -> list[Worked]:
    """Every worked solution that we have of a gym problem; none for a family beyond ours."""
    name, data = str(problem.meta["family"]), problem.meta["metadata"]
    part = as_part(name, data)
    if part is not None:
        return list(_by_family(part.family, part.params))
    return list(_WORK[name](data)) if name in _WORK else []


def as_part(name: str, data: Data) -> Part | None:
    """The same question as a part of a world, where one of our families asks it."""
    family, read = _SAME.get(name, ("", lambda data: None))
    params = read(data)
    return None if params is None else Part(FAMILIES[family], params)


def _two(data: Data) -> tuple[int, ...] | None:
    numbers = tuple(data["numbers"])
    return numbers if len(numbers) == 2 else None


def _two_factors(data: Data) -> tuple[int, ...] | None:
    factors = _factors(data)
    return factors if len(factors) == 2 and min(factors) > 1 else None


def _from_ten(data: Data) -> tuple[int, ...] | None:
    number, base = data["decimal_value"], data["target_base"]
    return (number, base) if data["source_base"] == 10 and base < 10 and number >= base else None


def _plain_equation(data: Data) -> tuple[int, ...] | None:
    asked = linear(data["equation"])
    return asked if asked.factor > 1 and 0 < asked.constant < asked.right else None


_SAME: Mapping[str, tuple[str, Callable[[Data], tuple[int, ...] | None]]] = {
    "gcd": ("gcd", _two),
    "lcm": ("lcm", _two),
    "products": ("product", _two_factors),
    "base_conversion": ("base_digits", _from_ten),
    "simple_equations": ("linear_equation", _plain_equation),
}


def linear(equation: str) -> Linear:
    """Reads `56 - 98*e = -1218`, with the signs turned where the factor is negative."""
    left, _, right = equation.replace(" ", "").partition("=")
    factor = constant = 0
    for sign, digits, unknown in (m.groups() for m in _TERM.finditer(left) if m[0]):
        value = int(digits or 1) * (-1 if sign == "-" else 1)
        factor, constant = (factor + value, constant) if unknown else (factor, constant + value)
    turn = -1 if factor < 0 else 1
    return Linear(turn * factor, turn * constant, turn * int(right))


def _by_family(family: Family, params: tuple[int, ...]) -> Iterator[Worked]:
    return (Worked(m.template, *m.work(params)) for m in family.applicable(params))


def _folded(family: Family, numbers: Sequence[int]) -> Iterator[Worked]:
    """A family of two numbers on many: the first two, then that result and the next one."""
    for method in family.methods:
        lines: list[str] = []
        value = numbers[0]
        for number in numbers[1:]:
            if method.misfit((value, number)) is not None:
                break
            more, text = method.work((value, number))
            lines, value = [*lines, *more], int(text)
        else:
            yield Worked(method.template, lines, str(value))


def _lowest_terms(data: Data) -> Iterator[Worked]:
    top, bottom = data["numerator"], data["denominator"]
    for template, lines, divisor in _by_family(FAMILIES["gcd"], (top, bottom)):
        shares = [quotient(n, int(divisor)) for n in (top, bottom)]
        value = f"{top // int(divisor)}/{bottom // int(divisor)}"
        yield Worked(template, [*lines, *shares], value)


def _other_base(data: Data) -> Iterator[Worked]:
    number, source, target = (data[k] for k in ("decimal_value", "source_base", "target_base"))
    read = _read_digits([int(digit, 36) for digit in data["source_repr"]], source)
    if target == 10:
        yield Worked("Horner's scheme", read, str(number))
    elif target < 10 and number >= target:
        for template, lines, value in _by_family(FAMILIES["base_digits"], (number, target)):
            yield Worked(template, [*read, *lines], value)


def _read_digits(digits: Sequence[int], base: int) -> list[str]:
    lines, value = [], digits[0]
    for digit in digits[1:]:
        lines.append(f"{times(value, base)}, {value * base} + {digit} = {value * base + digit}")
        value = value * base + digit
    return lines


def _isolated(data: Data) -> Iterator[Worked]:
    factor, constant, right = linear(data["equation"])
    rest = right - constant
    moved = [f"{factor}x = {right} {signed(-constant)} = {rest}"] if constant else []
    last = [quotient(rest, factor, "x")] if factor > 1 else []
    yield Worked("Isolate the unknown", [*moved, *last], str(rest // factor))


def _expression(data: Data) -> Iterator[Worked]:
    found = steps(data["expression"])
    if found is not None:
        yield Worked("Order of operations", *found)


def _running_total(data: Data) -> Iterator[Worked]:
    first, *rest = data["expression"].split()
    numbers = [int(f"{s}{n}".replace("--", "")) for s, n in zip(rest[::2], rest[1::2], strict=True)]
    numbers = [int(first), *numbers]
    yield Worked("Add with a running total", [total(numbers)], str(sum(numbers)))
    yield from _expression(data)


def _factors(data: Data) -> tuple[int, ...]:
    return tuple(map(int, data["expression"].split(" * ")))


def _running_product(data: Data) -> Iterator[Worked]:
    value = 1
    for factor in _factors(data):
        value *= factor
    yield Worked("Split a factor by place value", [product(_factors(data))], str(value))


def _exact_heads(data: Data) -> Iterator[Worked]:
    tosses, heads = data["num_trials"], data["k_heads"]
    if data["problem_type"] != "exact" or not 0 < heads < tosses:
        return
    for template, lines, ways in _by_family(FAMILIES["binomial"], (tosses, heads)):
        value = Fraction(int(ways), 2**tosses)
        share = f"{ways}/{2**tosses}"
        last = [] if share == str(value) else [f"{share} = {value}"]
        yield Worked(template, [*lines, product([2] * tosses), *last], str(value))


_WORK: Mapping[str, Callable[[Data], Iterator[Worked]]] = {
    "gcd": lambda data: _folded(FAMILIES["gcd"], data["numbers"]),
    "lcm": lambda data: _folded(FAMILIES["lcm"], data["numbers"]),
    "products": _running_product,
    "base_conversion": _other_base,
    "simple_equations": _isolated,
    "basic_arithmetic": _expression,
    "chain_sum": _running_total,
    "fraction_simplification": _lowest_terms,
    "coin_flip": _exact_heads,
}
