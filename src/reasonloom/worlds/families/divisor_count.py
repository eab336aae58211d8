"""The number of positive divisors."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import factorise, primes

TOP = {1: 40, 2: 100, 3: 200}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    number = rng.randint(6, TOP[level])
    if 0 in fixed:
        number = fixed[0]
        if not 2 <= number <= 200:
            return None
    return (number,)


def count(params: Params) -> int:
    return sum(params[0] % d == 0 for d in range(1, params[0] + 1))


def by_exponents(params: Params) -> Work:
    exponents = Counter(primes(params[0]))
    factors = [e + 1 for e in exponents.values()]
    shown = ", ".join(f"{p} has exponent {e}" for p, e in exponents.items())
    product = "*".join(map(str, factors)) + (f" = {math.prod(factors)}" if len(factors) > 1 else "")
    return [factorise(params[0]), shown, product], str(math.prod(factors))


def by_pairs(params: Params) -> Work:
    number = params[0]
    low = [d for d in range(1, math.isqrt(number) + 1) if number % d == 0]
    pairs = ", ".join(f"{d}*{number // d}" for d in low)
    extra = " - 1 for the square" if low[-1] ** 2 == number else ""
    return [pairs, f"{len(low)} pairs: 2*{len(low)}{extra} = {count(params)}"], str(count(params))


FAMILY = Family(
    name="divisor_count",
    topic="number_theory",
    goal="the number of divisors",
    slots=("number",),
    links=(0,),
    draw=draw,
    answer=count,
    nouns={
        "en": (
            "the number of positive divisors of {0}",
            "the number of divisors of {0}",
            "the count of positive whole numbers that divide {0}",
        ),
        "ko": ("{0}의 양의 약수의 개수",),
    },
    stories={
        "en": (
            "In how many ways can {0} chairs be set up in equal rows, if a row can have any "
            "number of chairs?",
        ),
    },
    methods=(
        Method("Count divisors from prime exponents", by_exponents),
        Method("Pair the divisors", by_pairs),
    ),
)
