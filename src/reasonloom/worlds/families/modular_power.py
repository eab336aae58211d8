"""The remainder of a power."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import divide, is_prime

EXPONENT = {1: 8, 2: 15, 3: 30}
MODULUS = {1: 11, 2: 15, 3: 19}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    modulus = rng.randint(3, MODULUS[level])
    values = [rng.randint(2, 12), rng.randint(3, EXPONENT[level]), modulus]
    for index, value in fixed.items():
        low, high = ((2, 19), (2, 40))[index]
        if not low <= value <= high:
            return None
        values[index] = value
    return values[0], values[1], values[2]


def reduce_base(base: int, modulus: int) -> tuple[list[str], int]:
    if base < modulus:
        return [], base
    return [divide(base, modulus)], base % modulus


def multiply(a: int, b: int, modulus: int) -> str:
    product = a * b
    return f"{a}*{b} = {product}" + (f" = {product // modulus}*{modulus} + {product % modulus}")


def squaring(params: Params) -> Work:
    base, exponent, modulus = params
    lines, square = reduce_base(base, modulus)
    bits = [1 << i for i in reversed(range(exponent.bit_length())) if exponent >> i & 1]
    lines.append(f"{exponent} = " + " + ".join(map(str, bits)))
    powers, power = {1: square}, 1
    while 2 * power <= exponent:
        lines.append(f"power {2 * power}: {multiply(square, square, modulus)}")
        square, power = square * square % modulus, 2 * power
        powers[power] = square
    result = powers[bits[0]]
    for bit in bits[1:]:
        lines.append(multiply(result, powers[bit], modulus))
        result = result * powers[bit] % modulus
    return lines, str(result % modulus)


def cycle(params: Params) -> Work:
    base, exponent, modulus = params
    lines, base = reduce_base(base, modulus)
    seen, residue = [base], base
    while residue != 1 and len(seen) < exponent:
        lines.append(f"power {len(seen) + 1}: {multiply(residue, base, modulus)}")
        residue = residue * base % modulus
        seen.append(residue)
    if len(seen) == exponent:
        return lines, str(residue)
    place = exponent % len(seen)
    lines.append(divide(exponent, len(seen)))
    lines.append(f"power {place}: {seen[place - 1] if place else 1}")
    return lines, str(seen[place - 1] if place else 1)


def fermat(params: Params) -> Work:
    base, exponent, modulus = params
    lines, base = reduce_base(base, modulus)
    lines.append(f"{modulus} is prime")
    short = exponent % (modulus - 1)
    lines.append(divide(exponent, modulus - 1))
    rest, result = (
        squaring((base, short, modulus)) if short > 1 else ([], str(base if short else 1))
    )
    return [*lines, *rest], result


def fermat_misfit(params: Params) -> str | None:
    base, _, modulus = params
    if not is_prime(modulus):
        return f"{modulus} is not prime"
    return f"{modulus} divides {base}" if base % modulus == 0 else None


def no_cycle(params: Params) -> str | None:
    steps = cycle(params)[0]
    return "the cycle is too long to list" if len(steps) > 12 else None


FAMILY = Family(
    name="modular_power",
    topic="number_theory",
    goal="the remainder of a power",
    slots=("base", "exponent", "modulus"),
    links=(0, 1),
    draw=draw,
    answer=lambda p: pow(p[0], p[1], p[2]),
    nouns={
        "en": (
            "the remainder when {0}^{1} is divided by {2}",
            "{0}^{1} mod {2}",
            "the residue of {0}^{1} modulo {2}",
            "the remainder of {0} to the power {1} on division by {2}",
        ),
        "ko": ("{0}^{1}을 {2}로 나눈 나머지",),
    },
    methods=(
        Method("Repeated squaring", squaring),
        Method("Cycle of residues", cycle, no_cycle),
        Method("Reduce the exponent by Fermat's little theorem", fermat, fermat_misfit),
    ),
)
