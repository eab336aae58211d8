"""The sum of two fractions in lowest terms."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from fractions import Fraction

from reasonloom.worlds.family import Family, Method, Params, Work

TOP = {1: 6, 2: 10, 3: 15}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    bottoms = [rng.randint(2, TOP[level]) for _ in range(2)]
    tops = [rng.randint(1, b - 1) for b in bottoms]
    if 0 in fixed:
        tops[0] = fixed[0]
        if not 1 <= tops[0] <= 40:
            return None
    return tops[0], bottoms[0], tops[1], bottoms[1]


def lowest(top: int, bottom: int) -> Work:
    divisor = math.gcd(top, bottom)
    lines = [f"{top}/{bottom} = {Fraction(top, bottom)}"] if divisor > 1 else []
    return lines, str(Fraction(top, bottom))


def common_denominator(params: Params) -> Work:
    a, b, c, d = params
    bottom = math.lcm(b, d)
    one, two = a * bottom // b, c * bottom // d
    lines, result = lowest(one + two, bottom)
    return [
        f"common denominator {bottom}",
        f"{a}*{bottom // b} = {one}, {c}*{bottom // d} = {two}",
        f"{one} + {two} = {one + two}",
        *lines,
    ], result


def crosswise(params: Params) -> Work:
    a, b, c, d = params
    lines, result = lowest(a * d + c * b, b * d)
    return [
        f"{a}*{d} = {a * d}, {c}*{b} = {c * b}",
        f"{a * d} + {c * b} = {a * d + c * b}",
        f"{b}*{d} = {b * d}",
        *lines,
    ], result


FAMILY = Family(
    name="fraction_sum",
    topic="arithmetic",
    goal="the sum of two fractions",
    slots=("first numerator", "first denominator", "second numerator", "second denominator"),
    links=(0,),
    draw=draw,
    answer=lambda p: Fraction(p[0], p[1]) + Fraction(p[2], p[3]),
    nouns={
        "en": (
            "{0}/{1} + {2}/{3} in lowest terms",
            "the sum of {0}/{1} and {2}/{3}",
            "the fraction {0}/{1} + {2}/{3}",
        ),
        "ko": ("{0}/{1} + {2}/{3}의 값",),
    },
    stories={
        "en": (
            "Mia eats {0}/{1} of a cake and Leo {2}/{3} of the same size of cake. "
            "How much cake do they eat together?",
        ),
    },
    methods=(
        Method("Common denominator", common_denominator),
        Method("Cross multiplication of fractions", crosswise),
    ),
    chains=False,
)
