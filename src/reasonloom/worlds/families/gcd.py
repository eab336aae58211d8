"""The greatest common divisor of two numbers."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import divide, factorise, primes

TOP = {1: 40, 2: 99, 3: 199}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    shared = rng.randint(2, 12)
    numbers = [shared * rng.randint(1, TOP[level] // shared) for _ in range(2)]
    for index, value in fixed.items():
        if not 2 <= value <= 199:
            return None
        divisor = rng.choice([d for d in range(1, value + 1) if value % d == 0])
        numbers[1 - index] = divisor * rng.randint(1, max(1, TOP[level] // divisor))
        numbers[index] = value
    return (numbers[0], numbers[1]) if numbers[0] != numbers[1] and min(numbers) > 1 else None


def euclid(params: Params) -> Work:
    a, b = max(params), min(params)
    lines = []
    while b:
        lines.append(divide(a, b))
        a, b = b, a % b
    return lines, str(a)


def by_primes(params: Params) -> Work:
    common = sorted((Counter(primes(params[0])) & Counter(primes(params[1]))).elements())
    shared = "common primes: " + ("*".join(map(str, common)) if common else "none")
    return [factorise(params[0]), factorise(params[1]), shared], str(math.prod(common))


FAMILY = Family(
    name="gcd",
    topic="number_theory",
    goal="the greatest common divisor",
    slots=("first", "second"),
    links=(0, 1),
    draw=draw,
    answer=lambda p: math.gcd(*p),
    nouns={
        "en": (
            "the greatest common divisor of {0} and {1}",
            "the gcd of {0} and {1}",
            "gcd({0}, {1})",
            "the highest common factor of {0} and {1}",
            "the largest number that divides both {0} and {1}",
        ),
        "ko": ("{0}, {1}의 최대공약수",),
    },
    stories={
        "en": (
            "Two ropes of {0} cm and {1} cm are cut into equal pieces with nothing left over. "
            "How long can a piece be at most, in cm?",
            "{0} apples and {1} pears are packed into identical baskets, none left over. "
            "How many baskets can there be at most?",
        ),
    },
    methods=(
        Method("Euclidean algorithm", euclid),
        Method("Common factors from prime factorisation", by_primes),
    ),
)
